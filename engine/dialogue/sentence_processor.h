#pragma once

#include "engine/base/clock.h"
#include "engine/dialogue/sentence_splitter.h"
#include "engine/pipeline/processor.h"

#include <chrono>
#include <memory>

namespace engine::dialogue {

struct SentenceSettings
{
    QString language = QStringLiteral("en");  ///< BCP 47; decides how numbers are spoken
    std::chrono::milliseconds slowAfter{250}; ///< text without an end mark is slow from here on: its clauses go first
    /// Text that came token by token and ends like a sentence is one when nothing followed for this long. A piece of several words
    /// that ends like a sentence is believed at once: models that send such pieces take a tenth of a second from one to the next.
    std::chrono::milliseconds settledAfter{20};
    int minimumClauseWords = 4; ///< a shorter clause would sound chopped
    bool operator==(const SentenceSettings &) const = default;
};

/// Turns the model's text into sentences ready to be spoken, as early as they can be told.
///
/// ModelText becomes Sentence frames; ModelDone (and EndOfCall) gives out the rest and follows it; Interrupted drops
/// what is kept; fixed phrases (Sentence frames from before it) and every other frame pass. Sentences the cleaning
/// leaves nothing of are not sent.
class SentenceProcessor final : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param clock  outlives this
    SentenceProcessor(Clock &clock, SentenceSettings settings);

    void downstream(const pipeline::Frame &frame) override;

private:
    void onText(const pipeline::ModelText &text);
    void onInterrupted(pipeline::TurnId turn);
    void onPause();
    void startTimer();
    void flush();
    void say(const QString &sentence);

    SentenceSettings m_settings;
    SentenceSplitter m_splitter;
    pipeline::TurnId m_turn = 0;            // of the kept text
    pipeline::TurnId m_interruptedTurn = 0; // text of this and earlier turns comes too late
    bool m_settled = false;                 // the short wait is over, the long one runs
    std::unique_ptr<Timer> m_timer;
};

} // namespace engine::dialogue
