#include "engine/net/qt_web_socket.h"

#include "tests/engine/net/raw_server.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace engine;
using namespace engine::net;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestQtWebSocket : public QObject
{
    Q_OBJECT

    /// A real WebSocket server on a free port.
    struct EchoServer : QWebSocketServer
    {
        EchoServer() : QWebSocketServer(QString(), NonSecureMode)
        {
            listen(QHostAddress::LocalHost);
            connect(this, &QWebSocketServer::newConnection, this, [this] {
                peer = nextPendingConnection();
                peer->setParent(this);
                connect(peer, &QWebSocket::textMessageReceived, this,
                        [this](const QString &text) { peer->sendTextMessage(text); });
                connect(peer, &QWebSocket::binaryMessageReceived, this,
                        [this](const QByteArray &bytes) { peer->sendBinaryMessage(bytes); });
            });
        }
        QPointer<QWebSocket> peer;
    };

    static SocketClosed waitClosed(QtWebSocket &socket)
    {
        QSignalSpy closed(&socket, &WebSocket::closed);
        if (!closed.wait(4000))
            return {};
        return closed.first().first().value<SocketClosed>();
    }
    /// Opens against the server and waits until both ends stand.
    static bool connectTo(EchoServer &server, QtWebSocket &socket)
    {
        QSignalSpy opened(&socket, &WebSocket::opened);
        socket.open(server.serverUrl(), {{"Authorization", "Token k"}});
        return opened.wait(4000) && QTest::qWaitFor([&server] { return !server.peer.isNull(); }, 4000);
    }

private slots:
    void textAndBinaryGoBothWaysWithTheHeadersGiven()
    {
        EchoServer server;
        QtWebSocketFactory factory;
        const std::unique_ptr<WebSocket> made(factory.create(nullptr));
        auto &socket = static_cast<QtWebSocket &>(*made);
        QSignalSpy text(&socket, &WebSocket::textReceived);
        QSignalSpy binary(&socket, &WebSocket::binaryReceived);
        QVERIFY(connectTo(server, socket));
        QVERIFY(socket.isOpen());
        QCOMPARE(server.peer->request().rawHeader("Authorization"), QByteArray("Token k"));
        QVERIFY(!server.peer->request().hasRawHeader("Sec-WebSocket-Extensions"));

        socket.sendText("{\"type\":\"KeepAlive\"} \u00e9");
        socket.sendBinary(QByteArray(160, '\xff'));
        QTRY_COMPARE(text.count(), 1);
        QCOMPARE(text.first().first().toString(), u"{\"type\":\"KeepAlive\"} \u00e9"_s);
        QTRY_COMPARE(binary.count(), 1);
        QCOMPARE(binary.first().first().toByteArray(), QByteArray(160, '\xff'));

        QSignalSpy closed(&socket, &WebSocket::closed);
        socket.close(1000);
        QTRY_COMPARE(closed.count(), 1);
        QCOMPARE(closed.first().first().value<SocketClosed>().closeCode, 1000);
        QVERIFY(closed.first().first().value<SocketClosed>().wasOpen);
        QVERIFY(!socket.isOpen());
    }

    void closeCodeAndReasonOfTheServerAreTold()
    {
        EchoServer server;
        QtWebSocket socket;
        QVERIFY(connectTo(server, socket));
        server.peer->close(static_cast<QWebSocketProtocol::CloseCode>(1011), u"NET-0001"_s);
        const SocketClosed why = waitClosed(socket);
        QCOMPARE(why, (SocketClosed{true, 0, 1011, u"NET-0001"_s}));
    }

    void dropWithoutACloseFrameIs1006()
    {
        EchoServer server;
        QtWebSocket socket;
        QVERIFY(connectTo(server, socket));
        server.peer->abort();
        const SocketClosed why = waitClosed(socket);
        QVERIFY(why.wasOpen);
        QCOMPARE(why.closeCode, 1006);
    }

    void closeFrameWithoutAStatusIsANormalEnd()
    {
        RawServer server;
        server.onBytes = [&server](QTcpSocket *peer) {
            const qsizetype at = server.received.indexOf("Sec-WebSocket-Key: ") + 19;
            const QByteArray key = server.received.mid(at, server.received.indexOf("\r\n", at) - at);
            const QByteArray accept =
                QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1)
                    .toBase64();
            server.onBytes = nullptr;
            peer->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: " +
                        accept + "\r\n\r\n" + QByteArray("\x88\x00", 2));
            peer->disconnectFromHost();
        };
        QtWebSocket socket;
        socket.open(QUrl(u"ws://127.0.0.1:%1/"_s.arg(server.port())), {});
        const SocketClosed why = waitClosed(socket);
        QVERIFY(why.wasOpen);
        QVERIFY(why.closeCode == 1000 || why.closeCode == 1005);
    }

    void statusOfARefusedHandshakeIsTold_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::newRow("401") << QByteArray("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}") << 401;
        QTest::newRow("401 with a challenge")
            << QByteArray("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n") << 401;
        QTest::newRow("402") << QByteArray("HTTP/1.1 402 Payment Required\r\nContent-Length: 0\r\n\r\n") << 402;
        QTest::newRow("429") << QByteArray("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n") << 429;
        QTest::newRow("400") << QByteArray("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") << 400;
        QTest::newRow("503") << QByteArray("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") << 503;
    }
    void statusOfARefusedHandshakeIsTold()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        RawServer server;
        server.onBytes = [answer](QTcpSocket *peer) {
            peer->write(answer);
            peer->disconnectFromHost();
        };
        QtWebSocket socket;
        QSignalSpy closed(&socket, &WebSocket::closed);
        socket.open(QUrl(u"ws://127.0.0.1:%1/v1/listen"_s.arg(server.port())), {});
        QTRY_COMPARE(closed.count(), 1);
        const auto why = closed.first().first().value<SocketClosed>();
        QVERIFY(!why.wasOpen);
        QCOMPARE(why.httpStatus, status);
        QTRY_COMPARE(server.clients.first()->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(closed.count(), 1);
    }

    void nobodyListeningIsToldLater()
    {
        RawServer server;
        const int port = server.port();
        server.close();
        QtWebSocket socket;
        QSignalSpy closed(&socket, &WebSocket::closed);
        socket.open(QUrl(u"ws://127.0.0.1:%1/"_s.arg(port)), {});
        QTRY_COMPARE(closed.count(), 1);
        QCOMPARE(closed.first().first().value<SocketClosed>().httpStatus, 0);
        QVERIFY(!closed.first().first().value<SocketClosed>().reason.isEmpty());
    }

    void silentServerEndsTheHandshakeByDeadline()
    {
        RawServer server;
        QtWebSocket socket(QtWebSocketSettings{50ms, 1024});
        socket.open(QUrl(u"ws://127.0.0.1:%1/"_s.arg(server.port())), {});
        const SocketClosed why = waitClosed(socket);
        QVERIFY(!why.wasOpen);
        QVERIFY(why.reason.contains("handshake"_L1));
        QTRY_VERIFY(!server.clients.isEmpty());
        QTRY_COMPARE(server.clients.first()->state(), QAbstractSocket::UnconnectedState);
    }

    void messageBeyondTheBoundEndsTheConnection()
    {
        EchoServer server;
        QtWebSocket socket(QtWebSocketSettings{5s, 1024});
        QSignalSpy text(&socket, &WebSocket::textReceived);
        QVERIFY(connectTo(server, socket));
        server.peer->sendTextMessage(QString(2000, u'x'));
        const SocketClosed why = waitClosed(socket);
        QVERIFY(why.wasOpen);
        QCOMPARE(text.count(), 0);
    }

    void deletingAbortsWithoutASignal()
    {
        EchoServer server;
        auto socket = std::make_unique<QtWebSocket>();
        QVERIFY(connectTo(server, *socket));
        int closed = 0;
        connect(socket.get(), &WebSocket::closed, this, [&closed] { ++closed; });
        QSignalSpy gone(server.peer, &QWebSocket::disconnected);
        socket.reset();
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(closed, 0);
    }

    void socketMayBeDeletedByItsOwnSignal()
    {
        EchoServer server;
        auto *socket = new QtWebSocket;
        QVERIFY(connectTo(server, *socket));
        const QPointer<QtWebSocket> watched(socket);
        connect(socket, &WebSocket::textReceived, this, [socket] { delete socket; });
        server.peer->sendTextMessage(u"bye"_s);
        QTRY_VERIFY(watched.isNull());
    }
};

DIALDESK_TEST(TestQtWebSocket)
#include "tst_qt_web_socket.moc"
