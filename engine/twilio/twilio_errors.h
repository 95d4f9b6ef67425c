#pragma once

#include "engine/base/result.h"
#include "engine/net/http_client.h"

#include <QByteArray>
#include <QString>

/// Twilio's refusals in an operator's words. A refusal has its HTTP status and a body
///
///     {"code":21211,"message":"Invalid 'To' Phone Number:
///     +1415555XXXX","more_info":"https://www.twilio.com/docs/errors/21211","status":400}
///
/// Only `code` and the status decide; the message is shown, never read. A proxy may answer with something that is not
/// JSON.
namespace engine::twilio {

inline constexpr int kErrorCallNotFound = 20404;
inline constexpr int kErrorCallOver = 21220; ///< "Call is not in-progress. Cannot redirect."

/// What a refusal's body says.
struct Refusal
{
    int httpStatus = 0;
    int code = 0;    ///< Twilio's, 0 when the body named none
    QString message; ///< Twilio's words, shortened; empty when there were none
    bool operator==(const Refusal &) const = default;
};

[[nodiscard]] Refusal parseRefusal(int httpStatus, const QByteArray &body);

/// A call that has ended, or that Twilio no longer knows.
[[nodiscard]] bool isAlreadyOver(const Refusal &refusal);

/// @param action  what was asked, to follow "refused": "to place the call"
/// @return code "carrier_credentials" (401, 20003: Fault::Settings), "carrier_busy" (429), "carrier_unreachable" (5xx:
/// it may or
///         may not have been done), else "carrier_refused"; with Twilio's code and words
[[nodiscard]] Error errorFrom(const Refusal &refusal, const QString &action);

/// No whole answer came. @return code "carrier_not_reached" when the request did not leave either (nothing was done), else
/// "carrier_unreachable"; Fault::Carrier
[[nodiscard]] Error errorFrom(const Error &transportError, const QString &action);

/// An answer of success that cannot be read. @return code "carrier_unreachable": it was done, nobody knows with what
/// result
[[nodiscard]] Error unreadableAnswer(const QString &action);

} // namespace engine::twilio
