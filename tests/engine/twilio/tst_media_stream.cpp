#include "engine/twilio/media_stream_acceptor.h"
#include "engine/twilio/media_stream_simulator_codec.h"
#include "engine/twilio/media_stream_transport.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>

using namespace engine;
using namespace engine::twilio;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const StreamSid kStream(u"MZ000000000000000000000000000000b2"_s);
const CallSid kCall(u"CA000000000000000000000000000000a1"_s);
const QString kToken = u"5f0c"_s;

Start exampleStart()
{
    return {.sequenceNumber = 1,
            .streamSid = kStream,
            .callSid = kCall,
            .accountSid = u"AC00000000000000000000000000000001"_s,
            .tracks = {u"inbound"_s},
            .customParameters = {{u"dialdesk_token"_s, kToken}}};
}

Media audio(qint64 sequence, qint64 chunk, char byte = '\x55')
{
    return {.sequenceNumber = sequence,
            .streamSid = kStream,
            .chunk = chunk,
            .timestamp = std::chrono::milliseconds(20 * chunk),
            .mulaw = QByteArray(160, byte)};
}

/// Twilio's end of the stream.
class Caller : public QObject
{
public:
    QWebSocket socket;
    QList<QByteArray> received;
    bool isClosed = false;

    Caller()
    {
        connect(&socket, &QWebSocket::textMessageReceived, this,
                [this](const QString &text) { received += text.toUtf8(); });
        connect(&socket, &QWebSocket::disconnected, this, [this] { isClosed = true; });
    }
    void say(const QByteArray &message) { socket.sendTextMessage(QString::fromUtf8(message)); }
};

} // namespace

class TestMediaStream : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void becomesTheSoundOfACall();
    void takesAStartWithoutConnected();
    void hearsAudioThatFollowsTheStartAtOnce();
    void refusesWhatIsNoStream_data();
    void refusesWhatIsNoStream();
    void refusesAStreamNobodyAdmits();
    void refusesASocketThatSaysNothing();
    void refusesASocketThatStopsAfterConnected();
    void forgetsASocketThatGoesAway();
    void refusesTooManyWaiting();

    void passesOnAudioDigitsAndMarks();
    void sendsAudioMarksAndClears();
    void splitsLongAudio();
    void ignoresJunkAndGoesOn();
    void passesOnTheCalleesTrackOnly();
    void countsWhatWasLost();
    void endsInOrderOnStop();
    void endsInOrderOnACleanClose();
    void endsOutOfOrder_data();
    void endsOutOfOrder();
    void closesWithTheNormalCode();
    void closesWhenDeleted();
    void mayBeDeletedByItsOwnSignal();
    void refusesLater();
    void givesUpOnAPeerThatTakesNothing();
    void ignoresWhatIsSentAfterTheEnd();

private:
    /// A caller whose socket the acceptor has got.
    std::unique_ptr<Caller> call();
    /// Further: whose stream has begun; m_transport is ours.
    std::unique_ptr<Caller> callThatStarted();

    std::unique_ptr<QWebSocketServer> m_server;
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<MediaStreamAcceptor> m_acceptor;
    std::unique_ptr<MediaStreamTransport> m_transport;
    QList<Start> m_starts;
    QByteArray m_heard; ///< all audio received since the begin
    int m_accepted = 0;
};

void TestMediaStream::init()
{
    m_clock = std::make_unique<support::FakeClock>();
    m_starts.clear();
    m_heard.clear();
    m_accepted = 0;
    m_acceptor = std::make_unique<MediaStreamAcceptor>(
        *m_clock,
        [](const Start &start) -> Result<Done> {
            if (start.customParameters.value(u"dialdesk_token"_s) != kToken)
                return failure(Fault::Carrier, u"stream_unknown"_s, u"The stream belongs to no call of ours."_s);
            return Done{};
        },
        [this](const Start &start, std::unique_ptr<MediaStreamTransport> transport) {
            m_starts += start;
            m_transport = std::move(transport);
            connect(m_transport.get(), &MediaStreamTransport::audioReceived, this,
                    [this](const QByteArray &mulaw) { m_heard += mulaw; });
        });
    m_server = std::make_unique<QWebSocketServer>(u"test"_s, QWebSocketServer::NonSecureMode);
    QVERIFY(m_server->listen(QHostAddress::LocalHost));
    connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
        while (QWebSocket *socket = m_server->nextPendingConnection()) {
            ++m_accepted;
            m_acceptor->accept(std::unique_ptr<QWebSocket>(socket));
        }
    });
}

void TestMediaStream::cleanup()
{
    m_transport.reset();
    m_acceptor.reset();
    m_server.reset();
    m_clock.reset();
}

std::unique_ptr<Caller> TestMediaStream::call()
{
    auto caller = std::make_unique<Caller>();
    const int before = m_accepted;
    caller->socket.open(m_server->serverUrl());
    const auto isThere = [&] {
        return m_accepted > before && caller->socket.state() == QAbstractSocket::ConnectedState;
    };
    [&] { QTRY_VERIFY(isThere()); }();
    return caller;
}

std::unique_ptr<Caller> TestMediaStream::callThatStarted()
{
    auto caller = call();
    caller->say(buildConnected());
    caller->say(buildStart(exampleStart()));
    [&] { QTRY_VERIFY(m_transport); }();
    return caller;
}

void TestMediaStream::becomesTheSoundOfACall()
{
    const auto caller = callThatStarted();
    QCOMPARE(m_starts.size(), 1);
    QVERIFY(m_starts.first() == exampleStart());
    QCOMPARE(m_transport->streamSid(), kStream);
    QCOMPARE(m_acceptor->waiting(), 0);
    m_clock->advance(MediaStreamAcceptor::kStartDeadline * 2); // the deadline is for waiting sockets only
    caller->say(buildInboundMedia(audio(2, 1)));
    QTRY_COMPARE(m_heard.size(), 160);
    QVERIFY(!caller->isClosed);
}

void TestMediaStream::takesAStartWithoutConnected()
{
    const auto caller = call();
    caller->say(buildStart(exampleStart()));
    QTRY_VERIFY(m_transport);
}

void TestMediaStream::hearsAudioThatFollowsTheStartAtOnce()
{
    const auto caller = call();
    caller->say(buildConnected());
    caller->say(buildStart(exampleStart()));
    QByteArray said;
    for (int i = 1; i <= 50; ++i) {
        const Media media = audio(1 + i, i, static_cast<char>(i));
        said += media.mulaw;
        caller->say(buildInboundMedia(media));
    }
    QTRY_COMPARE(m_heard.size(), said.size());
    QCOMPARE(m_heard, said);
    QCOMPARE(m_transport->statistics().lostMessages, 0);
    QCOMPARE(m_transport->statistics().audioMessages, 50);
}

void TestMediaStream::refusesWhatIsNoStream_data()
{
    QTest::addColumn<QList<QByteArray>>("messages");
    QTest::addColumn<bool>("binary");
    QTest::addColumn<int>("code");
    Start wrongEncoding = exampleStart();
    wrongEncoding.mediaFormat.encoding = u"audio/x-alaw"_s;
    Start wrongRate = exampleStart();
    wrongRate.mediaFormat.sampleRateHz = 16'000;
    Start stereo = exampleStart();
    stereo.mediaFormat.channels = 2;
    using Messages = QList<QByteArray>;
    QTest::newRow("junk") << Messages{"hello"} << false << 1008;
    QTest::newRow("junk after connected") << Messages{buildConnected(), "{}"} << false << 1008;
    QTest::newRow("binary") << Messages{"\x01\x02"} << true << 1003;
    QTest::newRow("media before start") << Messages{buildConnected(), buildInboundMedia(audio(1, 1))} << false << 1008;
    QTest::newRow("stop before start") << Messages{buildConnected(), buildStop({1, kStream, {}, kCall})} << false
                                       << 1008;
    QTest::newRow("connected twice") << Messages{buildConnected(), buildConnected()} << false << 1008;
    QTest::newRow("another encoding") << Messages{buildConnected(), buildStart(wrongEncoding)} << false << 1008;
    QTest::newRow("another rate") << Messages{buildConnected(), buildStart(wrongRate)} << false << 1008;
    QTest::newRow("stereo") << Messages{buildConnected(), buildStart(stereo)} << false << 1008;
    QTest::newRow("huge message") << Messages{QByteArray(300 * 1024, ' ')} << false << 1009;
}

void TestMediaStream::refusesWhatIsNoStream()
{
    QFETCH(QList<QByteArray>, messages);
    QFETCH(bool, binary);
    QFETCH(int, code);
    const auto caller = call();
    for (const QByteArray &message : std::as_const(messages)) {
        if (binary)
            caller->socket.sendBinaryMessage(message);
        else
            caller->say(message);
    }
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(static_cast<int>(caller->socket.closeCode()), code);
    QVERIFY(!m_transport);
    QTRY_COMPARE(m_acceptor->waiting(), 0);
    QTRY_VERIFY(m_acceptor->children().isEmpty());
}

void TestMediaStream::refusesAStreamNobodyAdmits()
{
    const auto caller = call();
    Start start = exampleStart();
    start.customParameters = {{u"dialdesk_token"_s, u"guessed"_s}};
    caller->say(buildConnected());
    caller->say(buildStart(start));
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QCOMPARE(caller->socket.closeReason(), u"stream_unknown"_s);
    QVERIFY(!m_transport);
}

void TestMediaStream::refusesASocketThatSaysNothing()
{
    const auto caller = call();
    QCOMPARE(m_acceptor->waiting(), 1);
    m_clock->advance(MediaStreamAcceptor::kStartDeadline - 1ms);
    QCOMPARE(m_acceptor->waiting(), 1);
    m_clock->advance(1ms);
    QCOMPARE(m_acceptor->waiting(), 0);
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
}

void TestMediaStream::refusesASocketThatStopsAfterConnected()
{
    const auto caller = call();
    m_clock->advance(MediaStreamAcceptor::kStartDeadline - 1ms);
    caller->say(buildConnected()); // does not win more time
    QSignalSpy pong(&caller->socket, &QWebSocket::pong);
    caller->socket.ping();
    QTRY_COMPARE(pong.count(), 1);
    m_clock->advance(1ms);
    QTRY_VERIFY(caller->isClosed);
}

void TestMediaStream::forgetsASocketThatGoesAway()
{
    const auto caller = call();
    QCOMPARE(m_acceptor->waiting(), 1);
    caller->socket.abort();
    QTRY_COMPARE(m_acceptor->waiting(), 0);
    QTRY_VERIFY(m_acceptor->children().isEmpty());
    m_clock->advance(MediaStreamAcceptor::kStartDeadline);
    QCOMPARE(m_acceptor->waiting(), 0);
}

void TestMediaStream::refusesTooManyWaiting()
{
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < MediaStreamAcceptor::kMaxWaiting + 1; ++i) {
        callers.push_back(std::make_unique<Caller>());
        callers.back()->socket.open(m_server->serverUrl());
    }
    QTRY_COMPARE(m_accepted, MediaStreamAcceptor::kMaxWaiting + 1);
    const auto closedCallers = [&] {
        return std::count_if(callers.begin(), callers.end(), [](const auto &caller) { return caller->isClosed; });
    };
    QTRY_COMPARE(closedCallers(), 1);
    QCOMPARE(m_acceptor->waiting(), MediaStreamAcceptor::kMaxWaiting);
}

void TestMediaStream::passesOnAudioDigitsAndMarks()
{
    const auto caller = callThatStarted();
    QSignalSpy audioSpy(m_transport.get(), &MediaStreamTransport::audioReceived);
    QSignalSpy digits(m_transport.get(), &MediaStreamTransport::digitReceived);
    QSignalSpy marks(m_transport.get(), &MediaStreamTransport::markReturned);
    caller->say(buildInboundMedia(audio(2, 7)));
    caller->say(buildDtmf({3, kStream, '#'}));
    caller->say(buildInboundMark({4, kStream, "utt-7"}));
    QTRY_COMPARE(marks.count(), 1);
    QCOMPARE(audioSpy.count(), 1);
    QCOMPARE(audioSpy.at(0).at(0).toByteArray(), QByteArray(160, '\x55'));
    QCOMPARE(audioSpy.at(0).at(1).value<std::chrono::milliseconds>(), 140ms);
    QCOMPARE(digits.at(0).at(0).value<char>(), '#');
    QCOMPARE(marks.at(0).at(0).toByteArray(), QByteArray("utt-7"));
}

void TestMediaStream::sendsAudioMarksAndClears()
{
    const auto caller = callThatStarted();
    const QByteArray mulaw(160, '\x7e');
    m_transport->sendAudio(mulaw);
    m_transport->sendMark("m1");
    m_transport->clear();
    QTRY_COMPARE(caller->received.size(), 3);
    QCOMPARE(caller->received.at(0), buildMedia(kStream, mulaw));
    QCOMPARE(caller->received.at(1), buildMark(kStream, "m1"));
    QCOMPARE(caller->received.at(2), buildClear(kStream));
}

void TestMediaStream::splitsLongAudio()
{
    const auto caller = callThatStarted();
    QByteArray mulaw;
    for (int i = 0; i < 20'001; ++i)
        mulaw += static_cast<char>(i % 251);
    m_transport->sendAudio(mulaw);
    m_transport->sendAudio({});
    m_transport->sendMark("end");
    QTRY_COMPARE(caller->received.size(), 4);
    QByteArray joined;
    for (int i = 0; i < 3; ++i) {
        const auto message = parseOutbound(caller->received.at(i));
        QVERIFY(message);
        const QByteArray part = std::get<PlayAudio>(*message).mulaw;
        QVERIFY(part.size() <= 8000);
        joined += part;
    }
    QCOMPARE(joined, mulaw);
}

void TestMediaStream::ignoresJunkAndGoesOn()
{
    const auto caller = callThatStarted();
    Media foreign = audio(9, 9);
    foreign.streamSid = StreamSid(u"MZ1"_s);
    caller->say("junk");
    caller->say(R"json({"event":"dance"})json");
    caller->say(buildInboundMedia(foreign));
    caller->say(buildStart(exampleStart()));
    caller->say(buildConnected());
    caller->say(buildStop({9, StreamSid(u"MZ1"_s), {}, kCall}));
    caller->socket.sendBinaryMessage("\x01\x02");
    caller->say(buildInboundMedia(audio(2, 1)));
    QTRY_COMPARE(m_heard.size(), 160);
    QCOMPARE(m_transport->statistics().ignoredMessages, 7);
    QCOMPARE(m_transport->statistics().lostMessages, 0);
    QVERIFY(!caller->isClosed);
}

void TestMediaStream::passesOnTheCalleesTrackOnly()
{
    const auto caller = callThatStarted();
    Media ours = audio(2, 1, '\x01');
    ours.track = Track::Outbound;
    caller->say(buildInboundMedia(ours));
    caller->say(buildInboundMedia(audio(3, 1, '\x02')));
    QTRY_COMPARE(m_heard, QByteArray(160, '\x02'));
    QCOMPARE(m_transport->statistics().lostMessages, 0);
    QCOMPARE(m_transport->statistics().lostAudio, 0);
}

void TestMediaStream::countsWhatWasLost()
{
    const auto caller = callThatStarted();
    caller->say(buildInboundMedia(audio(2, 1)));
    caller->say(buildInboundMedia(audio(5, 4))); // 3 and 4 are missing
    caller->say(buildInboundMedia(audio(4, 3))); // one of them is late
    caller->say(buildInboundMedia(audio(6, 5)));
    QTRY_COMPARE(m_heard.size(), 4 * 160);
    const MediaStreamStatistics expected{
        .audioMessages = 4, .lostMessages = 2, .lostAudio = 2, .outOfOrder = 1, .ignoredMessages = 0};
    QVERIFY(m_transport->statistics() == expected);
}

void TestMediaStream::endsInOrderOnStop()
{
    const auto caller = callThatStarted();
    QSignalSpy closed(m_transport.get(), &MediaStreamTransport::closed);
    caller->say(buildStop({2, kStream, {}, kCall}));
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed.at(0).at(0).toBool(), true);
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodeNormal);
    QCOMPARE(closed.count(), 1);
}

void TestMediaStream::endsInOrderOnACleanClose()
{
    const auto caller = callThatStarted();
    QSignalSpy closed(m_transport.get(), &MediaStreamTransport::closed);
    caller->socket.close(QWebSocketProtocol::CloseCodeNormal);
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed.at(0).at(0).toBool(), true);
}

void TestMediaStream::endsOutOfOrder_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("connection breaks") << u"abort"_s;
    QTest::newRow("error code") << u"error"_s;
    QTest::newRow("message too large") << u"large"_s;
}

void TestMediaStream::endsOutOfOrder()
{
    QFETCH(QString, how);
    const auto caller = callThatStarted();
    QSignalSpy closed(m_transport.get(), &MediaStreamTransport::closed);
    if (how == "abort"_L1)
        caller->socket.abort();
    else if (how == "error"_L1)
        caller->socket.close(QWebSocketProtocol::CloseCodeGoingAway);
    else
        caller->say(QByteArray(300 * 1024, ' '));
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed.at(0).at(0).toBool(), false);
}

void TestMediaStream::closesWithTheNormalCode()
{
    const auto caller = callThatStarted();
    QSignalSpy closed(m_transport.get(), &MediaStreamTransport::closed);
    m_transport->sendMark("last");
    m_transport->close();
    m_transport->close();
    QCOMPARE(closed.count(), 0); // never from within the call
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed.at(0).at(0).toBool(), true);
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodeNormal);
    QCOMPARE(caller->received, QList<QByteArray>{buildMark(kStream, "last")});
}

void TestMediaStream::closesWhenDeleted()
{
    const auto caller = callThatStarted();
    m_transport.reset();
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodeNormal);
}

void TestMediaStream::mayBeDeletedByItsOwnSignal()
{
    const auto caller = callThatStarted();
    connect(m_transport.get(), &MediaStreamTransport::audioReceived, this, [this] { m_transport.reset(); });
    caller->say(buildInboundMedia(audio(2, 1)));
    caller->say(buildInboundMedia(audio(3, 2)));
    QTRY_VERIFY(caller->isClosed);
    QVERIFY(!m_transport);
}

void TestMediaStream::refusesLater()
{
    const auto caller = callThatStarted();
    m_transport->refuse(QString(200, u'é'));
    QTRY_VERIFY(caller->isClosed);
    QCOMPARE(caller->socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QCOMPARE(caller->socket.closeReason(), QString(60, u'é')); // what fits into a close frame
}

void TestMediaStream::givesUpOnAPeerThatTakesNothing()
{
    // A peer that shakes hands, starts, and then never reads again.
    QTcpSocket peer;
    peer.setReadBufferSize(4096);
    peer.connectToHost(QHostAddress::LocalHost, m_server->serverPort());
    peer.write(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n");
    QTRY_COMPARE(m_accepted, 1);
    const QByteArray start = buildStart(exampleStart());
    QByteArray frame("\x81\xfe", 2); // text, masked with zeros
    frame += static_cast<char>(start.size() >> 8);
    frame += static_cast<char>(start.size() & 0xff);
    frame += QByteArray(4, '\0') + start;
    peer.write(frame);
    QTRY_VERIFY(m_transport);

    QSignalSpy closed(m_transport.get(), &MediaStreamTransport::closed);
    const QByteArray minute(60 * 8000, '\x55');
    for (int i = 0; i < 60 && closed.isEmpty(); ++i) {
        m_transport->sendAudio(minute);
        QCoreApplication::processEvents();
    }
    QCOMPARE(closed.count(), 1);
    QCOMPARE(closed.at(0).at(0).toBool(), false);
}

void TestMediaStream::ignoresWhatIsSentAfterTheEnd()
{
    const auto caller = callThatStarted();
    m_transport->close();
    m_transport->sendAudio(QByteArray(160, '\x55'));
    m_transport->sendMark("late");
    m_transport->clear();
    QTRY_VERIFY(caller->isClosed);
    QVERIFY(caller->received.isEmpty());
}

DIALDESK_TEST(TestMediaStream)
#include "tst_media_stream.moc"
