#include "engine/net/qt_web_socket.h"

#include <QHostAddress>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QWebSocket>

namespace engine::net {

using namespace Qt::StringLiterals;

namespace {

constexpr int kNoCloseFrame = 1006; // RFC 6455 section 7.4.1

} // namespace

int refusedHandshakeStatus(const QString &errorString)
{
    static const QRegularExpression unhandled(u"http status code: (\\d{3})\\b"_s,
                                              QRegularExpression::CaseInsensitiveOption);
    if (const auto match = unhandled.match(errorString); match.hasMatch())
        return match.capturedView(1).toInt();
    // Qt 6.8 treats 401 apart from the rest; both versions treat 400 so.
    if (errorString.contains("WWW-Authenticate"_L1) || errorString.contains("requires authentication"_L1))
        return 401;
    if (errorString.contains("Unknown error condition encountered"_L1) ||
        errorString.contains("Server requests a version"_L1))
        return 400;
    return 0;
}

QtWebSocket::QtWebSocket(QtWebSocketSettings settings, QObject *parent)
    : WebSocket(parent), m_settings(settings), m_socket(new QWebSocket)
{
    m_socket->setMaxAllowedIncomingFrameSize(m_settings.maxMessageBytes);
    m_socket->setMaxAllowedIncomingMessageSize(m_settings.maxMessageBytes);

    connect(m_socket, &QWebSocket::connected, this, &QtWebSocket::onConnected);
    connect(m_socket, &QWebSocket::disconnected, this, &QtWebSocket::onDisconnected);
    connect(m_socket, &QWebSocket::aboutToClose, this, [this] { m_closing = true; });
    connect(m_socket, &QWebSocket::textMessageReceived, this, &WebSocket::textReceived);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, &WebSocket::binaryReceived);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(m_socket, &QWebSocket::errorOccurred, this, &QtWebSocket::onError);
#else
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &QtWebSocket::onError);
#endif

    m_handshakeTimer.setSingleShot(true);
    connect(&m_handshakeTimer, &QTimer::timeout, this, [this] {
        end({false, 0, kNoCloseFrame,
             u"no answer to the WebSocket handshake within %1 s"_s.arg(
                 static_cast<double>(m_settings.handshakeTimeout.count()) / 1000.0)});
    });
}

QtWebSocket::~QtWebSocket()
{
    drop();
}

void QtWebSocket::open(const QUrl &url, const HeaderList &headers)
{
    if (!m_socket)
        return;
    QNetworkRequest request(url);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    if (m_settings.anyCertificateOnLoopback && QHostAddress(url.host()).isLoopback()) {
        QSslConfiguration tls = m_socket->sslConfiguration();
        tls.setPeerVerifyMode(QSslSocket::VerifyNone);
        m_socket->setSslConfiguration(tls);
    }
    m_handshakeTimer.start(m_settings.handshakeTimeout);
    m_socket->open(request);
}

void QtWebSocket::sendText(const QByteArray &utf8)
{
    if (m_open)
        m_socket->sendTextMessage(QString::fromUtf8(utf8));
}

void QtWebSocket::sendBinary(const QByteArray &bytes)
{
    if (m_open)
        m_socket->sendBinaryMessage(bytes);
}

void QtWebSocket::sendPing()
{
    if (m_open)
        m_socket->ping();
}

void QtWebSocket::close(int code)
{
    if (!m_socket)
        return;
    if (!m_open) {
        // Nothing to shake hands about yet; told later, as every answer is.
        QMetaObject::invokeMethod(
            this,
            [this] {
                end({m_wasOpen, 0, kNoCloseFrame, u"closed before it was open"_s});
            },
            Qt::QueuedConnection);
        return;
    }
    m_socket->close(static_cast<QWebSocketProtocol::CloseCode>(code));
}

qint64 QtWebSocket::bytesToWrite() const
{
    return m_socket ? m_socket->bytesToWrite() : 0;
}

void QtWebSocket::onConnected()
{
    m_handshakeTimer.stop();
    m_open = true;
    m_wasOpen = true;
    emit opened();
}

void QtWebSocket::onDisconnected()
{
    // QWebSocket says 1000 also when the connection dropped without a close frame.
    const int code = m_closing ? static_cast<int>(m_socket->closeCode()) : kNoCloseFrame;
    const QString reason = m_closing ? m_socket->closeReason() : m_socket->errorString();
    end({m_wasOpen, 0, code, reason});
}

void QtWebSocket::onError()
{
    // An open socket says disconnected() next, with the close code.
    if (m_wasOpen)
        return;
    const QString words = m_socket->errorString();
    end({false, refusedHandshakeStatus(words), kNoCloseFrame, words});
}

void QtWebSocket::end(SocketClosed why)
{
    if (!m_socket)
        return;
    m_open = false;
    drop();
    emit closed(why);
}

void QtWebSocket::drop()
{
    m_handshakeTimer.stop();
    if (!m_socket)
        return;
    // May run inside one of the socket's own signals, so it outlives this call.
    QWebSocket *socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

} // namespace engine::net
