#pragma once

#include <chrono>

namespace engine::turns {

struct NoiseFloorSettings
{
    double lowestDbfs = -70.0;  ///< where it starts, so that the first words of a call are never judged by a guess
    double highestDbfs = -50.0; ///< however loud the street: a caller must never have to shout to be noticed
    double risePerSecondDb = 3.0;
    double fallPerSecondDb = 20.0;
    bool operator==(const NoiseFloorSettings &) const = default;
};

/// How loud the line is while nobody speaks.
///
/// Creeps up and falls fast, so it settles near the quietest tenth of what it is shown and a cough moves it by little.
/// It knows nothing of speech: show it only sound that is none. No clock: time moves with the sound.
class NoiseFloor
{
public:
    explicit NoiseFloor(NoiseFloorSettings settings = {}) : m_settings(settings), m_dbfs(settings.lowestDbfs) {}

    /// @param duration  how long the sound of this level lasted
    void learn(double levelDbfs, std::chrono::microseconds duration);
    double dbfs() const { return m_dbfs; }

private:
    NoiseFloorSettings m_settings;
    double m_dbfs;
};

} // namespace engine::turns
