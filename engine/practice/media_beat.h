#pragma once

#include "engine/base/clock.h"

#include <QObject>

#include <array>
#include <chrono>
#include <memory>

namespace engine::practice {

/// How late a beat came, compared with its schedule.
struct BeatLateness
{
    quint64 wakeUps = 0;      ///< times it woke
    quint64 skippedTicks = 0; ///< ticks given up because more than MediaBeat::kMaxBurst were due at once
    std::chrono::microseconds max{0};
    std::chrono::milliseconds p50{0}; ///< rounded up to whole milliseconds
    std::chrono::milliseconds p99{0};
};

/// Collects how late beats came.
class LatenessRecord
{
public:
    void add(std::chrono::microseconds late);
    void addSkipped(quint64 ticks) { m_skipped += ticks; }
    void add(const LatenessRecord &other);
    BeatLateness summary() const;

private:
    static constexpr int kBuckets = 500; ///< of 1 ms; the last one holds everything longer

    quint64 m_wakeUps = 0;
    quint64 m_skipped = 0;
    std::chrono::microseconds m_max{0};
    std::array<quint64, kBuckets> m_histogram{};
};

/// A 20 ms beat that calls of the practice line share: a carrier plays and records in real time, whatever the load.
///
/// Keeps to its schedule: a late wake-up is followed by as many ticks as are due, up to kMaxBurst; what is beyond that
/// is given up and the schedule moves. Sleeps while nobody holds it. Lives on the practice line's thread.
class MediaBeat : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kPeriod{20};
    static constexpr int kMaxBurst = 5;

    /// Ticks come whole periods after the moment it is made.
    /// @param phase  ... and this
    explicit MediaBeat(Clock &clock, std::chrono::milliseconds phase = {}, QObject *parent = nullptr);

    /// The beat runs while it is held at least once.
    void hold();
    void release();

    const LatenessRecord &lateness() const { return m_lateness; }
    /// What it was so far no longer counts.
    void forgetLateness() { m_lateness = {}; }

signals:
    /// 20 ms of call time have passed.
    void tick();

private:
    void wake();
    void scheduleNext();

    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    int m_holders = 0;
    Clock::TimePoint m_nextDue;
    LatenessRecord m_lateness;
};

} // namespace engine::practice
