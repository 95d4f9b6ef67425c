#pragma once

#include <QLoggingCategory>

namespace engine::twilio {

/// "dialdesk.twilio". Never secrets, audio or whole phone numbers.
Q_DECLARE_LOGGING_CATEGORY(lcTwilio)

} // namespace engine::twilio
