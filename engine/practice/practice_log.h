#pragma once

#include <QLoggingCategory>

namespace engine::practice {

/// The practice line's own story: calls, where they went, what was refused.
Q_DECLARE_LOGGING_CATEGORY(practiceLog)

} // namespace engine::practice
