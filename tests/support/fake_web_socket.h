#pragma once

#include "engine/net/web_socket.h"

#include <QJsonObject>
#include <QPointer>

#include <optional>

namespace support {

/// A socket whose other end is the test: it records what was sent, and the test says what comes back, at once and on
/// its own stack.
class FakeWebSocket final : public engine::net::WebSocket
{
    Q_OBJECT
public:
    using WebSocket::WebSocket;

    // What the code under test did.
    QUrl url;
    engine::net::HeaderList headers;
    bool openAsked = false;
    QList<QByteArray> texts;    ///< text messages sent, in order
    QList<QByteArray> binaries; ///< binary messages sent, in order
    int pings = 0;
    std::optional<int> closeAsked; ///< code given to close()

    // What the test may set.
    qint64 queuedBytes = 0; ///< what bytesToWrite() answers

    void open(const QUrl &target, const engine::net::HeaderList &with) override;
    bool isOpen() const override { return m_open; }
    void sendText(const QByteArray &utf8) override;
    void sendBinary(const QByteArray &bytes) override;
    void sendPing() override { ++pings; }
    void close(int code) override { closeAsked = code; }
    qint64 bytesToWrite() const override { return queuedBytes; }

    // What the other end does.
    void accept();
    void refuse(int httpStatus, const QString &reason = {});
    void receiveText(const QByteArray &utf8);
    void receiveBinary(const QByteArray &bytes);
    /// The connection ends: with a close frame's code and reason, or 1006 for a drop.
    void drop(int closeCode = 1006, const QString &reason = {});

    /// First value of a request header; empty when absent.
    QByteArray header(QByteArrayView name) const;
    /// Text messages as JSON objects.
    QList<QJsonObject> messages() const;
    /// All binary messages joined.
    QByteArray audio() const { return binaries.join(); }

private:
    bool m_open = false;
    bool m_over = false;
};

/// Hands out FakeWebSockets and remembers them.
class FakeWebSocketFactory final : public engine::net::WebSocketFactory
{
public:
    QList<QPointer<FakeWebSocket>> sockets; ///< in order of creation; null once deleted

    engine::net::WebSocket *create(QObject *parent) override;
    /// The youngest socket; fails the test when there is none (any more).
    FakeWebSocket *latest() const;
    qsizetype count() const { return sockets.size(); }
};

} // namespace support
