#include "engine/practice/companding.h"

#include "engine/audio/mulaw.h"

#include <algorithm>

namespace engine::practice {

namespace {

constexpr unsigned char kEvenBits = 0x55; // G.711: even bits are sent inverted

char encodeSample(std::int16_t sample)
{
    // 13-bit magnitude: sign, 3 bits of segment, 4 bits within it.
    const bool positive = sample >= 0;
    int magnitude = positive ? sample >> 3 : (-(static_cast<int>(sample) + 1)) >> 3;
    int segment = 0;
    for (int limit = 0x20; segment < 7 && magnitude >= limit; limit <<= 1)
        ++segment;
    const int mantissa = segment < 2 ? (magnitude >> 1) & 0x0F : (magnitude >> segment) & 0x0F;
    const int code = (positive ? 0x80 : 0x00) | (segment << 4) | mantissa;
    return static_cast<char>(code ^ kEvenBits);
}

std::int16_t decodeSample(char alaw)
{
    const int code = static_cast<unsigned char>(alaw) ^ kEvenBits;
    const int segment = (code >> 4) & 0x07;
    int magnitude = ((code & 0x0F) << 4) + 8;
    if (segment > 0)
        magnitude = (magnitude + 0x100) << (segment - 1);
    return static_cast<std::int16_t>((code & 0x80) ? magnitude : -magnitude);
}

} // namespace

QByteArray encodeAlaw(std::span<const std::int16_t> samples)
{
    QByteArray out(static_cast<qsizetype>(samples.size()), Qt::Uninitialized);
    std::transform(samples.begin(), samples.end(), out.begin(), encodeSample);
    return out;
}

std::vector<std::int16_t> decodeAlaw(QByteArrayView alaw)
{
    std::vector<std::int16_t> out(static_cast<std::size_t>(alaw.size()));
    std::transform(alaw.begin(), alaw.end(), out.begin(), decodeSample);
    return out;
}

QByteArray mulawToAlaw(QByteArrayView mulaw)
{
    return encodeAlaw(audio::fromMulaw(mulaw));
}

} // namespace engine::practice
