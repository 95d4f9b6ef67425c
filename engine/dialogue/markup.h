#pragma once

#include <QString>

namespace engine::dialogue {

/// Removes what is written but never said: Markdown, HTML tags, emoji, stage directions such as *laughs*, [pause] or
/// (smiles). The words inside emphasis, links and code stay. Pure; any language.
[[nodiscard]] QString withoutMarkup(const QString &text);

} // namespace engine::dialogue
