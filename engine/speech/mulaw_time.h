#pragma once

#include <QtGlobal>

#include <chrono>

/// Time and bytes of telephone sound as the vendors get and give it: mu-law, 8000 Hz, mono, one byte a sample.
namespace engine::speech {

constexpr qint64 kMulawBytesPerMs = 8;
constexpr char kMulawSilence = '\xff'; ///< positive zero; 0x00 would be the loudest negative sample

[[nodiscard]] constexpr std::chrono::milliseconds mulawTime(qint64 bytes)
{
    return std::chrono::milliseconds(bytes / kMulawBytesPerMs);
}

[[nodiscard]] constexpr qint64 mulawBytes(std::chrono::milliseconds time)
{
    return time.count() * kMulawBytesPerMs;
}

} // namespace engine::speech
