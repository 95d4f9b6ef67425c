#include "engine/base/e164_number.h"
#include "engine/dial_request.h"
#include "tests/fuzz/fuzz_target.h"

/// The body of POST /dialout, and the number in it as a person may have written it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto request = engine::parseDialRequest(fuzz::view(data, size).toByteArray());
    if (!request) {
        fuzz::require(!request.error().message.isEmpty(), "a refusal has a sentence");
        return 0;
    }
    const auto number = engine::E164Number::parse(request->to, QStringLiteral("US"));
    if (number)
        fuzz::require(engine::E164Number::parse(number->value()) == number, "a number read once reads the same again");
    return 0;
}
