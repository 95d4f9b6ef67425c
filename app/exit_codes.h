#pragma once

/// How the programs tell a script what became of their work; 0 is success.
namespace app {

constexpr int kWrongSettings = 2; ///< options or settings, or no display where a window is wanted
constexpr int kNotReached = 3;    ///< the call: busy, no answer or canceled
constexpr int kCallFailed = 4;

} // namespace app
