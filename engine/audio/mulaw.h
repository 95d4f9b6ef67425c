#pragma once

#include <QByteArray>

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

/// Mu-law, ITU-T G.711: one byte a sample, the logarithmic code of telephone lines in North America and Japan.
///
/// All bits of a code are sent inverted. Then bit 7 is the sign (1 = negative), bits 6-4 the segment, bits 3-0 the step
/// within it; the magnitude, with a bias of 132 on the 16-bit scale, is (step * 2 + 33) << (segment + 2). Examples:
/// 0xFF is 0, 0x80 is the largest positive value (32124), 0x00 the largest negative one (-32124).
namespace engine::audio {

/// Largest magnitude with a code of its own; louder samples are clipped to it.
constexpr int kMulawClip = 32635;
constexpr int kMulawBias = 132;

/// @return the code nearest to `sample`, a 16-bit linear sample; 0 gives 0xFF
[[nodiscard]] constexpr std::uint8_t mulawFromLinear(std::int16_t sample)
{
    const int value = sample;
    const unsigned sign = value < 0 ? 0x80U : 0x00U;
    const int clipped =
        value < 0 ? (-value < kMulawClip ? -value : kMulawClip) : (value < kMulawClip ? value : kMulawClip);
    const unsigned magnitude = static_cast<unsigned>(clipped + kMulawBias);
    const int segment = std::bit_width(magnitude >> 7) - 1;
    const unsigned step = (magnitude >> (segment + 3)) & 0x0FU;
    return static_cast<std::uint8_t>(~(sign | (static_cast<unsigned>(segment) << 4) | step));
}

/// @return the 16-bit linear sample a code stands for, in [-32124, 32124]
[[nodiscard]] constexpr std::int16_t linearFromMulaw(std::uint8_t code)
{
    const int bits = static_cast<std::uint8_t>(~code);
    const int segment = (bits >> 4) & 0x07;
    const int magnitude = ((((bits & 0x0F) << 1) + 33) << (segment + 2)) - kMulawBias;
    return static_cast<std::int16_t>((bits & 0x80) ? -magnitude : magnitude);
}

/// @param codes  written; as long as `samples`
void encodeMulaw(std::span<const std::int16_t> samples, std::span<std::uint8_t> codes);
/// @param samples  in [-1, 1); louder ones are clipped. @param codes  written; as long as `samples`
void encodeMulaw(std::span<const float> samples, std::span<std::uint8_t> codes);
/// @param samples  written; as long as `codes`
void decodeMulaw(std::span<const std::uint8_t> codes, std::span<std::int16_t> samples);
/// @param samples  written, in (-1, 1); as long as `codes`
void decodeMulaw(std::span<const std::uint8_t> codes, std::span<float> samples);

/// The same with memory of its own, for places that are not called for every frame.
[[nodiscard]] QByteArray toMulaw(std::span<const std::int16_t> samples);
[[nodiscard]] std::vector<std::int16_t> fromMulaw(QByteArrayView mulaw);

/// The bytes of a QByteArray as the codec wants them; valid as long as the bytes it views.
[[nodiscard]] inline std::span<const std::uint8_t> mulawCodes(QByteArrayView mulaw)
{
    return {reinterpret_cast<const std::uint8_t *>(mulaw.data()), static_cast<std::size_t>(mulaw.size())};
}

} // namespace engine::audio
