#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "engine/twilio/media_stream_codec.h"
#include "engine/twilio/media_stream_transport.h"

#include <QObject>

#include <functional>
#include <memory>

class QWebSocket;

namespace engine::twilio {

/// Takes sockets that were upgraded at /ws and turns each into the sound of a call, or sends it away.
///
/// Twilio says `connected` and `start` at once. A socket that says anything else, or nothing in time, is closed with a
/// code and a reason. The call layer then decides about the start: its one-time token proves that our own instructions
/// led here. Engine thread.
class MediaStreamAcceptor : public QObject
{
    Q_OBJECT
public:
    /// Whether this start belongs to a call of ours. An Error refuses the stream (1008); its message is logged, only
    /// its code is sent.
    using Admit = std::function<Result<Done>(const Start &)>;
    /// Takes the sound of a call. It must connect to the transport's signals before it returns: audio follows at once.
    using Begin = std::function<void(const Start &, std::unique_ptr<MediaStreamTransport>)>;

    static constexpr std::chrono::milliseconds kStartDeadline{5'000};
    static constexpr int kMaxWaiting = 256; ///< sockets that have not started yet

    /// @param clock  outlives this
    MediaStreamAcceptor(Clock &clock, Admit admit, Begin begin, QObject *parent = nullptr);
    ~MediaStreamAcceptor() override;

    /// @param socket  open; its signature has been checked
    void accept(std::unique_ptr<QWebSocket> socket);

    int waiting() const { return m_waiting; }

private:
    class Candidate;
    Clock &m_clock;
    Admit m_admit;
    Begin m_begin;
    int m_waiting = 0;
};

} // namespace engine::twilio
