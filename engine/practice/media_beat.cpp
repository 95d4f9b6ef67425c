#include "engine/practice/media_beat.h"

#include <algorithm>
#include <functional>

namespace engine::practice {

using namespace std::chrono_literals;

void LatenessRecord::add(std::chrono::microseconds late)
{
    ++m_wakeUps;
    m_max = std::max(m_max, late);
    const auto bucket = std::clamp<qint64>(late.count() / 1000, 0, kBuckets - 1);
    ++m_histogram[static_cast<size_t>(bucket)];
}

void LatenessRecord::add(const LatenessRecord &other)
{
    m_wakeUps += other.m_wakeUps;
    m_skipped += other.m_skipped;
    m_max = std::max(m_max, other.m_max);
    std::ranges::transform(m_histogram, other.m_histogram, m_histogram.begin(), std::plus());
}

BeatLateness LatenessRecord::summary() const
{
    const auto percentile = [this](double share) {
        const auto wanted = static_cast<quint64>(share * static_cast<double>(m_wakeUps));
        quint64 seen = 0;
        for (size_t bucket = 0; bucket < m_histogram.size(); ++bucket) {
            seen += m_histogram[bucket];
            if (seen > wanted)
                return std::chrono::milliseconds(bucket + 1);
        }
        return 0ms;
    };
    return {m_wakeUps, m_skipped, m_max, percentile(0.50), percentile(0.99)};
}

MediaBeat::MediaBeat(Clock &clock, std::chrono::milliseconds phase, QObject *parent)
    : QObject(parent), m_clock(clock), m_timer(clock.makeTimer([this] { wake(); })), m_nextDue(clock.now() + phase)
{
}

void MediaBeat::hold()
{
    if (m_holders++ > 0)
        return;
    const auto now = m_clock.now();
    if (m_nextDue <= now)
        m_nextDue += ((now - m_nextDue) / kPeriod + 1) * kPeriod;
    scheduleNext();
}

void MediaBeat::release()
{
    Q_ASSERT(m_holders > 0);
    if (--m_holders == 0)
        m_timer->stop();
}

void MediaBeat::wake()
{
    const Clock::TimePoint now = m_clock.now();
    if (now >= m_nextDue) {
        m_lateness.add(std::chrono::duration_cast<std::chrono::microseconds>(now - m_nextDue));
        for (int burst = 0; burst < kMaxBurst && m_nextDue <= now && m_holders > 0; ++burst) {
            m_nextDue += kPeriod;
            emit tick();
        }
        if (m_nextDue <= now) {
            const auto overdue = (now - m_nextDue) / kPeriod + 1;
            m_lateness.addSkipped(static_cast<quint64>(overdue));
            m_nextDue += overdue * kPeriod;
        }
    }
    if (m_holders > 0)
        scheduleNext();
}

// One shot to the next due time instead of a repeating timer: a repeating one that fires a hair early would find
// nothing due and be a whole period late.
void MediaBeat::scheduleNext()
{
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_nextDue - m_clock.now());
    m_timer->start(std::max(wait, 0ms));
}

} // namespace engine::practice
