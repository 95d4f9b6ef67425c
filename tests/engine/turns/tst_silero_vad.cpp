#include "engine/turns/silero_vad.h"

#include "engine/audio/wav.h"
#include "tests/support/test_program.h"

#include <QFile>

#include <cmath>
#include <cstring>

using namespace engine::turns;

namespace {

constexpr float kTolerance = 1e-4F;

QByteArray readData(const QString &name)
{
    QFile file(QStringLiteral(DIALDESK_TEST_DATA "/vad/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::vector<float> readSamples(const QString &name)
{
    const QByteArray file = readData(name + QStringLiteral(".wav"));
    const auto content = engine::audio::parseWav(file);
    std::vector<float> samples;
    if (content)
        for (const std::int16_t sample : engine::audio::linearSamples(*content))
            samples.push_back(static_cast<float>(sample) / 32768.0F);
    return samples;
}

std::vector<float> readProbabilities(const QString &name)
{
    std::vector<float> probabilities;
    for (const QByteArray &line : readData(name + QStringLiteral(".csv")).split('\n'))
        if (!line.trimmed().isEmpty())
            probabilities.push_back(line.trimmed().toFloat());
    return probabilities;
}

std::vector<float> listenTo(SileroVad &vad, const std::vector<float> &samples)
{
    std::vector<float> probabilities;
    const std::span<const float> all(samples);
    for (std::size_t at = 0; at + SileroVad::kStepSamples <= all.size(); at += SileroVad::kStepSamples)
        probabilities.push_back(vad.step(all.subspan(at).first<SileroVad::kStepSamples>()));
    return probabilities;
}

} // namespace

class TestSileroVad : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto weights = SileroWeights::load();
        QVERIFY2(weights.has_value(), weights ? "" : qPrintable(weights.error().message));
        m_weights = *weights;
    }

    void equalsTheOriginalModel_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("portable");
        for (const bool portable : {false, true})
            for (const char *name : {"clean", "telephone_noise"})
                QTest::addRow("%s, %s instructions", name, portable ? "portable" : "best")
                    << QString::fromLatin1(name) << portable;
    }
    void equalsTheOriginalModel()
    {
        QFETCH(QString, name);
        QFETCH(bool, portable);
        const auto expected = readProbabilities(name);
        QCOMPARE(expected.size(), std::size_t(216));
        SileroVad vad(m_weights, portable ? SileroVad::Instructions::Portable : SileroVad::Instructions::Best);
        const auto computed = listenTo(vad, readSamples(name));
        QCOMPARE(computed.size(), expected.size());
        float worst = 0.0F;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const float error = std::abs(computed[i] - expected[i]);
            worst = std::max(worst, error);
            if (!(error < kTolerance))
                QFAIL(qPrintable(QStringLiteral("step %1 is %2, not %3").arg(i).arg(computed[i]).arg(expected[i])));
        }
        qInfo("largest difference %g", static_cast<double>(worst));
    }
    void resetForgetsThePast()
    {
        const auto samples = readSamples(QStringLiteral("clean"));
        SileroVad vad(m_weights);
        const auto first = listenTo(vad, samples);
        vad.reset();
        QCOMPARE(listenTo(vad, samples), first);
    }
    void callsDoNotDisturbEachOther()
    {
        const auto speech = readSamples(QStringLiteral("clean"));
        const auto noisy = readSamples(QStringLiteral("telephone_noise"));
        SileroVad alone(m_weights);
        const auto expected = listenTo(alone, speech);
        SileroVad one(m_weights);
        SileroVad other(m_weights);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::size_t at = i * SileroVad::kStepSamples;
            QCOMPARE(one.step(std::span<const float>(speech).subspan(at).first<SileroVad::kStepSamples>()),
                     expected[i]);
            (void)other.step(std::span<const float>(noisy).subspan(at).first<SileroVad::kStepSamples>());
        }
    }
    void extremeSoundStaysAProbability()
    {
        SileroVad vad(m_weights);
        std::array<float, SileroVad::kStepSamples> square;
        for (std::size_t i = 0; i < square.size(); ++i)
            square[i] = i / 16 % 2 ? 1.0F : -1.0F;
        for (int i = 0; i < 1000; ++i) {
            const float probability = vad.step(square);
            QVERIFY(probability >= 0.0F && probability <= 1.0F);
        }
    }
    void damagedModelsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QFile file(QStringLiteral(":/models/silero_vad_v6_8k.f32"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray model = file.readAll();
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one byte short") << model.chopped(1);
        QTest::newRow("one float more") << model + QByteArray(4, '\0');
        QByteArray notANumber = model;
        std::memcpy(notANumber.data() + 4000, "\x00\x00\xc0\x7f", 4);
        QTest::newRow("not a number inside") << notANumber;
    }
    void damagedModelsAreRefused()
    {
        QFETCH(QByteArray, bytes);
        const auto weights = SileroWeights::fromBytes(bytes);
        QVERIFY(!weights.has_value());
        QCOMPARE(weights.error().code, QStringLiteral("vad_model_damaged"));
        QCOMPARE(weights.error().fault, engine::Fault::Program);
    }

private:
    std::shared_ptr<const SileroWeights> m_weights;
};

DIALDESK_TEST(TestSileroVad)
#include "tst_silero_vad.moc"
