#include "engine/audio/level_meter.h"
#include "tests/support/test_program.h"

#include <cmath>
#include <numbers>
#include <vector>

using namespace engine::audio;

class TestLevelMeter : public QObject
{
    Q_OBJECT

private slots:
    void aSquareWaveOfFullScaleIsZeroDbfs()
    {
        std::vector<std::int16_t> samples(800, -32768);
        const Level level = measureLevel(std::span<const std::int16_t>(samples));
        QCOMPARE(level.rmsDbfs, 0.0);
        QCOMPARE(level.peakDbfs, 0.0);
    }
    void aSineIsThreeDecibelsUnderItsPeak()
    {
        std::vector<float> samples(8000);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] =
                static_cast<float>(0.1 * std::sin(2 * std::numbers::pi * 1000.0 * static_cast<double>(i) / 8000.0));
        const Level level = measureLevel(std::span<const float>(samples));
        QVERIFY(std::abs(level.peakDbfs - -20.0) < 0.01);
        QVERIFY(std::abs(level.rmsDbfs - -23.0103) < 0.01);
    }
    void silenceAndNothingAreTheBottom()
    {
        const std::vector<std::int16_t> zeros(100, 0);
        QCOMPARE(measureLevel(std::span<const std::int16_t>(zeros)), Level{});
        QCOMPARE(measureLevel(std::span<const float>()), Level{});
        QCOMPARE(Level{}.rmsDbfs, kSilenceDbfs);
    }
    void mulawIsMeasuredAsTheSamplesItStandsFor()
    {
        LevelMeter meter;
        const std::vector<std::uint8_t> codes(1000, 0x80); // 32124 of 32768
        meter.addMulaw(codes);
        QCOMPARE(meter.samples(), std::size_t(1000));
        const Level level = meter.take();
        QVERIFY(std::abs(level.rmsDbfs - 20 * std::log10(32124.0 / 32768.0)) < 0.001);
        const std::vector<std::uint8_t> silence(100, 0xFF);
        meter.addMulaw(silence);
        QCOMPARE(meter.take(), Level{});
    }
    void takeStartsAnew()
    {
        LevelMeter meter;
        const std::vector<float> loud(100, 0.5F);
        meter.add(std::span<const float>(loud));
        meter.add(std::span<const float>(loud));
        QCOMPARE(meter.samples(), std::size_t(200));
        QVERIFY(std::abs(meter.take().rmsDbfs - -6.0206) < 0.001);
        QCOMPARE(meter.samples(), std::size_t(0));
        QCOMPARE(meter.take(), Level{});
    }
};

DIALDESK_TEST(TestLevelMeter)
#include "tst_level_meter.moc"
