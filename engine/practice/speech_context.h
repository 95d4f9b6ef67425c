#pragma once

#include "engine/base/clock.h"
#include "engine/practice/cartesia_request.h"
#include "engine/practice/speech_audio.h"

#include <QObject>

#include <deque>
#include <functional>

namespace engine {
class Random;
}

namespace engine::practice {

/// How the simulated speech vendor behaves; defaults as protocols describe the real one.
struct CartesiaSettings
{
    std::chrono::milliseconds latency{150};        ///< from the first input of a context to its first chunk
    std::chrono::milliseconds contextExpiry{1000}; ///< after the last audio of a context that was not closed
    std::chrono::milliseconds socketIdleLimit{5 * 60 * 1000};
    int concurrency = 100; ///< active contexts of all sockets together
};

/// One context of the speech socket: inputs in, `chunk`, `timestamps`, `flush_done` and one `done` out, strictly in the
/// order of the inputs, faster than real time. Times of words run on over all its inputs.
///
/// {"type":"chunk","data":"/////v7+fn5+...","done":false,"status_code":206,"step_time":61.4,"context_id":"call-8812-t4","flush_id":1}
/// {"type":"timestamps","done":false,"status_code":206,"context_id":"...","flush_id":1,
///  "word_timestamps":{"words":["Of","course,"],"start":[0.02,0.14],"end":[0.13,0.55]}}
/// {"type":"flush_done","done":false,"flush_done":true,"flush_id":1,"status_code":206,"context_id":"..."}
/// {"type":"done","done":true,"status_code":206,"context_id":"..."}
class SpeechContext : public QObject
{
public:
    struct Surroundings
    {
        Clock &clock;
        Random &random;
        Voice &voice;
        CartesiaSettings settings;
        std::function<void(const QJsonObject &)> send;
        /// The context said `done`; it may be deleted later, not within this call.
        std::function<void()> finished;
    };

    SpeechContext(const CartesiaInput &first, Surroundings surroundings, QObject *parent);

    /// True when an input changes a field that must stay the same in a context.
    bool contradicts(const CartesiaInput &input) const { return input.fixedFields != m_fixedFields; }
    void push(const CartesiaInput &input);
    /// Drops what has not begun; what is being spoken goes on to its end, then `done`.
    void cancel();
    /// Says nothing more, not even `done`.
    void abandon();

    /// All texts of the inputs, joined as they came.
    const QString &transcript() const { return m_transcript; }

private:
    /// A text spoken in one go.
    struct Piece
    {
        QString text;
        bool endsFlush = false;
        Clock::TimePoint acceptedAt;
    };

    void addPiece(const QString &text, bool endsFlush);
    void releaseBuffer(bool whole, bool endsFlush);
    void startNext();
    void begin(const Utterance &utterance);
    void sendChunk();
    void endPiece();
    void finish();
    QJsonObject message(const QString &type) const;

    Surroundings m_surroundings;
    QString m_contextId;
    QJsonObject m_fixedFields;
    SpeechFormat m_format;
    int m_bufferDelayMs;
    bool m_addTimestamps;

    QString m_transcript;
    QString m_buffer;           ///< text waiting for the end of its sentence
    std::deque<Piece> m_pieces; ///< the first is being spoken when m_speaking
    RenderedSpeech m_speech;
    qsizetype m_sentBytes = 0;
    std::size_t m_sentWords = 0;
    double m_secondsBefore = 0; ///< audio of the pieces already spoken
    int m_flushId = 1;
    bool m_speaking = false;
    bool m_anySpoken = false;
    bool m_closed = false;
    bool m_finished = false;
    std::unique_ptr<Timer> m_pace;
    std::unique_ptr<Timer> m_bufferTimer;
    std::unique_ptr<Timer> m_expiry;
};

} // namespace engine::practice
