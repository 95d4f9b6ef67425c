#include "engine/audio/mulaw.h"
#include "engine/audio/telephone_audio.h"
#include "tests/support/test_program.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace engine::audio;
using namespace std::chrono_literals;

class TestMulaw : public QObject
{
    Q_OBJECT

private slots:
    // Table 2a/2b of G.711 gives 14-bit decoder values; four times these is the 16-bit scale used here.
    void decodesTheValuesOfTheStandard_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("sample");
        QTest::newRow("positive zero") << 0xFF << 0;
        QTest::newRow("negative zero") << 0x7F << 0;
        QTest::newRow("smallest step") << 0xFE << 2 * 4;
        QTest::newRow("end of segment 1") << 0xF0 << 30 * 4;
        QTest::newRow("start of segment 2") << 0xEF << 33 * 4;
        QTest::newRow("start of segment 3") << 0xDF << 99 * 4;
        QTest::newRow("start of segment 4") << 0xCF << 231 * 4;
        QTest::newRow("start of segment 5") << 0xBF << 495 * 4;
        QTest::newRow("start of segment 6") << 0xAF << 1023 * 4;
        QTest::newRow("start of segment 7") << 0x9F << 2079 * 4;
        QTest::newRow("start of segment 8") << 0x8F << 4191 * 4;
        QTest::newRow("loudest") << 0x80 << 8031 * 4;
        QTest::newRow("loudest negative") << 0x00 << -8031 * 4;
        QTest::newRow("smallest negative step") << 0x7E << -2 * 4;
    }
    void decodesTheValuesOfTheStandard()
    {
        QFETCH(int, code);
        QFETCH(int, sample);
        QCOMPARE(int(linearFromMulaw(static_cast<std::uint8_t>(code))), sample);
        const std::uint8_t codes[] = {static_cast<std::uint8_t>(code)};
        std::int16_t linear[1];
        float scaled[1];
        decodeMulaw(codes, std::span<std::int16_t>(linear));
        decodeMulaw(codes, std::span<float>(scaled));
        QCOMPARE(int(linear[0]), sample);
        QCOMPARE(scaled[0], static_cast<float>(sample) / 32768.0F);
    }

    // Steps of segment n (from 0) are 8 << n wide on the 16-bit scale, so the nearest code is at most half of that
    // away.
    void encodesEverySampleToTheNearestCode()
    {
        for (int sample = std::numeric_limits<std::int16_t>::min(); sample <= std::numeric_limits<std::int16_t>::max();
             ++sample) {
            const auto code = mulawFromLinear(static_cast<std::int16_t>(sample));
            const int bounded = std::clamp(sample, -kMulawClip, kMulawClip);
            const int error = std::abs(linearFromMulaw(code) - bounded);
            const int segment = (~code >> 4) & 7;
            if (error > (4 << segment))
                QFAIL(qPrintable(QStringLiteral("%1 is off by %2").arg(sample).arg(error)));
        }
    }
    void spansAndSingleSamplesAgree()
    {
        std::vector<std::int16_t> all(65536);
        std::iota(all.begin(), all.end(), std::numeric_limits<std::int16_t>::min());
        std::vector<float> scaled(all.size());
        std::transform(all.begin(), all.end(), scaled.begin(),
                       [](std::int16_t s) { return static_cast<float>(s) / 32768.0F; });
        std::vector<std::uint8_t> codes(all.size());
        std::vector<std::uint8_t> codesOfFloats(all.size());
        encodeMulaw(std::span<const std::int16_t>(all), codes);
        encodeMulaw(std::span<const float>(scaled), codesOfFloats);
        QVERIFY(codes == codesOfFloats);
        for (std::size_t i = 0; i < all.size(); ++i)
            if (codes[i] != mulawFromLinear(all[i]))
                QFAIL(qPrintable(QStringLiteral("they differ at %1").arg(all[i])));
    }
    void everyCodeSurvivesARoundTrip()
    {
        for (int code = 0; code < 256; ++code) {
            const int expected = code == 0x7F ? 0xFF : code; // there is only one zero among samples
            QCOMPARE(int(mulawFromLinear(linearFromMulaw(static_cast<std::uint8_t>(code)))), expected);
        }
    }
    void floatsBeyondFullScaleAreClipped()
    {
        const float samples[] = {2.0F, -2.0F, 1.0F, -1.0F, std::numeric_limits<float>::infinity(), 0.0F};
        std::uint8_t codes[6];
        encodeMulaw(std::span<const float>(samples), codes);
        const std::vector<std::uint8_t> expected{0x80, 0x00, 0x80, 0x00, 0x80, 0xFF};
        QVERIFY(std::equal(expected.begin(), expected.end(), codes));
    }
    void silenceIsFullOnesAndDecodesToZero()
    {
        const QByteArray silence = mulawSilence(20ms);
        QCOMPARE(silence, QByteArray(160, '\xff'));
        QCOMPARE(fromMulaw(silence), std::vector<std::int16_t>(160, 0));
        QCOMPARE(toMulaw(std::vector<std::int16_t>(160, 0)), silence);
        QVERIFY(mulawSilence(0ms).isEmpty());
        QVERIFY(mulawSilence(-5ms).isEmpty());
        QVERIFY(durationOf(160) == 20ms);
        QCOMPARE(samplesIn(1s), qsizetype(8000));
    }
    void nothingBecomesNothing()
    {
        QVERIFY(fromMulaw({}).empty());
        QVERIFY(toMulaw({}).isEmpty());
    }
};

DIALDESK_TEST(TestMulaw)
#include "tst_mulaw.moc"
