#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QTcpServer>

using namespace engine;
using namespace std::chrono_literals;

/// The HTTP side of the contract, section 3, on a real server.
class TestEngineHttp : public QObject
{
    Q_OBJECT

private slots:
    void healthReadinessAndMetrics();
    void readinessListsWhatIsMissing();
    void readinessShowsNoSecretThatAVendorQuotes();
    void unknownPathsAndOtherMethods_data();
    void unknownPathsAndOtherMethods();
    void largeHeadersAndBodiesAreRefused();
    void aPortInUseIsSaid();
    void historyListsPagesAndShowsCalls();
    void hangingUpIsAcceptedAlsoWhenOver();
    void switchingTheEnvironmentAffectsTheNextCall();
    void shuttingDownWithoutCalls();
    void shuttingDownEndsLiveCallsAndThoseBeingPlaced();
    void shuttingDownDoesNotWaitForEver();
};

void TestEngineHttp::healthReadinessAndMetrics()
{
    EngineRig rig;
    QVERIFY(rig.start());
    auto health = rig.ask("GET", "/healthz");
    QVERIFY(health.wait());
    QCOMPARE(health.status(), 200);
    QCOMPARE(health.json(), (QJsonObject{{"status", "ok"}}));
    auto ready = rig.ask("GET", "/readyz");
    QVERIFY(ready.wait());
    QCOMPARE(ready.status(), 200);
    QCOMPARE(ready.json()["missing"].toArray(), QJsonArray());
    auto metrics = rig.ask("GET", "/metrics");
    QVERIFY(metrics.wait());
    QCOMPARE(metrics.status(), 200);
    QVERIFY(metrics.header("Content-Type").startsWith("text/plain; version=0.0.4"));
    QVERIFY(metrics.body().contains("dialdesk_calls_live 0\n"));
}

void TestEngineHttp::readinessListsWhatIsMissing()
{
    EngineRig rig;
    rig.config = {};
    rig.config.server.port = 0;
    QVERIFY(rig.start()); // it runs all the same
    auto ready = rig.ask("GET", "/readyz");
    QVERIFY(ready.wait());
    QCOMPARE(ready.status(), 503);
    QStringList names;
    const auto missing = ready.json()["missing"].toArray();
    for (const auto &entry : missing) {
        names.append(entry.toObject()["name"].toString());
        QVERIFY(entry.toObject()["detail"].toString().size() > 20);
    }
    QCOMPARE(names, QStringList({"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "DEEPGRAM_API_KEY", "CARTESIA_API_KEY",
                                 "GOOGLE_API_KEY", "TWILIO_FROM_NUMBER"}));
    auto health = rig.ask("GET", "/healthz");
    QVERIFY(health.wait());
    QCOMPARE(health.status(), 200);
}

void TestEngineHttp::readinessShowsNoSecretThatAVendorQuotes()
{
    EngineRig rig;
    rig.options.checkReadiness = true;
    rig.config.twilio = {};
    rig.config.deepgram = {};
    rig.config.cartesia = {};
    rig.config.gemini.apiKey = Secret("AIza-a-key");
    rig.http.ignore("GET", "/healthz");
    rig.http.fail("GET", "/v1beta/models/" + rig.config.gemini.model,
                  {Fault::Vendor, "not_sent", "The proxy lets no AIza-a-key through."});
    QVERIFY(rig.start());
    const auto sentence = [&rig] {
        for (const auto &check : rig.engine->readiness().checks)
            if (check.id == checks::CheckId::Model)
                return check.sentence;
        return QString();
    };
    QTRY_VERIFY(sentence().contains("The proxy lets no"));
    QVERIFY2(!sentence().contains("AIza-a-key"), qPrintable(sentence()));
}

void TestEngineHttp::unknownPathsAndOtherMethods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("allow");
    const auto row = [](const char *method, const char *target, int status, const char *allow = "") {
        QTest::addRow("%s %s", method, target)
            << QByteArray(method) << QByteArray(target) << status << QByteArray(allow);
    };
    row("GET", "/", 404);
    row("GET", "/dialout/", 404);
    row("GET", "/api", 404);
    row("POST", "/api/calls/x/y", 404);
    row("GET", "/etc/passwd", 404);
    row("GET", "/../../etc/passwd", 404);
    row("GET", "/dialout", 405, "POST");
    row("PUT", "/dialout", 405, "POST");
    row("GET", "/twiml", 405, "POST");
    row("GET", "/status", 405, "POST");
    row("DELETE", "/api/calls", 405, "GET");
    row("PUT", "/api/calls/CA1", 405, "GET");
    row("GET", "/api/calls/CA1/hangup", 405, "POST");
    row("POST", "/healthz", 405, "GET");
    row("POST", "/metrics", 405, "GET");
}

void TestEngineHttp::unknownPathsAndOtherMethods()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(QByteArray, allow);
    EngineRig rig;
    QVERIFY(rig.start());
    auto talk = rig.ask(method, target);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), status);
    QVERIFY(talk.isError());
    if (!allow.isEmpty())
        QVERIFY2(talk.header("Allow").contains(allow), talk.header("Allow").constData());
}

void TestEngineHttp::largeHeadersAndBodiesAreRefused()
{
    EngineRig rig;
    QVERIFY(rig.start());
    // 300 MB are announced; the refusal comes before they are sent.
    auto huge = rig.ask("POST", "/dialout", QByteArray(1024, 'x'), {{"Content-Length", "314572800"}});
    QVERIFY(huge.wait());
    QCOMPARE(huge.status(), 413);
    QVERIFY(huge.isError());
    QTRY_VERIFY(huge.client().isClosed());
    auto larger = rig.ask("POST", "/dialout", QByteArray(64 * 1024 + 1, ' '));
    QVERIFY(larger.wait());
    QCOMPARE(larger.status(), 413);
    auto full = rig.ask("POST", "/dialout", QByteArray(64 * 1024, ' '));
    QVERIFY(full.wait());
    QCOMPARE(full.status(), 400); // as large as allowed, and no JSON
    auto headers = rig.ask("POST", "/dialout", {}, {{"X-Long", QByteArray(17 * 1024, 'x')}});
    QVERIFY(headers.wait());
    QCOMPARE(headers.status(), 431);
    auto health = rig.ask("GET", "/healthz");
    QVERIFY(health.wait());
    QCOMPARE(health.status(), 200);
}

void TestEngineHttp::aPortInUseIsSaid()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, 0));
    EngineRig rig;
    rig.config.server.port = other.serverPort();
    QVERIFY(!rig.start());
    const auto again = rig.engine->listen();
    QVERIFY(!again);
    QCOMPARE(again.error().code, QString("port_in_use"));
    QCOMPARE(again.error().fault, Fault::Settings);
    QVERIFY2(again.error().message.contains(QString::number(other.serverPort())), qPrintable(again.error().message));
}

void TestEngineHttp::historyListsPagesAndShowsCalls()
{
    EngineRig rig;
    QVERIFY(rig.start());
    for (int call = 1; call <= 3; ++call) {
        rig.carrierAccepts(call);
        QVERIFY(rig.dial(kDialWithData).wait());
    }
    QVERIFY(rig.callback(2, "busy").wait());
    const auto sids = [&rig](const QByteArray &target) {
        auto talk = rig.ask("GET", target);
        QStringList list;
        if (!talk.wait() || talk.status() != 200)
            return QStringList(QString::number(talk.status()) + ' ' + talk.code());
        const auto calls = talk.json()["calls"].toArray();
        for (const auto &call : calls)
            list.append(call.toObject()["call_sid"].toString());
        return list;
    };
    QCOMPARE(sids("/api/calls"), QStringList({rig.sid(3), rig.sid(2), rig.sid(1)}));
    QCOMPARE(sids("/api/calls?limit=1"), QStringList({rig.sid(3)}));
    QCOMPARE(sids("/api/calls?limit=1&before=" + rig.sid(3).toLatin1()), QStringList({rig.sid(2)}));
    for (const char *wrong : {"0", "-1", "501", "x", "", "1.5", "99999999999"})
        QCOMPARE(sids(QByteArray("/api/calls?limit=") + wrong), QStringList("400 bad_limit"));
    QCOMPARE(sids("/api/calls?before=CA9"), QStringList("400 bad_before"));

    auto one = rig.ask("GET", "/api/calls/" + rig.sid(2).toLatin1());
    QVERIFY(one.wait());
    QCOMPARE(one.status(), 200);
    QCOMPARE(one.json()["status"].toString(), QString("busy"));
    QCOMPARE(one.json()["disposition"].toString(), QString("busy"));
    QCOMPARE(one.json()["live"], QJsonValue(false));
    QCOMPARE(one.json()["custom_data"].toObject()["visits"].toString(), QString("3"));
    QVERIFY(one.json()["transcript"].isArray());
    auto unknown = rig.ask("GET", "/api/calls/CA9");
    QVERIFY(unknown.wait());
    QCOMPARE(unknown.status(), 404);
    QVERIFY(unknown.isError());
    auto recording = rig.ask("GET", "/api/calls/" + rig.sid(2).toLatin1() + "/recording");
    QVERIFY(recording.wait());
    QCOMPARE(recording.status(), 404);
    auto metrics = rig.ask("GET", "/metrics");
    QVERIFY(metrics.wait());
    QVERIFY(metrics.body().contains("dialdesk_calls_live 2\n"));
    QVERIFY(metrics.body().contains("dialdesk_calls_ended_total{status=\"busy\"} 1\n"));
}

void TestEngineHttp::hangingUpIsAcceptedAlsoWhenOver()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    const QByteArray target = "/api/calls/" + rig.sid(1).toLatin1() + "/hangup";
    rig.http.answer("POST", rig.callPath(1), 200, rig.resource(1, "canceled"));
    auto talk = rig.ask("POST", target);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 202);
    QTRY_VERIFY(rig.http.isExhausted());
    QVERIFY(rig.callback(1, "canceled").wait());
    QCOMPARE(rig.log.ends().at(0).reason, QString("operator"));
    auto again = rig.ask("POST", target);
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 202);
    QCOMPARE(again.json()["status"].toString(), QString("canceled"));
    QCOMPARE(rig.http.requests.size(), 2);
    auto unknown = rig.ask("POST", "/api/calls/CA9/hangup");
    QVERIFY(unknown.wait());
    QCOMPARE(unknown.status(), 404);
}

void TestEngineHttp::switchingTheEnvironmentAffectsTheNextCall()
{
    EngineRig rig;
    rig.config.pipecatCloud = {"ava", "bright-dental", "us-west"};
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    rig.engine->setEnvironment(config::Environment::Production);
    rig.carrierAccepts(2);
    QVERIFY(rig.dial().wait());
    auto local = rig.instructions(1);
    QVERIFY(local.wait());
    QVERIFY(streamOf(local.body()).contains("dialdesk_token")); // it keeps what it was dialed with
    auto cloud = rig.instructions(2);
    QVERIFY(cloud.wait());
    QVERIFY(streamOf(cloud.body()).contains("_pipecatCloudServiceHost"));
}

void TestEngineHttp::shuttingDownWithoutCalls()
{
    EngineRig rig;
    QVERIFY(rig.start());
    QSignalSpy stopped(rig.engine.get(), &Engine::stopped);
    rig.engine->shutDown();
    rig.engine->shutDown();
    QCOMPARE(stopped.count(), 0);
    QTRY_COMPARE(stopped.count(), 1);
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineHttp::shuttingDownEndsLiveCallsAndThoseBeingPlaced()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    rig.http.hold("POST", rig.callsPath());
    auto placing = rig.dial();
    QTRY_COMPARE(rig.http.held.size(), 1);
    QSignalSpy stopped(rig.engine.get(), &Engine::stopped);
    rig.http.answer("POST", rig.callPath(1), 200, rig.resource(1, "canceled"));
    rig.engine->shutDown();
    QTRY_VERIFY(rig.http.isExhausted());
    auto refused = rig.dial();
    QVERIFY(refused.wait());
    QCOMPARE(refused.status(), 503);
    QCOMPARE(refused.code(), QString("shutting_down"));
    auto late = rig.callback(1, "canceled"); // still served
    QVERIFY(late.wait());
    QCOMPARE(late.status(), 204);
    QCOMPARE(rig.log.ends().size(), 1u);
    QCOMPARE(stopped.count(), 0); // a call may exist by now that nobody would end
    rig.http.answer("POST", rig.callPath(2), 200, rig.resource(2, "canceled"));
    rig.http.held[0]->finish(net::HttpResponse{201, {}, rig.resource(2, "queued")});
    QTRY_VERIFY(rig.http.isExhausted());
    QVERIFY(rig.callback(2, "canceled").wait());
    QTRY_COMPARE(stopped.count(), 1);
    for (const auto &end : rig.log.ends())
        QCOMPARE(end.reason, QString("shutdown"));
    QCOMPARE(rig.log.ends().size(), 2u);
}

void TestEngineHttp::shuttingDownDoesNotWaitForEver()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    QSignalSpy stopped(rig.engine.get(), &Engine::stopped);
    rig.http.answer("POST", rig.callPath(1), 200, rig.resource(1, "canceled"));
    rig.engine->shutDown();
    QTRY_VERIFY(rig.http.isExhausted());
    rig.clock.advance(9999ms); // its callback never comes
    QCoreApplication::processEvents();
    QCOMPARE(stopped.count(), 0);
    rig.clock.advance(1ms);
    QTRY_COMPARE(stopped.count(), 1);
}

DIALDESK_TEST(TestEngineHttp)
#include "tst_engine_http.moc"
