#include "engine/audio/mulaw.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace engine::audio {

namespace {

constexpr float kFullScale = 32768.0F;

constexpr auto kLinear = [] {
    std::array<std::int16_t, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code)
        table[code] = linearFromMulaw(static_cast<std::uint8_t>(code));
    return table;
}();

constexpr auto kFloat = [] {
    std::array<float, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code)
        table[code] = static_cast<float>(kLinear[code]) / kFullScale;
    return table;
}();

// All codes depend on the magnitude without its two lowest bits, because bias and step sizes are multiples of four.
// With the clip and the bias taken in, 8192 bytes answer every magnitude.
constexpr auto kCodeOfMagnitude = [] {
    std::array<std::uint8_t, 8192> table{};
    for (std::size_t quarter = 0; quarter < table.size(); ++quarter)
        table[quarter] = mulawFromLinear(static_cast<std::int16_t>(quarter * 4));
    return table;
}();

std::uint8_t codeOf(int sample)
{
    const unsigned magnitude = static_cast<unsigned>(std::min(sample < 0 ? -sample : sample, kMulawClip));
    const unsigned positive = kCodeOfMagnitude[magnitude >> 2];
    return static_cast<std::uint8_t>(sample < 0 ? positive & 0x7FU : positive);
}

} // namespace

void encodeMulaw(std::span<const std::int16_t> samples, std::span<std::uint8_t> codes)
{
    Q_ASSERT(codes.size() == samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        codes[i] = codeOf(samples[i]);
}

void encodeMulaw(std::span<const float> samples, std::span<std::uint8_t> codes)
{
    Q_ASSERT(codes.size() == samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        // Written so that not-a-number ends as a bound too, never as an undefined conversion.
        const float scaled = samples[i] * kFullScale;
        const float bounded = scaled > -kFullScale ? (scaled < kFullScale ? scaled : kFullScale) : -kFullScale;
        codes[i] = codeOf(static_cast<int>(std::lrint(bounded)));
    }
}

void decodeMulaw(std::span<const std::uint8_t> codes, std::span<std::int16_t> samples)
{
    Q_ASSERT(samples.size() == codes.size());
    std::transform(codes.begin(), codes.end(), samples.begin(), [](std::uint8_t code) { return kLinear[code]; });
}

void decodeMulaw(std::span<const std::uint8_t> codes, std::span<float> samples)
{
    Q_ASSERT(samples.size() == codes.size());
    std::transform(codes.begin(), codes.end(), samples.begin(), [](std::uint8_t code) { return kFloat[code]; });
}

QByteArray toMulaw(std::span<const std::int16_t> samples)
{
    QByteArray mulaw(static_cast<qsizetype>(samples.size()), Qt::Uninitialized);
    encodeMulaw(samples, {reinterpret_cast<std::uint8_t *>(mulaw.data()), samples.size()});
    return mulaw;
}

std::vector<std::int16_t> fromMulaw(QByteArrayView mulaw)
{
    std::vector<std::int16_t> samples(static_cast<std::size_t>(mulaw.size()));
    decodeMulaw(mulawCodes(mulaw), std::span<std::int16_t>(samples));
    return samples;
}

} // namespace engine::audio
