#pragma once

#include "engine/base/clock.h"
#include "engine/net/web_socket.h"
#include "engine/speech/deepgram/deepgram_codec.h"

#include <QObject>

#include <memory>

namespace engine::speech::deepgram {

/// What both interfaces of Deepgram have in common: the socket, its polite end, and noticing that it has died silently.
/// Engine thread; owned by its client.
class DeepgramConnection final : public QObject
{
    Q_OBJECT
public:
    DeepgramConnection(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent);
    ~DeepgramConnection() override;

    /// Drops the connection there was and makes a new one. Answered by opened() or lost().
    void open();
    bool isOpen() const;
    /// Never empty. May find the connection dead and emit lost().
    void sendAudio(const QByteArray &mulaw);
    void sendCommand(const QByteArray &json);
    void sendPing();
    /// CloseStream, then time for the server to end; the last messages are not read. No signal follows.
    void close();
    /// Gives the connection up and emits lost().
    void fail(const Error &error);

signals:
    void opened();
    void received(const engine::speech::deepgram::ServerMessage &message);
    void lost(const engine::Error &error, bool retry);

private:
    void onText(const QString &text);
    void drop();
    void end(const Error &error, bool retry);

    DeepgramSettings m_settings;
    net::WebSocketFactory &m_sockets;
    Clock &m_clock;
    net::WebSocket *m_socket = nullptr;  // child
    net::WebSocket *m_leaving = nullptr; // child; said CloseStream, may take its time
    std::unique_ptr<Timer> m_guard;
    Clock::TimePoint m_lastMessageAt{};
    qint64 m_voicedBytes = 0; // loud audio sent since the last message came
};

} // namespace engine::speech::deepgram
