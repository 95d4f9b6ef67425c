#include "tests/engine/telephony/playout_bench.h"
#include "tests/support/test_program.h"

using namespace playout_bench;

/// What an interruption leaves: words heard, words cut, and nothing more sent.
class TestPlayoutInterruption : public QObject
{
    Q_OBJECT
private slots:
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

    // A filler is all there is until the model answers: it was heard though its turn is not over.
    void aTailWithoutMoreAudioIsProvenToo()
    {
        Line line;
        line.push(Sentence{1, u"One moment, please."_s, true});
        line.push(AgentWords{1, times(u"One moment, please."_s)});
        line.push(AgentAudio{1, voice(1500ms)}); // 1.5 s: seven marks of 200 ms and a tail of 100 ms
        line.clock.advance(2s);
        line.interrupt(1);
        QCOMPARE(line.heard(), QStringList{u"1!: One moment, please. / "_s});
    }
};

DIALDESK_TEST(TestPlayoutInterruption)
#include "tst_playout_interruption.moc"
