#pragma once

#include <QString>

namespace engine::dialogue {

/// Turns a model's text into what a voice can say. Pure; lives anywhere.
///
/// Markup, emoji and stage directions are removed in every language. In English, numbers, dates, times, money, phone
/// numbers, e-mail and web addresses become the words people say for them; in other languages they stay as written.
///
/// @param text      any piece of an answer, usually a sentence
/// @param language  BCP 47, e.g. "en" or "en-US"
/// @return one line, no blanks at its ends; "" when nothing of it can be said
[[nodiscard]] QString speakable(const QString &text, const QString &language);

} // namespace engine::dialogue
