#pragma once

#include "engine/base/number_entry.h"

#include <QString>

namespace ui::format {

/// A number as people of the home country write it; as it is when it cannot be read.
[[nodiscard]] QString numberText(const QString &e164, const QString &homeRegion);
/// "United States" for "US"; "" for no region
[[nodiscard]] QString countryName(const QString &region);
/// What is wrong with a number and what to do: a sentence for beside the field.
[[nodiscard]] QString problemText(engine::NumberProblem problem, const QString &region);

} // namespace ui::format
