#pragma once

#include "engine/server/connection.h"
#include "engine/server/limits.h"

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QWebSocketServer>

#include <functional>
#include <memory>

class QTcpSocket;
class QWebSocket;

namespace engine::server {

/// Why this request cannot become a WebSocket (RFC 6455 section 4.2.1), or nullopt.
[[nodiscard]] std::optional<Response> handshakeFault(const Request &request);

/// Turns one accepted TCP connection into a QWebSocket and gives it to its handler; then deletes itself, and does so
/// too when the handshake fails. Has no parent, since its work is done inside a signal of its own parts: whoever made
/// it may be deleted by the handler.
class WebSocketHandshake final : public QObject
{
    Q_OBJECT
public:
    /// @param wire   its unread bytes are the head, and nothing else
    /// @param early  what came after the head; delivered once the handler has the socket
    /// @param opened runs just before the handler
    WebSocketHandshake(std::unique_ptr<QTcpSocket> wire, ConnectionHost::Upgrade upgrade, const QByteArray &early,
                       const Limits &limits, std::function<void(QWebSocket &)> opened);
    ~WebSocketHandshake() override;

    /// The handler is about to go: it is not called any more, unless it is running right now.
    void abandon();

private:
    void handOver();

    QPointer<QTcpSocket> m_wire;
    ConnectionHost::Upgrade m_upgrade;
    QByteArray m_early;
    const Limits m_limits;
    std::function<void(QWebSocket &)> m_opened;
    QWebSocketServer m_server; ///< never listens; one for each handshake, so that no socket can be mistaken for another
};

} // namespace engine::server
