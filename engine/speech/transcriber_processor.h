#pragma once

#include "engine/base/clock.h"
#include "engine/pipeline/processor.h"
#include "engine/speech/speech_to_text.h"

#include <memory>
#include <optional>
#include <vector>

namespace engine::speech {

struct TranscriberSettings
{
    std::chrono::milliseconds replay{5'000}; ///< how much audio is kept to be sent again after a loss
    /// Waits before the attempts to reconnect; when all have failed the transcriber is given up.
    std::vector<std::chrono::milliseconds> retryDelays{std::chrono::milliseconds(0), std::chrono::milliseconds(250),
                                                       std::chrono::milliseconds(500)};
    /// A connection that stood this long was good: failures are counted anew.
    std::chrono::milliseconds stableAfter{5'000};
    /// While nobody seems to speak, so much audio is sent at once: a message costs the same whatever its length.
    std::chrono::milliseconds quietMessage{100};
};

/// Feeds the callee's audio to the transcriber and turns its words into Transcript frames.
///
/// - CalleeAudio ends here. VoiceEdge Stopped asks for the final, then passes on. All else passes on untouched, both
/// ways.
/// - A lost connection is made again at once and is sent the audio no final covers yet, up to `replay`; finals that
/// were
///   delivered are not repeated. That is a non-fatal Incident "stt_reconnected"; when it does not work, or cannot (a
///   refused key), a fatal one "stt_lost". Incidents go upstream.
///
/// - While the detector hears nothing, audio is sent in longer messages; from the onset of speech on nothing waits.
/// A transcriber that ends turns by itself needs to hear the silence in time, so it gets every frame as it comes.
///
/// Engine thread; owned by its pipeline.
class TranscriberProcessor final : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param clock  outlives the processor
    TranscriberProcessor(std::unique_ptr<SpeechToText> transcriber, Clock &clock, TranscriberSettings settings = {});
    ~TranscriberProcessor() override;

    /// Connects; best while the phone rings. Also a fresh start after stop() or a fatal incident.
    void start();
    /// Ends the transcription politely. No frame follows.
    void stop();
    bool isReady() const { return m_running && m_transcriber->isReady(); }
    /// Whether the transcriber itself says when a turn is over.
    bool endsTurns() const { return m_transcriber->endsTurns(); }

    void downstream(const pipeline::Frame &frame) override;

signals:
    /// The connection stands, for the first time since start().
    void ready();

private:
    void onAudio(const QByteArray &mulaw);
    void onVoiceEdge(const pipeline::VoiceEdge &edge);
    void onReady();
    void onTranscript(pipeline::Transcript transcript);
    void onLost(const Error &error, bool retry);
    void replayUnsettled();
    void sendWaiting();
    void noteSettled();
    void giveUp(const Error &cause);

    std::unique_ptr<SpeechToText> m_transcriber;
    Clock &m_clock;
    TranscriberSettings m_settings;
    std::unique_ptr<Timer> m_retry;

    // Positions count the bytes of the callee's audio since the processor was made.
    QByteArray m_recent;          // the newest audio, up to `replay`
    qint64 m_heard = 0;           // position after m_recent
    qint64 m_waiting = 0;         // bytes at its end that this connection has not been sent yet
    qint64 m_connectionStart = 0; // position of the first byte sent on this connection
    qint64 m_settled = 0;         // everything before it has been transcribed

    bool m_running = false;
    bool m_attentive = false;    // somebody speaks, or may be beginning to
    bool m_everReady = false;    // since start()
    bool m_finalizeOwed = false; // asked for and not answered
    size_t m_attempts = 0;       // to reconnect, since the connection was last stable
    Clock::TimePoint m_readySince{};
    Clock::TimePoint m_lostAt{};
    std::optional<Error> m_lossCause; // set from a loss to the ready() after it
};

} // namespace engine::speech
