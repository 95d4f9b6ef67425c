#pragma once

#include <QStringList>
#include <QStringView>

namespace engine::turns {

/// The words of a text in lower case without punctuation, for comparing what transcribers write differently:
/// "Uh-huh, that’s right." gives "uh", "huh", "that's", "right".
[[nodiscard]] QStringList plainWords(QStringView text);

} // namespace engine::turns
