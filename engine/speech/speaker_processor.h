#pragma once

#include "engine/base/clock.h"
#include "engine/pipeline/processor.h"
#include "engine/speech/phrase_book.h"
#include "engine/speech/spoken_progress.h"
#include "engine/speech/text_to_speech.h"

#include <QStringList>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace engine::speech {

struct SpeakerSettings
{
    std::chrono::milliseconds stallAfter{1'000};      ///< text was sent and no sound came: a fresh socket
    std::chrono::milliseconds connectPatience{2'000}; ///< the same while the connection is still being made
    /// A context that has been quiet this long gets no more text: the vendor ends contexts after a second.
    std::chrono::milliseconds contextQuiet{800};
    std::chrono::milliseconds endOfCallHold{20'000}; ///< EndOfCall waits no longer than this for the speech before it
    /// Waits before the attempts to reconnect; when all have failed the voice is given up.
    std::vector<std::chrono::milliseconds> retryDelays{std::chrono::milliseconds(0), std::chrono::milliseconds(250),
                                                       std::chrono::milliseconds(500)};
};

/// Turns Sentence frames into AgentAudio and AgentWords, in the order of the sentences, from the phrase book or the
/// vendor.
///
/// - A Sentence passes on first; its sound follows when it exists. Sound of later sentences waits for that of earlier
/// ones. A phrase that is just being rendered for the book is heard as far as it exists, the rest as it comes.
/// - ModelDone passes on; SpeechDone follows when the last sound of the turn has been pushed.
/// - EndOfCall is held back behind all speech before it; an interruption withdraws a held "agent_ended".
/// - Interrupted passes on and silences its turn and all before it. Such a turn gets no SpeechDone.
/// - A vendor that falls silent (or a lost connection) is left for a fresh connection, and only what was not said yet
/// is said
///   again: a non-fatal Incident "tts_stalled". The second time in a turn, or when no connection can be made, a fatal
///   one, "tts_lost", with SpeechDone for every turn under way. Afterwards only phrases of the book can be said.
///   Incidents go upstream.
/// - All else passes on untouched, both ways.
///
/// Engine thread; owned by its pipeline.
class SpeakerProcessor final : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param book, clock  outlive the processor
    /// @param voiceKey     names voice, model and language in the book
    SpeakerProcessor(std::unique_ptr<TextToSpeech> voice, PhraseBook &book, QString voiceKey, Clock &clock,
                     SpeakerSettings settings = {});
    ~SpeakerProcessor() override;

    /// Connects; best while the phone rings.
    void start();
    /// Drops everything, the held EndOfCall too. No frame follows.
    void stop();
    bool isReady() const { return m_voice->isReady(); }

    /// Renders phrases into the book that are not there yet, one after another. Answered by prepared(), also when some
    /// failed.
    void prepare(const QStringList &phrases);

    void downstream(const pipeline::Frame &frame) override;

signals:
    void prepared();
    /// The vendor's connection is there, again after a loss.
    void ready();

private:
    using milliseconds = std::chrono::milliseconds;

    /// A stretch of a turn's sound, or its end.
    struct Segment
    {
        enum class Kind
        {
            Phrase,
            Voice,
            TurnEnd
        };
        int serial = 0; // tells segments apart
        Kind kind = Kind::Phrase;
        pipeline::TurnId turn = 0;
        RenderedSpeech phrase; // Phrase

        int context = 0; // Voice; 0 once the vendor has nothing more to do with it
        SpokenProgress progress;
        QByteArray held;                    // sound that may not leave yet
        bool finishAsked = false;           // no more sentences
        bool over = false;                  // no more sound
        bool cutShort = false;              // over because it failed: words without sound are said by another segment
        std::optional<milliseconds> offset; // of its sound within the turn's; set when its first sound leaves
        Clock::TimePoint lastProgress{};
    };
    struct Turn
    {
        qint64 audioBytes = 0; // pushed
        int stalls = 0;
    };
    struct Rendering // a phrase on its way into the book
    {
        QString text;
        int context = 0; // a segment's as well once a turn says the phrase
        RenderedSpeech speech;
        SpokenProgress progress; // of `speech`
        int attempts = 0;
        Clock::TimePoint lastProgress{};
    };
    using Queue = std::deque<Segment>;

    // frames
    void onSentence(const pipeline::Sentence &sentence);
    void onModelDone(pipeline::TurnId turn);
    void onInterrupted(pipeline::TurnId turn);
    void onEndOfCall(const pipeline::EndOfCall &end);

    // the vendor
    void onAudio(int context, const QByteArray &mulaw);
    void onWords(int context, const std::vector<pipeline::WordTime> &words);
    void onSentencesDelivered(int context, int count);
    void onFinished(int context);
    void onContextFailed(int context, const Error &error, bool retry);
    void onLost(const Error &error, bool retry);

    // the queue
    bool isStale(pipeline::TurnId turn) const { return turn <= m_overUpTo; }
    Segment makeSegment(Segment::Kind kind, pipeline::TurnId turn);
    void speak(pipeline::TurnId turn, const QString &text);
    void finishVoice(Segment &segment);
    void finishOpenVoice();
    Queue::iterator find(int context);
    void advance();
    void releaseSound();
    void passEndOfCall();

    // failures
    void watch();
    void onWatchdog();
    std::optional<Clock::TimePoint> deadlineOf(const Segment &segment) const;
    bool countStall(pipeline::TurnId turn, const Error &cause);
    void sayAgain(int context);
    void sayAllAgain();
    void giveUp(const Error &cause);
    void report(const QString &code, const Error &cause, bool fatal);

    // the book
    bool isRendering(int context) const { return m_rendering && m_rendering->context == context; }
    void sayWhatIsRendered(pipeline::TurnId turn);
    void renderNext();
    void startRendering();
    void keepForTheBook(const QByteArray &mulaw);
    void endRendering();
    void onRenderingStalled();

    std::unique_ptr<TextToSpeech> m_voice;
    PhraseBook &m_book;
    QString m_voiceKey;
    Clock &m_clock;
    SpeakerSettings m_settings;
    std::unique_ptr<Timer> m_watchdog;
    std::unique_ptr<Timer> m_retry;
    std::unique_ptr<Timer> m_endOfCallHold;

    Queue m_queue;
    std::map<pipeline::TurnId, Turn> m_turns; // begun and not done
    pipeline::TurnId m_overUpTo = 0;          // turns that were interrupted or given up
    std::optional<pipeline::EndOfCall> m_endOfCall;

    QStringList m_toRender;
    std::optional<Rendering> m_rendering;

    int m_lastContext = 0;
    int m_lastSerial = 0;
    size_t m_attempts = 0; // to reconnect, since sound last came
    bool m_running = false;
    bool m_dead = false; // the vendor was given up
    bool m_everSpoke = false;
    bool m_advancing = false;
};

} // namespace engine::speech
