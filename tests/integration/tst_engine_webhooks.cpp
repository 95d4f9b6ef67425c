#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QRegularExpression>

using namespace engine;
using namespace std::chrono_literals;

/// What the carrier asks and tells the engine: instructions for a call, and callbacks.
class TestEngineWebhooks : public QObject
{
    Q_OBJECT

private slots:
    void unsignedRequestsOfTheCarrierAreRefused_data();
    void unsignedRequestsOfTheCarrierAreRefused();
    void instructionsNameTheStreamTheDataAndAToken();
    void instructionsForAnUnknownCallHangUp();
    void instructionsForTheCloud();
    void theCloudNeedsItsNamesBeforeDialing();
    void callbacksOfAnyKindAreAnswered();
    void malformedCallbacksAreRefused();
};

void TestEngineWebhooks::unsignedRequestsOfTheCarrierAreRefused_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("base");
    QTest::newRow("another account's token") << QByteArray("another") << QByteArray(EngineRig::kPublic);
    QTest::newRow("no token") << QByteArray() << QByteArray(EngineRig::kPublic);
    QTest::newRow("for another server") << QByteArray(EngineRig::kToken) << QByteArray("https://other.example");
    QTest::newRow("for the address the socket sees")
        << QByteArray(EngineRig::kToken) << QByteArray("http://127.0.0.1:7860");
}

void TestEngineWebhooks::unsignedRequestsOfTheCarrierAreRefused()
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
        QVERIFY(talk.isError());
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

void TestEngineWebhooks::instructionsNameTheStreamTheDataAndAToken()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial(kDialWithData).wait());
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

void TestEngineWebhooks::instructionsForAnUnknownCallHangUp()
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

void TestEngineWebhooks::instructionsForTheCloud()
{
    EngineRig rig;
    rig.config.environment = config::Environment::Production;
    rig.config.pipecatCloud = {"ava", "bright-dental", "eu-central"};
    rig.config.deepgram = {}; // its agent has keys of its own
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto dialed = rig.dial(kDialWithData);
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

void TestEngineWebhooks::theCloudNeedsItsNamesBeforeDialing()
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

void TestEngineWebhooks::callbacksOfAnyKindAreAnswered()
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

void TestEngineWebhooks::malformedCallbacksAreRefused()
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
        QVERIFY(talk.isError());
    }
}

DIALDESK_TEST(TestEngineWebhooks)
#include "tst_engine_webhooks.moc"
