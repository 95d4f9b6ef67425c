#include "engine/recording/call_recorder.h"
#include "engine/recording/recording_folder.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>

using namespace engine;
using namespace engine::recording;
using namespace std::chrono_literals;

namespace {

/// A call that is recorded: 20 ms of the callee's sound at a time.
struct RecordedCall
{
    QTemporaryDir dir;
    RecordingFolder folder{dir.path()};
    CallRecorder recorder{CallSid("CA0000000000000000000000000000000a"), folder};
    std::chrono::milliseconds now{0};

    void goOnUntil(std::chrono::milliseconds time)
    {
        for (; now < time; now += 20ms)
            recorder.calleeSaid(QByteArray(160, '\xFF'), now);
    }
};

} // namespace

/// Where in the recording each line of the transcript begins.
class TestCallRecorder : public QObject
{
    Q_OBJECT

private slots:
    void wordsBeginWhereTheSpeechBegan();
    void severalFinalsOfOneSpeechFollowEachOther();
    void aPauseBeforeTheFinalBeginsNothing();
    void wordsNobodyNoticedBeginNow();
    void aTurnBeginsWithItsFirstSoundHeard();
    void aTurnNobodyHeardBeginsNowhere();
};

void TestCallRecorder::wordsBeginWhereTheSpeechBegan()
{
    RecordedCall call;
    call.goOnUntil(1000ms);
    call.recorder.calleeBegan(120ms);
    call.goOnUntil(2000ms);
    call.recorder.calleeStopped();
    call.goOnUntil(2400ms);
    QCOMPARE(call.recorder.beginOfWords(), 880ms);
    call.goOnUntil(5000ms);
    call.recorder.calleeBegan(100ms);
    call.recorder.calleeStopped();
    QCOMPARE(call.recorder.beginOfWords(), 4900ms);
}

void TestCallRecorder::severalFinalsOfOneSpeechFollowEachOther()
{
    RecordedCall call;
    call.goOnUntil(1000ms);
    call.recorder.calleeBegan(0ms);
    call.goOnUntil(3000ms);
    QCOMPARE(call.recorder.beginOfWords(), 1000ms); // while the speech goes on
    call.goOnUntil(4000ms);
    call.recorder.calleeStopped();
    QCOMPARE(call.recorder.beginOfWords(), 3000ms);
}

void TestCallRecorder::aPauseBeforeTheFinalBeginsNothing()
{
    RecordedCall call;
    call.goOnUntil(1000ms);
    call.recorder.calleeBegan(0ms);
    call.goOnUntil(2000ms);
    call.recorder.calleeStopped();
    call.goOnUntil(2300ms);
    call.recorder.calleeBegan(0ms);
    call.goOnUntil(3000ms);
    call.recorder.calleeStopped();
    QCOMPARE(call.recorder.beginOfWords(), 1000ms);
}

void TestCallRecorder::wordsNobodyNoticedBeginNow()
{
    RecordedCall call;
    call.goOnUntil(1500ms);
    QCOMPARE(call.recorder.beginOfWords(), 1500ms);
}

void TestCallRecorder::aTurnBeginsWithItsFirstSoundHeard()
{
    RecordedCall call;
    call.goOnUntil(1000ms);
    call.recorder.calleeHeard(1, QByteArray(1600, 'a'), 0ms);
    call.goOnUntil(1200ms);
    call.recorder.calleeHeard(1, QByteArray(1600, 'a'), 0ms);
    call.goOnUntil(3000ms);
    call.recorder.calleeHeard(2, QByteArray(800, 'b'), 400ms); // proven together with the next
    call.recorder.calleeHeard(3, QByteArray(3200, 'c'), 0ms);
    QCOMPARE(call.recorder.beginOfTurn(1), 800ms);
    QCOMPARE(call.recorder.beginOfTurn(2), 2500ms);
    QCOMPARE(call.recorder.beginOfTurn(3), 2600ms);
}

void TestCallRecorder::aTurnNobodyHeardBeginsNowhere()
{
    RecordedCall call;
    call.goOnUntil(1000ms);
    QCOMPARE(call.recorder.beginOfTurn(1), std::nullopt);
    call.recorder.calleeHeard(1, QByteArray(1600, 'a'), 0ms);
    QCOMPARE(call.recorder.beginOfTurn(1), 800ms);
    QCOMPARE(call.recorder.beginOfTurn(1), std::nullopt); // told once, when it is over
}

DIALDESK_TEST(TestCallRecorder)
#include "tst_call_recorder.moc"
