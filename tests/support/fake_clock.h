#pragma once

#include "engine/base/clock.h"

#include <vector>

namespace support {

/// A clock that moves only when a test says so. Timers fire inside advance(), in order of their deadlines, with now() set to the
/// deadline; timers started while it runs fire too when they fall within the time advanced.
class FakeClock final : public engine::Clock
{
public:
    FakeClock();
    ~FakeClock() override;

    TimePoint now() const override { return m_now; }
    QDateTime wallTime() const override;
    std::unique_ptr<engine::Timer> makeTimer(std::function<void()> onTimeout) override;

    void advance(std::chrono::milliseconds time);
    /// Somebody sets the computer's clock: wallTime() from now on differs by this from what it would be. now() does not.
    void setWallTimeAhead(std::chrono::milliseconds by) { m_wallAhead = by; }

private:
    class FakeTimer;
    TimePoint m_now;
    TimePoint m_start;
    std::chrono::milliseconds m_wallAhead{0};
    std::vector<FakeTimer *> m_timers;
};

} // namespace support
