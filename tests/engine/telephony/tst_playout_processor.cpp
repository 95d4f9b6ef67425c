#include "tests/engine/telephony/playout_bench.h"
#include "tests/support/test_program.h"

using namespace playout_bench;

/// What is sent when, what marks prove of it, and what is told about that.
class TestPlayoutProcessor : public QObject
{
    Q_OBJECT
private slots:
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

    void whatWasHeardIsToldOnceAndNothingElse()
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

    void oneProofOfTwoTurnsTellsWhenEachWasHeard()
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
};

DIALDESK_TEST(TestPlayoutProcessor)
#include "tst_playout_processor.moc"
