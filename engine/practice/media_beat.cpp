#include "engine/practice/media_beat.h"

#include <algorithm>

namespace engine::practice {

using namespace std::chrono_literals;

MediaBeat::MediaBeat(Clock &clock, QObject *parent)
    : QObject(parent), m_clock(clock), m_timer(clock.makeTimer([this] { wake(); }))
{
}

void MediaBeat::hold()
{
    if (m_holders++ > 0)
        return;
    m_nextDue = m_clock.now() + kPeriod;
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
        record(now);
        for (int burst = 0; burst < kMaxBurst && m_nextDue <= now && m_holders > 0; ++burst) {
            m_nextDue += kPeriod;
            emit tick();
        }
        if (m_nextDue <= now) {
            const auto overdue = (now - m_nextDue) / kPeriod + 1;
            m_skipped += static_cast<quint64>(overdue);
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

void MediaBeat::record(Clock::TimePoint now)
{
    const auto late = std::chrono::duration_cast<std::chrono::microseconds>(now - m_nextDue);
    ++m_wakeUps;
    m_max = std::max(m_max, late);
    const auto bucket = std::clamp<qint64>(late.count() / 1000, 0, kBuckets - 1);
    ++m_histogram[static_cast<size_t>(bucket)];
}

void MediaBeat::forgetLateness()
{
    m_wakeUps = 0;
    m_skipped = 0;
    m_max = {};
    m_histogram = {};
}

BeatLateness MediaBeat::lateness() const
{
    BeatLateness lateness{m_wakeUps, m_skipped, m_max, 0ms, 0ms};
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
    if (m_wakeUps > 0) {
        lateness.p50 = percentile(0.50);
        lateness.p99 = percentile(0.99);
    }
    return lateness;
}

} // namespace engine::practice
