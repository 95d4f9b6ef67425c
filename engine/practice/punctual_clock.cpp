#include "engine/practice/punctual_clock.h"

#include <algorithm>

namespace engine::practice {

namespace {

using namespace std::chrono_literals;

constexpr auto kShort = 20ms; // and less is punctual in one wait
constexpr int kLastPart = 16; // of a long wait is left for the second

class PunctualTimer final : public Timer
{
public:
    PunctualTimer(Clock &clock, std::function<void()> onTimeout)
        : m_clock(clock), m_onTimeout(std::move(onTimeout)), m_timer(clock.makeTimer([this] { wake(); }))
    {
    }

    void start(std::chrono::milliseconds delay) override
    {
        m_due = m_clock.now() + delay;
        wait();
    }
    void startRepeating(std::chrono::milliseconds period) override
    {
        m_isLastWait = true;
        m_timer->startRepeating(period);
    }
    void stop() override { m_timer->stop(); }
    bool isActive() const override { return m_timer->isActive(); }

private:
    void wait()
    {
        const auto rest = m_due - m_clock.now();
        m_isLastWait = rest <= kShort;
        const auto part = m_isLastWait ? rest : rest - rest / kLastPart;
        m_timer->start(std::max(std::chrono::round<std::chrono::milliseconds>(part), 0ms));
    }

    void wake()
    {
        if (!m_isLastWait)
            return wait();
        const auto callback = m_onTimeout; // which may destroy this timer
        callback();
    }

    Clock &m_clock;
    std::function<void()> m_onTimeout;
    std::unique_ptr<Timer> m_timer;
    Clock::TimePoint m_due;
    bool m_isLastWait = true;
};

} // namespace

std::unique_ptr<Timer> PunctualClock::makeTimer(std::function<void()> onTimeout)
{
    return std::make_unique<PunctualTimer>(m_clock, std::move(onTimeout));
}

} // namespace engine::practice
