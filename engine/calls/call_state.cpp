#include "engine/calls/call_state.h"

#include <array>

namespace engine::calls {

namespace {

constexpr std::array kWords = {"queued",    "initiated", "ringing", "in-progress", "completed",
                               "busy",      "no-answer", "failed",  "canceled"};

} // namespace

QString toWord(CallState state)
{
    return QString::fromLatin1(kWords[static_cast<size_t>(state)]);
}

std::optional<CallState> callStateFromWord(QStringView word)
{
    for (size_t i = 0; i < kWords.size(); ++i)
        if (word == QLatin1String(kWords[i]))
            return static_cast<CallState>(i);
    return std::nullopt;
}

bool isTerminal(CallState state)
{
    return state >= CallState::Completed;
}

std::optional<CallState> next(CallState state, const CallEvent &event)
{
    if (isTerminal(state))
        return std::nullopt;
    if (const auto *said = std::get_if<CarrierSaid>(&event)) {
        // An answered call can only complete: "busy" or "canceled" after media has flowed is a carrier's slip.
        if (state == CallState::InProgress && isTerminal(said->state))
            return CallState::Completed;
        return said->state > state ? std::optional(said->state) : std::nullopt;
    }
    if (std::holds_alternative<StreamStarted>(event))
        return state < CallState::InProgress ? std::optional(CallState::InProgress) : std::nullopt;
    return state == CallState::InProgress ? CallState::Completed : CallState::Failed;
}

} // namespace engine::calls
