#include "engine/failure_limiter.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace std::chrono_literals;

class TestFailureLimiter : public QObject
{
    Q_OBJECT

private slots:
    void tenFailuresInAMinuteHaveToWaitOne();
    void failuresFarApartDoNot();
    void refusalsMakeTheWaitNoLonger();
    void addressesAreCountedApart();
    void anIpv6NetworkIsOneAddress();
    void theMemoryIsBounded();

private:
    const QHostAddress m_somebody{QStringLiteral("203.0.113.9")};
};

void TestFailureLimiter::tenFailuresInAMinuteHaveToWaitOne()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 9; ++i)
        limiter.fail(m_somebody);
    QCOMPARE(limiter.waitOf(m_somebody), 0s);
    clock.advance(50s);
    limiter.fail(m_somebody);
    QCOMPARE(limiter.waitOf(m_somebody), 60s);
    clock.advance(59'100ms);
    QCOMPARE(limiter.waitOf(m_somebody), 1s); // whole seconds, never 0 too early
    clock.advance(900ms);
    QCOMPARE(limiter.waitOf(m_somebody), 0s);
    limiter.fail(m_somebody); // and counts from the start
    QCOMPARE(limiter.waitOf(m_somebody), 0s);
}

void TestFailureLimiter::failuresFarApartDoNot()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 100; ++i) {
        limiter.fail(m_somebody);
        QCOMPARE(limiter.waitOf(m_somebody), 0s);
        clock.advance(7s);
    }
}

void TestFailureLimiter::refusalsMakeTheWaitNoLonger()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 10; ++i)
        limiter.fail(m_somebody);
    clock.advance(30s);
    limiter.fail(m_somebody);
    QCOMPARE(limiter.waitOf(m_somebody), 30s);
}

void TestFailureLimiter::addressesAreCountedApart()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 10; ++i)
        limiter.fail(m_somebody);
    QCOMPARE(limiter.waitOf(QHostAddress(QStringLiteral("203.0.113.10"))), 0s);
}

void TestFailureLimiter::anIpv6NetworkIsOneAddress()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 10; ++i)
        limiter.fail(QHostAddress(QStringLiteral("2001:db8:1:2::%1").arg(i + 1)));
    QVERIFY(limiter.waitOf(QHostAddress(QStringLiteral("2001:db8:1:2:ffff::1"))) > 0s);
    QCOMPARE(limiter.waitOf(QHostAddress(QStringLiteral("2001:db8:1:3::1"))), 0s);
}

void TestFailureLimiter::theMemoryIsBounded()
{
    support::FakeClock clock;
    FailureLimiter limiter(clock);
    for (int i = 0; i < 10; ++i)
        limiter.fail(m_somebody);
    clock.advance(1s);
    for (quint32 i = 0; i < FailureLimiter::kMaxAddresses; ++i)
        limiter.fail(QHostAddress(0x0A000000U + i));
    // The oldest made room; the newest are known.
    QCOMPARE(limiter.waitOf(m_somebody), 0s);
    for (int i = 0; i < 9; ++i)
        limiter.fail(QHostAddress(quint32(0x0A000000U + FailureLimiter::kMaxAddresses - 1)));
    QVERIFY(limiter.waitOf(QHostAddress(quint32(0x0A000000U + FailureLimiter::kMaxAddresses - 1))) > 0s);
}

DIALDESK_TEST(TestFailureLimiter)
#include "tst_failure_limiter.moc"
