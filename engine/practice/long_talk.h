#pragma once

#include "engine/practice/callee_script.h"

namespace engine::practice {

/// A conversation without end, to measure with: both parties speak about forty percent of the time, in lines of some
/// four seconds, and once in its minute the callee interrupts. Every answer is one sentence at once, so that how a
/// model streams its text is no part of what is measured.
[[nodiscard]] CalleeScript longTalkCallee();

/// The model's side of it. @return "" when this was not said in that conversation
[[nodiscard]] QString longTalkReply(const QString &said);

} // namespace engine::practice
