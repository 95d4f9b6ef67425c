#pragma once

#include "engine/net/web_socket.h"

#include <QTimer>

#include <chrono>

class QWebSocket;

namespace engine::net {

struct QtWebSocketSettings
{
    std::chrono::milliseconds handshakeTimeout{5'000};
    quint64 maxMessageBytes = 4 * 1024 * 1024;
    /// For the practice line: a server on this machine has a certificate for its public name, which 127.0.0.1 is not.
    bool anyCertificateOnLoopback = false;
};

/// WebSocket over QWebSocket, without compression. Engine thread; owned by whoever asked the factory for it.
class QtWebSocket final : public WebSocket
{
    Q_OBJECT
public:
    explicit QtWebSocket(QtWebSocketSettings settings = {}, QObject *parent = nullptr);
    ~QtWebSocket() override;

    void open(const QUrl &url, const HeaderList &headers) override;
    bool isOpen() const override { return m_open; }
    void sendText(const QByteArray &utf8) override;
    void sendBinary(const QByteArray &bytes) override;
    void sendPing() override;
    void close(int code) override;
    qint64 bytesToWrite() const override;

private:
    void onConnected();
    void onDisconnected();
    void onError();
    void end(SocketClosed why);
    void drop();

    QtWebSocketSettings m_settings;
    QWebSocket *m_socket; // ours until drop()
    QTimer m_handshakeTimer;
    bool m_open = false;
    bool m_wasOpen = false;
    bool m_closing = false; // a close frame was sent or received
};

class QtWebSocketFactory final : public WebSocketFactory
{
public:
    explicit QtWebSocketFactory(QtWebSocketSettings settings = {}) : m_settings(settings) {}
    WebSocket *create(QObject *parent) override { return new QtWebSocket(m_settings, parent); }

private:
    QtWebSocketSettings m_settings;
};

/// The HTTP status inside QWebSocket's words about a refused handshake, which is the only place it is told; 0 when
/// there is none. Knows the words of Qt 6.4 to 6.8. Pure.
[[nodiscard]] int refusedHandshakeStatus(const QString &errorString);

} // namespace engine::net
