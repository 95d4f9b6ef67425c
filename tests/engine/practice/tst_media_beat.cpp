#include "engine/practice/media_beats.h"

#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using engine::practice::MediaBeat;
using engine::practice::MediaBeats;
using namespace std::chrono_literals;

namespace {

/// A clock whose timers fire only when asked, so that a wake-up can be late.
class LateClock final : public engine::Clock
{
public:
    TimePoint now() const override { return m_now; }
    QDateTime wallTime() const override { return {}; }
    std::unique_ptr<engine::Timer> makeTimer(std::function<void()> onTimeout) override
    {
        auto timer = std::make_unique<ManualTimer>(std::move(onTimeout));
        m_timer = timer.get();
        return timer;
    }
    void wakeAfter(std::chrono::microseconds time)
    {
        m_now += time;
        m_timer->m_onTimeout();
    }
    std::chrono::milliseconds wantedDelay() const { return m_timer->m_delay; }

private:
    class ManualTimer final : public engine::Timer
    {
    public:
        explicit ManualTimer(std::function<void()> onTimeout) : m_onTimeout(std::move(onTimeout)) {}
        void start(std::chrono::milliseconds delay) override { m_delay = delay; }
        void startRepeating(std::chrono::milliseconds) override {}
        void stop() override {}
        bool isActive() const override { return false; }
        std::function<void()> m_onTimeout;
        std::chrono::milliseconds m_delay{0};
    };
    TimePoint m_now{1000h};
    ManualTimer *m_timer = nullptr;
};

} // namespace

class TestMediaBeat : public QObject
{
    Q_OBJECT
private slots:
    void ticksFiftyTimesASecondWhileHeld();
    void restsWhenNobodyHoldsIt();
    void catchesUpAfterALateWakeUp();
    void neverBurstsAboveFiveTicks();
    void keepsToTheScheduleDespiteEarlyAndLateWakeUps();
    void tellsHowLateItWas();
    void severalBeatsAreSpreadOverThePeriod();
};

void TestMediaBeat::ticksFiftyTimesASecondWhileHeld()
{
    support::FakeClock clock;
    MediaBeat beat(clock);
    QSignalSpy ticks(&beat, &MediaBeat::tick);
    beat.hold();
    clock.advance(19ms);
    QCOMPARE(ticks.count(), 0);
    clock.advance(1ms);
    QCOMPARE(ticks.count(), 1);
    clock.advance(60s);
    QCOMPARE(ticks.count(), 3001);
    QCOMPARE(beat.lateness().summary().max.count(), 0);
    QCOMPARE(beat.lateness().summary().wakeUps, 3001U);
}

void TestMediaBeat::restsWhenNobodyHoldsIt()
{
    support::FakeClock clock;
    MediaBeat beat(clock);
    QSignalSpy ticks(&beat, &MediaBeat::tick);
    beat.hold();
    beat.hold();
    beat.release();
    clock.advance(100ms);
    QCOMPARE(ticks.count(), 5);
    beat.release();
    clock.advance(1s);
    QCOMPARE(ticks.count(), 5);
    beat.hold();
    clock.advance(20ms);
    QCOMPARE(ticks.count(), 6);
}

void TestMediaBeat::catchesUpAfterALateWakeUp()
{
    LateClock clock;
    MediaBeat beat(clock);
    QSignalSpy ticks(&beat, &MediaBeat::tick);
    beat.hold();
    clock.wakeAfter(85ms); // due at 20, 40, 60 and 80
    QCOMPARE(ticks.count(), 4);
    QCOMPARE(clock.wantedDelay(), 15ms);
    QCOMPARE(beat.lateness().summary().max, std::chrono::microseconds(65ms));
    QCOMPARE(beat.lateness().summary().skippedTicks, 0U);
}

void TestMediaBeat::neverBurstsAboveFiveTicks()
{
    LateClock clock;
    MediaBeat beat(clock);
    QSignalSpy ticks(&beat, &MediaBeat::tick);
    beat.hold();
    clock.wakeAfter(205ms); // ten are due
    QCOMPARE(ticks.count(), 5);
    QCOMPARE(beat.lateness().summary().skippedTicks, 5U);
    QCOMPARE(clock.wantedDelay(), 15ms);
    clock.wakeAfter(15ms);
    QCOMPARE(ticks.count(), 6);
}

void TestMediaBeat::keepsToTheScheduleDespiteEarlyAndLateWakeUps()
{
    LateClock clock;
    MediaBeat beat(clock);
    QSignalSpy ticks(&beat, &MediaBeat::tick);
    beat.hold();
    clock.wakeAfter(19'900us);
    QCOMPARE(ticks.count(), 0);
    QCOMPARE(clock.wantedDelay(), 1ms);
    clock.wakeAfter(1'100us); // 21 ms
    QCOMPARE(ticks.count(), 1);
    QCOMPARE(clock.wantedDelay(), 19ms);
}

void TestMediaBeat::tellsHowLateItWas()
{
    LateClock clock;
    MediaBeat beat(clock);
    beat.hold();
    clock.wakeAfter(20'200us);
    for (int i = 0; i < 97; ++i)
        clock.wakeAfter(20ms); // always 0.2 ms late
    clock.wakeAfter(30ms);     // 10.2 ms late
    clock.wakeAfter(20ms);     // the same
    const auto lateness = beat.lateness().summary();
    QCOMPARE(lateness.wakeUps, 100U);
    QCOMPARE(lateness.p50, 1ms);
    QCOMPARE(lateness.p99, 11ms);
    QCOMPARE(lateness.max, 10'200us);
    beat.forgetLateness();
    QCOMPARE(beat.lateness().summary().wakeUps, 0U);
    QCOMPARE(beat.lateness().summary().max, 0us);
    QCOMPARE(beat.lateness().summary().p99, 0ms);
}

void TestMediaBeat::severalBeatsAreSpreadOverThePeriod()
{
    support::FakeClock clock;
    MediaBeats beats(clock);
    const auto start = clock.now();
    std::vector<std::chrono::nanoseconds> times;
    for (int call = 0; call < 20; ++call) {
        MediaBeat &beat = beats.next();
        beat.hold();
        connect(&beat, &MediaBeat::tick, this, [&] { times.push_back(clock.now() - start); });
    }
    clock.advance(20ms);
    QCOMPARE(times.size(), 20U);
    for (std::size_t i = 0; i < times.size(); ++i)
        QCOMPARE(times[i], std::chrono::nanoseconds((i + 1) * 1ms)); // each on a beat of its own
    QCOMPARE(beats.lateness().wakeUps, 20U);
    beats.forgetLateness();
    QCOMPARE(beats.lateness().wakeUps, 0U);
}

DIALDESK_TEST(TestMediaBeat)
#include "tst_media_beat.moc"
