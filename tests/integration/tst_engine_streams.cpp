#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace std::chrono_literals;

namespace {

/// A stream token, as the instructions of a call carry it.
QString tokenOf(EngineRig &rig, int call)
{
    auto talk = rig.instructions(call);
    if (!talk.wait())
        return {};
    const QByteArray xml = talk.body();
    const qsizetype at = xml.indexOf("dialdesk_token\" value=\"");
    return at < 0 ? QString() : QString::fromLatin1(xml.mid(at + 23, 32));
}

/// An upgrade that is refused, as raw HTTP: the status.
int refusedUpgrade(const EngineRig &rig, const QByteArray &target, const net::HeaderList &headers)
{
    net::HeaderList all = {{"Upgrade", "websocket"},
                           {"Connection", "Upgrade"},
                           {"Sec-WebSocket-Version", "13"},
                           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    all += headers;
    HttpTalk talk(rig.port, "GET", target, {}, all);
    return talk.wait() ? talk.status() : 0;
}

} // namespace

/// The WebSockets of the contract: the carrier's media stream at /ws and the events at /api/events.
class TestEngineStreams : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void anUnsignedUpgradeIsRefused();
    void aPlainRequestIsTold();
    void aStreamWithoutAStartIsClosedAfterFiveSeconds();
    void aWrongTokenIsRefused();
    void aTokenWorksOnceAndForItsCallOnly();
    void aStreamGivesTheCallItsSound();
    void levelsAreToldWhileSomebodyListens();
    void theInstructionsAreToldWithoutTheirSecret();
    void whatIsNoStreamIsRefused_data();
    void whatIsNoStreamIsRefused();
    void aMessageOfTenMegabytesEndsTheSocket();
    void rubbishInALiveStreamDoesNotEndTheCall();
    void aStreamThatBreaksEndsItsCallOnly();
    void streamsThatFailDisturbNoLiveCall();
    void everyListenerGetsEveryEvent();
    void strangersMayNotListen();
    void listenersAreToldWhenTheServerStops();

private:
    void dial(int call)
    {
        m_rig->carrierAccepts(call);
        auto talk = m_rig->dial();
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
    }
    /// Dials, answers, and opens the stream.
    std::unique_ptr<StreamEnd> liveStream(int call)
    {
        dial(call);
        auto stream = std::make_unique<StreamEnd>(m_rig->port);
        if (!stream->waitOpen())
            return nullptr;
        stream->connected();
        stream->start(call, tokenOf(*m_rig, call));
        const CallSid sid(m_rig->sid(call));
        if (!QTest::qWaitFor([this, sid] { return m_rig->log.states(sid).contains("in-progress"); }))
            return nullptr;
        return stream;
    }

    std::unique_ptr<EngineRig> m_rig;
};

void TestEngineStreams::init()
{
    m_rig = std::make_unique<EngineRig>();
    QVERIFY(m_rig->start());
}

void TestEngineStreams::cleanup()
{
    m_rig.reset();
}

void TestEngineStreams::anUnsignedUpgradeIsRefused()
{
    const QByteArray good = StreamEnd::goodSignature();
    QCOMPARE(refusedUpgrade(*m_rig, "/ws", {}), 403);
    QCOMPARE(refusedUpgrade(*m_rig, "/ws", {{"X-Twilio-Signature", ""}}), 403);
    QCOMPARE(refusedUpgrade(*m_rig, "/ws", {{"X-Twilio-Signature", good.chopped(1)}}), 403);
    QCOMPARE(refusedUpgrade(*m_rig, "/ws?x=1", {{"X-Twilio-Signature", good}}), 403);
    const QByteArray other = twilio::twilioSignature(Secret("another"), "wss://desk.example/ws", {});
    QCOMPARE(refusedUpgrade(*m_rig, "/ws", {{"X-Twilio-Signature", other}}), 403);
    const QByteArray webhook = twilio::twilioSignature(Secret(EngineRig::kToken), "https://desk.example/ws", {});
    QCOMPARE(refusedUpgrade(*m_rig, "/ws", {{"X-Twilio-Signature", webhook}}), 403);
}

void TestEngineStreams::aPlainRequestIsTold()
{
    auto talk = m_rig->ask("GET", "/ws");
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 426);
    auto post = m_rig->ask("POST", "/ws");
    QVERIFY(post.wait());
    QCOMPARE(post.status(), 405);
}

void TestEngineStreams::aStreamWithoutAStartIsClosedAfterFiveSeconds()
{
    StreamEnd silent(m_rig->port);
    QVERIFY(silent.waitOpen());
    StreamEnd half(m_rig->port);
    QVERIFY(half.waitOpen());
    half.connected();
    // The server has taken both when it answers something that came after them.
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    m_rig->clock.advance(4999ms);
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    QCOMPARE(silent.socket.state(), QAbstractSocket::ConnectedState);
    m_rig->clock.advance(1ms);
    QVERIFY(silent.waitClosed());
    QVERIFY(half.waitClosed());
    QCOMPARE(silent.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
}

void TestEngineStreams::aWrongTokenIsRefused()
{
    dial(1);
    QVERIFY(!tokenOf(*m_rig, 1).isEmpty());
    for (const QString &token : {QString(), QString("wrong"), QString(32, '0')}) {
        StreamEnd stream(m_rig->port);
        QVERIFY(stream.waitOpen());
        stream.connected();
        stream.start(1, token);
        QVERIFY(stream.waitClosed());
        QCOMPARE(stream.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
        QCOMPARE(stream.socket.closeReason(), QString("token_wrong"));
    }
    QCOMPARE(m_rig->log.states(), QStringList("queued"));
}

void TestEngineStreams::aTokenWorksOnceAndForItsCallOnly()
{
    dial(1);
    dial(2);
    const QString token = tokenOf(*m_rig, 1);
    const auto attempt = [this](int call, const QString &word) {
        StreamEnd stream(m_rig->port);
        if (!stream.waitOpen())
            return QString("not open");
        stream.connected();
        stream.start(call, word);
        return stream.waitClosed() ? stream.socket.closeReason() : QString("open");
    };
    QCOMPARE(attempt(2, token), QString("token_unknown"));
    QCOMPARE(attempt(9, token), QString("call_unknown"));
    StreamEnd first(m_rig->port);
    QVERIFY(first.waitOpen());
    first.connected();
    first.start(1, token);
    QTRY_VERIFY(m_rig->log.states(CallSid(m_rig->sid(1))).contains("in-progress"));
    QCOMPARE(attempt(1, token), QString("stream_taken"));
    QCOMPARE(attempt(1, tokenOf(*m_rig, 1)), QString("stream_taken"));
    QCOMPARE(first.socket.state(), QAbstractSocket::ConnectedState);
}

void TestEngineStreams::levelsAreToldWhileSomebodyListens()
{
    QSignalSpy measured(m_rig->engine.get(), &Engine::levelsMeasured);
    m_rig->engine->watchLevels(true);
    m_rig->clock.advance(1s);
    QCOMPARE(measured.count(), 0); // no call, no news
    auto stream = liveStream(1);
    QVERIFY(stream);
    const int before = static_cast<int>(measured.count());
    m_rig->clock.advance(1s);
    QCOMPARE(measured.count() - before, 10);
    const auto levels = measured.back().at(0).value<records::CallLevels>();
    QCOMPARE(levels, records::CallLevels{{.sid = CallSid(m_rig->sid(1))}}); // nobody has spoken yet
    m_rig->engine->watchLevels(false);
    m_rig->clock.advance(1s);
    QCOMPARE(measured.count() - before, 10);
}

void TestEngineStreams::theInstructionsAreToldWithoutTheirSecret()
{
    dial(1);
    const QString token = tokenOf(*m_rig, 1);
    QVERIFY(token.size() > 10);
    QString told;
    for (const auto &note : m_rig->log.only<records::CallNoted>())
        if (note.what == "twiml_served")
            told = note.text;
    QVERIFY2(told.contains("<Stream url=\"wss://desk.example/ws\">"), qPrintable(told));
    QVERIFY(!told.contains(token));
}

void TestEngineStreams::aStreamGivesTheCallItsSound()
{
    auto stream = liveStream(1);
    QVERIFY(stream);
    QCOMPARE(m_rig->log.states(), QStringList({"queued", "in-progress"}));
    // The transcriber gets what the callee says once its socket is open.
    QTRY_VERIFY(m_rig->sockets.count() >= 2);
    support::FakeWebSocket *ears = nullptr;
    for (const auto &socket : m_rig->sockets.sockets)
        if (socket && socket->url.host().contains("deepgram"))
            ears = socket;
    QVERIFY(ears);
    ears->accept();
    // While nobody speaks it gets them in pieces of 100 ms, five frames.
    const QByteArray frame(160, '\x42');
    for (int i = 0; i < 5; ++i)
        stream->media(QString::fromLatin1(frame.toBase64()));
    QTRY_VERIFY(ears->audio().contains(frame.repeated(5)));
    stream->say({{"event", "stop"},
                 {"sequenceNumber", "3"},
                 {"streamSid", "MZ00000000000000000000000000000001"},
                 {"stop", QJsonObject{{"accountSid", EngineRig::kAccount}, {"callSid", m_rig->sid(1)}}}});
    QVERIFY(m_rig->callback(1, "completed", "7").wait());
    QCOMPARE(m_rig->log.ends().size(), 1u);
    QCOMPARE(m_rig->log.ends()[0].durationS, 7.0);
    QCOMPARE(m_rig->log.ends()[0].reason, QString("callee_hung_up"));
    QVERIFY(m_rig->log.incidents().isEmpty());
}

void TestEngineStreams::whatIsNoStreamIsRefused_data()
{
    QTest::addColumn<QString>("message");
    QTest::newRow("no JSON") << "hello";
    QTest::newRow("nothing") << "";
    QTest::newRow("an array") << "[]";
    QTest::newRow("no event") << "{}";
    QTest::newRow("unknown event") << R"({"event":"dance"})";
    QTest::newRow("media before start") << R"({"event":"media","streamSid":"MZ1","media":{"payload":"////"}})";
    QTest::newRow("start without anything") << R"({"event":"start"})";
    QTest::newRow("another format")
        << R"({"event":"start","streamSid":"MZ1","start":{"streamSid":"MZ1","callSid":"CA1","mediaFormat":{"encoding":"audio/opus","sampleRate":48000,"channels":2}}})";
    QTest::newRow("300 kB") << QString(300 * 1024, 'x');
}

void TestEngineStreams::whatIsNoStreamIsRefused()
{
    QFETCH(QString, message);
    StreamEnd stream(m_rig->port);
    QVERIFY(stream.waitOpen());
    stream.socket.sendTextMessage(message);
    QVERIFY(stream.waitClosed());
    StreamEnd binary(m_rig->port);
    QVERIFY(binary.waitOpen());
    binary.connected();
    binary.socket.sendBinaryMessage(message.toUtf8());
    QVERIFY(binary.waitClosed());
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    QVERIFY(m_rig->log.all().empty());
}

void TestEngineStreams::aMessageOfTenMegabytesEndsTheSocket()
{
    auto stream = liveStream(1);
    QVERIFY(stream);
    m_rig->http.answer("POST", m_rig->callPath(1), 200, m_rig->resource(1, "in-progress"));
    stream->media(QString(10 * 1024 * 1024, 'A'));
    QVERIFY(stream->waitClosed());
    QTRY_COMPARE(m_rig->log.incidents(), QStringList("media_lost"));
    QTRY_VERIFY(m_rig->http.isExhausted()); // the call is ended at the carrier
}

void TestEngineStreams::rubbishInALiveStreamDoesNotEndTheCall()
{
    auto stream = liveStream(1);
    QVERIFY(stream);
    for (const char *payload : {"", "%%%", "A", "====", "\u00e4\u00f6\u00fc"})
        stream->media(QString::fromUtf8(payload));
    stream->socket.sendTextMessage("junk");
    stream->socket.sendTextMessage("{}");
    stream->socket.sendTextMessage(R"({"event":"media"})");
    stream->socket.sendTextMessage(
        R"({"event":"mark","streamSid":"MZ00000000000000000000000000000001","mark":{"name":"nobody sent this"}})");
    stream->socket.sendTextMessage(
        R"({"event":"dtmf","streamSid":"MZ00000000000000000000000000000001","dtmf":{"digit":"99"}})");
    stream->socket.sendTextMessage(R"({"event":"something new"})");
    stream->socket.sendBinaryMessage("\x01\x02");
    // Two round trips later all of that has been read.
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    QSignalSpy pong(&stream->socket, &QWebSocket::pong);
    stream->socket.ping();
    QTRY_COMPARE(pong.count(), 1);
    QCOMPARE(stream->socket.state(), QAbstractSocket::ConnectedState);
    QVERIFY(m_rig->log.ends().empty());
    QVERIFY(m_rig->log.incidents().isEmpty());
}

void TestEngineStreams::aStreamThatBreaksEndsItsCallOnly()
{
    auto one = liveStream(1);
    auto two = liveStream(2);
    QVERIFY(one && two);
    m_rig->http.answer("POST", m_rig->callPath(1), 200, m_rig->resource(1, "in-progress"));
    one->socket.abort();
    const CallSid first(m_rig->sid(1));
    QTRY_COMPARE(m_rig->log.incidents(first), QStringList("media_lost"));
    QTRY_VERIFY(m_rig->http.isExhausted());
    QVERIFY(m_rig->callback(1, "completed").wait());
    QCOMPARE(m_rig->log.ends(first).at(0).reason, QString("media_lost"));
    QCOMPARE(m_rig->log.states(CallSid(m_rig->sid(2))), QStringList({"queued", "in-progress"}));
    QCOMPARE(two->socket.state(), QAbstractSocket::ConnectedState);
}

void TestEngineStreams::streamsThatFailDisturbNoLiveCall()
{
    auto live = liveStream(1);
    QVERIFY(live);
    QTRY_VERIFY(m_rig->sockets.count() >= 2);
    support::FakeWebSocket *ears = nullptr;
    for (const auto &socket : m_rig->sockets.sockets)
        if (socket && socket->url.host().contains("deepgram"))
            ears = socket;
    QVERIFY(ears);
    ears->accept();
    for (int i = 0; i < 10; ++i) {
        StreamEnd bad(m_rig->port);
        QVERIFY(bad.waitOpen());
        bad.start(1, "wrong");
        QVERIFY(bad.waitClosed());
        auto huge = m_rig->ask("POST", "/dialout", {}, {{"Content-Length", "314572800"}});
        QVERIFY(huge.wait());
        live->media(QString::fromLatin1(QByteArray(160, char('a' + i)).toBase64()));
    }
    QByteArray expected;
    for (int i = 0; i < 10; ++i)
        expected += QByteArray(160, char('a' + i));
    QTRY_VERIFY(ears->audio().contains(expected)); // whole and in order
    QCOMPARE(m_rig->log.incidents(CallSid(m_rig->sid(1))), QStringList()); // the door tells, the call does not suffer
}

void TestEngineStreams::everyListenerGetsEveryEvent()
{
    QWebSocket one;
    QWebSocket two;
    QList<QJsonObject> events;
    int others = 0;
    connect(&one, &QWebSocket::textMessageReceived, this,
            [&events](const QString &text) { events.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
    connect(&two, &QWebSocket::textMessageReceived, this, [&others] { ++others; });
    const QUrl url(QString("ws://127.0.0.1:%1/api/events").arg(m_rig->port));
    one.open(url);
    two.open(url);
    QTRY_COMPARE(one.state(), QAbstractSocket::ConnectedState);
    QTRY_COMPARE(two.state(), QAbstractSocket::ConnectedState);
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    dial(1);
    QVERIFY(m_rig->callback(1, "ringing").wait());
    QVERIFY(m_rig->callback(1, "busy").wait());
    QTRY_COMPARE(events.size(), 4);
    QCOMPARE(events[0]["event"].toString(), QString("call.state"));
    QCOMPARE(events[0]["state"].toString(), QString("queued"));
    QCOMPARE(events[0]["call_sid"].toString(), m_rig->sid(1));
    QCOMPARE(events[0]["to_number"].toString(), QString("+14155550100"));
    QCOMPARE(events[1]["state"].toString(), QString("ringing"));
    QCOMPARE(events[2]["state"].toString(), QString("busy"));
    QCOMPARE(events[3]["event"].toString(), QString("call.ended"));
    QTRY_COMPARE(others, 4);
    // One leaves; the other is told on.
    two.abort();
    dial(2);
    QTRY_COMPARE(events.size(), 5);
}

void TestEngineStreams::strangersMayNotListen()
{
    QCOMPARE(refusedUpgrade(*m_rig, "/api/events", {{"Origin", "https://evil.example"}}), 403);
    QCOMPARE(refusedUpgrade(*m_rig, "/api/events", {{"X-Forwarded-For", "203.0.113.9"}}), 403);
    QCOMPARE(refusedUpgrade(*m_rig, "/api/events", {{"Host", "evil.example"}}), 403);
    cleanup();
    m_rig = std::make_unique<EngineRig>();
    m_rig->config.server.apiKey = Secret("the-key");
    QVERIFY(m_rig->start());
    QCOMPARE(refusedUpgrade(*m_rig, "/api/events", {}), 401);
    QWebSocket socket;
    QNetworkRequest request(QUrl(QString("ws://127.0.0.1:%1/api/events").arg(m_rig->port)));
    request.setRawHeader("Authorization", "Bearer the-key");
    socket.open(request);
    QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
}

void TestEngineStreams::listenersAreToldWhenTheServerStops()
{
    QWebSocket socket;
    socket.open(QUrl(QString("ws://127.0.0.1:%1/api/events").arg(m_rig->port)));
    QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    QVERIFY(m_rig->ask("GET", "/healthz").wait());
    m_rig->engine->shutDown();
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
}

DIALDESK_TEST(TestEngineStreams)
#include "tst_engine_streams.moc"
