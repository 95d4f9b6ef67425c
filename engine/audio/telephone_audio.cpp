#include "engine/audio/telephone_audio.h"

#include <algorithm>

namespace engine::audio {

QByteArray mulawSilence(std::chrono::milliseconds time)
{
    return QByteArray(std::max<qsizetype>(0, samplesIn(time)), kMulawSilence);
}

} // namespace engine::audio
