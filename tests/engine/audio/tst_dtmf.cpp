#include "engine/audio/dtmf.h"
#include "engine/audio/mulaw.h"
#include "tests/support/test_program.h"

#include <cmath>
#include <numbers>

/// The tones are measured with Goertzel's algorithm against the frequencies of ITU-T Q.23.
class TestDtmf : public QObject
{
    Q_OBJECT

private slots:
    void eachKeyHasItsTwoFrequencies_data();
    void eachKeyHasItsTwoFrequencies();
    void keysFollowEachOtherWithSilenceBetween();
    void aPauseIsHalfASecond();
    void refusesAnythingElse_data();
    void refusesAnythingElse();

private:
    static double power(const std::vector<std::int16_t> &samples, double hz);
};

double TestDtmf::power(const std::vector<std::int16_t> &samples, double hz)
{
    const double coefficient = 2.0 * std::cos(2.0 * std::numbers::pi * hz / 8000.0);
    double before = 0;
    double last = 0;
    for (const std::int16_t sample : samples) {
        const double next = sample / 32768.0 + coefficient * last - before;
        before = last;
        last = next;
    }
    const double n = static_cast<double>(samples.size());
    return (last * last + before * before - coefficient * last * before) / (n * n / 4.0);
}

void TestDtmf::eachKeyHasItsTwoFrequencies_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    const QString keys = "123A456B789C*0#D";
    const std::array lows = {697.0, 770.0, 852.0, 941.0};
    const std::array highs = {1209.0, 1336.0, 1477.0, 1633.0};
    for (int i = 0; i < 16; ++i)
        QTest::newRow(qPrintable(keys.mid(i, 1))) << keys.mid(i, 1) << lows[static_cast<size_t>(i / 4)] << highs[static_cast<size_t>(i % 4)];
}

void TestDtmf::eachKeyHasItsTwoFrequencies()
{
    QFETCH(QString, key);
    QFETCH(double, low);
    QFETCH(double, high);
    const auto tones = engine::audio::dtmfTones(key);
    QVERIFY(tones.has_value());
    const auto samples = engine::audio::fromMulaw(tones->left(800)); // the first 100 ms
    const double wanted = std::min(power(samples, low), power(samples, high));
    QVERIFY(wanted > 0.001); // each tone well above -30 dBFS
    for (const double other : {697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0})
        if (other != low && other != high)
            QVERIFY2(power(samples, other) < wanted / 50.0, qPrintable(QString::number(other)));
}

void TestDtmf::keysFollowEachOtherWithSilenceBetween()
{
    const auto tones = engine::audio::dtmfTones("12");
    QVERIFY(tones.has_value());
    QCOMPARE(tones->size(), 2 * 1600);
    for (const std::int16_t sample : engine::audio::fromMulaw(tones->mid(850, 700)))
        QVERIFY(std::abs(sample) < 32);
}

void TestDtmf::aPauseIsHalfASecond()
{
    const auto tones = engine::audio::dtmfTones("1w2");
    QVERIFY(tones.has_value());
    QCOMPARE(tones->size(), 2 * 1600 + 4000);
}

void TestDtmf::refusesAnythingElse_data()
{
    QTest::addColumn<QString>("digits");
    QTest::newRow("nothing") << "";
    QTest::newRow("a letter") << "12E";
    QTest::newRow("a space") << "1 2";
    QTest::newRow("too many") << QString(65, u'1');
}

void TestDtmf::refusesAnythingElse()
{
    QFETCH(QString, digits);
    const auto tones = engine::audio::dtmfTones(digits);
    QVERIFY(!tones.has_value());
    QCOMPARE(tones.error().code, QStringLiteral("digits_invalid"));
}

DIALDESK_TEST(TestDtmf)
#include "tst_dtmf.moc"
