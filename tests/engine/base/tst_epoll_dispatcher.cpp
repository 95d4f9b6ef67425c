#include "engine/base/epoll_dispatcher.h"

#include "tests/support/test_program.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QSocketNotifier>
#include <QThread>
#include <QTimer>

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

using engine::EpollDispatcher;
using namespace std::chrono_literals;

namespace {

/// Two sockets that are connected with each other.
struct Wire
{
    Wire() { Q_UNUSED(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data())); }
    ~Wire()
    {
        for (const int end : ends)
            if (end >= 0)
                ::close(end);
    }
    void write() const { Q_UNUSED(::write(ends[1], "x", 1)); }
    bool read() const
    {
        char byte = 0;
        return ::read(ends[0], &byte, 1) == 1;
    }
    void close(std::size_t end) { ::close(std::exchange(ends[end], -1)); }

    std::array<int, 2> ends{-1, -1};
};

constexpr auto kNever = 60s;

/// From here on the kernel does not know epoll_pwait2(2) for this thread, as none before Linux 5.11 does (seccomp(2)).
bool becomeOldKernel()
{
    std::array<sock_filter, 4> rules{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
                                      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                                      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
    const sock_fprog program{rules.size(), rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

} // namespace

/// Every test runs in a thread whose event loop is the one under test.
class TestEpollDispatcher : public QObject
{
    Q_OBJECT
private slots:
    void aSingleShotFiresOnce();
    void aRepeatingTimerKeepsItsRhythm();
    void aTimerWhoseEventTakesTooLongPassesOver();
    void aTimerOfNoTimeLetsOthersIn();
    void timersMayEndAndBeginWithinTheirEvent();
    void aLoopWithinATimersEventDoesNotRepeatIt();
    void tellsOfItsTimers();
    void aReadableSocketIsTold();
    void aDisabledNotifierIsNot();
    void aWritableSocketIsToldWhileSomebodyAsks();
    void aHangUpIsTold();
    void aNumberThatIsReusedIsWatchedAnew();
    void oneNotifierMayEndAnother();
    void moreSocketsThanOneWaitTells();
    void anotherThreadWakesIt();
    void withoutWaitingItReturns();
    void withoutSocketsItHandlesTheRest();
    void anOlderKernelWillDo();

private:
    /// Runs `test` in the thread, with a loop that is quit by the function it is given; false when it never is.
    static bool run(const std::function<void(const std::function<void()> &quit)> &test)
    {
        QThread thread;
        thread.setEventDispatcher(new EpollDispatcher);
        thread.start();
        auto *here = new QObject;
        here->moveToThread(&thread);
        bool ended = false;
        QMetaObject::invokeMethod(
            here,
            [&] {
                QEventLoop loop;
                QTimer::singleShot(kNever, &loop, &QEventLoop::quit);
                const std::function<void()> quit = [&] {
                    ended = true;
                    loop.quit();
                };
                test(quit);
                if (!ended)
                    loop.exec();
                delete here;
            },
            Qt::BlockingQueuedConnection);
        thread.quit();
        thread.wait();
        return ended;
    }
};

void TestEpollDispatcher::aSingleShotFiresOnce()
{
    int fired = 0;
    std::chrono::nanoseconds took{0};
    const bool ended = run([&](const auto &quit) {
        const auto begin = std::chrono::steady_clock::now();
        QTimer::singleShot(20ms, [&, begin] {
            ++fired;
            took = std::chrono::steady_clock::now() - begin;
            QTimer::singleShot(60ms, quit);
        });
    });
    QVERIFY(ended);
    QCOMPARE(fired, 1);
    QVERIFY(took >= 20ms);
}

void TestEpollDispatcher::aRepeatingTimerKeepsItsRhythm()
{
    int fired = 0;
    std::chrono::nanoseconds took{0};
    QTimer *timer = nullptr;
    const bool ended = run([&](const auto &quit) {
        timer = new QTimer;
        const auto begin = std::chrono::steady_clock::now();
        timer->callOnTimeout(timer, [&, quit, begin] {
            if (++fired < 10)
                return;
            took = std::chrono::steady_clock::now() - begin;
            timer->stop(); // it would come once more before it is deleted
            timer->deleteLater();
            quit();
        });
        timer->start(5ms);
    });
    QVERIFY(ended);
    QCOMPARE(fired, 10);
    QVERIFY(took >= 50ms);
}

void TestEpollDispatcher::aTimerWhoseEventTakesTooLongPassesOver()
{
    int fired = 0;
    const bool ended = run([&](const auto &quit) {
        auto *timer = new QTimer;
        const auto begin = std::chrono::steady_clock::now();
        timer->callOnTimeout(timer, [&, timer, quit, begin] {
            ++fired;
            QThread::msleep(50);
            if (std::chrono::steady_clock::now() - begin < 150ms)
                return;
            timer->stop(); // it would come once more before it is deleted
            timer->deleteLater();
            quit();
        });
        timer->start(1ms);
    });
    QVERIFY(ended);
    QVERIFY2(fired <= 4, qPrintable(QString::number(fired)));
}

void TestEpollDispatcher::aTimerOfNoTimeLetsOthersIn()
{
    int rounds = 0;
    Wire wire;
    const bool ended = run([&](const auto &quit) {
        auto *idle = new QTimer;
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        idle->callOnTimeout(idle, [&] {
            if (++rounds == 100)
                wire.write();
        });
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, idle, notifier, quit] {
            delete idle;
            delete notifier;
            quit();
        });
        idle->start(0);
    });
    QVERIFY(ended);
    QVERIFY(rounds >= 100);
}

void TestEpollDispatcher::timersMayEndAndBeginWithinTheirEvent()
{
    int first = 0;
    int second = 0;
    int third = 0;
    const bool ended = run([&](const auto &quit) {
        auto *a = new QTimer;
        auto *b = new QTimer;
        // Both are due in the same round; the first ends the second and starts itself anew.
        a->callOnTimeout(a, [&, a, b, quit] {
            b->stop();
            if (++first == 1)
                return a->start(1ms);
            delete b;
            delete a; // itself
            QTimer::singleShot(10ms, [&, quit] {
                ++third;
                quit();
            });
        });
        b->callOnTimeout(b, [&] { ++second; });
        a->start(5ms);
        b->start(5ms);
        QThread::msleep(10);
    });
    QVERIFY(ended);
    QCOMPARE(first, 2);
    QCOMPARE(second, 0);
    QCOMPARE(third, 1);
}

void TestEpollDispatcher::aLoopWithinATimersEventDoesNotRepeatIt()
{
    int depth = 0;
    int deepest = 0;
    int outer = 0;
    const bool ended = run([&](const auto &quit) {
        auto *timer = new QTimer;
        timer->callOnTimeout(timer, [&, timer, quit] {
            deepest = std::max(deepest, ++depth);
            QEventLoop inner;
            QTimer::singleShot(30ms, &inner, &QEventLoop::quit);
            inner.exec();
            --depth;
            if (++outer < 3)
                return;
            timer->stop(); // it would come once more before it is deleted
            timer->deleteLater();
            quit();
        });
        timer->start(1ms);
    });
    QVERIFY(ended);
    QCOMPARE(deepest, 1);
    QCOMPARE(outer, 3);
}

void TestEpollDispatcher::tellsOfItsTimers()
{
    QList<QAbstractEventDispatcher::TimerInfo> told;
    int remaining = 0;
    int afterStop = 0;
    bool gone = false;
    const bool ended = run([&](const auto &quit) {
        auto *dispatcher = QAbstractEventDispatcher::instance();
        QObject owner;
        const int id = owner.startTimer(10s);
        told = dispatcher->registeredTimers(&owner);
        remaining = dispatcher->remainingTime(id);
        gone = dispatcher->unregisterTimers(&owner) && dispatcher->registeredTimers(&owner).isEmpty();
        afterStop = dispatcher->remainingTime(id);
        quit();
    });
    QVERIFY(ended);
    QCOMPARE(told.size(), 1);
    QCOMPARE(told.first().interval, 10'000);
    QVERIFY(remaining > 9'000 && remaining <= 10'000);
    QVERIFY(gone);
    QCOMPARE(afterStop, -1);
}

void TestEpollDispatcher::aReadableSocketIsTold()
{
    Wire wire;
    int reads = 0;
    const bool ended = run([&](const auto &quit) {
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit] {
            if (wire.read() && ++reads < 3)
                return wire.write();
            delete notifier;
            quit();
        });
        wire.write();
    });
    QVERIFY(ended);
    QCOMPARE(reads, 3);
}

void TestEpollDispatcher::aDisabledNotifierIsNot()
{
    Wire wire;
    int told = 0;
    bool saidSo = false;
    const bool ended = run([&](const auto &quit) {
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit] {
            if (++told == 2) {
                delete notifier;
                return quit();
            }
            notifier->setEnabled(false); // and nothing is read
            QTimer::singleShot(20ms, [&, notifier] {
                saidSo = told == 1;
                notifier->setEnabled(true);
            });
        });
        wire.write();
    });
    QVERIFY(ended);
    QVERIFY(saidSo);
    QCOMPARE(told, 2);
}

void TestEpollDispatcher::aWritableSocketIsToldWhileSomebodyAsks()
{
    Wire wire;
    int writes = 0;
    int reads = 0;
    const bool ended = run([&](const auto &quit) {
        auto *reader = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        auto *writer = new QSocketNotifier(wire.ends[0], QSocketNotifier::Write);
        QObject::connect(writer, &QSocketNotifier::activated, writer, [&, writer] {
            ++writes;
            writer->setEnabled(false);
            wire.write();
        });
        QObject::connect(reader, &QSocketNotifier::activated, reader, [&, reader, writer, quit] {
            wire.read();
            if (++reads < 3)
                return writer->setEnabled(true);
            delete writer;
            delete reader;
            quit();
        });
    });
    QVERIFY(ended);
    QCOMPARE(reads, 3);
    QCOMPARE(writes, 3);
}

void TestEpollDispatcher::aHangUpIsTold()
{
    Wire wire;
    bool told = false;
    const bool ended = run([&](const auto &quit) {
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit] {
            told = true;
            delete notifier;
            quit();
        });
        QTimer::singleShot(5ms, [&] { wire.close(1); });
    });
    QVERIFY(ended);
    QVERIFY(told);
}

void TestEpollDispatcher::aNumberThatIsReusedIsWatchedAnew()
{
    bool told = false;
    bool sameNumber = false;
    const bool ended = run([&](const auto &quit) {
        QTimer::singleShot(5ms, [&, quit] { // in a round of its own, so that the kernel knows of the first
            auto *first = new Wire;
            const auto ends = first->ends;
            auto *before = new QSocketNotifier(ends[0], QSocketNotifier::Read);
            QTimer::singleShot(5ms, [&, quit, first, before, ends] {
                delete before;
                delete first;
                auto *second = new Wire;
                sameNumber = second->ends == ends;
                auto *notifier = new QSocketNotifier(second->ends[0], QSocketNotifier::Read);
                QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, second, notifier, quit] {
                    told = true;
                    delete notifier;
                    delete second;
                    quit();
                });
                second->write();
            });
        });
    });
    QVERIFY(ended);
    QVERIFY(sameNumber);
    QVERIFY(told);
}

void TestEpollDispatcher::oneNotifierMayEndAnother()
{
    std::array<Wire, 2> wires;
    int told = 0;
    const bool ended = run([&](const auto &quit) {
        std::array<QSocketNotifier *, 2> notifiers{};
        for (std::size_t i = 0; i < 2; ++i)
            notifiers[i] = new QSocketNotifier(wires[i].ends[0], QSocketNotifier::Read);
        for (std::size_t i = 0; i < 2; ++i)
            QObject::connect(notifiers[i], &QSocketNotifier::activated, notifiers[i], [&, notifiers, quit] {
                ++told;
                QTimer::singleShot(10ms, quit);
                delete notifiers[0];
                delete notifiers[1];
            });
        wires[0].write();
        wires[1].write();
    });
    QVERIFY(ended);
    QCOMPARE(told, 1);
}

void TestEpollDispatcher::moreSocketsThanOneWaitTells()
{
    constexpr std::size_t kSockets = 300;
    std::vector<Wire> wires(kSockets);
    std::size_t told = 0;
    const bool ended = run([&](const auto &quit) {
        for (const Wire &wire : wires) {
            auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
            QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit] {
                notifier->setEnabled(false);
                notifier->deleteLater();
                if (++told == kSockets)
                    quit();
            });
            wire.write();
        }
    });
    QVERIFY(ended);
    QCOMPARE(told, kSockets);
}

void TestEpollDispatcher::anotherThreadWakesIt()
{
    constexpr int kPosts = 1000;
    int handled = 0;
    QScopedPointer<QThread> other;
    const bool ended = run([&](const auto &quit) {
        auto *here = new QObject;
        other.reset(QThread::create([&, here, quit] {
            for (int i = 0; i < kPosts; ++i)
                QMetaObject::invokeMethod(here, [&, here, quit] {
                    if (++handled < kPosts)
                        return;
                    delete here;
                    quit();
                });
        }));
        other->start();
    });
    QVERIFY(ended);
    QVERIFY(other->wait());
    QCOMPARE(handled, kPosts);
}

void TestEpollDispatcher::withoutWaitingItReturns()
{
    bool nothing = true;
    bool something = false;
    const bool ended = run([&](const auto &quit) {
        auto *dispatcher = QAbstractEventDispatcher::instance();
        while (dispatcher->processEvents(QEventLoop::AllEvents)) {
        }
        nothing = !dispatcher->processEvents(QEventLoop::AllEvents);
        QTimer::singleShot(0, [] {});
        something = dispatcher->processEvents(QEventLoop::AllEvents);
        quit();
    });
    QVERIFY(ended);
    QVERIFY(nothing);
    QVERIFY(something);
}

void TestEpollDispatcher::withoutSocketsItHandlesTheRest()
{
    Wire wire;
    bool toldInside = false;
    bool told = false;
    const bool ended = run([&](const auto &quit) {
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit] {
            told = true;
            delete notifier;
            quit();
        });
        wire.write();
        QEventLoop inner;
        QTimer::singleShot(10ms, &inner, &QEventLoop::quit);
        inner.exec(QEventLoop::ExcludeSocketNotifiers);
        toldInside = told;
    });
    QVERIFY(ended);
    QVERIFY(!toldInside);
    QVERIFY(told);
}

// It once took the kernel's "unknown" for a signal: no socket was ever told, and the loop turned without end.
void TestEpollDispatcher::anOlderKernelWillDo()
{
    Wire wire;
    bool isOld = false;
    int rounds = 0;
    std::chrono::nanoseconds took{0};
    const bool ended = run([&](const auto &quit) {
        isOld = becomeOldKernel();
        const auto begin = std::chrono::steady_clock::now();
        auto *notifier = new QSocketNotifier(wire.ends[0], QSocketNotifier::Read);
        QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, notifier,
                         [&] { ++rounds; });
        QObject::connect(notifier, &QSocketNotifier::activated, notifier, [&, notifier, quit, begin] {
            took = std::chrono::steady_clock::now() - begin;
            delete notifier;
            quit();
        });
        QTimer::singleShot(50ms, notifier, [&] { wire.write(); });
    });
    QVERIFY(isOld);
    QVERIFY(ended);
    QVERIFY(took >= 50ms);
    QVERIFY2(rounds < 20, qPrintable(QString::number(rounds)));
}

DIALDESK_TEST(TestEpollDispatcher)
#include "tst_epoll_dispatcher.moc"
