#pragma once

#include "engine/base/clock.h"

#include <QHash>
#include <QHostAddress>

namespace engine {

/// Slows down who guesses: after some failures within a minute an address has to wait a minute. Engine thread.
///
/// An IPv6 address counts with its /64 network, which is what one customer is given. The number of addresses remembered
/// is bounded: whoever has more than that at hand is not stopped by counting them.
class FailureLimiter
{
public:
    static constexpr int kFailures = 10;
    static constexpr std::chrono::seconds kWindow{60};
    static constexpr qsizetype kMaxAddresses = 4096;

    explicit FailureLimiter(Clock &clock) : m_clock(clock) {}

    void fail(const QHostAddress &address);
    /// How long the address still has to wait, in whole seconds; zero: it may try.
    [[nodiscard]] std::chrono::seconds waitOf(const QHostAddress &address) const;

private:
    struct Failures
    {
        int count = 0;
        Clock::TimePoint over; ///< end of the window, or of the wait once the count is full
    };
    void makeRoom();

    Clock &m_clock;
    QHash<QHostAddress, Failures> m_failures;
};

} // namespace engine
