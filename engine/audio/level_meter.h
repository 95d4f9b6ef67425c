#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine::audio {

/// What digital silence measures as: below anything a line can carry, yet a number that can be compared and drawn.
constexpr double kSilenceDbfs = -100.0;

/// Loudness relative to full scale: 0 dBFS is a sample (or a whole square wave) of magnitude 1.0 = 32768. Never below
/// kSilenceDbfs.
struct Level
{
    double rmsDbfs = kSilenceDbfs;
    double peakDbfs = kSilenceDbfs;
    bool operator==(const Level &) const = default;
};

/// Adds up samples until somebody asks how loud they were. No clock, no allocation; not thread-safe.
class LevelMeter
{
public:
    void add(std::span<const std::int16_t> samples);
    /// @param samples  in [-1, 1]
    void add(std::span<const float> samples);
    /// @param codes  mu-law, one byte a sample
    void addMulaw(std::span<const std::uint8_t> codes);

    /// Samples added since the last take().
    std::size_t samples() const { return m_samples; }
    /// The level of the samples added since the last take(), and starts anew. Nothing added measures as silence.
    Level take();

private:
    double m_sumOfSquares = 0.0;
    double m_peak = 0.0;
    std::size_t m_samples = 0;
};

[[nodiscard]] Level measureLevel(std::span<const std::int16_t> samples);
/// @param samples  in [-1, 1]
[[nodiscard]] Level measureLevel(std::span<const float> samples);

} // namespace engine::audio
