#include "engine/calls/silence_watch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;

namespace {

struct Watched
{
    support::FakeClock clock;
    SilenceWatch watch{CallSettings{}, clock};
    QSignalSpy asked{&watch, &SilenceWatch::askStillThere};
    QSignalSpy gaveUp{&watch, &SilenceWatch::giveUp};
    QSignalSpy dead{&watch, &SilenceWatch::deadAir};

    /// The agent speaks for a second.
    void agentSpeaks()
    {
        watch.agentAudible();
        clock.advance(1s);
        watch.agentFinished();
    }
};

} // namespace

class TestSilenceWatch : public QObject
{
    Q_OBJECT

private slots:
    void asksAfterEightSecondsAndGivesUpEightSecondsAfterAsking();
    void timeRunsFromTheAgentsLastWordNotItsFirst();
    void aSoundOfTheCalleeStartsAnew();
    void aCalleeWhoAnsweredThePromptGetsAnother();
    void noiseWithoutWordsStartsTheWaitAgain();
    void deadAirAfterFourSecondsFromTheLastSample();
    void deadAirCountsTheTimeBeforeTheTurnEnded();
    void wordsNobodyUnderstoodAreDeadAirToo();
    void aCoughIsOwedNoAnswer();
    void whoSpeaksOverTheAgentIsNotInDeadAir();
    void anAnswerInTimeIsNoDeadAir();
    void theCalleeTalkingOnIsNoDeadAir();
    void stoppedItSaysNothing();
    void itGoesOnWhenTheEndWasWithdrawn();
};

void TestSilenceWatch::asksAfterEightSecondsAndGivesUpEightSecondsAfterAsking()
{
    Watched w;
    w.agentSpeaks();
    w.clock.advance(7999ms);
    QCOMPARE(w.asked.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.asked.count(), 1);
    w.agentSpeaks(); // the question
    w.clock.advance(7999ms);
    QCOMPARE(w.gaveUp.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.gaveUp.count(), 1);
    w.agentSpeaks(); // the goodbye
    w.clock.advance(60s);
    QCOMPARE(w.asked.count(), 1);
    QCOMPARE(w.gaveUp.count(), 1);
}

void TestSilenceWatch::timeRunsFromTheAgentsLastWordNotItsFirst()
{
    Watched w;
    w.agentSpeaks();
    w.clock.advance(5s);
    w.watch.agentAudible();
    w.clock.advance(20s); // a long answer
    QCOMPARE(w.asked.count(), 0);
    w.watch.agentFinished();
    w.clock.advance(8s);
    QCOMPARE(w.asked.count(), 1);
}

void TestSilenceWatch::aSoundOfTheCalleeStartsAnew()
{
    Watched w;
    w.agentSpeaks();
    w.clock.advance(7s);
    w.watch.calleeHeard();
    w.clock.advance(30s); // they talk
    w.watch.calleeStopped(400ms);
    w.clock.advance(7999ms);
    QCOMPARE(w.asked.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.asked.count(), 1);
}

void TestSilenceWatch::aCalleeWhoAnsweredThePromptGetsAnother()
{
    Watched w;
    w.agentSpeaks();
    w.clock.advance(8s);
    w.agentSpeaks();
    w.clock.advance(4s);
    w.watch.calleeHeard(); // "yes, I am here"
    w.watch.calleeStopped(400ms);
    w.agentSpeaks();
    w.clock.advance(8s);
    QCOMPARE(w.asked.count(), 2);
    QCOMPARE(w.gaveUp.count(), 0);
}

void TestSilenceWatch::noiseWithoutWordsStartsTheWaitAgain()
{
    Watched w;
    w.watch.calleeHeard();
    w.watch.calleeStopped(400ms);
    w.clock.advance(8s);
    QCOMPARE(w.asked.count(), 1);
}

void TestSilenceWatch::deadAirAfterFourSecondsFromTheLastSample()
{
    Watched w;
    w.watch.answerDue(w.clock.now());
    w.clock.advance(3999ms);
    QCOMPARE(w.dead.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.dead.count(), 1);
    QCOMPARE(w.dead[0][0].value<std::chrono::milliseconds>(), 4000ms);
    w.clock.advance(60s);
    QCOMPARE(w.dead.count(), 1); // once a silence
}

void TestSilenceWatch::deadAirCountsTheTimeBeforeTheTurnEnded()
{
    Watched w;
    const auto spoken = w.clock.now();
    w.clock.advance(1600ms);
    w.watch.answerDue(spoken);
    w.clock.advance(2399ms);
    QCOMPARE(w.dead.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.dead.count(), 1);
}

void TestSilenceWatch::wordsNobodyUnderstoodAreDeadAirToo()
{
    Watched w;
    w.watch.calleeHeard();
    w.watch.calleeStopped(1s);
    w.clock.advance(3999ms);
    QCOMPARE(w.dead.count(), 0);
    w.clock.advance(1ms);
    QCOMPARE(w.dead.count(), 1);
    QCOMPARE(w.dead[0][1].toBool(), false);
    w.watch.calleeHeard();
    w.watch.calleeStopped(1s);
    w.watch.answerDue(w.clock.now()); // these were understood
    w.clock.advance(4s);
    QCOMPARE(w.dead.count(), 2);
    QCOMPARE(w.dead[1][1].toBool(), true);
}

void TestSilenceWatch::aCoughIsOwedNoAnswer()
{
    Watched w;
    w.watch.calleeHeard();
    w.watch.calleeStopped(599ms);
    w.clock.advance(7s);
    QCOMPARE(w.dead.count(), 0);
}

void TestSilenceWatch::whoSpeaksOverTheAgentIsNotInDeadAir()
{
    Watched w;
    w.watch.agentAudible();
    w.watch.calleeHeard();
    w.watch.calleeStopped(1s);
    w.clock.advance(7s); // the agent talks on
    QCOMPARE(w.dead.count(), 0);
    w.watch.calleeHeard();
    w.watch.agentHeld();
    w.watch.calleeStopped(1s);
    w.clock.advance(4s);
    QCOMPARE(w.dead.count(), 1);
}

void TestSilenceWatch::anAnswerInTimeIsNoDeadAir()
{
    Watched w;
    w.watch.answerDue(w.clock.now());
    w.clock.advance(3900ms);
    w.watch.agentAudible();
    w.clock.advance(60s);
    QCOMPARE(w.dead.count(), 0);
}

void TestSilenceWatch::theCalleeTalkingOnIsNoDeadAir()
{
    Watched w;
    w.watch.answerDue(w.clock.now());
    w.clock.advance(2s);
    w.watch.calleeHeard();
    w.clock.advance(60s);
    QCOMPARE(w.dead.count(), 0);
}

void TestSilenceWatch::stoppedItSaysNothing()
{
    Watched w;
    w.agentSpeaks();
    w.watch.answerDue(w.clock.now());
    w.watch.stop();
    w.clock.advance(60s);
    w.agentSpeaks();
    w.watch.calleeStopped(400ms);
    w.watch.answerDue(w.clock.now());
    w.clock.advance(60s);
    QCOMPARE(w.asked.count() + w.gaveUp.count() + w.dead.count(), 0);
}

void TestSilenceWatch::itGoesOnWhenTheEndWasWithdrawn()
{
    Watched w;
    w.watch.stop();
    w.watch.goOn();
    w.agentSpeaks();
    w.clock.advance(8s);
    QCOMPARE(w.asked.count(), 1);
}

DIALDESK_TEST(TestSilenceWatch)
#include "tst_silence_watch.moc"
