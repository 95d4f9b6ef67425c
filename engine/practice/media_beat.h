#pragma once

#include "engine/base/clock.h"

#include <QObject>

#include <array>
#include <chrono>
#include <memory>

namespace engine::practice {

/// How late the beat came, compared with the schedule it was started on.
struct BeatLateness
{
    quint64 wakeUps = 0;      ///< times the beat woke since it was first started
    quint64 skippedTicks = 0; ///< ticks given up because more than MediaBeat::kMaxBurst were due at once
    std::chrono::microseconds max{0};
    std::chrono::milliseconds p50{0}; ///< rounded up to whole milliseconds
    std::chrono::milliseconds p99{0};
};

/// The one 20 ms beat all calls of the practice line share: a carrier plays and records in real time, whatever the
/// load.
///
/// Keeps to the schedule it was started on: a late wake-up is followed by as many ticks as are due, up to kMaxBurst;
/// what is beyond that is given up and the schedule moves. Sleeps while nobody holds it. Lives on the practice line's
/// thread.
class MediaBeat : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kPeriod{20};
    static constexpr int kMaxBurst = 5;

    explicit MediaBeat(Clock &clock, QObject *parent = nullptr);

    /// The beat runs while it is held at least once.
    void hold();
    void release();

    BeatLateness lateness() const;
    /// What it was so far no longer counts.
    void forgetLateness();

signals:
    /// 20 ms of call time have passed.
    void tick();

private:
    void wake();
    void scheduleNext();
    void record(Clock::TimePoint now);

    static constexpr int kBuckets = 500; ///< of 1 ms; the last one holds everything longer

    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    int m_holders = 0;
    Clock::TimePoint m_nextDue;
    quint64 m_wakeUps = 0;
    quint64 m_skipped = 0;
    std::chrono::microseconds m_max{0};
    std::array<quint64, kBuckets> m_histogram{};
};

} // namespace engine::practice
