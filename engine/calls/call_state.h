#pragma once

#include <QString>

#include <optional>
#include <variant>

namespace engine::calls {

/// Where a call is, for us and for the operator. The words are the carrier's (contract.md, event `call.state`).
enum class CallState { Queued, Initiated, Ringing, InProgress, Completed, Busy, NoAnswer, Failed, Canceled };

[[nodiscard]] QString toWord(CallState state);
[[nodiscard]] std::optional<CallState> callStateFromWord(QStringView word);
/// Completed, Busy, NoAnswer, Failed, Canceled: nothing follows.
[[nodiscard]] bool isTerminal(CallState state);

/// The carrier reported a state, by callback or when asked.
struct CarrierSaid
{
    CallState state = CallState::Queued;
};
/// The callee's sound arrived: whatever the callbacks say, the call was answered.
struct StreamStarted
{};
/// The carrier does not know the call any more, or nobody could tell what became of it.
struct CarrierLostCall
{};

using CallEvent = std::variant<CarrierSaid, StreamStarted, CarrierLostCall>;

/// The call's state machine. Pure.
///
/// Carriers deliver callbacks late, twice and in any order, and the media stream races them; so a state only ever moves forward
/// (queued, initiated, ringing, in-progress, one of the ends), and an end is final.
/// @return the new state, or nullopt when the event changes nothing
[[nodiscard]] std::optional<CallState> next(CallState state, const CallEvent &event);

} // namespace engine::calls
