#include "engine/practice/practice_log.h"

namespace engine::practice {

Q_LOGGING_CATEGORY(practiceLog, "dialdesk.practice")

} // namespace engine::practice
