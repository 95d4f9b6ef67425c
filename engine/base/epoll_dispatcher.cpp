#include "engine/base/epoll_dispatcher.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace engine {

namespace {

using namespace std::chrono_literals;

/// By QSocketNotifier::Type. Errors and hang-ups are always told.
constexpr std::array<quint32, 3> kEvents{EPOLLIN, EPOLLOUT, EPOLLPRI};

timespec toTimespec(std::chrono::nanoseconds time)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    return {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent), m_epoll(epoll_create1(EPOLL_CLOEXEC)), m_wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_epoll < 0 || m_wake < 0)
        qFatal("The event loop cannot begin: this process may open no more files (%s).", std::strerror(errno));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_wake;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wake);
    ::close(m_epoll);
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_isInterrupted = false;
    const bool wasWoken = m_isWoken; // and with it what was written before (the flag orders what threads tell each other)
    emit awake();
    // What is posted from here on wakes the wait below.
    QCoreApplication::sendPostedEvents();

    const bool withSockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool withTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const bool mayBlock = flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_isInterrupted;
    if (mayBlock)
        emit aboutToBlock();
    const Ready ready = wait(mayBlock, withSockets, withTimers);
    const bool handledSockets = activateNotifiers(ready);
    const bool handledTimers = withTimers && activateTimers();
    return wasWoken || handledSockets || handledTimers;
}

EpollDispatcher::Ready EpollDispatcher::wait(bool mayBlock, bool withSockets, bool withTimers)
{
    std::optional<timespec> timeout = timespec{0, 0};
    if (mayBlock && withTimers && !m_schedule.empty())
        timeout = toTimespec(std::max<std::chrono::nanoseconds>(m_schedule.begin()->first - Time::now(), 0ns));
    else if (mayBlock)
        timeout.reset();

    Ready ready;
    if (withSockets) {
        tellKernelOfChanges();
        ready.count = waitForKernel(&ready.events, timeout ? &*timeout : nullptr);
    } else {
        pollfd wake{m_wake, POLLIN, 0};
        ready.count = ppoll(&wake, 1, timeout ? &*timeout : nullptr, nullptr);
        ready.events[0] = {.events = EPOLLIN, .data = {.fd = m_wake}};
    }
    return ready; // a count of -1: a signal came; the caller's loop comes again
}

// epoll_pwait2(2) came with Linux 5.11; older kernels, some sandboxes and valgrind do not know it. epoll_wait(2) counts in
// milliseconds, which is too coarse for a timer; but an epoll descriptor can itself be waited for.
int EpollDispatcher::waitForKernel(Events *events, const timespec *timeout)
{
    if (m_hasPreciseWait) {
        const int count = epoll_pwait2(m_epoll, events->data(), kEventsAtOnce, timeout, nullptr);
        if (count >= 0 || errno != ENOSYS)
            return count;
        m_hasPreciseWait = false;
    }
    pollfd any{m_epoll, POLLIN, 0};
    const int ready = ppoll(&any, 1, timeout, nullptr);
    return ready > 0 ? epoll_wait(m_epoll, events->data(), kEventsAtOnce, 0) : ready;
}

void EpollDispatcher::wakeUp()
{
    if (m_isWoken.exchange(true))
        return;
    const quint64 one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake, &one, sizeof one);
}

void EpollDispatcher::interrupt()
{
    m_isInterrupted = true;
    wakeUp();
}

// First the count, then the flag: who finds the flag still set has posted before the events are next sent.
void EpollDispatcher::wokenUp()
{
    quint64 count = 0;
    [[maybe_unused]] const auto size = ::read(m_wake, &count, sizeof count);
    m_isWoken = false;
}

// --- sockets

quint32 EpollDispatcher::Watch::wanted() const
{
    quint32 events = 0;
    for (std::size_t type = 0; type < notifiers.size(); ++type)
        if (notifiers[type])
            events |= kEvents[type];
    return events;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const auto fd = static_cast<std::size_t>(notifier->socket());
    if (fd >= m_watches.size())
        m_watches.resize(fd + 1);
    m_watches[fd].notifiers.at(notifier->type()) = notifier;
    changed(static_cast<int>(fd));
}

// A socket nobody watches any more may be closed at once, and its number be another's by the next wait: that the
// kernel has to know now. Qt turns the notifier for writing on and off with every message: that can wait, and has
// mostly changed back by then.
void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const auto fd = static_cast<std::size_t>(notifier->socket());
    if (fd >= m_watches.size())
        return;
    Watch &watch = m_watches[fd];
    QSocketNotifier *&registered = watch.notifiers.at(notifier->type());
    if (registered != notifier)
        return;
    registered = nullptr;
    if (watch.wanted() == 0)
        tellKernel(static_cast<int>(fd), watch);
    else
        changed(static_cast<int>(fd));
}

void EpollDispatcher::changed(int fd)
{
    if (!std::exchange(m_watches[static_cast<std::size_t>(fd)].isChanged, true))
        m_changed.push_back(fd);
}

void EpollDispatcher::tellKernelOfChanges()
{
    for (const int fd : m_changed) {
        Watch &watch = m_watches[static_cast<std::size_t>(fd)];
        watch.isChanged = false;
        tellKernel(fd, watch);
    }
    m_changed.clear();
}

void EpollDispatcher::tellKernel(int fd, Watch &watch)
{
    const quint32 wanted = watch.wanted();
    if (wanted == watch.known)
        return;
    epoll_event event{};
    event.events = wanted;
    event.data.fd = fd;
    const int operation = wanted == 0 ? EPOLL_CTL_DEL : watch.known == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    // One that was closed without a word is forgotten already.
    if (epoll_ctl(m_epoll, operation, fd, &event) != 0 && wanted != 0)
        qWarning("A socket cannot be watched: %s.", std::strerror(errno));
    watch.known = wanted;
}

bool EpollDispatcher::activateNotifiers(const Ready &ready)
{
    bool any = false;
    for (int i = 0; i < ready.count; ++i) {
        const int fd = ready.events[static_cast<std::size_t>(i)].data.fd;
        if (fd == m_wake) {
            wokenUp();
            continue;
        }
        const quint32 events = ready.events[static_cast<std::size_t>(i)].events;
        for (std::size_t type = 0; type < kEvents.size(); ++type) {
            if ((events & (kEvents[type] | EPOLLERR | EPOLLHUP)) == 0)
                continue;
            // Looked up anew each time: what one notifier does may end another.
            QSocketNotifier *notifier = m_watches[static_cast<std::size_t>(fd)].notifiers[type];
            if (!notifier)
                continue;
            QEvent event(QEvent::SockAct);
            QCoreApplication::sendEvent(notifier, &event);
            any = true;
        }
    }
    return any;
}

// --- timers

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    const std::chrono::milliseconds period(interval);
    const auto due = Time::now() + period;
    m_timers.insert(timerId, {object, period, timerType, due});
    m_schedule.emplace(due, timerId);
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    const auto timer = m_timers.constFind(timerId);
    if (timer == m_timers.cend())
        return false;
    m_schedule.erase({timer->due, timerId});
    m_timers.erase(timer);
    return true;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeIf([this, object](const auto &timer) {
        if (timer.value().object != object)
            return false;
        m_schedule.erase({timer.value().due, timer.key()});
        return true;
    }) > 0;
}

QList<EpollDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> timers;
    for (auto timer = m_timers.cbegin(); timer != m_timers.cend(); ++timer)
        if (timer->object == object)
            timers.append({timer.key(), static_cast<int>(timer->interval.count()), timer->type});
    return timers;
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto timer = m_timers.constFind(timerId);
    if (timer == m_timers.cend())
        return -1;
    return static_cast<int>(std::max(std::chrono::ceil<std::chrono::milliseconds>(timer->due - Time::now()), 0ms).count());
}

bool EpollDispatcher::activateTimers()
{
    // Only what is due now: a timer of no time that its event starts again would never end.
    const auto now = Time::now();
    std::vector<int> due = std::exchange(m_dueTimers, {}); // a nested loop finds an empty one
    for (auto next = m_schedule.cbegin(); next != m_schedule.cend() && next->first <= now; ++next)
        due.push_back(next->second);
    bool any = false;
    for (const int id : due) {
        const auto timer = m_timers.find(id);
        if (timer == m_timers.end() || timer->due > now)
            continue;
        m_schedule.erase({timer->due, id});
        timer->due += timer->interval;
        if (timer->due < now) // too late for one: it has passed over
            timer->due = now + timer->interval;
        if (timer->isFiring) // a loop within its event: it comes when that is over, and nobody spins until then
            timer->due = std::max(timer->due, now + 1ms);
        m_schedule.emplace(timer->due, id);
        if (std::exchange(timer->isFiring, true))
            continue;
        QTimerEvent event(id);
        QCoreApplication::sendEvent(timer->object, &event);
        if (const auto still = m_timers.find(id); still != m_timers.end())
            still->isFiring = false;
        any = true;
    }
    due.clear();
    m_dueTimers = std::move(due);
    return any;
}

} // namespace engine
