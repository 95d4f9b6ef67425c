#include "tests/soak/memory_trend.h"
#include "tests/support/test_program.h"

#include <cmath>

using soak::MemoryTrend;

class TestMemoryTrend : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsNoTrend()
    {
        MemoryTrend trend;
        QCOMPARE(trend.megabytesAnHour(), 0.0);
        QCOMPARE(trend.firstMegabytes(), 0.0);
        trend.add(1, 40);
        QCOMPARE(trend.megabytesAnHour(), 0.0);
        QCOMPARE(trend.firstMegabytes(), 40.0);
        QCOMPARE(trend.uncertainty(), 0.0);
    }

    void aSteadyLeakIsItsSlope()
    {
        MemoryTrend trend;
        for (int minute = 0; minute <= 60; ++minute)
            trend.add(minute / 60.0, 40 + 3 * minute / 60.0);
        QVERIFY(std::abs(trend.megabytesAnHour() - 3) < 1e-9);
        QVERIFY(std::abs(trend.firstMegabytes() - 40) < 1e-9);
        QVERIFY(trend.uncertainty() < 1e-6);
    }

    void whatGoesUpAndDownIsNoLeak()
    {
        MemoryTrend trend;
        for (int i = 0; i < 61; ++i)
            trend.add(i / 60.0, 40 + (i % 2 == 0 ? 1 : -1));
        QVERIFY(std::abs(trend.megabytesAnHour()) < 0.1);
        // Residuals of 1 MB; the squared distances from the middle of 0 .. 60 minutes add up to 18910 / 3600.
        QVERIFY(std::abs(trend.uncertainty() - std::sqrt(61.0 / 59 / (18910.0 / 3600))) < 0.01);
    }
};

DIALDESK_TEST(TestMemoryTrend)
#include "tst_memory_trend.moc"
