#include "engine/calls/admission.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace engine::calls {

Admission::Admission(int maxCalls, double callsPerSecond, std::chrono::milliseconds life, Clock &clock)
    : m_maxCalls(maxCalls), m_callsPerSecond(callsPerSecond), m_life(life), m_clock(clock), m_tokens(std::max(1.0, callsPerSecond)),
      m_refilledAt(clock.now())
{}

void Admission::refill()
{
    const auto now = m_clock.now();
    const double elapsed = std::chrono::duration<double>(now - m_refilledAt).count();
    m_tokens = std::min(std::max(1.0, m_callsPerSecond), m_tokens + elapsed * m_callsPerSecond);
    m_refilledAt = now;
}

tl::expected<Admission::Lease, Admission::Refusal> Admission::admit()
{
    if (active() >= m_maxCalls)
        return tl::unexpected(
            Refusal{{Fault::Settings, u"too_many_calls"_s,
                     u"The limit of live calls (%1) is reached. Wait until one ends, or raise DIALDESK_MAX_CALLS."_s.arg(m_maxCalls)},
                    std::chrono::seconds(5)});
    refill();
    if (m_tokens < 1.0) {
        const double wait = (1.0 - m_tokens) / m_callsPerSecond;
        return tl::unexpected(
            Refusal{{Fault::Settings, u"too_fast"_s,
                     u"Calls are asked for faster than %1 a second. Try again shortly, or raise DIALDESK_CALLS_PER_SECOND."_s
                         .arg(m_callsPerSecond)},
                    std::chrono::seconds(std::max(1, static_cast<int>(std::ceil(wait))))});
    }
    m_tokens -= 1.0;
    m_leases.emplace(++m_lastLease, std::nullopt);
    return m_lastLease;
}

void Admission::renew(Lease lease)
{
    if (const auto found = m_leases.find(lease); found != m_leases.end())
        found->second = m_clock.now() + m_life;
}

void Admission::release(Lease lease)
{
    m_leases.erase(lease);
}

std::vector<Admission::Lease> Admission::expire()
{
    const auto now = m_clock.now();
    std::vector<Lease> expired;
    for (const auto &[lease, end] : m_leases)
        if (end && *end <= now)
            expired.push_back(lease);
    for (const Lease lease : expired)
        m_leases.erase(lease);
    return expired;
}

} // namespace engine::calls
