#pragma once

#include <QtGlobal>

namespace engine::practice {

/// About how many tokens a text of this many letters is for a model: one for every four, and one for what is left. Simulated vendors
/// count by it, for limits and for the usage they report.
[[nodiscard]] constexpr int estimatedTokens(qsizetype letters)
{
    return static_cast<int>(letters / 4) + 1;
}

} // namespace engine::practice
