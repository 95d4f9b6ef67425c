#include "engine/turns/noise_floor.h"

#include <algorithm>

namespace engine::turns {

void NoiseFloor::learn(double levelDbfs, std::chrono::microseconds duration)
{
    const double seconds = std::chrono::duration<double>(duration).count();
    const double target = std::clamp(levelDbfs, m_settings.lowestDbfs, m_settings.highestDbfs);
    m_dbfs = std::clamp(target, m_dbfs - m_settings.fallPerSecondDb * seconds,
                        m_dbfs + m_settings.risePerSecondDb * seconds);
}

} // namespace engine::turns
