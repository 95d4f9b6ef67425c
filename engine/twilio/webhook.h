#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/telephony/phone_network.h"
#include "engine/twilio/form_codec.h"

#include <QString>

/// What Twilio's webhooks say, read from their decoded forms. The signature is checked before (signature.h).
///
/// A status callback, sent in parallel with others, so that any order may arrive:
///
///     CallSid=CA00..a1&From=%2B14155550100&To=%2B14155550142&CallStatus=busy&CallbackSource=call-progress-events&SequenceNumber=2
///     &Timestamp=Wed%2C+04+Mar+2026+10%3A15%3A41+%2B0000&Duration=0&CallDuration=0&SipResponseCode=486
///
/// The request for instructions when the callee has answered ("From" is us, "To" the callee):
///
///     CallSid=CA00..a1&AccountSid=AC00..01&From=%2B14155550100&To=%2B14155550142&CallStatus=in-progress&Direction=outbound-api
///
/// Parameters we do not know are normal, and so are empty ones.
namespace engine::twilio {

/// "CA" and 32 lower-case hex digits.
[[nodiscard]] bool isCallSid(QStringView text);

/// A callback as an event of the port. Duration is that of CallDuration, in seconds ("Duration" holds minutes).
/// @return Error "webhook_malformed" (Fault::Carrier) without a proper CallSid or a known CallStatus
[[nodiscard]] Result<telephony::CallProgress> parseStatusCallback(const FormPairs &form);

/// A request for instructions.
struct InstructionsRequest
{
    CallSid callSid;
    QString to;   ///< the callee
    QString from; ///< our number
    telephony::CallStatus status = telephony::CallStatus::InProgress;
    QString answeredBy; ///< "human", "machine_start", ...; empty without detection
    bool operator==(const InstructionsRequest &) const = default;
};

/// @return Error "webhook_malformed" (Fault::Carrier) without a proper CallSid, or with a CallStatus that is unknown
[[nodiscard]] Result<InstructionsRequest> parseInstructionsRequest(const FormPairs &form);

} // namespace engine::twilio
