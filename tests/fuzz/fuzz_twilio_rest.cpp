#include "engine/twilio/rest_codec.h"
#include "engine/twilio/twilio_errors.h"
#include "tests/fuzz/fuzz_target.h"

#include <tuple>

using namespace engine::twilio;

/// The body of an answer of Twilio's REST interface, of success or refusal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray body = fuzz::view(data, size).toByteArray();
    if (const auto call = parseCall(body))
        fuzz::require(!call->sid.isEmpty(), "a call has an id");
    if (const auto page = parseCallPage(body))
        for (const auto &call : page->items)
            fuzz::require(!call.sid.isEmpty(), "a call of a list has an id");
    std::ignore = parseNumberPage(body);
    std::ignore = parseBalance(body);
    std::ignore = parseAccount(body);
    fuzz::require(!errorFrom(parseRefusal(400, body), QStringLiteral("to place the call")).message.isEmpty(),
                  "a refusal has a sentence");
    return 0;
}
