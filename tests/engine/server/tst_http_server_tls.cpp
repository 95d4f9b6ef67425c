#include "engine/server/http_server.h"
#include "tests/engine/server/raw_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QWebSocket>

using namespace engine;
using namespace engine::server;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray content(const QString &file)
{
    QFile opened(QStringLiteral(DIALDESK_TEST_DATA "/tls/") + file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

} // namespace

/// The server with a certificate of its own, for clients that verify it.
class TestHttpServerTls : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_clock = std::make_unique<support::FakeClock>();
        m_server = std::make_unique<HttpServer>(Limits{}, *m_clock);
        m_server->route("GET", u"/hello"_s, [](const Request &, Responder responder) {
            responder.send({200, "text/plain", "hello", {}});
        });
        m_server->route("POST", u"/size"_s, [](const Request &request, Responder responder) {
            responder.send({200, "text/plain", QByteArray::number(request.body.size()), {}});
        });
        m_server->upgrade(u"/ws"_s, {}, [this](std::unique_ptr<QWebSocket> socket, const Request &) {
            connect(socket.get(), &QWebSocket::textMessageReceived, this,
                    [this](const QString &text) { m_texts.append(text); });
            m_socket = std::move(socket);
        });
        const QList<QSslCertificate> chain = QSslCertificate::fromData(content("rsa_cert.pem"));
        m_server->useTls(chain, QSslKey(content("rsa_key.pem"), QSsl::Rsa));
        const auto port = m_server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(port);
        m_port = *port;
        m_trusting = QSslConfiguration::defaultConfiguration();
        m_trusting.setCaCertificates(chain);
        m_texts.clear();
    }
    void cleanup()
    {
        m_socket.reset();
        m_server.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        m_clock.reset();
    }

    void requestsAreAnswered();
    void aCurveServesAsWell();
    void aWholeBodyArrives();
    void aClosedConnectionSaysSo();
    void webSocketsOpenAndCarryBothWays();
    void whatIsSentWithTheHandshakeIsNotLost();
    void plainHttpGetsNothing();
    void aHandshakeThatNeverEndsIsCutOff();
    void theLimitsHold();

private:
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<QWebSocket> m_socket;
    QSslConfiguration m_trusting;
    QStringList m_texts;
    quint16 m_port = 0;
};

/// One request on a connection of its own, in TLS. @return all that came back until the server closed
class TlsTalk : public QSslSocket
{
public:
    TlsTalk(const QSslConfiguration &tls, quint16 port, const QByteArray &request)
    {
        setSslConfiguration(tls);
        connect(this, &QSslSocket::encrypted, this, [this, request] { write(request); });
        connect(this, &QSslSocket::readyRead, this, [this] { received += readAll(); });
        connectToHostEncrypted(u"127.0.0.1"_s, port);
    }
    bool isClosed() const { return state() == QAbstractSocket::UnconnectedState; }
    QByteArray received;
};

void TestHttpServerTls::requestsAreAnswered()
{
    QNetworkAccessManager manager;
    QNetworkRequest request(QUrl(u"https://127.0.0.1:%1/hello"_s.arg(m_port)));
    request.setSslConfiguration(m_trusting);
    for (int i = 0; i < 3; ++i) { // on one connection
        QScopedPointer<QNetworkReply> reply(manager.get(request));
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QCOMPARE(reply->readAll(), QByteArray("hello"));
    }
    QCOMPARE(m_server->openConnections(), 1);
}

void TestHttpServerTls::aCurveServesAsWell()
{
    HttpServer server(Limits{}, *m_clock);
    server.route("GET", u"/hello"_s, [](const Request &, Responder responder) {
        responder.send({200, "text/plain", "hello", {}});
    });
    const QList<QSslCertificate> chain = QSslCertificate::fromData(content("ec_cert.pem"));
    server.useTls(chain, QSslKey(content("ec_key.pem"), QSsl::Ec));
    const auto port = server.listen(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(port);
    m_trusting.setCaCertificates(chain);
    TlsTalk talk(m_trusting, *port, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(talk.received.endsWith("hello"));
}

void TestHttpServerTls::aWholeBodyArrives()
{
    const QByteArray body(64 * 1024, 'x'); // many TLS records
    TlsTalk talk(m_trusting, m_port, "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n" + body);
    QTRY_VERIFY2(talk.received.endsWith("\r\n\r\n65536"), talk.received.constData());
}

void TestHttpServerTls::aClosedConnectionSaysSo()
{
    TlsTalk talk(m_trusting, m_port, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    QTRY_VERIFY(talk.isClosed());
    QVERIFY(talk.received.endsWith("hello"));
    QCOMPARE(talk.error(), QAbstractSocket::RemoteHostClosedError); // in TLS's own words, not cut off
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpServerTls::webSocketsOpenAndCarryBothWays()
{
    QWebSocket client;
    client.setSslConfiguration(m_trusting);
    QSignalSpy text(&client, &QWebSocket::textMessageReceived);
    client.open(QUrl(u"wss://127.0.0.1:%1/ws"_s.arg(m_port)));
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    QTRY_VERIFY(m_socket);
    const QString large(100'000, u'x');
    client.sendTextMessage(u"one"_s);
    client.sendTextMessage(large);
    QTRY_COMPARE(m_texts, QStringList({u"one"_s, large}));
    m_socket->sendTextMessage(large);
    QTRY_COMPARE(text.size(), 1);
    QCOMPARE(text[0][0].toString(), large);
    m_socket->close();
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpServerTls::whatIsSentWithTheHandshakeIsNotLost()
{
    // Two masked text frames right behind the head, in the same write.
    const QByteArray frames("\x81\x81\0\0\0\0a\x81\x81\0\0\0\0b", 14);
    TlsTalk talk(
        m_trusting, m_port,
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
            frames);
    QTRY_COMPARE(m_texts, QStringList({u"a"_s, u"b"_s}));
    talk.write(QByteArray("\x81\x81\0\0\0\0c", 7));
    QTRY_COMPARE(m_texts.size(), 3);
}

void TestHttpServerTls::plainHttpGetsNothing()
{
    RawClient client(m_port);
    client.write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(client.isClosed());
    QVERIFY(!client.received.contains("hello"));
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpServerTls::aHandshakeThatNeverEndsIsCutOff()
{
    RawClient client(m_port);
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    QTRY_COMPARE(m_server->openConnections(), 1);
    client.write("\x16\x03\x01"); // the beginning of a handshake
    m_clock->advance(Limits{}.requestTimeout);
    QTRY_VERIFY(client.isClosed());
    m_clock->advance(3s);
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpServerTls::theLimitsHold()
{
    TlsTalk large(m_trusting, m_port, "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 314572800\r\n\r\n");
    QTRY_VERIFY(large.received.startsWith("HTTP/1.1 413 "));
    QTRY_VERIFY(large.isClosed());
    TlsTalk head(m_trusting, m_port, "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(20'000, 'x') + "\r\n\r\n");
    QTRY_VERIFY(head.received.startsWith("HTTP/1.1 431 "));
}

DIALDESK_TEST(TestHttpServerTls)
#include "tst_http_server_tls.moc"
