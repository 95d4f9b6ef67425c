#pragma once

#include "engine/checks/check.h"

#include <QString>

/// Readiness in the words of the window, in the operator's language.
namespace ui::format {

/// "Public address", "Twilio account", ...
[[nodiscard]] QString checkTitle(engine::checks::CheckId id);
/// "in order", "checking", ...: what a state's icon says.
[[nodiscard]] QString checkStateWord(engine::checks::CheckState state);
/// What stands on the button that mends it: "Open setting", "Copy command", "Check again".
[[nodiscard]] QString fixWord(const engine::checks::Fix &fix);
/// The same in full, for tool tips and screen readers: "Open the setting DEEPGRAM_API_KEY".
[[nodiscard]] QString fixSentence(const engine::checks::Fix &fix);
/// "checked at 10:44:08, in 0.31 s"; "" before the first answer
[[nodiscard]] QString checkedText(const engine::checks::Check &check);

/// The one light for everything.
struct Light
{
    enum class Tone
    {
        Quiet, ///< nothing is known yet
        Live,
        Warn,
        Bad
    };
    QString text; ///< "Ready to dial", "2 things to fix", "Checking …"
    Tone tone = Tone::Quiet;
    bool operator==(const Light &) const = default;
};
[[nodiscard]] Light lightOf(const QList<engine::checks::Check> &checks);

} // namespace ui::format
