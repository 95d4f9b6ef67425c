#include "engine/speech/deepgram/deepgram_errors.h"
#include "tests/fuzz/fuzz_target.h"

using namespace engine::speech;

/// A message of the transcriber, of either interface (/v1/listen and /v2/listen).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto message = deepgram::parse(fuzz::view(data, size));
    if (!message) {
        fuzz::require(message.error().code == u"stt_bad_message", "an error says that the message is bad");
        return 0;
    }
    if (const auto *error = std::get_if<deepgram::ServerError>(&*message))
        fuzz::require(!deepgram::lossOf(*error).error.message.isEmpty(), "an error of the vendor has words");
    return 0;
}
