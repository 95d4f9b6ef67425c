#include "engine/dialogue/openai/openai_codec.h"
#include "tests/fuzz/stream_halves.h"

using namespace engine::dialogue::openai;

/// The streamed body of a chat completion, behind one byte that says where it is cut; and the same as the body of a refusal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView input = fuzz::view(data, size);
    fuzz::requireCutsDoNotShow<OpenAiAnswerReader>(OpenAiSettings{}, input);
    const QByteArray body = input.sliced(input.isEmpty() ? 0 : 1).toByteArray();
    fuzz::require(!refusal(400, body, {}).message.isEmpty(), "a refusal has a sentence");
    return 0;
}
