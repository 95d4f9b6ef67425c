#pragma once

#include "engine/checks/check.h"

namespace engine::checks {

/// What the operator can press to mend a failed check. Pure.
///
/// @param setting  the setting this check is mostly about; the Error's code may know a better one
/// @param command  what makes a public address, for the one failure that needs it
[[nodiscard]] Fix fixFor(const Error &error, const QString &setting, const QString &command);

} // namespace engine::checks
