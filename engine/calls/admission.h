#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace engine::calls {

/// Decides whether one more call may be dialed now: a bound on calls at once and on calls per second. Pure but for the clock.
///
/// The rate is a bucket that holds one second's worth of calls (at least one), so a burst is as large as the rate. A slot is a
/// lease: while its call is being placed it holds; from the first renew() on it lasts only as long as signs of life go on.
class Admission
{
public:
    using Lease = quint64;

    /// @param maxCalls  at once, at least 1; @param callsPerSecond  over 0; @param life  of a lease after its last renewal
    Admission(int maxCalls, double callsPerSecond, std::chrono::milliseconds life, Clock &clock);

    struct Refusal
    {
        Error error;
        std::chrono::seconds retryAfter; ///< whole seconds, at least 1
    };

    /// Takes a slot. release() gives it back when the call is over or was never placed.
    [[nodiscard]] tl::expected<Lease, Refusal> admit();
    /// The call lives. A lease that is gone stays gone.
    void renew(Lease lease);
    void release(Lease lease);
    /// Frees the slots of calls that gave no sign of life for too long. @return their leases
    [[nodiscard]] std::vector<Lease> expire();
    int active() const { return static_cast<int>(m_leases.size()); }

private:
    void refill();

    int m_maxCalls;
    double m_callsPerSecond;
    std::chrono::milliseconds m_life;
    Clock &m_clock;
    std::unordered_map<Lease, std::optional<Clock::TimePoint>> m_leases; // each with its end; none while being placed
    Lease m_lastLease = 0;
    double m_tokens;
    Clock::TimePoint m_refilledAt;
};

} // namespace engine::calls
