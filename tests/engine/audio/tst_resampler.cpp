#include "engine/audio/resampler.h"

#include "engine/audio/level_meter.h"
#include "tests/support/test_program.h"

#include <cmath>
#include <numbers>

using namespace engine::audio;

namespace {

std::vector<float> sine(double frequencyHz, int rateHz, std::size_t count)
{
    std::vector<float> samples(count);
    for (std::size_t i = 0; i < count; ++i)
        samples[i] =
            static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * frequencyHz * static_cast<double>(i) / rateHz));
    return samples;
}

std::vector<std::int16_t> toInt16(const std::vector<float> &samples)
{
    std::vector<std::int16_t> result;
    for (const float sample : samples)
        result.push_back(static_cast<std::int16_t>(std::lrint(sample * 32767.0F)));
    return result;
}

} // namespace

class TestResampler : public QObject
{
    Q_OBJECT

private slots:
    void aToneStaysTheSameTone()
    {
        const auto output = resample<float>(sine(1000, 16000, 16000), 16000, 8000);
        QVERIFY(output.has_value());
        QVERIFY(std::abs(static_cast<int>(output->size()) - 8000) <= 1);
        const auto expected = sine(1000, 8000, 8000);
        for (std::size_t i = 200; i < 7800; ++i)
            if (std::abs((*output)[i] - expected[i]) > 0.002F)
                QFAIL(qPrintable(QStringLiteral("sample %1 is %2, not %3").arg(i).arg((*output)[i]).arg(expected[i])));
    }
    void whatTheNewRateCannotHoldIsFilteredOut()
    {
        const auto output = resample<float>(sine(6000, 16000, 16000), 16000, 8000);
        QVERIFY(output.has_value());
        const auto middle = std::span<const float>(*output).subspan(500, 7000);
        QVERIFY(measureLevel(middle).rmsDbfs < -80.0);
    }
    void theLengthFollowsTheRates_data()
    {
        QTest::addColumn<int>("fromHz");
        QTest::addColumn<int>("toHz");
        QTest::newRow("halved") << 16000 << 8000;
        QTest::newRow("doubled") << 8000 << 16000;
        QTest::newRow("odd ratio") << 44100 << 8000;
        QTest::newRow("up by an odd ratio") << 8000 << 22050;
        QTest::newRow("unchanged") << 8000 << 8000;
    }
    void theLengthFollowsTheRates()
    {
        QFETCH(int, fromHz);
        QFETCH(int, toHz);
        const auto output =
            resample<std::int16_t>(toInt16(sine(440, fromHz, static_cast<std::size_t>(fromHz))), fromHz, toHz);
        QVERIFY(output.has_value());
        QVERIFY2(std::abs(static_cast<int>(output->size()) - toHz) <= 1, qPrintable(QString::number(output->size())));
    }
    void aStreamInPiecesEqualsTheWhole_data()
    {
        QTest::addColumn<int>("piece");
        for (const int piece : {1, 7, 160, 320, 5000})
            QTest::addRow("%d", piece) << piece;
    }
    void aStreamInPiecesEqualsTheWhole()
    {
        QFETCH(int, piece);
        const auto input = toInt16(sine(700, 16000, 8000));
        const auto whole = resample<std::int16_t>(input, 16000, 8000);
        QVERIFY(whole.has_value());
        auto resampler = Resampler<std::int16_t>::create(16000, 8000);
        QVERIFY(resampler.has_value());
        std::vector<std::int16_t> output;
        std::span<const std::int16_t> rest(input);
        while (!rest.empty()) {
            const auto count = std::min(rest.size(), static_cast<std::size_t>(piece));
            resampler->push(rest.first(count), output);
            rest = rest.subspan(count);
        }
        resampler->finish(output);
        QCOMPARE(output, *whole);
    }
    void afterFinishANewStreamBegins()
    {
        const auto input = toInt16(sine(700, 16000, 4000));
        auto resampler = Resampler<std::int16_t>::create(16000, 8000);
        QVERIFY(resampler.has_value());
        std::vector<std::int16_t> first;
        resampler->push(input, first);
        resampler->finish(first);
        std::vector<std::int16_t> second;
        resampler->push(input, second);
        resampler->finish(second);
        QVERIFY(!first.empty());
        QCOMPARE(second, first);
    }
    void impossibleRatesAreErrors_data()
    {
        QTest::addColumn<int>("fromHz");
        QTest::addColumn<int>("toHz");
        QTest::newRow("zero") << 0 << 8000;
        QTest::newRow("negative") << 16000 << -8000;
        QTest::newRow("too high") << 16000 << 10000000;
    }
    void impossibleRatesAreErrors()
    {
        QFETCH(int, fromHz);
        QFETCH(int, toHz);
        const auto resampler = Resampler<float>::create(fromHz, toHz);
        QVERIFY(!resampler.has_value());
        QCOMPARE(resampler.error().code, QStringLiteral("resampler_rate"));
    }
    void nothingBecomesNothing()
    {
        const auto output = resample<float>({}, 16000, 8000);
        QVERIFY(output.has_value());
        QVERIFY(output->empty());
    }
};

DIALDESK_TEST(TestResampler)
#include "tst_resampler.moc"
