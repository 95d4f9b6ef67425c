#pragma once

#include "engine/base/result.h"
#include "engine/pipeline/frame.h"

#include <QByteArray>
#include <QObject>

#include <chrono>
#include <optional>

namespace engine::speech {

/// One live transcription of one call: mu-law in, transcripts out. A vendor's socket is behind it.
///
/// It connects, keeps the connection alive and says when it is lost; what to do about a loss (reconnect, replay) is
/// decided by TranscriberProcessor. Engine thread; owned by the processor that uses it.
class SpeechToText : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Connects (again, after a loss). Answered by ready() or lost().
    virtual void open() = 0;
    virtual bool isReady() const = 0;
    /// @param mulaw  8000 Hz mono, any length but never empty. Ignored while not ready.
    virtual void sendAudio(const QByteArray &mulaw) = 0;
    /// The callee fell silent: asks for everything still unsaid. Answered by a FinalizeAnswered transcript, or not at
    /// all.
    virtual void finalize() = 0;
    /// Ends the transcription politely; no signal follows.
    virtual void close() = 0;
    /// Whether EndOfTurn transcripts come from the vendor itself (Flux).
    virtual bool endsTurns() const = 0;
    /// How much of the audio sent since the last open() is settled: covered by Final or EndOfTurn transcripts already
    /// emitted, or known to hold no words. After a loss only what comes later has to be sent again. Still valid while
    /// lost() is emitted; nullopt when the vendor gives no times.
    virtual std::optional<std::chrono::milliseconds> settledAudio() const { return std::nullopt; }

signals:
    void ready();
    void transcript(const engine::pipeline::Transcript &transcript);
    /// The connection is gone or never came. `retry`: false when trying again cannot help (a bad key).
    void lost(const engine::Error &error, bool retry);
};

} // namespace engine::speech
