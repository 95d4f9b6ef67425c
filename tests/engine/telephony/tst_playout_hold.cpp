#include "tests/engine/telephony/playout_bench.h"
#include "tests/support/test_program.h"

using namespace playout_bench;

/// The voice held because somebody speaks, and going on after it was only a backchannel.
class TestPlayoutHold : public QObject
{
    Q_OBJECT
private slots:
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
};

DIALDESK_TEST(TestPlayoutHold)
#include "tst_playout_hold.moc"
