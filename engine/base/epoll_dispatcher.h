#pragma once

#include <QAbstractEventDispatcher>
#include <QHash>

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <time.h>

namespace engine {

/// Qt's event loop over epoll(7), for threads with many sockets and timers.
///
/// Qt's own loop hands the kernel every socket with every poll(2) and keeps its timers in a sorted list, so that each
/// frame of one call costs time for all other calls; README, "Measured", says how much with 250 of them.
/// Here a wake-up costs what is ready, and a timer the logarithm of their number. Otherwise it does what
/// QAbstractEventDispatcher promises; every timer is a precise one. To be set before the thread's event loop begins:
/// QCoreApplication::setEventDispatcher(), QThread::setEventDispatcher(). Not for threads with windows.
class EpollDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT
public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;

    /// These two from any thread.
    void wakeUp() override;
    void interrupt() override;

private:
    using Time = std::chrono::steady_clock;
    static constexpr int kEventsAtOnce = 256; ///< more are for the next round

    /// What is watched for of one file descriptor.
    struct Watch
    {
        std::array<QSocketNotifier *, 3> notifiers{}; ///< by QSocketNotifier::Type
        quint32 known = 0;                            ///< the events the kernel has been asked for
        bool isChanged = false;                       ///< the kernel is to be asked for others before the next wait

        quint32 wanted() const;
    };
    struct Timer
    {
        QObject *object = nullptr;
        std::chrono::milliseconds interval{0};
        Qt::TimerType type = Qt::PreciseTimer;
        Time::time_point due;
        bool isFiring = false; ///< its event is being handled, in a loop outside this one perhaps
    };

    using Events = std::array<epoll_event, kEventsAtOnce>;
    /// What a wait found.
    struct Ready
    {
        int count = 0;
        Events events;
    };

    /// Until something happens or the next timer is due.
    Ready wait(bool mayBlock, bool withSockets, bool withTimers);
    /// How many events there are; -1 when a signal came first. Without a timeout it waits for as long as it takes.
    int waitForKernel(Events *events, const timespec *timeout);
    void wokenUp();
    void changed(int fd);
    void tellKernel(int fd, Watch &watch);
    void tellKernelOfChanges();
    bool activateNotifiers(const Ready &ready);
    bool activateTimers();

    int m_epoll;
    int m_wake; // an eventfd
    std::atomic<bool> m_isWoken = false;
    std::atomic<bool> m_isInterrupted = false;
    bool m_hasPreciseWait = true; // until the kernel says that it has none
    std::vector<Watch> m_watches; // by file descriptor
    std::vector<int> m_changed;
    QHash<int, Timer> m_timers; // by id
    std::set<std::pair<Time::time_point, int>> m_schedule; // of their ids
    std::vector<int> m_dueTimers; // kept for its memory
};

} // namespace engine
