#pragma once

#include "engine/base/ids.h"
#include "engine/telephony/media_transport.h"
#include "engine/twilio/media_stream_codec.h"

#include <QWebSocket>

#include <memory>

namespace engine::twilio {

/// What a stream has carried and lost so far.
struct MediaStreamStatistics
{
    qint64 audioMessages = 0;   ///< passed on as audioReceived()
    qint64 lostMessages = 0;    ///< gaps in sequenceNumber, all kinds of messages
    qint64 lostAudio = 0;       ///< gaps in the chunk numbers of the callee's track
    qint64 outOfOrder = 0;      ///< messages numbered at or below the one before
    qint64 ignoredMessages = 0; ///< junk, binary, of another stream or another track, or a second start
    bool operator==(const MediaStreamStatistics &) const = default;
};

/// The sound of one call over a Twilio media stream, from `start` to `stop`.
///
/// Made by MediaStreamAcceptor. Messages that make no sense are counted and logged once; they do not disturb the call.
/// A carrier that no longer takes our audio ends the stream. Deleting it closes the socket. Engine thread.
class MediaStreamTransport final : public telephony::MediaTransport
{
    Q_OBJECT
public:
    /// Unsent bytes at which the other side counts as stuck; all the carrier would ever buffer (ten minutes) is
    /// about 6.4 MB.
    static constexpr qint64 kMaxUnsentBytes = 8 * 1024 * 1024;

    /// @param socket  open, its `start` just received; messages follow from the next one on
    MediaStreamTransport(std::unique_ptr<QWebSocket> socket, const Start &start, QObject *parent = nullptr);
    ~MediaStreamTransport() override;

    /// Sent in messages of at most one second. Ignored once the stream is over, as are sendMark() and clear().
    void sendAudio(const QByteArray &mulaw) override;
    void sendMark(const QByteArray &name) override;
    void clear() override;
    /// closed(true) follows, not from within this call.
    void close() override;
    /// Ends a stream that should not have begun, with the policy code (1008); closed(true) follows.
    void refuse(const QString &reason);

    const StreamSid &streamSid() const { return m_streamSid; }
    const MediaStreamStatistics &statistics() const { return m_statistics; }

private:
    void take(const QString &text);
    void ignore(const QString &what);
    void count(qint64 sequenceNumber);
    void countAudio(qint64 chunk);
    void send(const QByteArray &message);
    /// The only way out: whatever happens afterwards is not heard.
    void end(QWebSocketProtocol::CloseCode code, const QString &reason, bool orderly);
    void lost();

    std::unique_ptr<QWebSocket> m_socket; ///< null once the stream is over
    StreamSid m_streamSid;
    MediaStreamStatistics m_statistics;
    qint64 m_lastSequence = kNoNumber;
    qint64 m_lastChunk = 0;
    bool m_peerClosed = false; ///< a close frame came
};

} // namespace engine::twilio
