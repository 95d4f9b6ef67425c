#include "customer_server.h"

#include "engine/net/qt_web_socket.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/simulated_phone_network.h"
#include "engine/practice/twiml_runner.h"
#include "engine/twilio/signature.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QWebSocket>

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const engine::Secret kToken("0123456789abcdef0123456789abcdef");

QByteArray connectTo(const QString &url)
{
    return "<Response><Connect><Stream url=\"" + url.toUtf8() +
           "\"><Parameter name=\"to_number\" value=\"+14155550100\"/><Parameter name=\"job\" "
           "value=\"42\"/></Stream></Connect></Response>";
}

} // namespace

class TestSimulatedCall : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void answeredCallRunsAsTheManualSays();
    void playsInRealTimeAndReturnsMarks();
    void endsWithoutTwimlWhenNotReached_data();
    void endsWithoutTwimlWhenNotReached();
    void honoursAShortTimeout();
    void canceledWhileQueuedTellsOnlyTheEnd();
    void canceledWhileRinging();
    void onlyTheEndIsToldByDefault();
    void refusesUpdatesOfAnEndedCall();
    void newTwimlReplacesTheStream();
    void runsTheNextVerbWhenTheServerCloses();
    void asksTheActionWhenTheServerCloses();
    void notesFaultyDocuments_data();
    void notesFaultyDocuments();
    void asksTheFallbackOnce();
    void notesARefusedStream();
    void endsAtTheTimeLimit();
    void neverConnectsToTheCloud();
    void refusesTheCloudWithoutAnAgent();
    void spacesCallsOut();
    void fillsThePriceLater();
    void keepsTheRecordAloneOnceThePriceIsKnown();
    void callbacksMayOvertakeEachOther();
    void waitsForMachineDetection();
    void reportsMachineDetectionLaterWhenAsked();

private:
    SimulatedCall *dial(int digits, const QString &path = u"/twiml"_s);
    bool isLive() const { return m_customer->eventsNamed(u"media"_s).size() > 2; }
    QList<int> noteCodes(const SimulatedCall *call) const;
    void checkSignatures() const;

    engine::SystemClock m_clock;
    engine::SeededRandom m_random{7};
    engine::net::QtWebSocketFactory m_sockets;
    ScenarioBoard m_board;
    LineFigures m_figures{m_clock};
    std::unique_ptr<SimulatedPhoneNetwork> m_network;
    std::unique_ptr<CustomerServer> m_customer;
    CallParameters m_parameters;
};

void TestSimulatedCall::init()
{
    NetworkSettings settings;
    settings.accountSid = u"AC00000000000000000000000000000001"_s;
    settings.authToken = kToken;
    settings.callsPerSecond = 1000;
    settings.timing.slotToInitiated = 5ms;
    settings.timing.initiatedToRinging = 5ms;
    settings.timing.initiatedToFailed = 5ms;
    settings.timing.ringingToBusy = 5ms;
    settings.timing.ringingToAnswer = 5ms;
    settings.timing.longestUnansweredRing = 10ms;
    settings.timing.answerToTwiml = 5ms;
    settings.timing.twimlToUpgrade = 5ms;
    settings.timing.hangUpRequestToStop = 20ms;
    settings.timing.endToCallback = 5ms;
    settings.timing.endToPrice = 30ms;
    settings.timing.cloudConversation = 30ms;
    settings.timing.errorAnnouncement = 20ms;
    const Synthesis synthesis = [](Speaker, const QString &text, QObject *context,
                                   const std::function<void(std::shared_ptr<const Utterance>)> &done) {
        auto utterance = std::make_shared<Utterance>();
        utterance->text = text;
        utterance->mulaw = QByteArray(800, '\x20');
        QMetaObject::invokeMethod(
            context, [done, utterance] { done(utterance); }, Qt::QueuedConnection);
    };
    m_network =
        std::make_unique<SimulatedPhoneNetwork>(settings, m_clock, m_random, m_sockets, m_board, m_figures, synthesis);
    m_customer = std::make_unique<CustomerServer>();
    m_customer->answer = [this](const auto &) {
        return CustomerServer::Reply{200, "text/xml", connectTo(m_customer->streamUrl())};
    };
    m_parameters = {};
    m_parameters.from = u"+14155550190"_s;
    m_parameters.statusCallback = m_customer->httpUrl(u"/status?job=42"_s);
    m_parameters.events = {CallEvent::Initiated, CallEvent::Ringing, CallEvent::Answered, CallEvent::Completed};
}

void TestSimulatedCall::cleanup()
{
    checkSignatures();
    m_network.reset();
    m_customer.reset();
}

SimulatedCall *TestSimulatedCall::dial(int digits, const QString &path)
{
    m_parameters.to = u"+1415555%1"_s.arg(digits, 4, 10, QChar(u'0'));
    if (m_parameters.instructions.twiml.isEmpty())
        m_parameters.instructions.url = m_customer->httpUrl(path);
    const auto call = m_network->create(m_parameters);
    return call ? *call : nullptr;
}

QList<int> TestSimulatedCall::noteCodes(const SimulatedCall *call) const
{
    QList<int> codes;
    for (const Notification &notification : call->notifications())
        codes.append(notification.errorCode);
    return codes;
}

void TestSimulatedCall::checkSignatures() const
{
    const QUrl base(m_customer->httpUrl({}));
    for (const auto &webhook : m_customer->webhooks)
        QVERIFY2(engine::twilio::isSignatureValid(kToken, webhook.signature, base, webhook.path,
                                                  engine::twilio::SignedRequest::Webhook, webhook.form),
                 webhook.path.constData());
}

void TestSimulatedCall::answeredCallRunsAsTheManualSays()
{
    SimulatedCall *call = dial(100, u"/twiml?job=42"_s);
    const QString sid = call->record().sid;
    QCOMPARE(call->record().status, CallStatus::Queued);
    QCOMPARE(m_board.scenarioOf(sid), std::optional(100));
    QTRY_VERIFY(isLive());
    QCOMPARE(call->record().status, CallStatus::InProgress);

    const auto twiml = m_customer->to("/twiml");
    QCOMPARE(twiml.size(), 1);
    QCOMPARE(twiml[0].value("CallSid"), sid.toLatin1());
    QCOMPARE(twiml[0].value("CallStatus"), QByteArray("in-progress"));
    QCOMPARE(twiml[0].value("From"), QByteArray("+14155550190"));
    QCOMPARE(twiml[0].value("Called"), QByteArray("+14155550100"));
    QVERIFY(engine::twilio::fieldValue(twiml[0].form, "FromCity").has_value());
    QCOMPARE(twiml[0].value("FromCity"), QByteArray());
    QVERIFY(engine::twilio::fieldValue(twiml[0].form, "PracticeExtra").has_value());

    const QUrl streamBase(QString(m_customer->streamUrl()).replace(u"ws:"_s, u"http:"_s).chopped(3));
    QVERIFY(engine::twilio::isSignatureValid(kToken, m_customer->streamSignature, streamBase, "/ws",
                                             engine::twilio::SignedRequest::MediaStream, {}));
    QCOMPARE(m_customer->messages[0],
             (QJsonObject{{u"event"_s, u"connected"_s}, {u"protocol"_s, u"Call"_s}, {u"version"_s, u"1.0.0"_s}}));
    const QJsonObject start = m_customer->messages[1];
    QCOMPARE(start.value("event"_L1).toString(), u"start"_s);
    QCOMPARE(start.value("start"_L1).toObject().value("callSid"_L1).toString(), sid);
    QCOMPARE(start.value("start"_L1).toObject().value("customParameters"_L1).toObject(),
             (QJsonObject{{u"job"_s, u"42"_s}, {u"to_number"_s, u"+14155550100"_s}}));
    QVERIFY(m_customer->streamSid().startsWith(u"MZ"_s));

    QVERIFY(!call->update({u"completed"_s, {}, {}, "POST", {}}).has_value());
    QVERIFY(!call->isOver());
    QCOMPARE(call->update({u"completed"_s, {}, {}, "POST", {}})->code, 21220);
    QTRY_VERIFY(m_customer->streamClosed);
    QTRY_COMPARE(m_customer->callbacks().size(), 4);
    QCOMPARE(m_customer->streamCloseCode, 1000);
    QVERIFY(m_customer->sawCloseFrame);

    qint64 sequenceNumber = 0;
    qint64 chunk = 0;
    for (const QJsonObject &message : m_customer->messages.sliced(1)) {
        QCOMPARE(message.value("sequenceNumber"_L1).toString(), QString::number(++sequenceNumber));
        if (message.value("event"_L1).toString() != "media"_L1)
            continue;
        const QJsonObject media = message.value("media"_L1).toObject();
        QCOMPARE(media.value("chunk"_L1).toString(), QString::number(++chunk));
        QCOMPARE(media.value("timestamp"_L1).toString(), QString::number(chunk * 20));
        QCOMPARE(media.value("track"_L1).toString(), u"inbound"_s);
        QCOMPARE(QByteArray::fromBase64(media.value("payload"_L1).toString().toLatin1()).size(), 160);
    }
    QCOMPARE(m_customer->messages.last().value("event"_L1).toString(), u"stop"_s);
    QCOMPARE(m_customer->messages.last().value("stop"_L1).toObject().value("callSid"_L1).toString(), sid);

    const auto callbacks = m_customer->callbacks();
    const QByteArrayList words{"initiated", "ringing", "in-progress", "completed"};
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(callbacks[i].value("CallStatus"), words[i]);
        QCOMPARE(callbacks[i].value("SequenceNumber"), QByteArray::number(i));
        QCOMPARE(callbacks[i].value("CallbackSource"), QByteArray("call-progress-events"));
        QVERIFY(callbacks[i].value("Timestamp").endsWith(" +0000"));
        QCOMPARE(callbacks[i].value("CallDuration").isEmpty(), i < 3);
    }
    QCOMPARE(callbacks[3].value("CallDuration"), QByteArray("1"));
    QCOMPARE(callbacks[3].value("Duration"), QByteArray("1"));
    QCOMPARE(call->record().durationSeconds, std::optional(1));
    QCOMPARE(m_board.scenarioOf(sid), std::nullopt);
    QCOMPARE(noteCodes(call), QList<int>());
}

void TestSimulatedCall::playsInRealTimeAndReturnsMarks()
{
    dial(107);
    QTRY_VERIFY(isLive());
    m_customer->sendMark(u"at once"_s);
    QTRY_COMPARE(m_customer->eventsNamed(u"mark"_s).size(), 1);
    const qsizetype before = m_customer->eventsNamed(u"media"_s).size();
    m_customer->sendAudio(1600); // 200 ms
    m_customer->sendMark(u"a"_s);
    m_customer->sendAudio(800); // 100 ms
    m_customer->sendMark(u"b"_s);
    QTRY_COMPARE(m_customer->eventsNamed(u"mark"_s).size(), 2);
    const qsizetype framesToA = m_customer->eventsNamed(u"media"_s).size() - before;
    QVERIFY2(framesToA >= 9 && framesToA <= 13, qPrintable(QString::number(framesToA)));
    QTRY_COMPARE(m_customer->eventsNamed(u"mark"_s).size(), 3);
    const qsizetype framesToB = m_customer->eventsNamed(u"media"_s).size() - before;
    QVERIFY2(framesToB - framesToA >= 4 && framesToB - framesToA <= 7, qPrintable(QString::number(framesToB)));
    QCOMPARE(m_customer->eventsNamed(u"mark"_s).last().value("mark"_L1).toObject().value("name"_L1).toString(), u"b"_s);
}

void TestSimulatedCall::endsWithoutTwimlWhenNotReached_data()
{
    QTest::addColumn<int>("digits");
    QTest::addColumn<QByteArrayList>("words");
    QTest::addColumn<QByteArray>("sipCode");
    QTest::newRow("busy") << 102 << QByteArrayList{"initiated", "ringing", "busy"} << QByteArray("486");
    QTest::newRow("no answer") << 103 << QByteArrayList{"initiated", "ringing", "no-answer"} << QByteArray("487");
    QTest::newRow("failed") << 104 << QByteArrayList{"initiated", "failed"} << QByteArray("404");
}

void TestSimulatedCall::endsWithoutTwimlWhenNotReached()
{
    QFETCH(int, digits);
    QFETCH(QByteArrayList, words);
    const SimulatedCall *call = dial(digits);
    QTRY_COMPARE(m_customer->callbacks().size(), words.size());
    QByteArrayList told;
    for (const auto &callback : m_customer->callbacks())
        told.append(callback.value("CallStatus"));
    QCOMPARE(told, words);
    QCOMPARE(m_customer->callbacks().last().value("Duration"), QByteArray("0"));
    QCOMPARE(m_customer->callbacks().last().value("CallDuration"), QByteArray("0"));
    QTEST(m_customer->callbacks().last().value("SipResponseCode"), "sipCode");
    QVERIFY(m_customer->to("/twiml").isEmpty());
    QCOMPARE(toWord(call->record().status).toLatin1(), words.last());
}

void TestSimulatedCall::honoursAShortTimeout()
{
    m_parameters.timeout = 1s;
    const SimulatedCall *call = dial(115); // would ring for 8 s
    QTRY_COMPARE(call->record().status, CallStatus::NoAnswer);
}

void TestSimulatedCall::canceledWhileQueuedTellsOnlyTheEnd()
{
    SimulatedCall *call = dial(100);
    QVERIFY(!call->update({u"canceled"_s, {}, {}, "POST", {}}).has_value());
    QCOMPARE(call->record().status, CallStatus::Canceled);
    QTRY_COMPARE(m_customer->callbacks().size(), 1);
    QCOMPARE(m_customer->callbacks()[0].value("CallStatus"), QByteArray("canceled"));
    QCOMPARE(m_customer->callbacks()[0].value("SequenceNumber"), QByteArray("0"));
}

void TestSimulatedCall::canceledWhileRinging()
{
    SimulatedCall *call = dial(115);
    QTRY_COMPARE(call->record().status, CallStatus::Ringing);
    CallUpdate redirect;
    redirect.instructions = Instructions{{}, "POST", u"<Response/>"_s, {}, "POST"};
    QCOMPARE(call->update(redirect)->code, 21220);
    QVERIFY(!call->update({u"completed"_s, {}, {}, "POST", {}}).has_value());
    QTRY_COMPARE(m_customer->callbacks().size(), 3);
    QCOMPARE(m_customer->callbacks()[2].value("CallStatus"), QByteArray("canceled"));
}

void TestSimulatedCall::onlyTheEndIsToldByDefault()
{
    m_parameters.events = {CallEvent::Completed};
    dial(102);
    QTRY_COMPARE(m_customer->callbacks().size(), 1);
    QCOMPARE(m_customer->callbacks()[0].value("CallStatus"), QByteArray("busy"));
    QCOMPARE(m_customer->callbacks()[0].value("SequenceNumber"), QByteArray("0"));
}

void TestSimulatedCall::refusesUpdatesOfAnEndedCall()
{
    SimulatedCall *call = dial(104);
    QTRY_VERIFY(call->isOver());
    const auto error = call->update({u"completed"_s, {}, {}, "POST", {}});
    QVERIFY(error.has_value());
    QCOMPARE(error->code, 21220);
    QCOMPARE(error->status, 400);
    QCOMPARE(error->message, u"Call is not in-progress. Cannot redirect."_s);
}

void TestSimulatedCall::newTwimlReplacesTheStream()
{
    SimulatedCall *call = dial(107);
    QTRY_VERIFY(isLive());
    CallUpdate update;
    update.instructions = Instructions{{}, "POST", u"<Response><Pause length=\"60\"/></Response>"_s, {}, "POST"};
    QVERIFY(!call->update(update).has_value());
    QTRY_VERIFY(m_customer->streamClosed);
    QCOMPARE(m_customer->messages.last().value("event"_L1).toString(), u"stop"_s);
    QCOMPARE(call->record().status, CallStatus::InProgress);
}

void TestSimulatedCall::runsTheNextVerbWhenTheServerCloses()
{
    const SimulatedCall *call = dial(107);
    QTRY_VERIFY(isLive());
    m_customer->closeStream();
    QTRY_COMPARE(call->record().status, CallStatus::Completed); // no verb left
    QVERIFY(m_customer->eventsNamed(u"stop"_s).isEmpty());
    QCOMPARE(noteCodes(call), QList<int>());
}

void TestSimulatedCall::asksTheActionWhenTheServerCloses()
{
    m_customer->answer = [this](const CustomerServer::Webhook &webhook) {
        QByteArray document = connectTo(m_customer->streamUrl());
        document.replace("<Connect>", "<Connect action=\"" + m_customer->httpUrl(u"/ended"_s).toLatin1() + "\">");
        document.replace("<Stream ", "<Stream name=\"bot\" statusCallback=\"" +
                                         m_customer->httpUrl(u"/stream"_s).toLatin1() + "\" ");
        return CustomerServer::Reply{
            200, "text/xml", webhook.path == "/twiml" ? document : QByteArray("<Response><Hangup/></Response>")};
    };
    const SimulatedCall *call = dial(107);
    QTRY_VERIFY(isLive());
    m_customer->closeStream();
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(m_customer->to("/ended").size(), 1);
    QTRY_COMPARE(m_customer->to("/stream").size(), 2);
    QCOMPARE(m_customer->to("/stream")[0].value("StreamEvent"), QByteArray("stream-started"));
    QCOMPARE(m_customer->to("/stream")[1].value("StreamEvent"), QByteArray("stream-stopped"));
    QCOMPARE(m_customer->to("/stream")[1].value("StreamName"), QByteArray("bot"));
    QVERIFY(m_customer->to("/stream")[1].value("Timestamp").endsWith('Z'));
}

void TestSimulatedCall::notesFaultyDocuments_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::newRow("server error") << 500 << QByteArray("text/xml") << QByteArray("<Response/>") << 11200;
    QTest::newRow("not found") << 404 << QByteArray("text/html") << QByteArray("no") << 11200;
    QTest::newRow("not XML") << 200 << QByteArray("text/xml") << QByteArray("{}") << 12100;
    QTest::newRow("wrong root") << 200 << QByteArray("text/xml") << QByteArray("<Twiml/>") << 12102;
    QTest::newRow("wrong type") << 200 << QByteArray("application/json") << QByteArray("<Response/>") << 12300;
    const auto stream = [](const char *attributes) {
        return QByteArray("<Response><Connect><Stream ") + attributes + "/></Connect></Response>";
    };
    QTest::newRow("https stream") << 200 << QByteArray("text/xml") << stream("url=\"https://127.0.0.1/ws\"") << 31922;
    QTest::newRow("plain stream elsewhere")
        << 200 << QByteArray("text/xml") << stream("url=\"ws://dial.example.com/ws\"") << 31922;
    QTest::newRow("relative stream") << 200 << QByteArray("text/xml") << stream("url=\"/ws\"") << 31923;
    QTest::newRow("both tracks") << 200 << QByteArray("text/xml")
                                 << stream("url=\"wss://127.0.0.1/ws\" track=\"both_tracks\"") << 31941;
    QTest::newRow("unknown verb") << 200 << QByteArray("text/xml") << QByteArray("<Response><Sing/></Response>")
                                  << 12200;
}

void TestSimulatedCall::notesFaultyDocuments()
{
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    m_customer->answer = [&](const auto &) { return CustomerServer::Reply{status, type, body}; };
    const SimulatedCall *call = dial(107);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{code});
    QCOMPARE(m_customer->to("/twiml").size(), 1); // asked once, whatever it answered
    QTRY_COMPARE(m_customer->callbacks().size(), 4);
}

void TestSimulatedCall::asksTheFallbackOnce()
{
    m_customer->answer = [](const CustomerServer::Webhook &webhook) {
        return webhook.path == "/twiml" ? CustomerServer::Reply{500, {}, {}}
                                        : CustomerServer::Reply{200, "text/xml", "<Nope/>"};
    };
    m_parameters.instructions.fallbackUrl = m_customer->httpUrl(u"/fallback"_s);
    const SimulatedCall *call = dial(107);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(m_customer->to("/fallback").size(), 1);
    QCOMPARE(m_customer->to("/fallback")[0].value("ErrorCode"), QByteArray("11200"));
    QCOMPARE(m_customer->to("/fallback")[0].value("ErrorUrl"), m_customer->httpUrl(u"/twiml"_s).toLatin1());
    QCOMPARE(noteCodes(call), (QList<int>{11200, 12102}));
}

void TestSimulatedCall::notesARefusedStream()
{
    m_customer->acceptsStreams = false;
    const SimulatedCall *call = dial(107);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{31920});

    m_customer->answer = [](const auto &) {
        return CustomerServer::Reply{200, "text/xml", connectTo(u"ws://127.0.0.1:1/ws"_s)};
    };
    call = dial(107);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{31902});
}

void TestSimulatedCall::endsAtTheTimeLimit()
{
    m_parameters.timeLimit = 1s;
    const SimulatedCall *call = dial(107);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{32015});
    QTRY_VERIFY(m_customer->streamClosed);
    QCOMPARE(m_customer->messages.last().value("event"_L1).toString(), u"stop"_s);
}

void TestSimulatedCall::neverConnectsToTheCloud()
{
    m_parameters.instructions.twiml =
        u"<Response><Connect><Stream url=\"wss://eu-central.api.pipecat.daily.co/ws/twilio\">"
        "<Parameter name=\"_pipecatCloudServiceHost\" value=\"agent.acme\"/></Stream></Connect></Response>"_s;
    const SimulatedCall *call = dial(100);
    QTest::ignoreMessage(
        QtInfoMsg,
        qPrintable(
            u"practice: call %1 went to wss://eu-central.api.pipecat.daily.co/ws/twilio for agent agent.acme"_s.arg(
                call->record().sid)));
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>());
    QTRY_COMPARE(m_customer->callbacks().size(), 4);
}

void TestSimulatedCall::refusesTheCloudWithoutAnAgent()
{
    m_parameters.instructions.twiml =
        u"<Response><Connect><Stream url=\"wss://api.pipecat.daily.co/ws/twilio\">"
        "<Parameter name=\"_pipecatCloudServiceHost\" value=\"None.None\"/></Stream></Connect></Response>"_s;
    const SimulatedCall *call = dial(100);
    QTRY_COMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{31920});
}

void TestSimulatedCall::spacesCallsOut()
{
    m_network->settings().callsPerSecond = 10;
    QCOMPARE(dial(104)->record().queueTime, 0ms);
    const auto second = dial(104)->record().queueTime;
    const auto third = dial(104)->record().queueTime;
    QVERIFY2(second > 80ms && second <= 100ms, qPrintable(QString::number(second.count())));
    QVERIFY2(third > 180ms && third <= 200ms, qPrintable(QString::number(third.count())));
}

void TestSimulatedCall::fillsThePriceLater()
{
    m_parameters.instructions.twiml = u"<Response><Hangup/></Response>"_s;
    const SimulatedCall *call = dial(100);
    std::optional<QString> priceAtTheEnd;
    connect(call, &SimulatedCall::ended, this, [&] { priceAtTheEnd = call->record().price; });
    QTRY_VERIFY(priceAtTheEnd);
    QCOMPARE(*priceAtTheEnd, QString());
    QCOMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(call->record().durationSeconds, std::optional(1));
    QTRY_COMPARE(call->record().price, u"-0.01400"_s);
}

void TestSimulatedCall::keepsTheRecordAloneOnceThePriceIsKnown()
{
    m_customer->answer = [](const auto &) { return CustomerServer::Reply{200, "text/xml", "this is no TwiML"}; };
    const SimulatedCall *call = dial(100);
    QVERIFY(call->findChild<TwimlRunner *>());
    QTRY_VERIFY(!call->record().price.isEmpty());
    QTRY_VERIFY(!call->findChild<TwimlRunner *>());
    QTRY_VERIFY(call->children().isEmpty());
    QCOMPARE(m_network->find(call->record().sid), call);
    QCOMPARE(call->record().status, CallStatus::Completed);
    QCOMPARE(noteCodes(call), QList<int>{12100});
}

void TestSimulatedCall::callbacksMayOvertakeEachOther()
{
    m_network->settings().timing.callbackJitter = 100ms;
    m_parameters.instructions.twiml = u"<Response><Hangup/></Response>"_s;
    dial(100);
    QTRY_COMPARE(m_customer->callbacks().size(), 4);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(m_customer->callbacks()[i].value("SequenceNumber"), QByteArray::number(i));
}

void TestSimulatedCall::waitsForMachineDetection()
{
    m_network->settings().timing.machineDetection = 30ms;
    m_parameters.machineDetection = MachineDetection::Enable;
    const SimulatedCall *call = dial(105);
    QTRY_COMPARE(m_customer->to("/twiml").size(), 1);
    QCOMPARE(m_customer->to("/twiml")[0].value("AnsweredBy"), QByteArray("machine_start"));
    QCOMPARE(m_customer->to("/twiml")[0].value("MachineDetectionDuration"), QByteArray("30"));
    QCOMPARE(call->record().answeredBy, u"machine_start"_s);
}

void TestSimulatedCall::reportsMachineDetectionLaterWhenAsked()
{
    m_network->settings().timing.machineDetection = 200ms;
    m_parameters.machineDetection = MachineDetection::DetectMessageEnd;
    m_parameters.asyncAmd = true;
    m_parameters.asyncAmdStatusCallback = m_customer->httpUrl(u"/amd"_s);
    dial(100);
    QTRY_COMPARE(m_customer->to("/amd").size(), 1);
    QCOMPARE(m_customer->to("/amd")[0].value("AnsweredBy"), QByteArray("human"));
    QCOMPARE(m_customer->to("/twiml").size(), 1);
    QVERIFY(!engine::twilio::fieldValue(m_customer->to("/twiml")[0].form, "AnsweredBy").has_value());
}

DIALDESK_TEST(TestSimulatedCall)
#include "tst_simulated_call.moc"
