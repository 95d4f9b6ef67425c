#include "engine/audio/wav.h"
#include "tests/fuzz/fuzz_target.h"

#include <tuple>

using namespace engine::audio;

/// A WAV file, perhaps one that a crash cut off.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView file = fuzz::view(data, size);
    const auto content = parseWav(file);
    if (!content)
        return 0;
    fuzz::require(content->audio.isEmpty() || (content->audio.begin() >= file.begin() && content->audio.end() <= file.end()),
                  "the sound lies within the file");
    fuzz::require(content->audio.size() % content->format.bytesPerBlock() == 0, "the sound is whole blocks");
    const QByteArray again = encodeWav(content->format, content->audio);
    fuzz::require(parseWav(again) == content, "a file written again holds the same");
    std::ignore = linearSamples(*content);
    return 0;
}
