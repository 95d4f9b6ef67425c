#include "engine/twilio/webhook.h"
#include "tests/fuzz/fuzz_target.h"

#include <tuple>

using namespace engine::twilio;

/// The form of a webhook: a status callback or a request for instructions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const FormPairs form = parseForm(fuzz::view(data, size));
    fuzz::require(parseForm(buildForm(form)) == form, "a form written again reads the same");
    if (const auto progress = parseStatusCallback(form))
        fuzz::require(isCallSid(progress->sid.value()), "a callback names its call");
    if (const auto asked = parseInstructionsRequest(form))
        fuzz::require(isCallSid(asked->callSid.value()), "a request for instructions names its call");
    return 0;
}
