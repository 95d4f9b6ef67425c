#include "engine/server/web_socket_handshake.h"

#include <QTcpSocket>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

/// QWebSocket takes a frame's payload out of the socket in one piece, so the largest frame and its header must fit into
/// the buffer.
constexpr qint64 kFrameHeaderBytes = 14;

} // namespace

std::optional<Response> handshakeFault(const Request &request)
{
    if (request.method != "GET" || !headerLists(request.headers, "Connection", "upgrade"))
        return errorResponse(400, u"bad_request"_s,
                             u"A WebSocket is opened with GET and the header Connection: Upgrade."_s);
    if (request.header("Host").isEmpty())
        return errorResponse(400, u"bad_request"_s, u"The WebSocket request names no Host."_s);
    if (request.header("Sec-WebSocket-Version") != "13") {
        Response response = errorResponse(426, u"upgrade_required"_s, u"This server speaks WebSocket version 13."_s);
        response.headers = {{"Sec-WebSocket-Version", "13"}, {"Upgrade", "websocket"}};
        return response;
    }
    const auto key =
        QByteArray::fromBase64Encoding(request.header("Sec-WebSocket-Key"), QByteArray::AbortOnBase64DecodingErrors);
    if (!key || key.decoded.size() != 16)
        return errorResponse(400, u"bad_request"_s,
                             u"The WebSocket request's Sec-WebSocket-Key is not 16 bytes in base64."_s);
    return std::nullopt;
}

WebSocketHandshake::WebSocketHandshake(std::unique_ptr<QTcpSocket> wire, ConnectionHost::Upgrade upgrade,
                                       const QByteArray &early, const Limits &limits,
                                       std::function<void(QWebSocket &)> opened)
    : m_wire(wire.release()), m_upgrade(std::move(upgrade)), m_early(early), m_limits(limits),
      m_opened(std::move(opened)), m_server(u"Dialdesk"_s, QWebSocketServer::NonSecureMode)
{
    m_wire->setParent(this);
    // A browser that offers subprotocols fails unless one is chosen: the first, since none means anything here.
    if (const auto offered = headerValue(m_upgrade.request.headers, "Sec-WebSocket-Protocol"))
        m_server.setSupportedSubprotocols({QString::fromLatin1(offered->split(',').first().trimmed())});
    // QWebSocket reads what is in the socket before anyone can connect to it, and those messages would be lost. With a
    // full buffer Qt reads no more from the network, so there is nothing but the head until the socket has its handler.
    m_wire->setReadBufferSize(std::max<qint64>(m_wire->bytesAvailable(), 1));
    connect(m_wire, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    connect(&m_server, &QWebSocketServer::newConnection, this, &WebSocketHandshake::handOver);
    m_server.handleConnection(m_wire);
}

WebSocketHandshake::~WebSocketHandshake() = default;

void WebSocketHandshake::abandon()
{
    disconnect(&m_server, &QWebSocketServer::newConnection, this, &WebSocketHandshake::handOver);
    deleteLater();
}

void WebSocketHandshake::handOver()
{
    std::unique_ptr<QWebSocket> socket(m_server.nextPendingConnection());
    if (!socket)
        return;
    socket->setParent(nullptr);
    m_wire->setParent(socket.get());
    m_wire->disconnect(this);
    socket->setMaxAllowedIncomingFrameSize(static_cast<quint64>(m_limits.maxWebSocketMessageBytes));
    socket->setMaxAllowedIncomingMessageSize(static_cast<quint64>(m_limits.maxWebSocketMessageBytes));

    m_opened(*socket);
    m_upgrade.handler(std::move(socket), m_upgrade.request);
    deleteLater();

    if (!m_wire)
        return;
    for (qsizetype i = m_early.size(); i-- > 0;)
        m_wire->ungetChar(m_early[i]);
    m_wire->setReadBufferSize(m_limits.maxWebSocketMessageBytes + kFrameHeaderBytes);
    if (!m_early.isEmpty())
        QMetaObject::invokeMethod(m_wire, &QTcpSocket::readyRead, Qt::QueuedConnection);
}

} // namespace engine::server
