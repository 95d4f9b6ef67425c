#pragma once

#include <QDateTime>

#include <chrono>
#include <functional>
#include <memory>

namespace engine {

/// A timer of a Clock. Belongs to who asked for it; destroying it stops it. Same thread as its owner.
class Timer
{
public:
    virtual ~Timer() = default;

    /// Fires once, `delay` from now; starting a running timer restarts it.
    virtual void start(std::chrono::milliseconds delay) = 0;
    /// Fires every `period` until stopped.
    virtual void startRepeating(std::chrono::milliseconds period) = 0;
    virtual void stop() = 0;
    virtual bool isActive() const = 0;
};

/// Where the engine gets time from, so that a test can play an hour in a millisecond.
/// One per thread of use; outlives every Timer it made.
class Clock
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;

    /// Monotonic: for durations and deadlines.
    virtual TimePoint now() const = 0;
    /// UTC wall time with milliseconds: for records and events only, never for deciding.
    virtual QDateTime wallTime() const = 0;
    /// @param onTimeout  runs on the thread that started the timer; may destroy the timer
    [[nodiscard]] virtual std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) = 0;
};

/// The real clock, over std::chrono and QTimer (precise timers).
class SystemClock final : public Clock
{
public:
    TimePoint now() const override;
    QDateTime wallTime() const override;
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override;
};

} // namespace engine
