#include "engine/failure_limiter.h"

#include <algorithm>

namespace engine {

namespace {

constexpr int kNetworkBytes = 8; // of an IPv6 address: a /64

QHostAddress counted(const QHostAddress &address)
{
    if (address.protocol() != QAbstractSocket::IPv6Protocol)
        return address;
    Q_IPV6ADDR bytes = address.toIPv6Address();
    std::fill(std::begin(bytes.c) + kNetworkBytes, std::end(bytes.c), quint8(0));
    return QHostAddress(bytes);
}

} // namespace

void FailureLimiter::fail(const QHostAddress &address)
{
    const QHostAddress key = counted(address);
    const auto now = m_clock.now();
    if (!m_failures.contains(key))
        makeRoom();
    Failures &failures = m_failures[key];
    if (failures.over <= now)
        failures = {0, now + kWindow};
    if (failures.count >= kFailures)
        return; // it is waiting already; a refusal in that time makes the wait no longer
    if (++failures.count == kFailures)
        failures.over = now + kWindow;
}

std::chrono::seconds FailureLimiter::waitOf(const QHostAddress &address) const
{
    const auto it = m_failures.constFind(counted(address));
    const auto now = m_clock.now();
    if (it == m_failures.cend() || it->count < kFailures || it->over <= now)
        return std::chrono::seconds(0);
    return std::chrono::ceil<std::chrono::seconds>(it->over - now);
}

void FailureLimiter::makeRoom()
{
    if (m_failures.size() < kMaxAddresses)
        return;
    const auto now = m_clock.now();
    m_failures.removeIf(
        [now](const std::pair<const QHostAddress &, Failures &> &entry) { return entry.second.over <= now; });
    if (m_failures.size() >= kMaxAddresses)
        m_failures.erase(std::min_element(m_failures.cbegin(), m_failures.cend(),
                                          [](const Failures &a, const Failures &b) { return a.over < b.over; }));
}

} // namespace engine
