#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"

namespace engine::calls {

/// Decides whether one more call may be dialed now: a bound on calls at once and on calls per second. Pure but for the clock.
///
/// The rate is a bucket that holds one second's worth of calls (at least one), so a burst is as large as the rate.
class Admission
{
public:
    /// @param maxCalls  at once, at least 1; @param callsPerSecond  over 0
    Admission(int maxCalls, double callsPerSecond, Clock &clock);

    struct Refusal
    {
        Error error;
        std::chrono::seconds retryAfter; ///< whole seconds, at least 1
    };

    /// Takes a slot. release() gives it back when the call is over or was never placed.
    [[nodiscard]] tl::expected<Done, Refusal> admit();
    void release();
    int active() const { return m_active; }

private:
    void refill();

    int m_maxCalls;
    double m_callsPerSecond;
    Clock &m_clock;
    int m_active = 0;
    double m_tokens;
    Clock::TimePoint m_refilledAt;
};

} // namespace engine::calls
