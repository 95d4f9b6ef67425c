#include "engine/practice/twiml_document.h"
#include "engine/practice/twiml_runner.h"
#include "tests/support/test_program.h"


using namespace engine::practice;
using namespace Qt::StringLiterals;

class TestTwimlDocument : public QObject
{
    Q_OBJECT
private slots:
    void readsTheDocumentOfTheManual();
    void runsVerbsInOrder();
    void refusesWhatCannotRun_data();
    void refusesWhatCannotRun();
    void refusesEveryTruncation();
    void warnsAboutUnknownItemsAndGoesOn();
    void takesContentTypesAsTheCarrierDoes();
    void knowsWhichStreamsReachTheCloud_data();
    void knowsWhichStreamsReachTheCloud();
};

static const QByteArray kDocument = R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Connect action="https://dial.example.com/stream-ended">
    <Stream url="wss://dial.example.com/ws" name="bot-42" statusCallback="https://dial.example.com/stream-status?job=42&amp;k=1">
      <Parameter name="to_number" value="+14155550142"/>
      <Parameter name="from_number" value="+14155550100"/>
      <Parameter name="job" value="42"/>
    </Stream>
  </Connect>
  <Hangup/>
</Response>
)";

void TestTwimlDocument::readsTheDocumentOfTheManual()
{
    const auto document = readTwiml("text/xml; charset=utf-8", kDocument);
    QVERIFY(document.has_value());
    QCOMPARE(document->warnings, QStringList());
    QCOMPARE(document->verbs.size(), 2U);
    const auto connect = std::get<ConnectVerb>(document->verbs[0]);
    QCOMPARE(connect.action, u"https://dial.example.com/stream-ended"_s);
    QVERIFY(connect.stream.has_value());
    QCOMPARE(connect.stream->url, u"wss://dial.example.com/ws"_s);
    QCOMPARE(connect.stream->name, u"bot-42"_s);
    QCOMPARE(connect.stream->track, u"inbound_track"_s);
    QCOMPARE(connect.stream->statusCallback, u"https://dial.example.com/stream-status?job=42&k=1"_s);
    QCOMPARE(connect.stream->parameters,
             (QMap<QString, QString>{
                 {u"to_number"_s, u"+14155550142"_s}, {u"from_number"_s, u"+14155550100"_s}, {u"job"_s, u"42"_s}}));
    QVERIFY(std::holds_alternative<HangupVerb>(document->verbs[1]));
}

void TestTwimlDocument::runsVerbsInOrder()
{
    const auto document = readTwiml(
        "application/xml", "<Response><Say voice=\"x\">Hi &amp; bye</Say><Pause length=\"3\"/><Play digits=\"ww12\"/>"
                           "<Dial callerId=\"+1\"><Number>+14155550199</Number></Dial>"
                           "<Redirect method=\"get\">/next</Redirect></Response>");
    QVERIFY(document.has_value());
    QCOMPARE(document->verbs.size(), 5U);
    QCOMPARE(std::get<SayVerb>(document->verbs[0]).text, u"Hi & bye"_s);
    QCOMPARE(std::get<PauseVerb>(document->verbs[1]).seconds, 3);
    QCOMPARE(std::get<PlayVerb>(document->verbs[2]).digits, u"ww12"_s);
    QCOMPARE(std::get<DialVerb>(document->verbs[3]).target, u"+14155550199"_s);
    QCOMPARE(std::get<RedirectVerb>(document->verbs[4]), (RedirectVerb{u"/next"_s, "GET"}));
}

void TestTwimlDocument::refusesWhatCannotRun_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::newRow("empty") << QByteArray("text/xml") << QByteArray() << 12100;
    QTest::newRow("json") << QByteArray("text/xml") << QByteArray(R"({"detail":"x"})") << 12100;
    QTest::newRow("blank line before the declaration")
        << QByteArray("text/xml") << QByteArray("\n<?xml version=\"1.0\"?><Response/>") << 12100;
    QTest::newRow("byte-order mark") << QByteArray("text/xml") << QByteArray("\xEF\xBB\xBF<Response/>") << 12100;
    QTest::newRow("unescaped ampersand") << QByteArray("text/xml")
                                         << QByteArray("<Response><Say>a & b</Say></Response>") << 12100;
    QTest::newRow("behind the root") << QByteArray("text/xml") << QByteArray("<Response/><Response/>") << 12100;
    QTest::newRow("lower-case root") << QByteArray("text/xml") << QByteArray("<response/>") << 12102;
    QTest::newRow("html") << QByteArray("text/html") << QByteArray("<html><body/></html>") << 12102;
    QTest::newRow("json type") << QByteArray("application/json") << QByteArray("<Response/>") << 12300;
    QTest::newRow("no type") << QByteArray() << QByteArray("<Response/>") << 12300;
    QTest::newRow("too large") << QByteArray("text/xml")
                               << QByteArray("<Response>" + QByteArray(65536, ' ') + "</Response>") << 11750;
}

void TestTwimlDocument::refusesWhatCannotRun()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    const auto document = readTwiml(type, body);
    QVERIFY(!document.has_value());
    QTEST(document.error().code, "code");
    QVERIFY(!document.error().text.isEmpty());
}

void TestTwimlDocument::refusesEveryTruncation()
{
    const qsizetype end = kDocument.trimmed().size();
    for (qsizetype size = 0; size < end; ++size)
        QVERIFY2(!readTwiml("text/xml", kDocument.first(size)).has_value(), qPrintable(QString::number(size)));
    QVERIFY(readTwiml("text/xml", kDocument.first(end)).has_value());
}

void TestTwimlDocument::warnsAboutUnknownItemsAndGoesOn()
{
    const auto document =
        readTwiml("text/xml", "<Response><Sing loud=\"1\"><Note/></Sing><Connect color=\"red\"><Room/>"
                              "<Stream url=\"wss://a/\" size=\"2\"/></Connect></Response>");
    QVERIFY(document.has_value());
    QCOMPARE(document->verbs.size(), 1U);
    QVERIFY(std::get<ConnectVerb>(document->verbs[0]).stream.has_value());
    QCOMPARE(document->warnings.size(), 4);
}

void TestTwimlDocument::takesContentTypesAsTheCarrierDoes()
{
    QVERIFY(readTwiml("text/html", "<Response/>").has_value());
    QVERIFY(readTwiml("TEXT/XML;charset=x", "<Response/>").has_value());
    QVERIFY(readTwiml("text/plain", "<Response/>")->verbs.empty());
    QCOMPARE(std::get<SayVerb>(readTwiml("text/plain", "good morning")->verbs[0]).text, u"good morning"_s);
    QVERIFY(std::holds_alternative<PlayVerb>(readTwiml("audio/wav", "RIFF")->verbs[0]));
}

void TestTwimlDocument::knowsWhichStreamsReachTheCloud_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("reaches");
    QTest::newRow("default region") << u"wss://api.pipecat.daily.co/ws/twilio"_s << u"agent-1.acme"_s << true;
    QTest::newRow("region") << u"wss://eu-central.api.pipecat.daily.co/ws/twilio"_s << u"agent.acme"_s << true;
    QTest::newRow("unknown region") << u"wss://mars.api.pipecat.daily.co/ws/twilio"_s << u"agent.acme"_s << false;
    QTest::newRow("other host") << u"wss://dial.example.com/ws/twilio"_s << u"agent.acme"_s << false;
    QTest::newRow("other path") << u"wss://api.pipecat.daily.co/ws"_s << u"agent.acme"_s << false;
    QTest::newRow("plain") << u"ws://api.pipecat.daily.co/ws/twilio"_s << u"agent.acme"_s << false;
    QTest::newRow("no organization") << u"wss://api.pipecat.daily.co/ws/twilio"_s << u"agent."_s << false;
    QTest::newRow("no agent") << u"wss://api.pipecat.daily.co/ws/twilio"_s << u".acme"_s << false;
    QTest::newRow("nothing") << u"wss://api.pipecat.daily.co/ws/twilio"_s << QString() << false;
    QTest::newRow("unset in Python") << u"wss://api.pipecat.daily.co/ws/twilio"_s << u"None.None"_s << false;
}

void TestTwimlDocument::knowsWhichStreamsReachTheCloud()
{
    QFETCH(QString, url);
    QFETCH(QString, host);
    StreamNoun stream;
    stream.url = url;
    stream.parameters.insert(u"_pipecatCloudServiceHost"_s, host);
    QTEST(cloudStreamProblem(stream).isEmpty(), "reaches");
}

DIALDESK_TEST(TestTwimlDocument)
#include "tst_twiml_document.moc"
