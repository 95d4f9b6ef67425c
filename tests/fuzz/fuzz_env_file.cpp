#include "engine/config/env_file.h"
#include "tests/fuzz/fuzz_target.h"

/// The text of a .env file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto file = engine::config::parseEnvFile(fuzz::view(data, size).toByteArray());
    for (auto it = file.values.cbegin(); it != file.values.cend(); ++it)
        fuzz::require(!it.key().isEmpty(), "a setting has a name");
    return 0;
}
