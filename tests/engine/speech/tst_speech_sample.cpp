#include "engine/speech/speech_sample.h"

#include "engine/audio/mulaw.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

#include <cmath>
#include <cstring>
#include <numbers>

using namespace engine;
using namespace engine::speech;
using namespace std::chrono_literals;
using support::FakeClock;

namespace {

/// A voice whose vendor is the test.
class ScriptedVoice final : public TextToSpeech
{
    Q_OBJECT
public:
    using TextToSpeech::TextToSpeech;
    QStringList asked;

    void open() override {}
    bool isReady() const override { return true; }
    void speak(int context, const QString &sentence) override
    {
        asked.append(QString("speak %1 %2").arg(context).arg(sentence));
    }
    void finish(int context) override { asked.append(QString("finish %1").arg(context)); }
    void cancel(int) override {}
    void reconnect() override {}
    void close() override {}
};

struct SampleBench
{
    FakeClock clock;
    QPointer<ScriptedVoice> voice;
    QPointer<SpeechSampleJob> job;
    QList<Result<SpeechSample>> answers;

    SampleBench()
    {
        auto made = std::make_unique<ScriptedVoice>();
        voice = made.get();
        job = new SpeechSampleJob(std::move(made), "Hello.", clock, nullptr);
        QObject::connect(job, &SpeechSampleJob::finished, job,
                         [this](const Result<SpeechSample> &sample) { answers.append(sample); });
    }
    ~SampleBench() { delete job; }
};

/// A tone as the telephone carries it.
QByteArray tone(double hertz, int milliseconds)
{
    std::vector<std::int16_t> samples;
    for (int i = 0; i < milliseconds * 8; ++i)
        samples.push_back(static_cast<std::int16_t>(8000 * std::sin(2 * std::numbers::pi * hertz * i / 8000)));
    return audio::toMulaw(samples);
}

} // namespace

class TestSpeechSample : public QObject
{
    Q_OBJECT

private slots:
    void soundsAsOverTheTelephone();
    void failuresAreSaidOnce();
    void silenceIsAFailure();
    void aVendorThatStaysSilentIsNotWaitedForForEver();
};

void TestSpeechSample::soundsAsOverTheTelephone()
{
    SampleBench bench;
    QCOMPARE(bench.voice->asked, (QStringList{"speak 1 Hello.", "finish 1"}));
    const QByteArray sound = tone(1000, 500);
    emit bench.voice->audio(1, sound.first(1234));
    emit bench.voice->audio(1, sound.sliced(1234));
    emit bench.voice->finished(1);
    QCOMPARE(bench.answers.size(), 1);
    QVERIFY(bench.answers.first());

    const QByteArray pcm = bench.answers.first()->pcm;
    const qsizetype count = pcm.size() / 2;
    QVERIFY(std::abs(count - 24'000) <= 1); // half a second at 48 kHz
    std::vector<std::int16_t> samples(static_cast<std::size_t>(count));
    std::memcpy(samples.data(), pcm.constData(), samples.size() * 2);
    int crossings = 0;
    for (std::size_t i = 4801; i < 19'200; ++i) // 300 ms in the middle hold 300 periods of 1 kHz
        crossings += (samples[i - 1] < 0) != (samples[i] < 0) ? 1 : 0;
    QVERIFY2(std::abs(crossings - 600) <= 2, qPrintable(QString::number(crossings)));
    QTRY_VERIFY(!bench.job);
    QVERIFY(!bench.voice);
}

void TestSpeechSample::failuresAreSaidOnce()
{
    SampleBench bench;
    emit bench.voice->lost({Fault::Settings, "tts_key_refused", "No."}, false);
    emit bench.voice->contextFailed(1, {Fault::Vendor, "late", "Late."}, true);
    QCOMPARE(bench.answers.size(), 1);
    QCOMPARE(bench.answers.first().error().code, QString("tts_key_refused"));
}

void TestSpeechSample::silenceIsAFailure()
{
    SampleBench bench;
    emit bench.voice->finished(1);
    QCOMPARE(bench.answers.size(), 1);
    QCOMPARE(bench.answers.first().error().code, QString("sample_empty"));
}

void TestSpeechSample::aVendorThatStaysSilentIsNotWaitedForForEver()
{
    SampleBench bench;
    bench.clock.advance(14'999ms);
    QVERIFY(bench.answers.isEmpty());
    bench.clock.advance(1ms);
    QCOMPARE(bench.answers.size(), 1);
    QCOMPARE(bench.answers.first().error().code, QString("sample_timeout"));
}

DIALDESK_TEST(TestSpeechSample)
#include "tst_speech_sample.moc"
