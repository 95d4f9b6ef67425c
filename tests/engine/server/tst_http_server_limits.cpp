#include "engine/server/http_server.h"
#include "tests/engine/server/plain_client.h"
#include "tests/engine/server/raw_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

#include <optional>

using namespace engine;
using namespace engine::server;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Keeps writing as long as the peer takes it, up to a total; holds no more than a little of it at a time.
class Flood : public QObject
{
public:
    Flood(QTcpSocket &socket, const QByteArray &unit, qint64 total) : m_socket(socket), m_unit(unit), m_total(total)
    {
        connect(&socket, &QTcpSocket::bytesWritten, this, [this](qint64 bytes) {
            taken += bytes;
            fill();
        });
        fill();
    }
    qint64 taken = 0; ///< bytes the kernel took

private:
    void fill()
    {
        while (m_offered < m_total && m_socket.bytesToWrite() < 256 * 1024 &&
               m_socket.state() == QAbstractSocket::ConnectedState)
            m_offered += m_socket.write(m_unit);
    }
    QTcpSocket &m_socket;
    QByteArray m_unit;
    qint64 m_total;
    qint64 m_offered = 0;
};

qint64 residentBytes()
{
    QFile status(u"/proc/self/statm"_s);
    return status.open(QIODevice::ReadOnly) ? status.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

QString codeOf(const RawClient &client)
{
    return QJsonDocument::fromJson(client.body()).object()[u"code"].toString();
}

} // namespace

class TestHttpServerLimits : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_clock = std::make_unique<support::FakeClock>();
        start(Limits{});
    }
    void cleanup()
    {
        m_server.reset();
        m_clock.reset();
    }

    void refusesAtOnceAndCloses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        const QByteArray post = "POST /echo HTTP/1.1\r\n";
        QTest::newRow("Content-Length 9,000,000,000")
            << QByteArray(post + "Content-Length: 9000000000\r\n\r\n") << 413 << u"body_too_large"_s;
        QTest::newRow("body one byte over")
            << QByteArray(post + "Content-Length: 65537\r\n\r\n" + QByteArray(65537, 'x')) << 413
            << u"body_too_large"_s;
        QTest::newRow("chunk one byte over")
            << QByteArray(post + "Transfer-Encoding: chunked\r\n\r\n10001\r\n") << 413 << u"body_too_large"_s;
        QTest::newRow("2 MB header line")
            << QByteArray("GET /hello HTTP/1.1\r\nX: " + QByteArray(2'000'000, 'x') + "\r\n\r\n") << 431
            << u"headers_too_large"_s;
        QTest::newRow("endless target") << QByteArray("GET /" + QByteArray(20'000, 'x')) << 431
                                        << u"headers_too_large"_s;
        QTest::newRow("many headers") << QByteArray("GET /hello HTTP/1.1\r\n" + QByteArray("X: y\r\n").repeated(3000) +
                                                    "\r\n")
                                      << 431 << u"headers_too_large"_s;
        QTest::newRow("bad Content-Length")
            << QByteArray(post + "Content-Length: ten\r\n\r\n") << 400 << u"bad_request"_s;
        QTest::newRow("negative Content-Length")
            << QByteArray(post + "Content-Length: -5\r\n\r\n") << 400 << u"bad_request"_s;
        QTest::newRow("two Content-Lengths")
            << QByteArray(post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n") << 400 << u"bad_request"_s;
        QTest::newRow("length and chunked")
            << QByteArray(post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n") << 400 << u"bad_request"_s;
        QTest::newRow("bad chunk") << QByteArray(post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n") << 400
                                   << u"bad_request"_s;
        QTest::newRow("CONNECT") << QByteArray("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n") << 400 << u"bad_request"_s;
        QTest::newRow("TLS greeting") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01", 8) << 400 << u"bad_request"_s;
        QTest::newRow("lines without CR") << QByteArray("GET /hello HTTP/1.1\n\n") << 400 << u"bad_request"_s;
    }
    void refusesAtOnceAndCloses()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QString, code);
        RawClient client(m_port);
        client.write(wire);
        QTRY_VERIFY(client.isClosed()); // no time has passed
        QTEST(client.status(), "status");
        QCOMPARE(codeOf(client), code);
        QCOMPARE(client.headerLines("Connection: close"), 1);
        QCOMPARE(m_handled, 0);
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void theSecondRequestOfAConnectionIsGuardedToo()
    {
        RawClient client(m_port);
        client.write(
            "POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\nokPOST /echo HTTP/1.1\r\nContent-Length: 70000\r\n\r\n");
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.answers(), 2);
        QCOMPARE(client.status(), 200);
        QVERIFY(client.received.contains("HTTP/1.1 413"));
    }

    void headOfExactlyTheLimitPasses()
    {
        const QByteArray frame = "GET /hello HTTP/1.1\r\nX: \r\n\r\n";
        const qsizetype limit = 16 * 1024;
        RawClient fits(m_port);
        fits.write(QByteArray(frame).insert(frame.indexOf("\r\n\r\n"), QByteArray(limit - frame.size(), 'x')));
        QTRY_COMPARE(fits.status(), 200);
        RawClient over(m_port);
        over.write(QByteArray(frame).insert(frame.indexOf("\r\n\r\n"), QByteArray(limit - frame.size() + 1, 'x')));
        QTRY_COMPARE(over.status(), 431);
    }

    void aHugeBodyIsRefusedWithoutBeingRead_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("unit");
        const QByteArray post = "POST /echo HTTP/1.1\r\n";
        QTest::newRow("declared") << QByteArray(post + "Content-Length: 300000000\r\n\r\n") << QByteArray(60'000, 'x');
        QTest::newRow("chunked") << QByteArray(post + "Transfer-Encoding: chunked\r\n\r\n")
                                 << QByteArray("EA60\r\n" + QByteArray(60'000, 'x') + "\r\n");
        QTest::newRow("one-byte chunks") << QByteArray(post + "Transfer-Encoding: chunked\r\n\r\n")
                                         << QByteArray("1\r\nx\r\n").repeated(10'000);
        QTest::newRow("one header line") << QByteArray("GET /hello HTTP/1.1\r\nX: ") << QByteArray(60'000, 'x');
    }
    void aHugeBodyIsRefusedWithoutBeingRead()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, unit);
        RawClient client(m_port);
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        const qint64 before = residentBytes();
        client.write(head);
        Flood flood(client, unit, 300'000'000);
        QTRY_VERIFY(client.isClosed());
        QTRY_COMPARE(m_server->openConnections(), 0);
        QCOMPARE(m_handled, 0);
        // What the server reads on for politeness (4 MiB), and what fits into the kernel's buffers.
        QVERIFY2(flood.taken < 20'000'000, qPrintable(QString::number(flood.taken)));
        // Room for what an address sanitizer keeps of freed memory.
        QVERIFY2(residentBytes() - before < 60'000'000, qPrintable(QString::number(residentBytes() - before)));
    }

    void aRequestSentAheadWaitsInTheKernel()
    {
        // While a handler is at work nothing more is read, whatever the client sends.
        RawClient client(m_port);
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.write("GET /never HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_handled, 1);
        const qint64 before = residentBytes();
        Flood flood(client, QByteArray("GET /hello HTTP/1.1\r\n\r\n").repeated(1000), 300'000'000);
        for (int i = 0; i < 2000; ++i)
            QCoreApplication::processEvents();
        QVERIFY(flood.taken < 20'000'000);
        QVERIFY(residentBytes() - before < 60'000'000);
        QCOMPARE(m_handled, 1);
    }

    void halfARequestIsClosedAfterTenSeconds_data()
    {
        QTest::addColumn<QByteArray>("half");
        QTest::newRow("half a method") << QByteArray("GE");
        QTest::newRow("half a head") << QByteArray("GET /hello HTTP/1.1\r\nHost: a\r\n");
        QTest::newRow("half a body") << QByteArray("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
        QTest::newRow("half a chunk") << QByteArray(
            "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf");
    }
    void halfARequestIsClosedAfterTenSeconds()
    {
        QFETCH(QByteArray, half);
        RawClient client(m_port);
        client.write(half);
        settle(client);
        m_clock->advance(9999ms);
        QCoreApplication::processEvents();
        QCOMPARE(client.received, QByteArray());
        m_clock->advance(1ms);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.status(), 408);
        QCOMPARE(codeOf(client), u"request_timeout"_s);
        QCOMPARE(m_handled, 0);
    }

    void drippingBytesBuyNoTime()
    {
        RawClient client(m_port);
        client.write("GET /hello HTTP/1.1\r\nX: ");
        settle(client);
        for (int second = 0; second < 9; ++second) {
            client.write("x");
            settle(client);
            m_clock->advance(1s);
        }
        QVERIFY(!client.isClosed());
        m_clock->advance(1s);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.status(), 408);
    }

    void aSilentConnectionIsClosedWithoutAWord()
    {
        RawClient client(m_port);
        QTRY_COMPARE(m_server->openConnections(), 1);
        m_clock->advance(10s);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.received, QByteArray());
    }

    void anIdleKeptConnectionIsClosedAfterAMinute()
    {
        RawClient client(m_port);
        client.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.status(), 200);
        m_clock->advance(59s);
        client.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(client.answers(), 2);
        m_clock->advance(59s);
        QCoreApplication::processEvents();
        QVERIFY(!client.isClosed());
        m_clock->advance(1s);
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.answers(), 2);
    }

    void aPeerThatTakesNoAnswerIsClosed()
    {
        RawClient client(m_port);
        client.setReadBufferSize(1000);
        client.disconnect(&client); // reads nothing
        client.write("GET /large HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(m_handled, 1);
        for (int i = 0; i < 100; ++i)
            QCoreApplication::processEvents();
        QCOMPARE(m_server->openConnections(), 1);
        m_clock->advance(60s);
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void aRefusedPeerThatStaysIsCutOff()
    {
        PlainClient client;
        QVERIFY(client.connectTo(m_port));
        QVERIFY(client.say("nonsense\n"));
        QTRY_VERIFY(client.hasEnded());
        QVERIFY(client.received.startsWith("HTTP/1.1 400"));
        QCOMPARE(m_server->openConnections(), 1);
        m_clock->advance(2s);
        QTRY_COMPARE(m_server->openConnections(), 0);
    }

    void expectContinueIsAnswered()
    {
        RawClient client(m_port);
        client.write("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        QTRY_COMPARE(client.received, QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        client.received.clear();
        client.write("abc");
        QTRY_COMPARE(client.body(), QByteArray("abc"));
        QCOMPARE(client.status(), 200);
    }

    void expectContinueOfTooMuchIsRefusedInstead()
    {
        RawClient client(m_port);
        client.write("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n");
        QTRY_COMPARE(client.status(), 413);
    }

    void oneConnectionTooManyIsClosedAtOnce()
    {
        Limits limits;
        limits.maxConnections = 3;
        start(limits);
        RawClient a(m_port);
        RawClient b(m_port);
        RawClient c(m_port);
        QTRY_COMPARE(m_server->openConnections(), 3);
        RawClient d(m_port);
        QSignalSpy connected(&d, &QTcpSocket::connected);
        QSignalSpy closed(&d, &QTcpSocket::disconnected);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(connected.size(), 1);
        QCOMPARE(d.received, QByteArray());
        QCOMPARE(m_server->openConnections(), 3);
        b.abort();
        QTRY_COMPARE(m_server->openConnections(), 2);
        RawClient e(m_port);
        e.write("GET /hello HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(e.status(), 200);
    }

    void limitsAreTheOnesGiven()
    {
        Limits limits;
        limits.maxBodyBytes = 10;
        limits.maxHeaderBytes = 100;
        limits.requestTimeout = 3s;
        start(limits);
        RawClient body(m_port);
        body.write("POST /echo HTTP/1.1\r\nContent-Length: 11\r\n\r\n");
        QTRY_COMPARE(body.status(), 413);
        RawClient head(m_port);
        head.write("GET /hello HTTP/1.1\r\nX: " + QByteArray(100, 'x'));
        QTRY_COMPARE(head.status(), 431);
        RawClient half(m_port);
        half.write("GET /hello");
        settle(half);
        m_clock->advance(3s);
        QTRY_COMPARE(half.status(), 408);
    }

private:
    void start(const Limits &limits)
    {
        m_handled = 0;
        m_server = std::make_unique<HttpServer>(limits, *m_clock);
        m_server->route("GET", u"/hello"_s, [this](const Request &, Responder responder) {
            ++m_handled;
            responder.send({200, "text/plain", "hello", {}});
        });
        m_server->route("POST", u"/echo"_s, [this](const Request &request, Responder responder) {
            ++m_handled;
            responder.send({200, "text/plain", request.body, {}});
        });
        m_server->route("GET", u"/never"_s, [this](const Request &, Responder responder) {
            ++m_handled;
            m_kept.emplace(std::move(responder));
        });
        m_server->route("GET", u"/large"_s, [this](const Request &, Responder responder) {
            ++m_handled;
            responder.send({200, "text/plain", QByteArray(20'000'000, 'x'), {}});
        });
        const auto port = m_server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(port);
        m_port = *port;
    }

    /// Lets what the client wrote reach the server: a probe sent afterwards on a connection of its own has been
    /// answered.
    void settle(RawClient &client)
    {
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        QTRY_COMPARE(client.bytesToWrite(), 0);
        const int before = m_handled;
        RawClient probe(m_port);
        probe.write("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
        QTRY_COMPARE(probe.status(), 200);
        QCOMPARE(m_handled, before + 1);
        m_handled = before;
        QTRY_COMPARE(m_server->openConnections(), 1);
    }

    std::unique_ptr<support::FakeClock> m_clock;
    std::optional<Responder> m_kept;
    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    int m_handled = 0;
};

DIALDESK_TEST(TestHttpServerLimits)
#include "tst_http_server_limits.moc"
