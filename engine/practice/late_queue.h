#pragma once

#include "engine/base/clock.h"

#include <deque>
#include <functional>

namespace engine::practice {

/// Does things a fixed time after they were asked for, in the order asked: how a simulated vendor is as slow as a real
/// one. Destroying it drops what is still waiting; an action may not destroy it. Same thread as its clock.
class LateQueue
{
public:
    LateQueue(Clock &clock, std::chrono::milliseconds latency);

    /// Beyond a bound of waiting actions the oldest is done early rather than lost.
    void post(std::function<void()> action);

private:
    struct Entry
    {
        Clock::TimePoint due;
        std::function<void()> action;
    };

    void runDue();

    Clock &m_clock;
    std::chrono::milliseconds m_latency;
    std::deque<Entry> m_entries;
    std::unique_ptr<Timer> m_timer;
};

} // namespace engine::practice
