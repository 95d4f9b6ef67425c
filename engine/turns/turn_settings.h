#pragma once

#include <QString>

#include <chrono>

namespace engine::turns {

/// The numbers by which it is decided whose turn it is.
struct TurnSettings
{
    using milliseconds = std::chrono::milliseconds;

    /// Safety net: so much silence after the last word ends the callee's turn.
    milliseconds silence{1600};
    /// Safety net: so long after speech ended the turn is over, whatever the transcriber still sends.
    milliseconds ceiling{4000};
    /// Backchannel words ("mhm", "right") within speech shorter than this do not interrupt the agent.
    milliseconds backchannelLimit{600};
    /// How long the detector may need to notice that speech is over, one step of it and its memory included. Speech
    /// that is still going on this much after the backchannel limit was certainly longer than the limit.
    milliseconds stopDecision{352};
    /// Speech without any word for so long after the agent was held was no interruption.
    milliseconds falseStart{2000};
    /// A backchannel taken for such so shortly before the agent finished was the answer to what the agent said ("...
    /// tomorrow?" "Yes").
    milliseconds answerAtEnd{800};
    /// A turn of the agent that brings nothing audible for so long no longer counts as the agent's turn.
    milliseconds agentSilentLimit{10000};
    /// BCP 47; selects the backchannel words.
    QString language = QStringLiteral("en");

    bool operator==(const TurnSettings &) const = default;
};

} // namespace engine::turns
