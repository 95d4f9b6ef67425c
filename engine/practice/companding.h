#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <cstdint>
#include <span>
#include <vector>

namespace engine::practice {

/// A-law of ITU-T G.711, as European networks use it; mu-law is in engine/audio.
[[nodiscard]] QByteArray encodeAlaw(std::span<const std::int16_t> samples);
[[nodiscard]] std::vector<std::int16_t> decodeAlaw(QByteArrayView alaw);

/// What a gateway between the two laws makes of mu-law bytes: decoded and encoded again.
[[nodiscard]] QByteArray mulawToAlaw(QByteArrayView mulaw);

} // namespace engine::practice
