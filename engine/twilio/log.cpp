#include "engine/twilio/log.h"

namespace engine::twilio {

Q_LOGGING_CATEGORY(lcTwilio, "dialdesk.twilio", QtInfoMsg)

} // namespace engine::twilio
