#pragma once

#include "engine/practice/voice.h"

namespace engine::practice {

/// Speaks one text through flite. Takes about a seventieth of the speech's length; one call at a time in the whole
/// process, a second one waits, so keep it off the engine thread.
///
/// @return never null; without audio when the text is empty or flite fails
[[nodiscard]] std::shared_ptr<const Utterance> synthesise(Speaker speaker, const QString &text);

} // namespace engine::practice
