#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace std::chrono_literals;

namespace {

const QByteArray kOrder = R"({"to_number": "+14155550100"})";

net::HeaderList withKey(const QByteArray &key, const QByteArray &sender)
{
    return {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + key}, {"X-Forwarded-For", sender}};
}

} // namespace

/// The door on a real server: what a browser, a guesser and a forger get, and what the operator gets to see of it.
class TestDoorHttp : public QObject
{
    Q_OBJECT

private slots:
    void aWebPageCannotDial_data();
    void aWebPageCannotDial();
    void aMissingContentTypeIsExplained();
    void whoGuessesTheKeyHasToWaitAndOthersDoNot();
    void whoForgesSignaturesHasToWaitAndTwilioDoesNot();
    void forgedUpgradesHaveToWaitToo();
    void refusalsAreCountedAndShownToTheOperator();
    void aStreamWithoutItsTokenIsShown();
};

void TestDoorHttp::aWebPageCannotDial_data()
{
    QTest::addColumn<net::HeaderList>("headers");
    const auto row = [](const char *name, const net::HeaderList &headers) { QTest::newRow(name) << headers; };
    // What browsers let any page send unasked (Fetch standard, "CORS-safelisted"): these three types, or none.
    row("a form", {{"Content-Type", "application/x-www-form-urlencoded"}});
    row("plain text", {{"Content-Type", "text/plain;charset=UTF-8"}});
    row("a form of parts", {{"Content-Type", "multipart/form-data; boundary=x"}});
    row("no type", {});
    row("a type that begins alike", {{"Content-Type", "application/json-patch+json"}});
    // And what a browser adds of its own.
    row("another site", {{"Content-Type", "application/json"}, {"Origin", "https://evil.example"}});
    row("a file", {{"Content-Type", "application/json"}, {"Origin", "null"}});
    row("another port here", {{"Content-Type", "application/json"}, {"Origin", "http://127.0.0.1:1"}});
    row("fetch metadata", {{"Content-Type", "application/json"}, {"Sec-Fetch-Site", "cross-site"}});
    row("a name that leads here (DNS rebinding)", {{"Content-Type", "application/json"}, {"Host", "evil.example"}});
}

void TestDoorHttp::aWebPageCannotDial()
{
    QFETCH(net::HeaderList, headers);
    EngineRig rig;
    QVERIFY(rig.start());
    auto talk = rig.ask("POST", "/dialout", kOrder, headers);
    QVERIFY(talk.wait());
    QVERIFY2(talk.status() == 400 || talk.status() == 403, qPrintable(QString::number(talk.status())));
    QVERIFY(rig.http.requests.isEmpty()); // the carrier was not asked
}

void TestDoorHttp::aMissingContentTypeIsExplained()
{
    EngineRig rig;
    QVERIFY(rig.start());
    auto curl = rig.ask("POST", "/dialout", kOrder, {{"Content-Type", "application/x-www-form-urlencoded"}});
    QVERIFY(curl.wait());
    QCOMPARE(curl.status(), 400);
    QVERIFY(curl.json()["detail"].toString().contains("-H 'Content-Type: application/json'"));
    rig.carrierAccepts(1);
    auto right = rig.ask("POST", "/dialout", kOrder, {{"Content-Type", "Application/JSON; charset=utf-8"}});
    QVERIFY(right.wait());
    QCOMPARE(right.status(), 200);
}

void TestDoorHttp::whoGuessesTheKeyHasToWaitAndOthersDoNot()
{
    EngineRig rig;
    rig.config.server.apiKey = Secret("the-key");
    QVERIFY(rig.start());
    const auto attempt = [&rig](const QByteArray &key, const QByteArray &sender) {
        auto talk = rig.ask("GET", "/api/calls", {}, withKey(key, sender));
        return talk.wait() ? std::pair(talk.status(), talk.header("Retry-After")) : std::pair(0, QByteArray());
    };
    for (int i = 0; i < 10; ++i)
        QCOMPARE(attempt("guess" + QByteArray::number(i), "203.0.113.9").first, 401);
    QCOMPARE(attempt("one-more", "203.0.113.9"), std::pair(429, QByteArray("60")));
    QCOMPARE(attempt("the-key", "203.0.113.9").first, 429);
    QCOMPARE(attempt("the-key", "203.0.113.10").first, 200);
    // A sender that makes up hops in front of its own is still itself.
    QCOMPARE(attempt("one-more", "10.1.2.3, 203.0.113.9").first, 429);
    rig.clock.advance(60s);
    QCOMPARE(attempt("the-key", "203.0.113.9").first, 200);
}

void TestDoorHttp::whoForgesSignaturesHasToWaitAndTwilioDoesNot()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const twilio::FormPairs form = {{"CallSid", EngineRig::sid(1).toLatin1()}, {"CallStatus", "ringing"}};
    for (int i = 0; i < 10; ++i) {
        auto forged = rig.webhook("/status", form, "another-token");
        QVERIFY(forged.wait());
        QCOMPARE(forged.status(), 403);
    }
    auto forged = rig.webhook("/status", form, "another-token");
    QVERIFY(forged.wait());
    QCOMPARE(forged.status(), 429);
    // The rig's carrier comes from the same address.
    auto real = rig.webhook("/status", form);
    QVERIFY(real.wait());
    QCOMPARE(real.status(), 204);
}

void TestDoorHttp::forgedUpgradesHaveToWaitToo()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const auto status = [&rig](const QByteArray &signature) {
        auto talk = rig.ask("GET", "/ws", {},
                            {{"Upgrade", "websocket"},
                             {"Connection", "Upgrade"},
                             {"Sec-WebSocket-Version", "13"},
                             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                             {"X-Twilio-Signature", signature}});
        return QTest::qWaitFor([&talk] { return talk.status() != 0; }) ? talk.status() : 0;
    };
    for (int i = 0; i < 10; ++i)
        QCOMPARE(status("Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ="), 403);
    QCOMPARE(status("Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ="), 429);
    QCOMPARE(status(StreamEnd::goodSignature()), 101);
}

void TestDoorHttp::refusalsAreCountedAndShownToTheOperator()
{
    EngineRig rig;
    rig.config.server.apiKey = Secret("the-key");
    QVERIFY(rig.start());
    for (int i = 0; i < 3; ++i) {
        auto wrong = rig.ask("GET", "/api/calls", {}, withKey("guess", "203.0.113.9"));
        QVERIFY(wrong.wait());
    }
    auto unsignedOne = rig.ask("POST", "/status", "CallSid=CA1");
    QVERIFY(unsignedOne.wait());
    QCOMPARE(rig.log.incidents(), QStringList({"refused_wrong_key", "refused_no_signature"}));
    const auto incident = rig.log.only<records::IncidentHappened>().at(0);
    QVERIFY(incident.sid.isEmpty());
    QVERIFY2(incident.error.message.contains("203.0.113.9") && !incident.error.message.contains("guess"),
             qPrintable(incident.error.message));
    auto metrics = rig.ask("GET", "/metrics");
    QVERIFY(metrics.wait());
    QVERIFY(metrics.body().contains("dialdesk_refused_requests_total{reason=\"wrong_key\"} 3\n"));
    QVERIFY(metrics.body().contains("dialdesk_refused_requests_total{reason=\"no_signature\"} 1\n"));
}

void TestDoorHttp::aStreamWithoutItsTokenIsShown()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    QVERIFY(rig.instructions(1).wait());
    StreamEnd stream(rig.port);
    QVERIFY(stream.waitOpen());
    stream.connected();
    stream.start(1, "made-up-token");
    QVERIFY(stream.waitClosed());
    QCOMPARE(rig.log.incidents(), QStringList("refused_wrong_token"));
    QVERIFY(!rig.log.only<records::IncidentHappened>().at(0).error.message.contains("made-up-token"));
}

DIALDESK_TEST(TestDoorHttp)
#include "tst_door_http.moc"
