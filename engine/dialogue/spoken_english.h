#pragma once

#include <QString>

namespace engine::dialogue {

/// Writes numbers, dates, times, money, percentages, phone numbers, e-mail and web addresses and a few abbreviations as
/// the words an American says for them. Pure; text without any of these comes back unchanged, and so does its own
/// result.
[[nodiscard]] QString spokenEnglish(const QString &text);

} // namespace engine::dialogue
