#include "engine/telephony/playout_processor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/frame_recorder.h"

#include "engine/pipeline/pipeline.h"
#include "tests/support/test_program.h"


using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine::pipeline;
using engine::telephony::PlayoutProcessor;
using engine::telephony::PlayoutSettings;
using support::FakeTransport;
using Kind = AgentAudible::Kind;

namespace {

constexpr int kBytesPerMs = 8;

/// Audio whose every 20 ms are different within a second, so that a lost or doubled piece shows.
QByteArray voice(milliseconds length, milliseconds from = 0ms)
{
    QByteArray audio;
    for (qint64 at = from.count(); at < (from + length).count(); ++at)
        audio += QByteArray(kBytesPerMs, static_cast<char>('A' + (at / 20) % 50));
    return audio;
}

/// Word times of half a second each from 0: word n sounds from n * 500 to n * 500 + 450 ms.
std::vector<WordTime> times(const QString &text, int from = 0)
{
    std::vector<WordTime> result;
    for (const QString &word : text.split(u' ')) {
        result.push_back({word, from * 500ms, from * 500ms + 450ms});
        ++from;
    }
    return result;
}

/// A PlayoutProcessor in a pipeline with a carrier that plays in real time.
struct Line
{
    explicit Line(const PlayoutSettings &settings = {}, bool attached = true) : carrier(clock)
    {
        auto processor = std::make_unique<PlayoutProcessor>(clock, settings);
        playout = processor.get();
        pipeline.add(std::move(processor));
        pipeline.addObserver(&frames);
        if (attached)
            playout->attach(&carrier);
    }

    void push(const Frame &frame) { pipeline.pushDownstream(frame); }

    /// A whole turn at once: half a second for every word.
    void say(TurnId turn, const QString &text, bool interruptible = true)
    {
        push(Sentence{turn, text, interruptible});
        push(AgentWords{turn, times(text)});
        push(AgentAudio{turn, voice(text.split(u' ').size() * 500ms)});
        push(SpeechDone{turn});
    }
    void interrupt(TurnId turn)
    {
        push(PlayoutHold{});
        push(Interrupted{turn});
    }

    QList<int> audible(Kind kind) const
    {
        QList<int> turns;
        for (const AgentAudible &audible : frames.in<AgentAudible>())
            if (audible.kind == kind)
                turns.append(audible.turn);
        return turns;
    }
    QStringList heard() const
    {
        QStringList lines;
        for (const AgentHeard &heard : frames.in<AgentHeard>())
            lines.append(
                u"%1%2: %3 / %4"_s.arg(heard.turn).arg(heard.interrupted ? u"!"_s : QString(), heard.heard, heard.cut));
        return lines;
    }
    bool ended() const { return !frames.out<EndOfCall>().empty(); }

    support::FakeClock clock;
    FakeTransport carrier;
    Pipeline pipeline;
    support::FrameRecorder frames;
    PlayoutProcessor *playout = nullptr;
};

} // namespace

class TestPlayoutProcessor : public QObject
{
    Q_OBJECT
private slots:
    void oneProofOfTwoTurnsTellsWhenEachWasHeard();
    void aTailWithoutMoreAudioIsProvenToo();
    void whatWasHeardIsToldOnceAndNothingElse();
    void audioIsSentAtOnceWithAMarkEvery200Ms()
    {
        Line line;
        line.push(Sentence{1, u"one two"_s});
        line.push(AgentAudio{1, voice(250ms)}); // 2000 bytes
        QCOMPARE(line.carrier.take(), QByteArrayList({"audio 1600", "mark t1-1", "audio 400"}));
        line.push(AgentAudio{1, voice(200ms)});
        QCOMPARE(line.carrier.take(), QByteArrayList({"audio 1200", "mark t1-2", "audio 400"}));
        line.push(SpeechDone{1});
        QCOMPARE(line.carrier.take(), QByteArrayList({"mark t1-3"}));
    }

    void noSecondMarkWhenTheLastPieceEndedWithOne()
    {
        Line line;
        line.push(AgentAudio{1, voice(200ms)});
        line.push(SpeechDone{1});
        QCOMPARE(line.carrier.take(), QByteArrayList({"audio 1600", "mark t1-1"}));
    }

    void aTurnIsStartedMarkedFinishedAndHeardOnce()
    {
        Line line;
        line.say(1, u"Good morning Mr. Lee"_s);
        QCOMPARE(line.audible(Kind::Started), QList<int>{1});
        line.clock.advance(180ms);
        QCOMPARE(line.audible(Kind::FirstMark), QList<int>{});
        line.clock.advance(20ms);
        QCOMPARE(line.audible(Kind::FirstMark), QList<int>{1});
        line.clock.advance(1780ms);
        QCOMPARE(line.audible(Kind::Finished), QList<int>{});
        QCOMPARE(line.heard(), QStringList{});
        line.clock.advance(20ms); // 2000 ms of audio
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
        QCOMPARE(line.heard(), QStringList{u"1: Good morning Mr. Lee / "_s});
        QCOMPARE(line.frames.in<AgentHeard>()[0].audioHeard, 2000ms);
        const auto &in = line.frames.in();
        QCOMPARE(nameOf(in[in.size() - 2]),
                 u"AgentHeard"_s); // before Finished, so that what follows from that knows it
        QCOMPARE(line.carrier.played(), voice(2000ms));
        const size_t told = in.size();
        line.clock.advance(20s);
        QCOMPARE(line.frames.in().size(), told);
    }

    void framesArePassedOn()
    {
        Line line;
        line.say(1, u"Hello"_s);
        line.push(CalleeDigit{'5'});
        line.push(PlayoutHold{});
        line.push(PlayoutResume{});
        line.push(Interrupted{1});
        QStringList names;
        for (const Frame &frame : line.frames.out())
            names.append(nameOf(frame));
        QCOMPARE(names, (QStringList{u"Sentence"_s, u"AgentWords"_s, u"AgentAudio"_s, u"SpeechDone"_s, u"CalleeDigit"_s,
                                     u"PlayoutHold"_s, u"PlayoutResume"_s, u"Interrupted"_s}));
    }

    void turnsSoundOneAfterTheOther()
    {
        Line line;
        line.push(Sentence{1, u"one two"_s});
        line.push(AgentAudio{1, voice(500ms)});
        line.say(2, u"three four"_s); // while turn 1 is still being made
        QCOMPARE(line.carrier.sent().size(), 500 * kBytesPerMs);
        line.push(AgentAudio{1, voice(500ms, 500ms)});
        line.push(SpeechDone{1});
        line.clock.advance(1000ms);
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
        QCOMPARE(line.heard(), QStringList{u"1: one two / "_s});
        line.clock.advance(1000ms);
        QCOMPARE(line.heard(), (QStringList{u"1: one two / "_s, u"2: three four / "_s}));
        QCOMPARE(line.carrier.played(), voice(1000ms) + voice(1000ms));
    }

    void aTurnWithoutAudioIsCut()
    {
        Line line;
        line.push(Sentence{1, u"never said"_s});
        line.push(SpeechDone{1});
        QCOMPARE(line.heard(), QStringList{u"1:  / never said"_s});
        QCOMPARE(line.audible(Kind::Started), QList<int>{});
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
    }

    void aTurnWithNothingToSayOnlyFinishes()
    {
        Line line;
        line.push(SpeechDone{1});
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
        QCOMPARE(line.heard(), QStringList{});
    }

    void audioIsKeptUntilTheStreamStarts()
    {
        Line line({}, false);
        line.say(1, u"Hello there"_s);
        line.clock.advance(5s);
        QCOMPARE(line.frames.in().size(), size_t(0));
        line.playout->attach(&line.carrier);
        QCOMPARE(line.audible(Kind::Started), QList<int>{1});
        line.clock.advance(1s);
        QCOMPARE(line.carrier.played(), voice(1000ms));
        QCOMPARE(line.heard(), QStringList{u"1: Hello there / "_s});
    }

    void holdClearsAndSendsNothingMore()
    {
        Line line;
        line.say(1, u"one two three four"_s);
        line.push(Sentence{1, u"too late"_s});
        line.clock.advance(500ms);
        line.carrier.take();
        line.push(PlayoutHold{});
        QCOMPARE(line.carrier.take(), QByteArrayList{"clear"});
        QCOMPARE(line.audible(Kind::Held), QList<int>{1});
        line.push(PlayoutHold{});
        line.push(AgentAudio{1, voice(500ms)});
        line.clock.advance(1s);
        QCOMPARE(line.carrier.take(), QByteArrayList{});
        QCOMPARE(line.heard(), QStringList{});
    }

    void resumeGoesOnFromTheFirstWordNotProvenHeard()
    {
        Line line;
        line.say(1, u"one two three four"_s);
        line.clock.advance(
            1100ms); // marks at 200, 400, ... 1000 are back: "one two" (450, 950) proven, "three" starts at 1000
        line.push(PlayoutHold{});
        line.clock.advance(500ms); // the other marks come back, too; they prove nothing
        line.push(PlayoutResume{u"backchannel"_s});
        QCOMPARE(line.audible(Kind::Resumed), QList<int>{1});
        QCOMPARE(line.carrier.sent(), voice(2000ms) + voice(1000ms, 1000ms));
        line.clock.advance(1000ms);
        QCOMPARE(line.carrier.played(), voice(1100ms) + voice(1000ms, 1000ms));
        QCOMPARE(line.heard(), QStringList{u"1: one two three four / "_s});
        QCOMPARE(line.frames.in<AgentHeard>()[0].audioHeard, 2000ms);
    }

    void resumeInsideAWordSaysItAgain()
    {
        Line line;
        line.say(1, u"one two three four"_s);
        line.clock.advance(850ms); // proven: 800 ms, in the middle of "two" (500 to 950)
        line.push(PlayoutHold{});
        line.push(PlayoutResume{u"false_start"_s});
        QCOMPARE(line.carrier.sent(), voice(2000ms) + voice(1500ms, 500ms));
    }

    void resumeWithoutWordTimesGoesOnFromTheProvenPosition()
    {
        Line line;
        line.push(Sentence{1, u"one two three four"_s});
        line.push(AgentAudio{1, voice(2000ms)});
        line.push(SpeechDone{1});
        line.clock.advance(850ms);
        line.push(PlayoutHold{});
        line.push(PlayoutResume{});
        QCOMPARE(line.carrier.sent(), voice(2000ms) + voice(1200ms, 800ms));
        line.clock.advance(1200ms);
        QCOMPARE(line.heard(), QStringList{u"1: one two three four / "_s});
    }

    void audioThatArrivesWhileHeldIsSaidAfterwards()
    {
        Line line;
        line.push(Sentence{1, u"one two three four"_s});
        line.push(AgentWords{1, times(u"one two"_s)});
        line.push(AgentAudio{1, voice(1000ms)});
        line.clock.advance(300ms);
        line.push(PlayoutHold{});
        line.push(AgentWords{1, times(u"three four"_s, 2)});
        line.push(AgentAudio{1, voice(1000ms, 1000ms)});
        line.push(SpeechDone{1});
        line.push(PlayoutResume{});
        QCOMPARE(line.carrier.sent(), voice(1000ms) + voice(2000ms));
        line.clock.advance(2000ms);
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
        QCOMPARE(line.heard(), QStringList{u"1: one two three four / "_s});
    }

    void holdBeforeAnythingSoundsOnlyWaits()
    {
        Line line;
        line.push(PlayoutHold{});
        line.say(1, u"one two"_s);
        line.clock.advance(1s);
        QCOMPARE(line.carrier.sent(), QByteArray());
        QCOMPARE(line.frames.in().size(), size_t(0));
        line.push(PlayoutResume{});
        QCOMPARE(line.audible(Kind::Started), QList<int>{1});
        QCOMPARE(line.carrier.sent(), voice(1000ms));
    }

    void aHeldTurnThatTurnsOutToBeEmptyFinishesAfterwards()
    {
        Line line;
        line.push(PlayoutHold{});
        line.push(SpeechDone{1});
        QCOMPARE(line.audible(Kind::Finished), QList<int>{});
        line.push(PlayoutResume{});
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
    }

    void heldAndResumedTwiceLosesNothing()
    {
        Line line;
        line.say(1, u"one two three four five six"_s);
        for (int i = 0; i < 2; ++i) {
            line.clock.advance(700ms);
            line.push(PlayoutHold{});
            line.clock.advance(300ms);
            line.push(PlayoutResume{});
        }
        // 600 ms proven: again from "two" at 500; 600 of those proven, 1100: again from "three" at 1000.
        line.clock.advance(2000ms);
        QCOMPARE(line.carrier.played(), voice(700ms) + voice(700ms, 500ms) + voice(2000ms, 1000ms));
        QCOMPARE(line.heard(), QStringList{u"1: one two three four five six / "_s});
    }

    void interruptionTellsHeardFromCut_data()
    {
        QTest::addColumn<int>("afterMs");
        QTest::addColumn<QString>("account");
        QTest::newRow("before the first mark") << 190 << u"1!:  / one two three four and five"_s;
        QTest::newRow("in the first word") << 300 << u"1!:  / one two three four and five"_s;
        QTest::newRow("in the second word") << 700 << u"1!: one / two three four and five"_s;
        QTest::newRow("played, but its mark not back") << 990 << u"1!: one / two three four and five"_s;
        QTest::newRow("two words") << 1000 << u"1!: one two / three four and five"_s;
        QTest::newRow("all the audio there was") << 2500 << u"1!: one two three four / and five"_s;
    }
    void interruptionTellsHeardFromCut()
    {
        QFETCH(int, afterMs);
        QFETCH(QString, account);
        Line line;
        line.push(Sentence{1, u"one two three four"_s});
        line.push(AgentWords{1, times(u"one two three four"_s)});
        line.push(AgentAudio{1, voice(2000ms)});
        line.push(Sentence{1, u"and five"_s}); // no audio yet
        line.clock.advance(milliseconds(afterMs));
        line.interrupt(1);
        QCOMPARE(line.heard(), QStringList{account});
        line.clock.advance(5s);
        QCOMPARE(line.heard(), QStringList{account});
        QCOMPARE(line.carrier.count("clear"), 1);
        QCOMPARE(line.audible(Kind::Finished), QList<int>{});
    }

    void interruptionWithoutHoldClears()
    {
        Line line;
        line.say(1, u"one two three four"_s);
        line.clock.advance(600ms);
        line.carrier.take();
        line.push(Interrupted{1});
        QCOMPARE(line.carrier.take(), QByteArrayList{"clear"});
        QCOMPARE(line.heard(), QStringList{u"1!: one / two three four"_s});
    }

    void marksAfterAClearProveNothing()
    {
        Line line;
        line.carrier.withholdMarks();
        line.say(1, u"one two three four"_s);
        line.clock.advance(1000ms);
        line.carrier.returnMark("t1-1");
        line.carrier.returnMark("t1-2");
        line.push(PlayoutHold{});
        for (const QByteArray &mark : line.carrier.marks())
            line.carrier.returnMark(mark);
        line.push(Interrupted{1});
        QCOMPARE(line.heard(), QStringList{u"1!:  / one two three four"_s});
        QCOMPARE(line.frames.in<AgentHeard>()[0].audioHeard, 400ms);
    }

    void aMarkProvesThoseBeforeIt()
    {
        Line line;
        line.carrier.withholdMarks();
        line.say(1, u"one two"_s);
        line.carrier.returnMark("t1-5"); // the last of 1000 ms
        QCOMPARE(line.heard(), QStringList{u"1: one two / "_s});
        line.carrier.returnMark("t1-1");
        line.carrier.returnMark("nonsense");
        QCOMPARE(line.frames.in<AgentAudible>().size(), size_t(3));
    }

    void nothingOfAnInterruptedTurnIsSent()
    {
        Line line;
        line.say(1, u"one two"_s);
        line.interrupt(1);
        line.clock.advance(100ms);
        const QByteArray sent = line.carrier.sent();
        line.frames.forget();
        line.push(AgentAudio{1, voice(200ms)});
        line.push(Sentence{1, u"late"_s});
        line.push(AgentWords{1, times(u"late"_s)});
        line.push(SpeechDone{1});
        QCOMPARE(line.carrier.sent(), sent);
        QCOMPARE(line.frames.in().size(), size_t(0));
        QCOMPARE(line.frames.out().size(), size_t(0));
    }

    void lateFramesOfAFinishedTurnAreDropped()
    {
        Line line;
        line.say(1, u"one two"_s);
        line.clock.advance(1s);
        line.push(AgentWords{1, times(u"two"_s)});
        line.push(SpeechDone{1});
        line.clock.advance(1s);
        QCOMPARE(line.heard().size(), 1);
        QCOMPARE(line.audible(Kind::Finished), QList<int>{1});
    }

    void interruptionTakesWaitingTurnsAlong()
    {
        Line line;
        line.say(1, u"one two"_s);
        line.say(2, u"three four"_s);
        line.push(Sentence{3, u"five"_s});
        line.clock.advance(500ms);
        line.interrupt(3);
        QCOMPARE(line.heard(), (QStringList{u"1!:  / one two"_s, u"2!:  / three four"_s, u"3!:  / five"_s}));
        line.say(4, u"six"_s);
        line.clock.advance(500ms);
        QCOMPARE(line.heard().last(), u"4: six / "_s);
    }

    void aTurnBehindTheInterruptedOneIsSentAgain()
    {
        Line line;
        line.say(1, u"one two"_s);
        line.say(2, u"three four"_s);
        line.clock.advance(100ms);
        line.push(Interrupted{1});
        line.clock.advance(1s);
        QCOMPARE(line.carrier.played(), voice(100ms) + voice(1000ms));
        QCOMPARE(line.heard(), (QStringList{u"1!:  / one two"_s, u"2: three four / "_s}));
        QCOMPARE(line.audible(Kind::Started), (QList<int>{1, 2}));
    }

    void twoInterruptionsAreTwoAccounts()
    {
        Line line;
        line.say(1, u"one two"_s);
        line.clock.advance(400ms);
        line.interrupt(1);
        line.say(2, u"three four"_s);
        line.clock.advance(700ms);
        line.interrupt(2);
        line.interrupt(2);
        QCOMPARE(line.heard(), (QStringList{u"1!:  / one two"_s, u"2!: three / four"_s}));
    }

    void lineSaysWhetherItCanBeInterrupted()
    {
        Line line;
        line.say(1, u"legal notice"_s, false);
        line.say(2, u"hello"_s);
        const auto audible = line.frames.in<AgentAudible>();
        QCOMPARE(audible.size(), size_t(2));
        QCOMPARE(audible[0].interruptible, false);
        QCOMPARE(audible[1].interruptible, true);
    }

    void endOfCallWaitsForTheLastWordAnd300Ms()
    {
        Line line;
        line.say(1, u"good bye"_s);
        line.push(EndOfCall{u"agent_ended"_s});
        line.clock.advance(1299ms);
        QVERIFY(!line.ended());
        line.clock.advance(1ms);
        QVERIFY(line.ended());
        line.clock.advance(20s);
        QCOMPARE(line.frames.out<EndOfCall>().size(), size_t(1));
        QCOMPARE(line.frames.out<EndOfCall>()[0].reason, u"agent_ended"_s);
    }

    void endOfCallWaitsForAudioThatIsStillBeingMade()
    {
        Line line;
        line.push(Sentence{1, u"good bye"_s});
        line.push(EndOfCall{u"agent_ended"_s});
        line.clock.advance(2s);
        QVERIFY(!line.ended());
        line.push(AgentAudio{1, voice(1000ms)});
        line.push(SpeechDone{1});
        line.clock.advance(1299ms);
        QVERIFY(!line.ended());
        line.clock.advance(1ms);
        QVERIFY(line.ended());
    }

    void endOfCallWithNothingToSayComesAfter300Ms()
    {
        Line line;
        line.push(EndOfCall{u"vendor_failed"_s});
        line.clock.advance(299ms);
        QVERIFY(!line.ended());
        line.clock.advance(1ms);
        QVERIFY(line.ended());
    }

    void endOfCallDoesNotWaitForEverForWords()
    {
        Line line;
        line.push(Sentence{1, u"good bye"_s});
        line.push(EndOfCall{u"agent_ended"_s});
        for (int i = 0; i < 515; ++i) { // the callee's sound is no progress
            line.clock.advance(20ms);
            line.push(CalleeAudio{QByteArray(160, '\xff')});
        }
        QVERIFY(line.ended());
        QCOMPARE(line.heard(), QStringList{u"1:  / good bye"_s});
    }

    void anInterruptionWithdrawsTheAgentsEndOfCall()
    {
        Line line;
        line.say(1, u"good bye"_s);
        line.push(EndOfCall{u"agent_ended"_s});
        line.clock.advance(600ms);
        line.interrupt(1);
        line.clock.advance(20s);
        QVERIFY(!line.ended());
        line.say(2, u"yes of course"_s);
        line.clock.advance(1500ms);
        QCOMPARE(line.heard().last(), u"2: yes of course / "_s);
    }

    void anInterruptionDoesNotWithdrawOtherEnds()
    {
        Line line;
        line.say(1, u"good bye"_s);
        line.push(EndOfCall{u"agent_ended"_s});
        line.push(EndOfCall{u"time_limit"_s});
        line.clock.advance(600ms);
        line.interrupt(1);
        line.clock.advance(300ms);
        QVERIFY(line.ended());
        QCOMPARE(line.frames.out<EndOfCall>()[0].reason, u"time_limit"_s);
    }

    void aBackchannelOnlyDelaysTheEndOfCall()
    {
        Line line;
        line.say(1, u"good bye"_s);
        line.push(EndOfCall{u"agent_ended"_s});
        line.clock.advance(600ms); // "good" proven, "bye" starts at 500
        line.push(PlayoutHold{});
        line.clock.advance(1s);
        QVERIFY(!line.ended());
        line.push(PlayoutResume{});
        line.clock.advance(799ms);
        QVERIFY(!line.ended());
        line.clock.advance(1ms);
        QVERIFY(line.ended());
    }

    void whenTheStreamDiesEveryTurnIsAccountedForAndTheEndWaitsNoLonger()
    {
        Line line;
        line.say(1, u"one two three"_s);
        line.say(2, u"four"_s);
        line.push(EndOfCall{u"agent_ended"_s});
        line.clock.advance(1050ms);
        line.carrier.die();
        QCOMPARE(line.heard(), (QStringList{u"1: one two / three"_s, u"2:  / four"_s}));
        QVERIFY(line.ended());
        line.playout->detach();
        line.push(AgentAudio{1, voice(200ms)});
        line.clock.advance(20s);
        QCOMPARE(line.heard().size(), 2);
    }

    void aStreamThatStartsAgainIsSpokenTo()
    {
        Line line;
        line.say(1, u"one"_s);
        line.playout->detach();
        FakeTransport second(line.clock);
        line.playout->attach(&second);
        line.say(2, u"two"_s);
        line.clock.advance(500ms);
        QCOMPARE(second.played(), voice(500ms));
        QCOMPARE(line.heard(), (QStringList{u"1:  / one"_s, u"2: two / "_s}));
        line.playout->detach();
    }

    void marksThatNeverReturnAreGivenUp()
    {
        Line line;
        line.carrier.withholdMarks();
        line.say(1, u"one two"_s);
        line.clock.advance(3999ms); // 1000 ms of audio and 3 s of grace
        QCOMPARE(line.heard(), QStringList{});
        line.clock.advance(1ms);
        QCOMPARE(line.heard(), QStringList{u"1: one two / "_s});
        QCOMPARE(line.frames.in<Incident>().size(), size_t(1));
        QCOMPARE(line.frames.in<Incident>()[0].error.code, u"marks_missing"_s);
        line.say(2, u"three"_s);
        line.clock.advance(20s);
        QCOMPARE(line.heard().size(), 2);
        QCOMPARE(line.frames.in<Incident>().size(), size_t(1));
    }

    void progressTellsTheWordsHeardSoFar()
    {
        Line line;
        line.say(1, u"Good morning Mr. Lee"_s);
        const auto told = [&line] {
            QStringList texts;
            for (const AgentProgress &progress : line.frames.in<AgentProgress>())
                texts.append(u"%1: %2"_s.arg(progress.turn).arg(progress.heard));
            return texts;
        };
        line.clock.advance(440ms); // two marks, and the first word ends at 450 ms
        QCOMPARE(told(), QStringList());
        line.clock.advance(200ms);
        QCOMPARE(told(), QStringList{u"1: Good"_s});
        line.clock.advance(200ms); // a mark that proves no new word is no news
        QCOMPARE(told(), QStringList{u"1: Good"_s});
        line.clock.advance(200ms);
        QCOMPARE(told(), QStringList({u"1: Good"_s, u"1: Good morning"_s}));
        line.clock.advance(1s); // the whole turn is told by its account
        QCOMPARE(told().size(), 3);
        QCOMPARE(line.heard(), QStringList{u"1: Good morning Mr. Lee / "_s});
    }

    void theLevelIsOfWhatSoundsNow()
    {
        Line line;
        QCOMPARE(line.playout->levelDbfs(100ms), -100.0);
        const QByteArray loud(400 * kBytesPerMs, '\x80'); // code 0x80 is 32124 of 32768: -0.17 dBFS
        const QByteArray quiet(400 * kBytesPerMs, '\xff');
        line.push(AgentAudio{1, quiet + loud});
        line.push(AgentAudio{2, quiet}); // sent ahead, and not heard yet
        line.push(SpeechDone{1});
        line.clock.advance(200ms);
        QCOMPARE(line.playout->levelDbfs(100ms), -100.0);
        line.clock.advance(400ms);
        QVERIFY(std::abs(line.playout->levelDbfs(100ms) - -0.172) < 0.01);
        line.clock.advance(350ms); // the next turn has begun
        QCOMPARE(line.playout->levelDbfs(50ms), -100.0);
        line.interrupt(2);
        QCOMPARE(line.playout->levelDbfs(100ms), -100.0);
    }

    void aClearSilencesTheLevel()
    {
        Line line;
        line.push(AgentAudio{1, QByteArray(2000 * kBytesPerMs, '\x80')});
        line.clock.advance(500ms);
        QVERIFY(line.playout->levelDbfs(100ms) > -1.0);
        line.push(PlayoutHold{});
        QCOMPARE(line.playout->levelDbfs(100ms), -100.0);
    }

    void keptAudioIsBounded()
    {
        PlayoutSettings settings;
        settings.keptAudio = 1000ms;
        Line line(settings, false);
        line.push(AgentAudio{1, voice(800ms)});
        line.push(AgentAudio{1, voice(300ms)});
        line.push(AgentAudio{1, voice(300ms)});
        line.playout->attach(&line.carrier);
        QCOMPARE(line.carrier.sent().size(), 800 * kBytesPerMs);
        QCOMPARE(line.frames.in<Incident>().size(), size_t(1));
        QCOMPARE(line.frames.in<Incident>()[0].error.code, u"speech_too_long"_s);
    }
};

/// A filler is all there is until the model answers: it was heard though its turn is not over.
void TestPlayoutProcessor::whatWasHeardIsToldOnceAndNothingElse()
{
    Line line;
    QByteArray told;
    QObject::connect(line.playout, &PlayoutProcessor::heard, line.playout,
                     [&told](TurnId, const QByteArray &mulaw) { told += mulaw; });
    line.say(1, u"one two three four"_s); // 2 s
    line.clock.advance(1100ms);
    QCOMPARE(told, voice(1000ms)); // the marks of every 200 ms
    line.push(PlayoutHold{});
    line.clock.advance(500ms);
    QCOMPARE(told, voice(1000ms)); // the marks that came back because of the clear prove nothing
    line.push(PlayoutResume{u"backchannel"_s});
    line.clock.advance(200ms);
    QCOMPARE(told, voice(1200ms)); // goes on with the third word, which begins at 1000 ms
    line.interrupt(1);
    line.clock.advance(3s);
    QCOMPARE(told, voice(1200ms)); // what was cut off was not heard
}

void TestPlayoutProcessor::oneProofOfTwoTurnsTellsWhenEachWasHeard()
{
    PlayoutSettings settings;
    settings.markGrace = 100ms;
    Line line(settings);
    line.carrier.withholdMarks();
    QStringList told;
    QObject::connect(line.playout, &PlayoutProcessor::heard, line.playout,
                     [&told](TurnId turn, const QByteArray &mulaw, std::chrono::milliseconds ago) {
                         told += u"%1: %2 ms, %3 ms ago"_s.arg(turn).arg(mulaw.size() / kBytesPerMs).arg(ago.count());
                     });
    line.push(AgentAudio{1, voice(150ms)});
    line.push(SpeechDone{1});
    line.push(AgentAudio{2, voice(100ms)});
    line.push(SpeechDone{2});
    line.clock.advance(1s); // no mark returns, so that all is taken for heard at once
    QCOMPARE(told, (QStringList{u"1: 150 ms, 100 ms ago"_s, u"2: 100 ms, 0 ms ago"_s}));
}

void TestPlayoutProcessor::aTailWithoutMoreAudioIsProvenToo()
{
    Line line;
    line.push(Sentence{1, u"One moment, please."_s, true});
    line.push(AgentWords{1, times(u"One moment, please."_s)});
    line.push(AgentAudio{1, voice(1500ms)}); // 1.5 s: seven marks of 200 ms and a tail of 100 ms
    line.clock.advance(2s);
    line.interrupt(1);
    QCOMPARE(line.heard(), QStringList{u"1!: One moment, please. / "_s});
}

DIALDESK_TEST(TestPlayoutProcessor)
#include "tst_playout_processor.moc"
