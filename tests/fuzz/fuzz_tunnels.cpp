#include "engine/public_address.h"
#include "tests/fuzz/fuzz_target.h"

/// What the ngrok agent, or whatever else listens on its port, answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QUrl url = engine::tunnelTo(7860, fuzz::view(data, size).toByteArray());
    fuzz::require(url.isEmpty() || url.scheme() == QLatin1String("https"), "a tunnel is an https address");
    return 0;
}
