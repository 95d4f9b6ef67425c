#include "engine/practice/telephone_band.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>

namespace engine::practice {

namespace {

constexpr double kInputRateHz = 16'000.0;
constexpr double kLowEdgeHz = 300.0;
constexpr double kHighEdgeHz = 3400.0;
constexpr int kTaps = 257; // with a Hamming window the edges are about 200 Hz wide
constexpr int kHalf = kTaps / 2;
constexpr double kSpeechRms = 3277.0;  // -20 dBFS
constexpr double kQuietRms = 0.1;      // frames below this part of the loudest are pauses and do not count
constexpr double kHighestPeak = 29200; // -1 dBFS
constexpr std::size_t kFrame = 160;

using Kernel = std::array<float, kTaps>;

Kernel makeKernel()
{
    // Ideal band pass as the difference of two low passes, under a Hamming window.
    const auto lowPass = [](double cutoffHz, int n) {
        const double x = 2.0 * cutoffHz / kInputRateHz;
        return n == 0 ? x : std::sin(std::numbers::pi * x * n) / (std::numbers::pi * n);
    };
    Kernel kernel{};
    for (int i = 0; i < kTaps; ++i) {
        const int n = i - kHalf;
        const double window = 0.54 - 0.46 * std::cos(2.0 * std::numbers::pi * i / (kTaps - 1));
        kernel[static_cast<std::size_t>(i)] =
            static_cast<float>(window * (lowPass(kHighEdgeHz, n) - lowPass(kLowEdgeHz, n)));
    }
    return kernel;
}

std::vector<float> filterAndHalve(std::span<const std::int16_t> samples)
{
    static const Kernel kernel = makeKernel();
    const auto count = static_cast<std::ptrdiff_t>(samples.size());
    std::vector<float> out;
    out.reserve(samples.size() / 2);
    for (std::ptrdiff_t centre = 0; centre + 1 < count; centre += 2) {
        const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, centre - kHalf);
        const std::ptrdiff_t last = std::min<std::ptrdiff_t>(count - 1, centre + kHalf);
        float sum = 0;
        for (std::ptrdiff_t i = first; i <= last; ++i)
            sum += kernel[static_cast<std::size_t>(i - centre + kHalf)] *
                   static_cast<float>(samples[static_cast<std::size_t>(i)]);
        out.push_back(sum);
    }
    return out;
}

double rms(std::span<const float> samples)
{
    double sum = 0;
    for (const float sample : samples)
        sum += static_cast<double>(sample) * static_cast<double>(sample);
    return samples.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

/// RMS of the frames in which somebody speaks.
double speechRms(std::span<const float> samples)
{
    std::vector<double> frames;
    for (std::size_t at = 0; at + kFrame <= samples.size(); at += kFrame)
        frames.push_back(rms(samples.subspan(at, kFrame)));
    if (frames.empty())
        return rms(samples);
    const double loudest = *std::max_element(frames.begin(), frames.end());
    double sum = 0;
    int counted = 0;
    for (const double frame : frames) {
        if (frame >= kQuietRms * loudest) {
            sum += frame * frame;
            ++counted;
        }
    }
    return counted == 0 ? 0.0 : std::sqrt(sum / counted);
}

} // namespace

std::vector<std::int16_t> toTelephoneBand(std::span<const std::int16_t> samples)
{
    const std::vector<float> filtered = filterAndHalve(samples);
    double peak = 0;
    for (const float sample : filtered)
        peak = std::max(peak, std::abs(static_cast<double>(sample)));
    const double loudness = speechRms(filtered);
    double gain = loudness > 1.0 ? kSpeechRms / loudness : 1.0;
    if (peak * gain > kHighestPeak)
        gain = kHighestPeak / peak;

    std::vector<std::int16_t> out(filtered.size());
    std::transform(filtered.begin(), filtered.end(), out.begin(), [gain](float sample) {
        return static_cast<std::int16_t>(std::lround(gain * static_cast<double>(sample)));
    });
    return out;
}

void addLineNoise(std::span<std::int16_t> samples, double levelDbfs, std::uint64_t seed)
{
    std::mt19937_64 engine(seed);
    // Four uniform numbers added are near enough to a normal one, and the same on every platform.
    const double scale = 32768.0 * std::pow(10.0, levelDbfs / 20.0) * std::sqrt(3.0);
    for (std::int16_t &sample : samples) {
        std::uint64_t bits = engine();
        double sum = 0;
        for (int i = 0; i < 4; ++i, bits >>= 16)
            sum += static_cast<double>(bits & 0xFFFF) / 32767.5 - 1.0;
        // Each uniform number in [-1, 1] has variance 1/3, four have 4/3: half their sum has 1/3.
        const double noisy = static_cast<double>(sample) + 0.5 * sum * scale;
        sample = static_cast<std::int16_t>(std::clamp(std::lround(noisy), -32768L, 32767L));
    }
}

} // namespace engine::practice
