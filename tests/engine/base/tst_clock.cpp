#include "engine/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace std::chrono_literals;

/// The real clock's timers on a real event loop, and the fake one's the tests rely on.
class TestClock : public QObject
{
    Q_OBJECT

private slots:
    void aTimerFiresOnce();
    void aRepeatingTimerFiresUntilStopped();
    void aTimerMayDestroyItself();
    void aDestroyedTimerNeverFires();
    void theFakeClockFiresInOrder();
    void theFakeClockRunsTimersStartedWhileItRuns();
};

void TestClock::aTimerFiresOnce()
{
    engine::SystemClock clock;
    int fired = 0;
    const auto timer = clock.makeTimer([&] { ++fired; });
    timer->start(1ms);
    QVERIFY(timer->isActive());
    QTRY_COMPARE(fired, 1);
    QVERIFY(!timer->isActive());
}

void TestClock::aRepeatingTimerFiresUntilStopped()
{
    engine::SystemClock clock;
    int fired = 0;
    const auto timer = clock.makeTimer([&] { ++fired; });
    timer->startRepeating(1ms);
    QTRY_VERIFY(fired >= 3);
    timer->stop();
    QVERIFY(!timer->isActive());
}

void TestClock::aTimerMayDestroyItself()
{
    engine::SystemClock clock;
    int fired = 0;
    std::unique_ptr<engine::Timer> timer = clock.makeTimer([&] {
        timer.reset();
        ++fired;
    });
    timer->startRepeating(1ms);
    QTRY_COMPARE(fired, 1);
    QVERIFY(!timer);
}

void TestClock::aDestroyedTimerNeverFires()
{
    engine::SystemClock clock;
    bool fired = false;
    auto first = clock.makeTimer([&] { fired = true; });
    first->start(1ms);
    first.reset();
    bool later = false;
    const auto second = clock.makeTimer([&] { later = true; });
    second->start(5ms);
    QTRY_VERIFY(later);
    QVERIFY(!fired);
}

void TestClock::theFakeClockFiresInOrder()
{
    support::FakeClock clock;
    QString order;
    const auto b = clock.makeTimer([&] { order += u'b'; });
    const auto a = clock.makeTimer([&] { order += u'a'; });
    b->start(20ms);
    a->start(10ms);
    clock.advance(9ms);
    QCOMPARE(order, QString());
    clock.advance(11ms);
    QCOMPARE(order, QStringLiteral("ab"));
}

void TestClock::theFakeClockRunsTimersStartedWhileItRuns()
{
    support::FakeClock clock;
    const auto start = clock.now();
    std::chrono::steady_clock::duration second{};
    const auto inner = clock.makeTimer([&] { second = clock.now() - start; });
    const auto outer = clock.makeTimer([&] { inner->start(5ms); });
    outer->start(10ms);
    clock.advance(100ms);
    QCOMPARE(second, std::chrono::steady_clock::duration(15ms));
    QCOMPARE(clock.now() - start, std::chrono::steady_clock::duration(100ms));
}

DIALDESK_TEST(TestClock)
#include "tst_clock.moc"
