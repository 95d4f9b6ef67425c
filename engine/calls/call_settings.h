#pragma once

#include <QString>

#include <chrono>

namespace engine::calls {

/// The numbers of a call's life; behaviour.md sections 1, 5 and 6 give them and the reasons.
struct CallSettings
{
    std::chrono::seconds ringTimeout{30};
    std::chrono::seconds timeLimit{600};       ///< goodbye after this
    std::chrono::seconds timeLimitWarning{540};///< the model is told to come to an end
    std::chrono::seconds carrierTimeLimit{630};///< Twilio ends the call by itself after this
    std::chrono::milliseconds nobodySpeaks{2'000}; ///< callee_first: greet anyway after this
    std::chrono::milliseconds calleeSilent{8'000}; ///< "are you still there?", and as long again: goodbye
    std::chrono::milliseconds mediaGapShown{1'000};
    std::chrono::milliseconds mediaGapEnds{10'000};
    std::chrono::milliseconds deadAir{4'000};
    std::chrono::milliseconds goodbyeGrace{15'000}; ///< an ending call whose last words never come back as heard is ended anyway
    std::chrono::milliseconds statusGrace{15'000};  ///< a callback that should have come by now is asked for at the carrier
    std::chrono::milliseconds statusPeriod{30'000}; ///< a call without sound of ours is asked for this often while it is talked
    std::chrono::milliseconds lease{60'000}; ///< a call that gives no sign of life for this long loses its slot and is ended
    std::chrono::seconds tokenLife{60};             ///< of the one-time stream token, from the moment the TwiML is served

    QString stillThere = QStringLiteral("Are you still there?");
    QString silentGoodbye = QStringLiteral("I cannot hear you, so I will end the call now. Goodbye.");
    QString timeGoodbye = QStringLiteral("I am sorry, our time is up. Thank you for the conversation. Goodbye.");
    QString apology = QStringLiteral("I am sorry, I have a technical problem and have to end the call. Goodbye.");
    QString filler = QStringLiteral("One moment, please.");
};

} // namespace engine::calls
