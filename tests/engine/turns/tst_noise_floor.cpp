#include "engine/turns/noise_floor.h"
#include "tests/support/test_program.h"

#include <cmath>

using namespace engine::turns;
using namespace std::chrono_literals;

class TestNoiseFloor : public QObject
{
    Q_OBJECT

private slots:
    void startsAtTheBottom() { QCOMPARE(NoiseFloor().dbfs(), -70.0); }
    void risesSlowly()
    {
        NoiseFloor floor;
        for (int i = 0; i < 100; ++i)
            floor.learn(-52.0, 10ms); // one second
        QVERIFY(std::abs(floor.dbfs() - -67.0) < 1e-9);
        for (int i = 0; i < 1000; ++i)
            floor.learn(-52.0, 10ms);
        QCOMPARE(floor.dbfs(), -52.0);
    }
    void fallsFast()
    {
        NoiseFloor floor;
        floor.learn(-55.0, 10s);
        QCOMPARE(floor.dbfs(), -55.0);
        floor.learn(-68.0, 250ms);
        QCOMPARE(floor.dbfs(), -60.0);
    }
    void staysWithinItsBounds()
    {
        NoiseFloor floor;
        floor.learn(0.0, 1h);
        QCOMPARE(floor.dbfs(), -50.0);
        floor.learn(-100.0, 1h);
        QCOMPARE(floor.dbfs(), -70.0);
    }
    void aCoughMovesItByLittle()
    {
        NoiseFloor floor;
        floor.learn(-60.0, 10s);
        floor.learn(-15.0, 300ms);
        QVERIFY(std::abs(floor.dbfs() - -59.1) < 1e-9);
    }
};

DIALDESK_TEST(TestNoiseFloor)
#include "tst_noise_floor.moc"
