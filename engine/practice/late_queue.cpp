#include "engine/practice/late_queue.h"

#include <algorithm>
#include <utility>

namespace engine::practice {

namespace {

constexpr std::size_t kMaxWaiting = 10'000;
constexpr std::chrono::microseconds kNearEnough{500}; // timers know whole milliseconds only

} // namespace

LateQueue::LateQueue(Clock &clock, std::chrono::milliseconds latency)
    : m_clock(clock), m_latency(latency), m_timer(clock.makeTimer([this] { runDue(); }))
{
}

void LateQueue::post(std::function<void()> action)
{
    if (m_entries.size() >= kMaxWaiting) {
        const auto oldest = std::exchange(m_entries.front().action, nullptr);
        m_entries.pop_front();
        oldest();
    }
    m_entries.push_back({m_clock.now() + m_latency, std::move(action)});
    if (!m_timer->isActive())
        m_timer->start(m_latency);
}

void LateQueue::runDue()
{
    const auto now = m_clock.now();
    while (!m_entries.empty() && m_entries.front().due <= now + kNearEnough) {
        const auto action = std::move(m_entries.front().action);
        m_entries.pop_front();
        action();
    }
    if (!m_entries.empty()) {
        const auto wait = std::chrono::round<std::chrono::milliseconds>(m_entries.front().due - m_clock.now());
        m_timer->start(std::max(wait, std::chrono::milliseconds(0)));
    }
}

} // namespace engine::practice
