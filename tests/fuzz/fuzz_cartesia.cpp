#include "engine/speech/cartesia/cartesia_errors.h"
#include "tests/fuzz/fuzz_target.h"

using namespace engine::speech;

/// A message of the speech vendor.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto message = cartesia::parse(fuzz::view(data, size));
    if (!message) {
        fuzz::require(message.error().code == u"tts_bad_message", "an error says that the message is bad");
        return 0;
    }
    if (const auto *error = std::get_if<cartesia::ErrorMessage>(&*message))
        fuzz::require(!cartesia::lossOf(*error).error.message.isEmpty(), "an error of the vendor has words");
    return 0;
}
