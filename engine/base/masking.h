#pragma once

#include <QString>

namespace engine {

/// A phone number for logs: enough to recognise it, not enough to call it: "+1415*****00". At least four characters are
/// hidden.
[[nodiscard]] QString maskedNumber(const QString &number);

/// A text for logs with every phone number in it masked: "+" and at least seven digits, or ten to fifteen digits, also
/// with spaces, dashes and brackets between them. Call SIDs, addresses and dates stay as they are.
[[nodiscard]] QString maskedNumbers(const QString &text);

} // namespace engine
