#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace engine::practice {

/// What a telephone leaves of a voice: 300 to 3400 Hz at 8 kHz, at an even loudness.
///
/// Filters without delay (a symmetric kernel, centred), so a time in the input is the same time in the output.
///
/// @param samples  16 kHz mono
/// @return half as many samples at 8 kHz, the loud parts at about -20 dBFS RMS and no peak above -1 dBFS
[[nodiscard]] std::vector<std::int16_t> toTelephoneBand(std::span<const std::int16_t> samples);

/// Adds white noise, the same for the same seed.
///
/// @param levelDbfs  RMS of the noise, e.g. -58.0
void addLineNoise(std::span<std::int16_t> samples, double levelDbfs, std::uint64_t seed);

} // namespace engine::practice
