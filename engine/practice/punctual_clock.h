#pragma once

#include "engine/base/clock.h"

namespace engine::practice {

/// The time of another clock, with timers that are off by less than a millisecond however long they run.
///
/// The kernel may wake who polls with a long time-out late by a thousandth of it (select_estimate_accuracy() in Linux'
/// fs/select.c), a virtual machine later still: 350 ms were 352 to 355. A vendor's delay told to the practice line
/// must be that delay, or what is too much looks like Dialdesk's own part of an answer. So a long wait is made in two:
/// most of it, and then the little that is left.
class PunctualClock final : public Clock
{
public:
    /// @param clock  must outlive this
    explicit PunctualClock(Clock &clock) : m_clock(clock) {}

    TimePoint now() const override { return m_clock.now(); }
    QDateTime wallTime() const override { return m_clock.wallTime(); }
    /// Its single shots come at the nearest whole millisecond, which may be half of one before their time.
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override;

private:
    Clock &m_clock;
};

} // namespace engine::practice
