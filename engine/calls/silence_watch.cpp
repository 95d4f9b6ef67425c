#include "engine/calls/silence_watch.h"

#include <algorithm>

namespace engine::calls {

namespace {

constexpr std::chrono::milliseconds kLongerThanACough{600};

} // namespace

SilenceWatch::SilenceWatch(const CallSettings &settings, Clock &clock, QObject *parent)
    : QObject(parent), m_settings(settings), m_clock(clock), m_silence(clock.makeTimer([this] { onSilence(); })),
      m_deadAir(clock.makeTimer([this] { emit deadAir(m_settings.deadAir, m_isUnderstood); }))
{}

void SilenceWatch::calleeHeard()
{
    m_asked = false;
    m_silence->stop();
    m_deadAir->stop();
}

void SilenceWatch::calleeStopped(std::chrono::milliseconds speech)
{
    if (m_stopped)
        return;
    m_silence->start(m_settings.calleeSilent);
    if (speech < kLongerThanACough || m_agentIsAudible || m_deadAir->isActive())
        return;
    m_isUnderstood = false;
    m_deadAir->start(m_settings.deadAir);
}

void SilenceWatch::answerDue(Clock::TimePoint speechEndedAt)
{
    if (m_stopped)
        return;
    m_isUnderstood = true;
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - speechEndedAt);
    m_deadAir->start(std::clamp(m_settings.deadAir - waited, std::chrono::milliseconds(0), m_settings.deadAir));
}

void SilenceWatch::agentAudible()
{
    m_agentIsAudible = true;
    m_silence->stop();
    m_deadAir->stop();
}

void SilenceWatch::agentFinished()
{
    m_agentIsAudible = false;
    if (!m_stopped)
        m_silence->start(m_settings.calleeSilent);
}

void SilenceWatch::stop()
{
    m_stopped = true;
    m_silence->stop();
    m_deadAir->stop();
}

void SilenceWatch::onSilence()
{
    if (m_asked) {
        m_stopped = true;
        emit giveUp();
    } else {
        m_asked = true;
        emit askStillThere();
    }
}

} // namespace engine::calls
