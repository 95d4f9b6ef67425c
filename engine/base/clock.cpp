#include "engine/base/clock.h"

#include <QTimer>

namespace engine {

namespace {

class SystemTimer final : public Timer
{
public:
    explicit SystemTimer(std::function<void()> onTimeout) : m_onTimeout(std::move(onTimeout))
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        // A copy runs, so that the callback may destroy this timer.
        m_timer.callOnTimeout(&m_timer, [this] { auto callback = m_onTimeout; callback(); });
    }

    void start(std::chrono::milliseconds delay) override
    {
        m_timer.setSingleShot(true);
        m_timer.start(delay);
    }
    void startRepeating(std::chrono::milliseconds period) override
    {
        m_timer.setSingleShot(false);
        m_timer.start(period);
    }
    void stop() override { m_timer.stop(); }
    bool isActive() const override { return m_timer.isActive(); }

private:
    std::function<void()> m_onTimeout;
    QTimer m_timer;
};

} // namespace

Clock::TimePoint SystemClock::now() const
{
    return std::chrono::steady_clock::now();
}

QDateTime SystemClock::wallTime() const
{
    return QDateTime::currentDateTimeUtc();
}

std::unique_ptr<Timer> SystemClock::makeTimer(std::function<void()> onTimeout)
{
    return std::make_unique<SystemTimer>(std::move(onTimeout));
}

} // namespace engine
