#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QXmlStreamReader>

using namespace engine;
using namespace std::chrono_literals;

namespace {

const QByteArray kBody = "{\"to_number\": \"+14155550100\", \"custom_data\": {\"customer_name\": \"Robin <b> & "
                         "\\\"Sons\\\"\", \"visits\": 3}}";

/// The Parameters of instructions, and the address of their stream under "url".
QMap<QString, QString> streamOf(const QByteArray &xml)
{
    QMap<QString, QString> found;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (reader.name() == QStringLiteral("Stream"))
            found.insert("url", reader.attributes().value("url").toString());
        else if (reader.name() == QStringLiteral("Parameter"))
            found.insert(reader.attributes().value("name").toString(), reader.attributes().value("value").toString());
    }
    return reader.hasError() ? QMap<QString, QString>() : found;
}

bool isError(const HttpTalk &talk)
{
    const QJsonObject json = talk.json();
    return json["detail"].toString().size() > 10 && !json["code"].toString().isEmpty() &&
           talk.header("Content-Type").startsWith("application/json");
}

} // namespace

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

    void dialoutPlacesACall();
    void wrongDialouts_data();
    void wrongDialouts();
    void dialoutWithoutSettings();
    void dialoutWithoutPublicAddress();
    void dialoutTheCarrierRefuses();
    void aLostAnswerIsLookedFor();
    void aJournalThatCannotBeWrittenRefusesTheDial();
    void aKeyIsRememberedAcrossAStop();
    void aKeyWhoseCallIsNotKnownWaitsForTheLookUp();
    void dialoutOverTheLimits();
    void strangersMayNotDial();
    void withAnApiKeyOnlyItsHoldersMay();
    void theSameKeyIsTheSameCall();
    void theSameKeyAtTheSameTimeIsTheSameCall();
    void aRefusedKeyIsFreeAgain();
    void aKeyWhoseCallNeverAppearedDialsNoMore();

    void unsignedRequestsOfTheCarrierAreRefused_data();
    void unsignedRequestsOfTheCarrierAreRefused();
    void instructionsNameTheStreamTheDataAndAToken();
    void instructionsForAnUnknownCallHangUp();
    void instructionsForTheCloud();
    void theCloudNeedsItsNamesBeforeDialing();
    void callbacksOfAnyKindAreAnswered();
    void malformedCallbacksAreRefused();

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
    QVERIFY(isError(talk));
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
    QVERIFY(isError(huge));
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

void TestEngineHttp::dialoutPlacesACall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto talk = rig.dial(kBody);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    QCOMPARE(talk.json()["call_sid"].toString(), rig.sid(1));
    QCOMPARE(talk.json()["status"].toString(), QString("call_initiated"));
    QCOMPARE(talk.json()["to_number"].toString(), QString("+14155550100"));
    QCOMPARE(rig.log.states(), QStringList("queued"));
    const auto form = twilio::parseForm(rig.http.requests.at(0).body);
    const auto value = [&form](const char *name) { return server::fieldValue(form, name).value_or("-"); };
    QCOMPARE(value("To"), QByteArray("+14155550100"));
    QCOMPARE(value("From"), QByteArray("+14155550199"));
    QCOMPARE(value("Url"), QByteArray("https://desk.example/twiml"));
    QCOMPARE(value("StatusCallback"), QByteArray("https://desk.example/status"));
    QCOMPARE(value("Timeout"), QByteArray("30"));
    QCOMPARE(value("TimeLimit"), QByteArray("630"));
    QVERIFY(rig.http.isExhausted());

    rig.carrierAccepts(2);
    auto national = rig.dial(R"({"to_number": "(415) 555-0142", "from_number": "+14155550188"})");
    QVERIFY(national.wait());
    QCOMPARE(national.status(), 200);
    QCOMPARE(national.json()["to_number"].toString(), QString("+14155550142")); // in the caller's country
}

void TestEngineHttp::wrongDialouts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &body, const char *code) {
        QTest::newRow(name) << body << QString::fromLatin1(code);
    };
    row("no JSON", "", "not_json");
    row("a form", "to_number=%2B14155550100", "not_json");
    row("an array", "[\"+14155550100\"]", "not_json");
    row("missing", "{}", "number_missing");
    row("null", R"({"to_number": null})", "number_missing");
    row("a number", R"({"to_number": 15551234567})", "number_impossible");
    row("country code alone", R"({"to_number": "+1"})", "number_impossible");
    row("too short", R"({"to_number": "+1415555"})", "number_impossible");
    row("too long", R"({"to_number": "+141555501000000000"})", "number_impossible");
    row("words", R"({"to_number": "call Robin"})", "number_impossible");
    row("bad from", R"({"to_number": "+14155550100", "from_number": "+1"})", "bad_from_number");
    row("bad data", R"({"to_number": "+14155550100", "custom_data": {"a": [1]}})", "bad_custom_data");
    row("data with a reserved name", R"({"to_number": "+14155550100", "custom_data": {"dialdesk_token": "x"}})",
        "custom_data_invalid");
    row("data with a taken name", R"({"to_number": "+14155550100", "custom_data": {"to_number": "x"}})",
        "custom_data_invalid");
    row("data too long",
        QByteArray("{\"to_number\": \"+14155550100\", \"custom_data\": {\"a\": \"") + QByteArray(600, 'x') + "\"}}",
        "custom_data_invalid");
    row("data XML cannot hold", "{\"to_number\": \"+14155550100\", \"custom_data\": {\"a\": \"\\u0001\"}}",
        "custom_data_invalid");
}

void TestEngineHttp::wrongDialouts()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    EngineRig rig;
    QVERIFY(rig.start());
    auto talk = rig.dial(body);
    QVERIFY(talk.wait());
    QCOMPARE(talk.code(), code);
    QCOMPARE(talk.status(), 400);
    QVERIFY(isError(talk));
    QVERIFY(rig.http.requests.isEmpty());
    QVERIFY(rig.log.all().empty());
}

void TestEngineHttp::dialoutWithoutSettings()
{
    EngineRig rig;
    rig.config.deepgram = {};
    rig.config.twilio.fromNumber.clear();
    QVERIFY(rig.start());
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("settings_missing"));
    const QString detail = talk.json()["detail"].toString();
    QVERIFY2(detail.contains("DEEPGRAM_API_KEY") && detail.contains("TWILIO_FROM_NUMBER"), qPrintable(detail));
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineHttp::dialoutWithoutPublicAddress()
{
    EngineRig rig;
    rig.config.server.publicUrl.clear();
    QVERIFY(rig.start());
    rig.http.fail("GET", "/api/tunnels", {Fault::Vendor, "unreachable", "refused"});
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("public_url_missing"));
    // And with a tunnel it works.
    rig.http.answer(
        "GET", "/api/tunnels", 200,
        QByteArray("{\"tunnels\":[{\"public_url\":\"https://abc.ngrok.app\",\"config\":{\"addr\":\"http://localhost:") +
            QByteArray::number(rig.port) + "\"}}]}");
    rig.carrierAccepts(1);
    auto again = rig.dial();
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QCOMPARE(server::fieldValue(twilio::parseForm(rig.http.requests.last().body), "Url"),
             std::optional<QByteArray>("https://abc.ngrok.app/twiml"));
}

void TestEngineHttp::dialoutTheCarrierRefuses()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.answer("POST", rig.callsPath(), 400,
                    "{\"code\": 21211, \"message\": \"Invalid 'To' Phone Number: +1415555XXXX\", \"status\": 400}");
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 502);
    QVERIFY2(talk.json()["detail"].toString().contains("21211"), talk.body().constData());
    QVERIFY(talk.json()["detail"].toString().contains("Invalid 'To' Phone Number"));
    rig.http.answer("POST", rig.callsPath(), 401, R"({"code": 20003, "message": "Authenticate", "status": 401})");
    auto credentials = rig.dial();
    QVERIFY(credentials.wait());
    QCOMPARE(credentials.status(), 502);
    QCOMPARE(credentials.code(), QString("carrier_credentials"));
    QVERIFY(!credentials.body().contains(EngineRig::kToken));
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "not_sent", "There is no network."});
    auto notSent = rig.dial();
    QVERIFY(notSent.wait());
    QCOMPARE(notSent.status(), 502);
    QCOMPARE(notSent.code(), QString("carrier_not_reached"));
    QVERIFY(rig.log.all().empty());
}

void TestEngineHttp::aLostAnswerIsLookedFor()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "timeout", "No answer."});
    rig.carrierShows({rig.resource(1, "ringing")});
    auto found = rig.dial();
    QVERIFY(found.wait());
    QCOMPARE(found.status(), 200);
    QCOMPARE(found.json()["call_sid"].toString(), rig.sid(1));
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing"}));
    QVERIFY(rig.http.isExhausted());
}

void TestEngineHttp::aJournalThatCannotBeWrittenRefusesTheDial()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    EngineRig rig;
    rig.config.dataDir = file.fileName() + "/below-a-file";
    QVERIFY(rig.start());
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("journal_unwritable"));
    QVERIFY(rig.http.requests.isEmpty());
    auto withKey = rig.dial(kBody, {{"Idempotency-Key", "order-17"}});
    QVERIFY(withKey.wait());
    QCOMPARE(withKey.status(), 503);
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineHttp::aKeyIsRememberedAcrossAStop()
{
    QTemporaryDir folder;
    EngineRig rig;
    rig.config.dataDir = folder.path();
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto first = rig.dial(kBody, key);
    QVERIFY(first.wait());
    QCOMPARE(first.status(), 200);
    rig.http.requests.clear();
    // The program dies, and the carrier ends the call before it is back.
    rig.http.answer("GET", rig.callPath(1), 200, rig.resource(1, "completed"));
    for (int status = 0; status < 3; ++status)
        rig.carrierShows({});
    QVERIFY(rig.start());
    auto again = rig.dial(kBody, key);
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QCOMPARE(again.json(), first.json());
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QTRY_COMPARE(rig.log.incidents(), QStringList("call_interrupted"));
    for (const net::HttpRequest &request : rig.http.requests)
        QCOMPARE(request.method, QByteArray("GET"));
}

void TestEngineHttp::aKeyWhoseCallIsNotKnownWaitsForTheLookUp()
{
    QTemporaryDir folder;
    EngineRig rig;
    rig.config.dataDir = folder.path();
    QVERIFY(rig.start());
    rig.http.hold("POST", rig.callsPath());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto lost = rig.dial(kBody, key);
    QTRY_COMPARE(rig.http.held.size(), 1); // written down and asked for: now the program dies
    rig.http.requests.clear();
    rig.carrierShows({rig.resource(1, "ringing")}); // found by its numbers
    rig.http.answer("GET", rig.callPath(1), 200, rig.resource(1, "completed"));
    for (int status = 0; status < 3; ++status)
        rig.carrierShows({});
    QVERIFY(rig.start());
    auto again = rig.dial(kBody, key);
    QVERIFY(QTest::qWaitFor([&] {
        rig.clock.advance(50ms);
        return again.isComplete();
    }));
    QCOMPARE(again.status(), 200);
    QCOMPARE(again.json()["call_sid"].toString(), rig.sid(1));
    for (const net::HttpRequest &request : rig.http.requests)
        QCOMPARE(request.method, QByteArray("GET"));
}

void TestEngineHttp::dialoutOverTheLimits()
{
    EngineRig rig;
    rig.config.limits = {1, 100.0};
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto first = rig.dial();
    QVERIFY(first.wait());
    QCOMPARE(first.status(), 200);
    auto second = rig.dial();
    QVERIFY(second.wait());
    QCOMPARE(second.status(), 429);
    QCOMPARE(second.code(), QString("too_many_calls"));
    QVERIFY(second.header("Retry-After").toInt() >= 1);
    QVERIFY(rig.callback(1, "busy").wait());
    rig.carrierAccepts(2);
    auto third = rig.dial();
    QVERIFY(third.wait());
    QCOMPARE(third.status(), 200);

    EngineRig slow;
    slow.config.limits = {50, 0.5};
    QVERIFY(slow.start());
    slow.carrierAccepts(1);
    QVERIFY(slow.dial().wait());
    auto fast = slow.dial();
    QVERIFY(fast.wait());
    QCOMPARE(fast.status(), 429);
    QCOMPARE(fast.code(), QString("too_fast"));
    QCOMPARE(fast.header("Retry-After"), QByteArray("2"));
    slow.clock.advance(2s);
    slow.carrierAccepts(2);
    auto later = slow.dial();
    QVERIFY(later.wait());
    QCOMPARE(later.status(), 200);
}

void TestEngineHttp::strangersMayNotDial()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const QList<net::HeaderList> strangers = {{{"X-Forwarded-For", "203.0.113.9"}},
                                              {{"Origin", "https://evil.example"}},
                                              {{"Host", "evil.example"}},
                                              {{"Sec-Fetch-Site", "cross-site"}}};
    for (const auto &headers : strangers) {
        for (const char *target : {"/dialout", "/api/calls/CA1/hangup"}) {
            auto talk = rig.ask("POST", target, kBody, headers);
            QVERIFY(talk.wait());
            QCOMPARE(talk.status(), 403);
            QVERIFY(isError(talk));
        }
        auto list = rig.ask("GET", "/api/calls", {}, headers);
        QVERIFY(list.wait());
        QCOMPARE(list.status(), 403);
    }
    auto health = rig.ask("GET", "/healthz", {}, strangers[0]); // for everybody
    QVERIFY(health.wait());
    QCOMPARE(health.status(), 200);
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineHttp::withAnApiKeyOnlyItsHoldersMay()
{
    EngineRig rig;
    rig.config.server.apiKey = Secret("the-key");
    QVERIFY(rig.start());
    auto without = rig.dial();
    QVERIFY(without.wait());
    QCOMPARE(without.status(), 401);
    QCOMPARE(without.header("WWW-Authenticate"), QByteArray("Bearer"));
    auto wrong = rig.dial(kBody, {{"Authorization", "Bearer another"}});
    QVERIFY(wrong.wait());
    QCOMPARE(wrong.status(), 401);
    rig.carrierAccepts(1);
    auto right = rig.dial(
        kBody, {{"Authorization", "Bearer the-key"}, {"X-Forwarded-For", "203.0.113.9"}, {"Host", "desk.example"}});
    QVERIFY(right.wait());
    QCOMPARE(right.status(), 200);
    auto list = rig.ask("GET", "/api/calls");
    QVERIFY(list.wait());
    QCOMPARE(list.status(), 401);
}

void TestEngineHttp::theSameKeyIsTheSameCall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto first = rig.dial(kBody, key);
    QVERIFY(first.wait());
    auto second = rig.dial(kBody, key);
    QVERIFY(second.wait());
    QCOMPARE(second.status(), 200);
    QCOMPARE(second.json(), first.json());
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QVERIFY(isError(other));
    auto longKey = rig.dial(kBody, {{"Idempotency-Key", QByteArray(256, 'k')}});
    QVERIFY(longKey.wait());
    QCOMPARE(longKey.status(), 400);
    QCOMPARE(rig.http.requests.size(), 1);
    QCOMPARE(rig.log.states(), QStringList("queued"));
}

void TestEngineHttp::theSameKeyAtTheSameTimeIsTheSameCall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.hold("POST", rig.callsPath());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    std::vector<HttpTalk> talks;
    for (int i = 0; i < 5; ++i)
        talks.push_back(rig.dial(kBody, key));
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QTRY_COMPARE(rig.http.held.size(), 1);
    for (const auto &talk : talks)
        QVERIFY(!talk.isComplete());
    rig.http.held[0]->finish(net::HttpResponse{201, {}, rig.resource(1, "queued")});
    for (auto &talk : talks) {
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
        QCOMPARE(talk.json()["call_sid"].toString(), rig.sid(1));
    }
    QCOMPARE(rig.http.requests.size(), 1);
    QCOMPARE(rig.log.states().size(), 1);
}

void TestEngineHttp::aRefusedKeyIsFreeAgain()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    rig.http.answer("POST", rig.callsPath(), 400, R"({"code": 21211, "message": "x", "status": 400})");
    auto refused = rig.dial(kBody, key);
    QVERIFY(refused.wait());
    QCOMPARE(refused.status(), 502);
    rig.carrierAccepts(1);
    auto again = rig.dial(kBody, key);
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QVERIFY(rig.http.isExhausted());
    QCOMPARE(rig.http.requests.size(), 2);
}

void TestEngineHttp::aKeyWhoseCallNeverAppearedDialsNoMore()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "timeout", "No answer."});
    const net::HeaderList key = {{"Idempotency-Key", "order-18"}};
    auto lost = rig.dial(kBody, key);
    QVERIFY(QTest::qWaitFor([&] {
        if (rig.http.isExhausted())
            rig.carrierShows({});
        rig.clock.advance(100ms);
        return lost.isComplete();
    }, 30'000));
    QCOMPARE(lost.status(), 502);
    QCOMPARE(lost.code(), QString("carrier_unreachable"));
    // It may have been a call after all: the same key must never dial again.
    auto repeated = rig.dial(kBody, key);
    QVERIFY(repeated.wait());
    QCOMPARE(repeated.status(), 502);
    QCOMPARE(repeated.json(), lost.json());
    const auto creations = std::count_if(rig.http.requests.begin(), rig.http.requests.end(),
                                         [](const net::HttpRequest &request) { return request.method == "POST"; });
    QCOMPARE(creations, 1);
}

void TestEngineHttp::unsignedRequestsOfTheCarrierAreRefused_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("base");
    QTest::newRow("another account's token") << QByteArray("another") << QByteArray(EngineRig::kPublic);
    QTest::newRow("no token") << QByteArray() << QByteArray(EngineRig::kPublic);
    QTest::newRow("for another server") << QByteArray(EngineRig::kToken) << QByteArray("https://other.example");
    QTest::newRow("for the address the socket sees")
        << QByteArray(EngineRig::kToken) << QByteArray("http://127.0.0.1:7860");
}

void TestEngineHttp::unsignedRequestsOfTheCarrierAreRefused()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, base);
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    for (const char *target : {"/twiml", "/status"}) {
        auto talk = rig.webhook(target, {{"CallSid", rig.sid(1).toLatin1()}, {"CallStatus", "completed"}},
                                token.constData(), base.constData());
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 403);
        QVERIFY(isError(talk));
        auto without = rig.ask("POST", target, "CallStatus=completed&CallSid=" + rig.sid(1).toLatin1());
        QVERIFY(without.wait());
        QCOMPARE(without.status(), 403);
    }
    // Signed, and changed on the way.
    const twilio::FormPairs form = {{"CallSid", rig.sid(1).toLatin1()}, {"CallStatus", "ringing"}};
    const QByteArray signature =
        twilio::twilioSignature(Secret(EngineRig::kToken), "https://desk.example/status", form);
    auto changed = rig.ask("POST", "/status", "CallStatus=completed&CallSid=" + rig.sid(1).toLatin1(),
                           {{"X-Twilio-Signature", signature}});
    QVERIFY(changed.wait());
    QCOMPARE(changed.status(), 403);
    QCOMPARE(rig.log.states(), QStringList("queued"));
}

void TestEngineHttp::instructionsNameTheStreamTheDataAndAToken()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial(kBody).wait());
    auto talk = rig.instructions(1);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    QVERIFY(talk.header("Content-Type").startsWith("text/xml"));
    const auto stream = streamOf(talk.body());
    QCOMPARE(stream["url"], QString("wss://desk.example/ws"));
    QCOMPARE(stream["to_number"], QString("+14155550100"));
    QCOMPARE(stream["from_number"], QString("+14155550199"));
    QCOMPARE(stream["customer_name"], QString("Robin <b> & \"Sons\""));
    QCOMPARE(stream["visits"], QString("3"));
    static const QRegularExpression kHex("^[0-9a-f]{32}$");
    QVERIFY(kHex.match(stream["dialdesk_token"]).hasMatch());
    QCOMPARE(stream.size(), 6);
    QVERIFY(!stream.contains("_pipecatCloudServiceHost"));
    static const QRegularExpression kAfterConnect("</Connect>\\s*</Response>");
    QVERIFY(kAfterConnect.match(QString::fromUtf8(talk.body())).hasMatch()); // the call ends with its stream
}

void TestEngineHttp::instructionsForAnUnknownCallHangUp()
{
    EngineRig rig;
    QVERIFY(rig.start());
    auto talk = rig.instructions(7);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    QVERIFY2(talk.body().contains("<Hangup/>"), talk.body().constData());
    auto malformed = rig.webhook("/twiml", {{"AccountSid", EngineRig::kAccount}});
    QVERIFY(malformed.wait());
    QCOMPARE(malformed.status(), 400);
}

void TestEngineHttp::instructionsForTheCloud()
{
    EngineRig rig;
    rig.config.environment = config::Environment::Production;
    rig.config.pipecatCloud = {"ava", "bright-dental", "eu-central"};
    rig.config.deepgram = {}; // its agent has keys of its own
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto dialed = rig.dial(kBody);
    QVERIFY(dialed.wait());
    QCOMPARE(dialed.status(), 200);
    auto talk = rig.instructions(1);
    QVERIFY(talk.wait());
    const auto stream = streamOf(talk.body());
    QVERIFY2(stream["url"].startsWith("wss://") && stream["url"].endsWith("/ws/twilio") &&
                 stream["url"].contains("eu-central"),
             qPrintable(stream["url"]));
    QCOMPARE(stream["_pipecatCloudServiceHost"], QString("ava.bright-dental"));
    QCOMPARE(stream["customer_name"], QString("Robin <b> & \"Sons\""));
    QVERIFY(!stream.contains("dialdesk_token"));
    QVERIFY(rig.callback(1, "in-progress").wait());
    QVERIFY(rig.callback(1, "completed", "42").wait());
    QCOMPARE(rig.log.states(), QStringList({"queued", "in-progress", "completed"}));
    QCOMPARE(rig.log.ends().at(0).durationS, 42.0);
    QVERIFY(rig.sockets.sockets.isEmpty()); // no vendor of ours was asked for anything
}

void TestEngineHttp::theCloudNeedsItsNamesBeforeDialing()
{
    EngineRig rig;
    rig.config.environment = config::Environment::Production;
    QVERIFY(rig.start());
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    const QString detail = talk.json()["detail"].toString();
    QVERIFY2(detail.contains("AGENT_NAME") && detail.contains("ORGANIZATION_NAME"), qPrintable(detail));
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineHttp::callbacksOfAnyKindAreAnswered()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    const std::vector<std::pair<int, const char *>> reports = {
        {1, "ringing"},   {1, "initiated"}, {1, "ringing"},   {9, "ringing"}, // not ours
        {1, "no-answer"}, {1, "no-answer"}, {1, "completed"}, {1, "in-progress"}};
    for (const auto &[call, status] : reports) {
        auto talk = rig.callback(call, status);
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 204);
    }
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing", "no-answer"}));
    QCOMPARE(rig.log.ends().size(), 1u);
}

void TestEngineHttp::malformedCallbacksAreRefused()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const QList<twilio::FormPairs> wrong = {{},
                                            {{"CallStatus", "ringing"}},
                                            {{"CallSid", "CA1"}, {"CallStatus", "ringing"}},
                                            {{"CallSid", rig.sid(1).toLatin1()}},
                                            {{"CallSid", rig.sid(1).toLatin1()}, {"CallStatus", "exploded"}}};
    for (const auto &form : wrong) {
        auto talk = rig.webhook("/status", form);
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 400);
        QVERIFY(isError(talk));
    }
}

void TestEngineHttp::historyListsPagesAndShowsCalls()
{
    EngineRig rig;
    QVERIFY(rig.start());
    for (int call = 1; call <= 3; ++call) {
        rig.carrierAccepts(call);
        QVERIFY(rig.dial(kBody).wait());
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
    QVERIFY(isError(unknown));
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
