#pragma once

namespace engine::audio {

/// Samples a second this engine reads, converts and writes: anything sound is sold in, and nothing a broken file may claim.
constexpr int kLowestRateHz = 1'000;
constexpr int kHighestRateHz = 192'000;

} // namespace engine::audio
