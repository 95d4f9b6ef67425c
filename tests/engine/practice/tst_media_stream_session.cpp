#include "customer_server.h"

#include "engine/net/qt_web_socket.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/media_beats.h"
#include "engine/practice/media_stream_session.h"
#include "engine/practice/scenario_board.h"
#include "tests/support/test_program.h"

#include <QPointer>
#include <QSignalSpy>
#include <QWebSocket>

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// One stream on a real socket; the test itself is the beat.
class TestMediaStreamSession : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void carriesTheCalleeToTheServer();
    void returnsMarksWhenTheirAudioHasBeenPlayed();
    void clearReturnsEveryMarkAtOnce();
    void logsInvalidMessagesOnceAndGoesOn();
    void saysOnceWhenMoreThanTenMinutesAreSent();
    void stopsThenClosesNormally();
    void dropsWithoutACloseFrame();
    void tellsHowTheServerEndedIt_data();
    void tellsHowTheServerEndedIt();
    void dropsTheQueryOfTheAddress();

private:
    void open(const QString &query = {});
    void playFrames(int count)
    {
        for (int i = 0; i < count; ++i)
            m_played += m_session->play();
    }
    QStringList markNames() const;

    NetworkSettings m_settings;
    engine::SystemClock m_clock;
    engine::SeededRandom m_random{5};
    engine::net::QtWebSocketFactory m_sockets;
    MediaBeats m_beats{m_clock};
    ScenarioBoard m_board;
    LineFigures m_figures{m_clock};
    LineContext m_context{m_settings, m_clock, m_random, m_sockets, m_beats, m_board, m_figures, {}};
    std::unique_ptr<CustomerServer> m_customer;
    QPointer<MediaStreamSession> m_session;
    QByteArray m_played;
};

void TestMediaStreamSession::init()
{
    m_settings.authToken = engine::Secret("token");
    m_customer = std::make_unique<CustomerServer>();
    m_played.clear();
}

void TestMediaStreamSession::cleanup()
{
    delete m_session;
    m_customer.reset();
}

void TestMediaStreamSession::open(const QString &query)
{
    engine::twilio::Start start;
    start.streamSid = engine::StreamSid(u"MZ000000000000000000000000000000b2"_s);
    start.callSid = engine::CallSid(u"CA000000000000000000000000000000a1"_s);
    start.accountSid = u"AC00000000000000000000000000000001"_s;
    start.tracks = QStringList{u"inbound"_s};
    m_session = new MediaStreamSession(start, m_customer->streamUrl() + query, m_context, this);
    QSignalSpy started(m_session.data(), &MediaStreamSession::started);
    m_session->open();
    QTRY_COMPARE(started.count(), 1);
    QTRY_COMPARE(m_customer->streamSid(), start.streamSid.value());
}

QStringList TestMediaStreamSession::markNames() const
{
    QStringList names;
    for (const QJsonObject &message : m_customer->eventsNamed(u"mark"_s))
        names.append(message.value("mark"_L1).toObject().value("name"_L1).toString());
    return names;
}

void TestMediaStreamSession::carriesTheCalleeToTheServer()
{
    open();
    m_session->carry(QByteArray(160, '\x7e'));
    m_session->pressKey('5');
    m_session->carry(QByteArray(160, '\xfe'));
    QTRY_COMPARE(m_customer->messages.size(), 5);
    const QJsonObject second = m_customer->messages[4];
    QCOMPARE(second.value("sequenceNumber"_L1), QJsonValue(u"4"_s));
    QCOMPARE(second.value("media"_L1).toObject().value("chunk"_L1), QJsonValue(u"2"_s));
    QCOMPARE(second.value("media"_L1).toObject().value("timestamp"_L1), QJsonValue(u"40"_s));
    QCOMPARE(QByteArray::fromBase64(second.value("media"_L1).toObject().value("payload"_L1).toString().toLatin1()),
             QByteArray(160, '\xfe'));
    QCOMPARE(m_customer->messages[3].value("dtmf"_L1).toObject(),
             (QJsonObject{{u"track"_s, u"inbound_track"_s}, {u"digit"_s, u"5"_s}}));
}

void TestMediaStreamSession::returnsMarksWhenTheirAudioHasBeenPlayed()
{
    open();
    m_customer->sendMark(u"at once"_s);
    QTRY_COMPARE(markNames(), QStringList{u"at once"_s});
    m_customer->sendAudio(1600);
    m_customer->sendMark(u"a"_s);
    m_customer->sendAudio(1);
    m_customer->sendMark(u"b"_s);
    m_customer->stream()->sendBinaryMessage("x"); // comes after the rest: once it is noted, the rest is buffered
    QSignalSpy warned(m_session.data(), &MediaStreamSession::warned);
    QTRY_COMPARE(warned.count(), 1);
    playFrames(9);
    m_session->carry(QByteArray(160, '\xff'));
    QTRY_COMPARE(m_customer->eventsNamed(u"media"_s).size(), 1);
    QCOMPARE(markNames().size(), 1);
    playFrames(1);
    QTRY_COMPARE(markNames().size(), 2);
    playFrames(1);
    QTRY_COMPARE(markNames(), (QStringList{u"at once"_s, u"a"_s, u"b"_s}));
    QCOMPARE(m_played, QByteArray(1601, '\x10') + QByteArray(159, '\xff'));
}

void TestMediaStreamSession::clearReturnsEveryMarkAtOnce()
{
    open();
    for (const QString &name : {u"1"_s, u"2"_s, u"3"_s}) {
        m_customer->sendAudio(80'000);
        m_customer->sendMark(name);
    }
    m_customer->sendClear();
    QTRY_COMPARE(markNames(), (QStringList{u"1"_s, u"2"_s, u"3"_s}));
    playFrames(1);
    QCOMPARE(m_played, QByteArray(160, '\xff'));
}

void TestMediaStreamSession::logsInvalidMessagesOnceAndGoesOn()
{
    open();
    QSignalSpy warned(m_session.data(), &MediaStreamSession::warned);
    const QString sid = m_customer->streamSid();
    for (int i = 0; i < 2; ++i) {
        m_customer->stream()->sendBinaryMessage("\x01\x02");
        for (const QString &text :
             {u"not json"_s, u"{\"event\":\"clear\",\"streamSid\":\"MZother\"}"_s,
              u"{\"event\":\"hangup\",\"streamSid\":\"%1\"}"_s.arg(sid),
              u"{\"event\":\"mark\",\"streamSid\":\"%1\",\"mark\":{\"name\":\"x\",\"extra\":1}}"_s.arg(sid),
              u"{\"event\":\"media\",\"streamSid\":\"%1\",\"media\":{\"payload\":\"*\"}}"_s.arg(sid)})
            m_customer->stream()->sendTextMessage(text);
    }
    m_customer->sendMark(u"still here"_s);
    QTRY_COMPARE(markNames(), QStringList{u"still here"_s});
    QCOMPARE(warned.count(), 2);
    QCOMPARE(warned[0][0].toInt(), 31950);
    QCOMPARE(warned[1][0].toInt(), 31951);
}

void TestMediaStreamSession::saysOnceWhenMoreThanTenMinutesAreSent()
{
    open();
    QSignalSpy warned(m_session.data(), &MediaStreamSession::warned);
    for (int minute = 0; minute < 12; ++minute)
        m_customer->sendAudio(60 * 8000);
    m_customer->sendMark(u"end"_s);
    m_customer->sendClear();
    QTRY_COMPARE(markNames(), QStringList{u"end"_s});
    QCOMPARE(warned.count(), 1);
    QCOMPARE(warned[0][0].toInt(), 31931);
}

void TestMediaStreamSession::stopsThenClosesNormally()
{
    open();
    QSignalSpy ended(m_session.data(), &MediaStreamSession::ended);
    QSignalSpy stopped(m_session.data(), &MediaStreamSession::stopped);
    m_session->stop();
    m_session->carry(QByteArray(160, '\xff')); // too late
    QTRY_VERIFY(m_customer->streamClosed);
    QCOMPARE(m_customer->streamCloseCode, 1000);
    QVERIFY(m_customer->sawCloseFrame);
    QCOMPARE(m_customer->messages.last(),
             (QJsonObject{{u"event"_s, u"stop"_s},
                          {u"sequenceNumber"_s, u"2"_s},
                          {u"streamSid"_s, m_customer->streamSid()},
                          {u"stop"_s, QJsonObject{{u"accountSid"_s, u"AC00000000000000000000000000000001"_s},
                                                  {u"callSid"_s, u"CA000000000000000000000000000000a1"_s}}}}));
    QTRY_VERIFY(!m_session);
    QCOMPARE(stopped.count(), 1);
    QCOMPARE(ended.count(), 0);
}

void TestMediaStreamSession::dropsWithoutACloseFrame()
{
    open();
    QSignalSpy ended(m_session.data(), &MediaStreamSession::ended);
    m_session->drop();
    QCOMPARE(ended.count(), 1);
    QCOMPARE(ended[0][0].toInt(), 31903);
    QTRY_VERIFY(m_customer->streamClosed);
    QVERIFY(!m_customer->sawCloseFrame);
    QVERIFY(m_customer->eventsNamed(u"stop"_s).isEmpty());
}

void TestMediaStreamSession::tellsHowTheServerEndedIt_data()
{
    QTest::addColumn<int>("closeCode"); // 0: the connection is dropped
    QTest::addColumn<int>("errorCode");
    QTest::newRow("normal") << 1000 << 0;
    QTest::newRow("going away") << 1001 << 0;
    QTest::newRow("policy violated") << 1008 << 31921;
    QTest::newRow("application's own") << 4003 << 31921;
    QTest::newRow("dropped") << 0 << 31903;
}

void TestMediaStreamSession::tellsHowTheServerEndedIt()
{
    QFETCH(int, closeCode);
    open();
    QSignalSpy ended(m_session.data(), &MediaStreamSession::ended);
    if (closeCode == 0)
        m_customer->stream()->abort();
    else
        m_customer->stream()->close(static_cast<QWebSocketProtocol::CloseCode>(closeCode));
    QTRY_COMPARE(ended.count(), 1);
    QTEST(ended[0][0].toInt(), "errorCode");
    QTRY_VERIFY(!m_session);
}

void TestMediaStreamSession::dropsTheQueryOfTheAddress()
{
    open(u"?token=secret#part"_s);
    QCOMPARE(m_customer->stream()->requestUrl().path(), u"/ws"_s);
    QVERIFY(!m_customer->stream()->requestUrl().hasQuery());
    QCOMPARE(m_customer->stream()->request().rawHeader("User-Agent"), QByteArray("Twilio.TmeWs/1.0"));
    QVERIFY(!m_customer->stream()->request().hasRawHeader("Origin"));
}

DIALDESK_TEST(TestMediaStreamSession)
#include "tst_media_stream_session.moc"
