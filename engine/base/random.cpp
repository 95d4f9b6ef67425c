#include "engine/base/random.h"

#include <QRandomGenerator>

namespace engine {

QByteArray Random::hex(int byteCount)
{
    QByteArray bytes;
    bytes.reserve(byteCount);
    while (bytes.size() < byteCount) {
        const quint64 value = next();
        for (int shift = 0; shift < 64 && bytes.size() < byteCount; shift += 8)
            bytes.append(static_cast<char>(value >> shift));
    }
    return bytes.toHex();
}

double Random::between(double low, double high)
{
    // 53 bits fill a double's mantissa exactly.
    return low + (high - low) * (static_cast<double>(next() >> 11) / static_cast<double>(1ULL << 53));
}

quint64 SystemRandom::next()
{
    return QRandomGenerator::system()->generate64();
}

} // namespace engine
