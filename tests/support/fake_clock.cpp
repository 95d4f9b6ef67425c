#include "tests/support/fake_clock.h"

#include <QTimeZone>

#include <algorithm>

namespace support {

class FakeClock::FakeTimer final : public engine::Timer
{
public:
    FakeTimer(FakeClock &clock, std::function<void()> onTimeout) : m_clock(clock), m_onTimeout(std::move(onTimeout))
    {
        m_clock.m_timers.push_back(this);
    }
    ~FakeTimer() override { std::erase(m_clock.m_timers, this); }

    void start(std::chrono::milliseconds delay) override { arm(delay, std::chrono::milliseconds(0)); }
    void startRepeating(std::chrono::milliseconds period) override { arm(period, period); }
    void stop() override { m_active = false; }
    bool isActive() const override { return m_active; }

    TimePoint deadline() const { return m_deadline; }
    void fire()
    {
        if (m_period.count() > 0)
            m_deadline += m_period;
        else
            m_active = false;
        const auto callback = m_onTimeout; // the callback may destroy this timer
        callback();
    }

private:
    void arm(std::chrono::milliseconds delay, std::chrono::milliseconds period)
    {
        m_deadline = m_clock.now() + delay;
        m_period = period;
        m_active = true;
    }

    FakeClock &m_clock;
    std::function<void()> m_onTimeout;
    TimePoint m_deadline;
    std::chrono::milliseconds m_period{0};
    bool m_active = false;
};

// Starts well after zero, so that "now minus an hour" is a valid time.
FakeClock::FakeClock() : m_now(std::chrono::hours(1000)), m_start(m_now) {}

FakeClock::~FakeClock()
{
    Q_ASSERT_X(m_timers.empty(), "FakeClock", "a timer outlived its clock");
}

QDateTime FakeClock::wallTime() const
{
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(m_now - m_start) + m_wallAhead;
    return QDateTime(QDate(2026, 1, 1), QTime(12, 0), QTimeZone::utc()).addMSecs(elapsed.count());
}

std::unique_ptr<engine::Timer> FakeClock::makeTimer(std::function<void()> onTimeout)
{
    return std::make_unique<FakeTimer>(*this, std::move(onTimeout));
}

void FakeClock::advance(std::chrono::milliseconds time)
{
    const TimePoint until = m_now + time;
    for (;;) {
        FakeTimer *next = nullptr;
        for (FakeTimer *timer : m_timers)
            if (timer->isActive() && timer->deadline() <= until && (!next || timer->deadline() < next->deadline()))
                next = timer;
        if (!next)
            break;
        m_now = std::max(m_now, next->deadline());
        next->fire();
    }
    m_now = until;
}

} // namespace support
