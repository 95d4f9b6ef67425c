#pragma once

#include "engine/calls/call_state.h"
#include "engine/records/events.h"

#include <QString>

/// Calls in words and signs: the one place where a state, a reason or a fault becomes text a person reads.
namespace ui::format {

/// What a state means for the person who looks: which colour goes with it.
enum class Tone
{
    Quiet,
    Waiting,
    Live,
    Bad
};

[[nodiscard]] QString stateText(engine::calls::CallState state); ///< "In progress"
[[nodiscard]] Tone toneOf(engine::calls::CallState state);
/// The name of the icon in resources/icons, without ".svg".
[[nodiscard]] QString iconOf(engine::calls::CallState state);

/// "the agent said goodbye"; "" when the reason adds nothing to the state.
[[nodiscard]] QString reasonText(const QString &reason);
/// "Completed, 2:05 · the agent said goodbye"
[[nodiscard]] QString endText(const engine::records::CallEnded &ended);

/// "Conversation", "Nobody spoke": our outcome of a call, see engine::records::dispositionOf()
[[nodiscard]] QString outcomeText(const QString &disposition);

/// Whose fault it is: "vendor", "phone network", ...
[[nodiscard]] QString faultText(engine::Fault fault);
/// "LOCAL" or "PRODUCTION"
[[nodiscard]] QString environmentText(const QString &word);

} // namespace ui::format
