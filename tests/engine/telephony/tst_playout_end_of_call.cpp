#include "tests/engine/telephony/playout_bench.h"
#include "tests/support/test_program.h"

using namespace playout_bench;

/// A call ends after its last words were heard.
class TestPlayoutEndOfCall : public QObject
{
    Q_OBJECT
private slots:
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
};

DIALDESK_TEST(TestPlayoutEndOfCall)
#include "tst_playout_end_of_call.moc"
