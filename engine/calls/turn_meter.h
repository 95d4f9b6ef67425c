#pragma once

#include "engine/pipeline/pipeline.h"
#include "engine/records/events.h"

#include <QMap>

#include <functional>

namespace engine::calls {

/// Watches a call's pipeline from the side and times every answer: behaviour.md section 7.
///
/// All times are of one clock; each step is the moment its frame was made, so the sum of the steps is the whole delay.
/// Engine thread; owned by its call, and removed from the pipeline before it goes.
class TurnMeter final : public pipeline::Observer
{
public:
    explicit TurnMeter(Clock &clock) : m_clock(clock) {}

    void onFrame(const pipeline::Frame &frame, pipeline::Direction direction, const QString &to) override;

    /// The times of a turn, complete once its AgentHeard has passed; forgets the turn.
    [[nodiscard]] records::TurnLatency take(pipeline::TurnId turn);
    /// The rule that ended the callee's turn before it; "" when nobody asked.
    [[nodiscard]] QString ruleOf(pipeline::TurnId turn) const;
    [[nodiscard]] pipeline::ModelUsage usageOf(pipeline::TurnId turn) const;

private:
    enum Step { SpeechEnd, VadEnd, SttFinal, TurnEnd, FirstToken, FirstSentence, FirstByte, FirstAudio, FirstMark, kSteps };
    struct Times
    {
        std::array<std::optional<Clock::TimePoint>, kSteps> at;
        std::optional<Clock::TimePoint::duration> clear; // from the callee's first sample to the latest clear
        QString rule;
        pipeline::ModelUsage usage;
    };
    void stamp(pipeline::TurnId turn, Step step, Clock::TimePoint at);

    Clock &m_clock;
    // Of the turn the callee is in the middle of: it has no number yet.
    std::optional<Clock::TimePoint> m_vadEnd;
    std::optional<Clock::TimePoint> m_sttFinal;
    std::optional<Clock::TimePoint> m_spokeIntoAnswerAt;
    QMap<pipeline::TurnId, Times> m_turns;
};

} // namespace engine::calls
