#include "engine/audio/level_meter.h"

#include "engine/audio/mulaw.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace engine::audio {

namespace {

double dbfs(double amplitude)
{
    return amplitude > 0.0 ? std::max(kSilenceDbfs, 20.0 * std::log10(amplitude)) : kSilenceDbfs;
}

} // namespace

void LevelMeter::add(std::span<const std::int16_t> samples)
{
    constexpr double kFullScale = 32768.0;
    std::int64_t sum = 0;
    int peak = 0;
    for (const std::int16_t sample : samples) {
        const int value = sample;
        sum += value * value;
        peak = std::max(peak, std::abs(value));
    }
    m_sumOfSquares += static_cast<double>(sum) / (kFullScale * kFullScale);
    m_peak = std::max(m_peak, peak / kFullScale);
    m_samples += samples.size();
}

void LevelMeter::add(std::span<const float> samples)
{
    for (const float sample : samples) {
        const double value = static_cast<double>(sample);
        m_sumOfSquares += value * value;
        m_peak = std::max(m_peak, std::abs(value));
    }
    m_samples += samples.size();
}

void LevelMeter::addMulaw(std::span<const std::uint8_t> codes)
{
    std::array<float, 256> samples;
    while (!codes.empty()) {
        const std::size_t count = std::min(codes.size(), samples.size());
        decodeMulaw(codes.first(count), std::span(samples).first(count));
        add(std::span<const float>(samples).first(count));
        codes = codes.subspan(count);
    }
}

Level LevelMeter::take()
{
    const double rms = m_samples > 0 ? std::sqrt(m_sumOfSquares / static_cast<double>(m_samples)) : 0.0;
    const Level level{dbfs(rms), dbfs(m_peak)};
    *this = {};
    return level;
}

Level measureLevel(std::span<const std::int16_t> samples)
{
    LevelMeter meter;
    meter.add(samples);
    return meter.take();
}

Level measureLevel(std::span<const float> samples)
{
    LevelMeter meter;
    meter.add(samples);
    return meter.take();
}

} // namespace engine::audio
