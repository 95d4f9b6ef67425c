#include "customer_server.h"

#include "engine/practice/practice_line.h"
#include "engine/twilio/media_stream_codec.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QThread>
#include <QWebSocket>

using namespace engine::practice;
using namespace Qt::StringLiterals;

/// The whole line with real voices, from REST to the callee's hello.
class TestPracticeLine : public QObject
{
    Q_OBJECT
private slots:
    void tellsWhenThePortIsTaken();
    void severalLinesLiveSideBySide();
    void calleeIsHeardOverTheStream();
    void livesOnAThreadOfItsOwn();
    void tellsWhoMeasuresHowPunctualItWas();
    void tellsWhatTheCalleeExperienced();
    void diesInMidCallAndComesBack_data();
    void diesInMidCallAndComesBack();
};

static QByteArray create(quint16 port, const PracticeOptions &options, const CustomerServer &customer)
{
    const QByteArray body = engine::twilio::buildForm({{"To", "+14155550100"},
                                                       {"From", "+14155550190"},
                                                       {"Url", customer.httpUrl(u"/twiml"_s).toLatin1()},
                                                       {"StatusCallback", customer.httpUrl(u"/status"_s).toLatin1()}});
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket.write("POST /2010-04-01/Accounts/" + options.accountSid.toLatin1() +
                 "/Calls.json HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " +
                 (options.accountSid.toLatin1() + ':' + options.authToken.reveal()).toBase64() +
                 "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                 QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QByteArray received;
    if (!QTest::qWaitFor([&] {
            received += socket.readAll();
            return received.contains("\r\n\r\n") && received.endsWith('}');
        }))
        return {};
    return received.split(' ').value(1);
}

static void answerWithStream(CustomerServer &customer)
{
    customer.answer = [&customer](const auto &) {
        return CustomerServer::Reply{200, "text/xml",
                                     "<Response><Connect><Stream url=\"" + customer.streamUrl().toLatin1() +
                                         "\"/></Connect></Response>"};
    };
}

void TestPracticeLine::tellsWhenThePortIsTaken()
{
    PracticeLine first({});
    const auto port = first.start();
    QVERIFY(port.has_value());
    PracticeOptions options;
    options.port = *port;
    PracticeLine second(options);
    const auto refused = second.start();
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, u"port_in_use"_s);
}

void TestPracticeLine::severalLinesLiveSideBySide()
{
    PracticeLine first({});
    PracticeLine second({});
    const auto firstPort = first.start();
    const auto secondPort = second.start();
    QVERIFY(firstPort.has_value() && secondPort.has_value());
    CustomerServer customer;
    answerWithStream(customer);
    QCOMPARE(create(*firstPort, first.options(), customer), QByteArray("201"));
    QCOMPARE(first.liveCalls(), 1);
    QCOMPARE(second.liveCalls(), 0);
}

void TestPracticeLine::calleeIsHeardOverTheStream()
{
    PracticeLine line({});
    const auto port = line.start();
    QVERIFY(port.has_value());
    CustomerServer customer;
    answerWithStream(customer);
    QCOMPARE(create(*port, line.options(), customer), QByteArray("201"));
    const auto loudFrames = [&] {
        int count = 0;
        for (const QJsonObject &message : customer.eventsNamed(u"media"_s)) {
            const QByteArray audio =
                QByteArray::fromBase64(message.value("media"_L1).toObject().value("payload"_L1).toString().toLatin1());
            // Mu-law of a magnitude above about 1000 has its segment bits below 0x40.
            count += std::any_of(audio.begin(), audio.end(), [](char code) { return (code & 0x7F) < 0x40; });
        }
        return count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(loudFrames() > 8, 4000); // "Hello?"
    QVERIFY(line.lateness().wakeUps > 20);
    QCOMPARE(line.lateness().skippedTicks, 0U);
    customer.closeStream();
    QTRY_COMPARE(customer.callbacks().size(), 1);
    QCOMPARE(line.liveCalls(), 0);
}

void TestPracticeLine::livesOnAThreadOfItsOwn()
{
    QThread thread;
    PracticeOptions options;
    auto *line = new PracticeLine(options);
    line->moveToThread(&thread);
    thread.start();
    engine::Result<quint16> port = 0;
    QMetaObject::invokeMethod(
        line, [&] { port = line->start(); }, Qt::BlockingQueuedConnection);
    CustomerServer customer;
    answerWithStream(customer);
    QVERIFY(port.has_value());
    QCOMPARE(create(*port, options, customer), QByteArray("201"));
    QTRY_VERIFY(!customer.eventsNamed(u"media"_s).isEmpty());
    line->deleteLater();
    thread.quit();
    QVERIFY(thread.wait(5000));
}

void TestPracticeLine::tellsWhoMeasuresHowPunctualItWas()
{
    PracticeLine line({});
    const auto port = line.start();
    QVERIFY(port.has_value());
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    socket.write("GET /practice/stats HTTP/1.1\r\nHost: x\r\n\r\n");
    QByteArray received;
    QVERIFY(QTest::qWaitFor([&] {
        received += socket.readAll();
        return received.endsWith('}');
    }));
    const QJsonObject stats = QJsonDocument::fromJson(received.mid(received.indexOf("\r\n\r\n") + 4)).object();
    QCOMPARE(stats["live_calls"].toInt(-1), 0);
    const QJsonObject beat = stats["beat_lateness"].toObject();
    QCOMPARE(beat["wake_ups"].toInt(-1), 0);
    QCOMPARE(beat["skipped_ticks"].toInt(-1), 0);
    for (const char *name : {"p50_ms", "p99_ms", "max_ms"})
        QVERIFY(beat[QLatin1String(name)].isDouble());
}

static QJsonObject statistics(quint16 port, const QByteArray &method)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket.write(method + " /practice/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    QByteArray received;
    if (!QTest::qWaitFor([&] {
            received += socket.readAll();
            return socket.state() == QAbstractSocket::UnconnectedState;
        }))
        return {};
    return QJsonDocument::fromJson(received.mid(received.indexOf("\r\n\r\n") + 4)).object()["figures"].toObject();
}

void TestPracticeLine::tellsWhatTheCalleeExperienced()
{
    PracticeLine line({});
    const auto port = line.start();
    QVERIFY(port.has_value());
    CustomerServer customer;
    answerWithStream(customer);
    QCOMPARE(create(*port, line.options(), customer), QByteArray("201"));
    QTRY_VERIFY(!customer.eventsNamed(u"start"_s).isEmpty());
    // Silence, but still playing when the callee says hello.
    const QByteArray silence(40'000, '\xff');
    customer.stream()->sendTextMessage(
        QString::fromUtf8(engine::twilio::buildMedia(engine::StreamSid(customer.streamSid()), silence)));
    QTRY_COMPARE_WITH_TIMEOUT(statistics(*port, "GET")["barge_ins"].toInt(), 1, 4000);
    customer.sendClear();
    QTRY_COMPARE(statistics(*port, "GET")["clear"].toObject()["samples"].toInt(), 1);
    QTRY_COMPARE(statistics(*port, "GET")["words_said"].toInt(), 1);
    QVERIFY(QTest::qWaitFor([&] {
        customer.sendAudio(160);
        return statistics(*port, "GET")["answer"].toObject()["samples"].toInt() == 1;
    }));
    // Nobody transcribes this call.
    QTRY_COMPARE(statistics(*port, "GET")["words_missing"].toInt(), 1);
    QVERIFY(statistics(*port, "DELETE").isEmpty());
    QCOMPARE(statistics(*port, "GET")["words_said"].toInt(-1), 0);
    customer.closeStream();
    QTRY_COMPARE(line.liveCalls(), 0);
}

void TestPracticeLine::diesInMidCallAndComesBack_data()
{
    QTest::addColumn<bool>("forgets");
    QTest::newRow("knows its calls") << false;
    QTest::newRow("forgets them") << true;
}

void TestPracticeLine::diesInMidCallAndComesBack()
{
    QFETCH(bool, forgets);
    CustomerServer customer;
    answerWithStream(customer);
    PracticeOptions options;
    options.outage = {std::chrono::seconds(1), std::chrono::seconds(1), forgets};
    PracticeLine line(options);
    const auto port = line.start();
    QVERIFY(port.has_value());
    QCOMPARE(create(*port, options, customer), QByteArray("201"));
    const auto answers = [port = *port] {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::ConnectedState; }, 100);
    };
    QTRY_VERIFY(!answers());
    QCOMPARE(line.liveCalls(), 0);
    QTRY_VERIFY(answers());
    QTcpSocket list;
    list.connectToHost(QHostAddress(QHostAddress::LocalHost), *port);
    list.write("GET /2010-04-01/Accounts/" + options.accountSid.toLatin1() + "/Calls.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic " +
               (options.accountSid.toLatin1() + ':' + options.authToken.reveal()).toBase64() + "\r\n\r\n");
    QTRY_COMPARE(list.state(), QAbstractSocket::UnconnectedState); // it closes when all is said
    const QByteArray received = list.readAll();
    const auto calls = QJsonDocument::fromJson(received.mid(received.indexOf("\r\n\r\n") + 4)).object()["calls"_L1].toArray();
    QCOMPARE(calls.size(), forgets ? 0 : 1);
    if (!forgets)
        QVERIFY(!calls[0].toObject()["end_time"_L1].isNull());
}

DIALDESK_TEST(TestPracticeLine)
#include "tst_practice_line.moc"
