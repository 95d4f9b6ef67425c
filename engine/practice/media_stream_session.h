#pragma once

#include "engine/practice/line_context.h"
#include "engine/practice/playback_buffer.h"
#include "engine/twilio/media_stream_codec.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace engine::net {
struct SocketClosed;
class WebSocket;
} // namespace engine::net

namespace engine::practice {

/// The carrier's end of one bidirectional media stream: dials in to the server, sends what the callee says, plays what
/// it is sent.
///
/// Does not beat by itself: its owner calls play() and carry() every 20 ms. After stop() or drop() it takes care of its
/// own end and deletes itself. Owned by the call's TwimlRunner; practice thread.
class MediaStreamSession : public QObject
{
    Q_OBJECT
public:
    /// @param start  what the `start` message will say
    /// @param url    ws or wss, as in the TwiML
    MediaStreamSession(twilio::Start start, const QString &url, const LineContext &context, QObject *parent);
    ~MediaStreamSession() override;

    const StreamSid &streamSid() const { return m_start.streamSid; }

    void open();
    /// What the callee hears in these 20 ms: 160 bytes of mu-law.
    [[nodiscard]] QByteArray play();
    /// How much is buffered that play() has still to give.
    std::chrono::milliseconds buffered() const { return std::chrono::milliseconds(m_playback.bufferedBytes() / 8); }
    bool isLive() const { return m_state == State::Live; }
    /// What the callee says in these 20 ms. Lost while the stream has not started.
    void carry(const QByteArray &mulaw);
    /// A key the callee pressed.
    void pressKey(char digit);
    /// Says `stop`, closes shortly after.
    void stop();
    /// Breaks the TCP connection without a word; ended() follows.
    void drop();

signals:
    /// `start` has been sent.
    void started();
    /// The server sent audio to play.
    void audioArrived();
    /// The server wants what is buffered dropped.
    void cleared();
    /// Something the carrier logs; the stream goes on.
    void warned(int code, const QString &text);
    /// The other side has gone, or never came; not after stop(). @param errorCode  0 for a normal close
    void ended(int errorCode, const QString &text);
    /// The socket is closed after stop().
    void stopped();

private:
    enum class State
    {
        Idle,
        Opening,
        Starting,
        Live,
        Stopping,
        Over
    };

    void onOpened();
    void onText(const QString &text);
    void onBinary();
    void onClosed(const net::SocketClosed &why);
    void sendStart();
    void echo(const QList<QByteArray> &marks);
    void warnOnce(bool &told, int code, const QString &text);
    void end(int errorCode, const QString &text);
    void finishStopping();

    twilio::Start m_start;
    QUrl m_url;
    const LineContext &m_context;
    net::WebSocket *m_socket = nullptr; // a child
    std::unique_ptr<Timer> m_timer;     // of the step under way: connect deadline, start, close
    State m_state = State::Idle;
    PlaybackBuffer m_playback;
    qint64 m_sequenceNumber = 0;
    qint64 m_chunk = 0;
    bool m_toldBinary = false;
    bool m_toldInvalid = false;
    bool m_toldOverflow = false;
    bool m_toldSlowReader = false;
};

} // namespace engine::practice
