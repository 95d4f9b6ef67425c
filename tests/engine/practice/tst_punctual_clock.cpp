#include "engine/practice/punctual_clock.h"

#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace std::chrono_literals;

namespace {

/// A kernel that wakes everybody late by a hundredth of the time-out.
class LateClock final : public Clock
{
public:
    explicit LateClock(Clock &clock) : m_clock(clock) {}
    TimePoint now() const override { return m_clock.now(); }
    QDateTime wallTime() const override { return m_clock.wallTime(); }
    std::unique_ptr<Timer> makeTimer(std::function<void()> onTimeout) override
    {
        return std::make_unique<LateTimer>(m_clock.makeTimer(std::move(onTimeout)));
    }

private:
    struct LateTimer final : Timer
    {
        explicit LateTimer(std::unique_ptr<Timer> timer) : m_timer(std::move(timer)) {}
        void start(std::chrono::milliseconds delay) override { m_timer->start(delay + delay / 100); }
        void startRepeating(std::chrono::milliseconds period) override { m_timer->startRepeating(period); }
        void stop() override { m_timer->stop(); }
        bool isActive() const override { return m_timer->isActive(); }
        std::unique_ptr<Timer> m_timer;
    };
    Clock &m_clock;
};

class TestPunctualClock : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_fired = 0;
        m_started = m_time.now();
    }
    void aTimerFiresOnceAtItsTimeThoughTheKernelIsLate_data()
    {
        QTest::addColumn<int>("delayMs");
        for (const int ms : {0, 1, 19, 20, 21, 350, 1500})
            QTest::addRow("%d ms", ms) << ms;
    }
    void aTimerFiresOnceAtItsTimeThoughTheKernelIsLate()
    {
        QFETCH(int, delayMs);
        const auto timer = m_clock.makeTimer([this] { fire(); });
        timer->start(std::chrono::milliseconds(delayMs));
        QVERIFY(timer->isActive());
        m_time.advance(5s);
        QCOMPARE(m_fired, 1);
        QVERIFY(!timer->isActive());
        const auto off = m_firedAt - m_started - std::chrono::milliseconds(delayMs);
        QVERIFY2(std::chrono::abs(off) < 1ms, qPrintable(QString::number(std::chrono::duration<double, std::milli>(off).count())));
    }
    void aStoppedTimerDoesNotFire()
    {
        const auto timer = m_clock.makeTimer([this] { fire(); });
        timer->start(350ms);
        m_time.advance(345ms); // within the second wait
        timer->stop();
        m_time.advance(1s);
        QCOMPARE(m_fired, 0);
    }
    void aTimerStartedAgainCountsFromThen()
    {
        const auto timer = m_clock.makeTimer([this] { fire(); });
        timer->start(350ms);
        m_time.advance(345ms);
        timer->start(350ms);
        m_time.advance(340ms);
        QCOMPARE(m_fired, 0);
        m_time.advance(20ms);
        QCOMPARE(m_fired, 1);
    }
    void aRepeatingTimerGoesOn()
    {
        const auto timer = m_clock.makeTimer([this] { fire(); });
        timer->startRepeating(100ms);
        m_time.advance(1s);
        QCOMPARE(m_fired, 10);
    }
    void aTimerMayBeDestroyedByWhatItCalls()
    {
        std::unique_ptr<Timer> timer;
        timer = m_clock.makeTimer([&] {
            timer.reset();
            fire();
        });
        timer->start(350ms);
        m_time.advance(1s);
        QCOMPARE(m_fired, 1);
    }

private:
    void fire()
    {
        ++m_fired;
        m_firedAt = m_time.now();
    }

    support::FakeClock m_time;
    LateClock m_kernel{m_time};
    practice::PunctualClock m_clock{m_kernel};
    int m_fired = 0;
    Clock::TimePoint m_started;
    Clock::TimePoint m_firedAt;
};

} // namespace

DIALDESK_TEST(TestPunctualClock)
#include "tst_punctual_clock.moc"
