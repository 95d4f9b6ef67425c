#pragma once

#include "engine/net/http_client.h"

#include <QByteArray>
#include <QObject>
#include <QUrl>

#include <memory>

namespace engine::net {

/// Why a socket is gone.
struct SocketClosed
{
    bool wasOpen = false; ///< false: the handshake never succeeded
    int httpStatus = 0;   ///< of a refused handshake, 0 when unknown
    int closeCode = 0;    ///< RFC 6455 section 7.4; 1006 when no close frame came, 1000 or 1005 when it named no code
    QString reason;       ///< the close frame's text or the system's words
    bool operator==(const SocketClosed &) const = default;
};

/// An outgoing WebSocket. Deleting it aborts the connection without a signal. Engine thread.
class WebSocket : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Once per object. Answered by opened() or closed().
    virtual void open(const QUrl &url, const HeaderList &headers) = 0;
    virtual bool isOpen() const = 0;
    /// @param utf8  the text of one message
    virtual void sendText(const QByteArray &utf8) = 0;
    virtual void sendBinary(const QByteArray &bytes) = 0;
    virtual void sendPing() = 0;
    /// Starts the closing handshake; closed() follows.
    virtual void close(int code = 1000) = 0;
    /// Bytes accepted but not yet given to the network.
    virtual qint64 bytesToWrite() const = 0;

signals:
    void opened();
    void textReceived(const QString &text);
    void binaryReceived(const QByteArray &bytes);
    /// Once.
    void closed(const engine::net::SocketClosed &why);
};

/// Makes outgoing sockets, so that a test can hand out scripted ones.
class WebSocketFactory
{
public:
    virtual ~WebSocketFactory() = default;
    /// @param parent  owns the socket
    [[nodiscard]] virtual WebSocket *create(QObject *parent) = 0;
};

} // namespace engine::net
