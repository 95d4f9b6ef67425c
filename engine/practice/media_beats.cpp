#include "engine/practice/media_beats.h"

namespace engine::practice {

namespace {

using namespace std::chrono_literals;

constexpr auto kApart = 1ms;

} // namespace

MediaBeats::MediaBeats(Clock &clock)
{
    for (auto phase = 0ms; phase < MediaBeat::kPeriod; phase += kApart)
        m_beats.push_back(std::make_unique<MediaBeat>(clock, phase));
}

MediaBeat &MediaBeats::next()
{
    return *m_beats[m_next++ % m_beats.size()];
}

BeatLateness MediaBeats::lateness() const
{
    LatenessRecord all;
    for (const auto &beat : m_beats)
        all.add(beat->lateness());
    return all.summary();
}

void MediaBeats::forgetLateness()
{
    for (const auto &beat : m_beats)
        beat->forgetLateness();
}

} // namespace engine::practice
