#pragma once

#include <QString>

namespace engine::telephony {

/// A final SIP response as RFC 3261 section 21 names it: "486 Busy Here"; a code without a name there stands alone.
[[nodiscard]] QString sipText(int code);

} // namespace engine::telephony
