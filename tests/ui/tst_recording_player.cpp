#include "engine/audio/mulaw.h"
#include "engine/audio/wav.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_sound_output.h"
#include "ui/widgets/recording_player.h"

#include <QSignalSpy>

using namespace std::chrono_literals;
using engine::audio::WavFormat;
using ui::widgets::RecordingPlayer;

namespace {

constexpr WavFormat kRecording = {WavFormat::Encoding::Mulaw, 2, 8000};

/// Seconds of a callee (left) and an agent (right) who say one sample all the time.
QByteArray recording(int seconds, std::int16_t callee = 1000, std::int16_t agent = -300)
{
    QByteArray both;
    for (int i = 0; i < seconds * 8000; ++i) {
        both += static_cast<char>(engine::audio::mulawFromLinear(callee));
        both += static_cast<char>(engine::audio::mulawFromLinear(agent));
    }
    return engine::audio::encodeWav(kRecording, both);
}

struct Listening
{
    Listening()
    {
        auto made = std::make_unique<support::FakeSoundOutput>();
        output = made.get();
        player = std::make_unique<RecordingPlayer>(std::move(made));
    }
    support::FakeSoundOutput *output = nullptr;
    std::unique_ptr<RecordingPlayer> player;
};

} // namespace

/// Listening to a recording.
class TestRecordingPlayer : public QObject
{
    Q_OBJECT
private slots:
    void bothSidesAreHeardAtOnce()
    {
        Listening l;
        QVERIFY(l.player->load(recording(2)));
        QCOMPARE(l.player->duration(), 2000ms);
        l.player->play();
        QCOMPARE(l.output->rate, 8000);
        QCOMPARE(l.output->sound.size(), 2 * 8000 * 2);
        const auto *samples = reinterpret_cast<const std::int16_t *>(l.output->sound.constData());
        const int sum = engine::audio::linearFromMulaw(engine::audio::mulawFromLinear(1000)) +
                        engine::audio::linearFromMulaw(engine::audio::mulawFromLinear(-300));
        QCOMPARE(int(samples[0]), sum);
        QCOMPARE(int(samples[15'999]), sum);
    }

    void twoLoudSidesAreClippedNotWrapped()
    {
        Listening l;
        QVERIFY(l.player->load(recording(1, 32000, 32000)));
        l.player->play();
        QCOMPARE(int(reinterpret_cast<const std::int16_t *>(l.output->sound.constData())[7]), 32767);
    }

    void pauseAndGoOn()
    {
        Listening l;
        QVERIFY(l.player->load(recording(10)));
        l.player->play();
        l.output->now = 3000ms;
        QCOMPARE(l.player->position(), 3000ms);
        l.player->pause();
        QVERIFY(!l.player->isPlaying() && !l.output->isPlaying());
        QCOMPARE(l.player->position(), 3000ms);
        l.player->play();
        QCOMPARE(l.output->begunAt, (QList<int>{0, 3000}));
        l.output->now = 500ms;
        QCOMPARE(l.player->position(), 3500ms);
    }

    void seekingGoesOnAsBefore()
    {
        Listening l;
        QVERIFY(l.player->load(recording(10)));
        l.player->seek(4s);
        QVERIFY(l.output->begunAt.isEmpty());
        QCOMPARE(l.player->position(), 4000ms);
        l.player->play();
        l.player->seek(7s);
        QVERIFY(l.player->isPlaying());
        QCOMPARE(l.output->begunAt, (QList<int>{4000, 7000}));
        l.player->seek(1h);
        QCOMPARE(l.player->position(), 10'000ms);
        QVERIFY(!l.player->isPlaying());
    }

    void afterTheEndItBeginsAgain()
    {
        Listening l;
        QVERIFY(l.player->load(recording(10)));
        l.player->play();
        l.output->now = 10s;
        l.output->end(engine::Done{});
        QVERIFY(!l.player->isPlaying());
        QCOMPARE(l.player->position(), 10'000ms);
        l.player->play();
        QCOMPARE(l.output->begunAt, (QList<int>{0, 0}));
    }

    void aDeviceThatGoesLosesNoPlace()
    {
        Listening l;
        QSignalSpy failed(l.player.get(), &RecordingPlayer::failed);
        QVERIFY(l.player->load(recording(10)));
        l.player->play();
        l.output->now = 2s;
        l.output->end(engine::failure(engine::Fault::Program, "no_sound_device", "Gone."));
        QCOMPARE(failed.count(), 1);
        QCOMPARE(l.player->position(), 2000ms);
        l.output->missing = true;
        l.player->play();
        QCOMPARE(failed.count(), 2);
        QVERIFY(!l.player->isPlaying());
        QCOMPARE(l.player->position(), 2000ms);
    }

    void anotherRecordingEndsTheOneBefore()
    {
        Listening l;
        QVERIFY(l.player->load(recording(10)));
        l.player->play();
        QVERIFY(l.player->load(recording(3)));
        QVERIFY(!l.output->isPlaying());
        QCOMPARE(l.player->position(), 0ms);
        QCOMPARE(l.player->duration(), 3000ms);
        l.player->clear();
        QVERIFY(!l.player->isLoaded());
        l.player->play();
        QVERIFY(!l.player->isPlaying());
    }

    void whatIsNoRecordingIsAnError()
    {
        Listening l;
        QVERIFY(!l.player->load("RIFF"));
        QCOMPARE(l.player->load(engine::audio::encodeWav(kRecording, {})).error().code, QString("recording_unplayable"));
        QVERIFY(!l.player->isLoaded());
    }
};

DIALDESK_TEST(TestRecordingPlayer)
#include "tst_recording_player.moc"
