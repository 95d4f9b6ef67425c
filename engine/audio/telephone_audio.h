#pragma once

#include <QByteArray>

#include <chrono>

/// Numbers of telephone sound: mono, 8000 samples a second, one mu-law byte a sample.
namespace engine::audio {

constexpr int kTelephoneRateHz = 8000;
constexpr int kSamplesPerMillisecond = kTelephoneRateHz / 1000;
/// One sample at 8000 Hz; whole microseconds, so sums of it stay exact.
constexpr std::chrono::microseconds kSampleTime{125};
/// The mu-law byte of silence (positive zero).
constexpr char kMulawSilence = '\xff';

/// How long `samples` samples (= mu-law bytes) sound.
[[nodiscard]] constexpr std::chrono::microseconds durationOf(qsizetype samples)
{
    return samples * kSampleTime;
}

/// How many samples (= mu-law bytes) sound for `time`.
[[nodiscard]] constexpr qsizetype samplesIn(std::chrono::milliseconds time)
{
    return static_cast<qsizetype>(time.count()) * kSamplesPerMillisecond;
}

/// Mu-law silence of that length; empty when `time` is not positive.
[[nodiscard]] QByteArray mulawSilence(std::chrono::milliseconds time);

} // namespace engine::audio
