#include "tests/engine/speech/speaker_bench.h"
#include "tests/support/test_program.h"

using namespace speaker_bench;

/// Sentences become sound in their order, a context of the vendor for each turn.
class TestSpeakerProcessor : public QObject
{
    Q_OBJECT
private slots:
    void startOpensWhileThePhoneRings()
    {
        Bench bench(false);
        QCOMPARE(bench.voice->opens, 0);
        bench.processor->start();
        QCOMPARE(bench.voice->opens, 1);
    }

    void everythingElsePassesOnUntouched()
    {
        Bench bench;
        const std::vector<Frame> others{CalleeAudio{QByteArray(160, 'x'), {}, {}},
                                        CalleeDigit{'1'},
                                        Transcript{},
                                        UserTurn{1, u"Hi."_s, {}, false, {}},
                                        PlayoutHold{},
                                        PlayoutResume{u"backchannel"_s},
                                        ModelText{1, u"a"_s},
                                        AgentAudio{1, "x"},
                                        Incident{}};
        for (const Frame &frame : others)
            bench.push(frame);
        QCOMPARE(bench.down, others);
        const std::vector<Frame> upwards{ToolResult{}, AgentAudible{}, AgentHeard{}, Incident{}};
        for (const Frame &frame : upwards)
            bench.pipeline.pushUpstream(frame);
        QCOMPARE(bench.up, upwards);
    }

    void aTurnIsOneContext()
    {
        Bench bench;
        bench.say(1, u"Good morning."_s);
        bench.say(1, u"How are you?"_s);
        bench.done(1);
        QCOMPARE(bench.voice->takeCalls(),
                 (QStringList{u"speak 1 Good morning."_s, u"speak 1 How are you?"_s, u"finish 1"_s}));
        bench.voice->giveSentence(1, {u"Good"_s, u"morning."_s});
        bench.voice->giveSentence(1, {u"How"_s, u"are"_s, u"you?"_s}, 600ms);
        bench.voice->end(1);
        QCOMPARE(bench.told(), (QStringList{u"sentence 1"_s, u"sentence 1"_s, u"ModelDone"_s, u"words 1 2"_s,
                                            u"audio 1 600"_s, u"words 1 3"_s, u"audio 1 900"_s, u"speech done 1"_s}));
        QCOMPARE(bench.spokenWords(), (QStringList{u"Good"_s, u"morning."_s, u"How"_s, u"are"_s, u"you?"_s}));
        QCOMPARE(bench.downOf<AgentWords>().back().words.back().start, 1200ms);
    }

    void wordsGoOutWithTheirSoundNotBefore()
    {
        Bench bench;
        bench.say(1, u"One two."_s);
        bench.takeTold();
        bench.voice->giveWords(1, {{u"One"_s, 0ms, 200ms}, {u"two."_s, 300ms, 500ms}});
        QCOMPARE(bench.takeTold(), QStringList());
        bench.voice->giveAudio(1, 100ms);
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 100"_s}));
        bench.voice->giveAudio(1, 300ms);
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
    }

    void phraseOfTheBookIsHeardAtOnce()
    {
        Bench bench;
        bench.book.put(u"anna"_s, u"One moment."_s, phraseOf(500ms));
        bench.say(3, u"One moment."_s);
        QCOMPARE(bench.told(), (QStringList{u"sentence 3"_s, u"words 3 2"_s, u"audio 3 500"_s}));
        QVERIFY(bench.voice->calls.isEmpty());
        bench.done(3);
        QCOMPARE(bench.told().last(), u"speech done 3"_s);
    }

    void phrasesAndVendorSentencesKeepTheirOrder()
    {
        Bench bench;
        bench.book.put(u"anna"_s, u"One moment."_s, phraseOf(500ms));
        bench.say(1, u"Sure."_s);
        bench.say(1, u"One moment."_s);
        bench.say(1, u"Here it is."_s);
        bench.say(1, u"One moment."_s);
        bench.done(1);
        QCOMPARE(bench.voice->takeCalls(),
                 (QStringList{u"speak 1 Sure."_s, u"finish 1"_s, u"speak 2 Here it is."_s, u"finish 2"_s}));
        bench.takeTold();
        // The later context is faster; its sound waits.
        bench.voice->giveSentence(2, {u"Here"_s, u"it"_s, u"is."_s});
        bench.voice->end(2);
        QCOMPARE(bench.takeTold(), QStringList());
        bench.voice->giveSentence(1, {u"Sure."_s});
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
        bench.voice->end(1);
        QCOMPARE(bench.spokenWords(),
                 (QStringList{u"One"_s, u"moment."_s, u"Here"_s, u"it"_s, u"is."_s, u"One"_s, u"moment."_s}));
        // Times run through the turn: 300 of "Sure.", 500 of the phrase, 900 of the sentence.
        const auto words = bench.downOf<AgentWords>();
        QCOMPARE(words.front().words[0].start, 300ms);
        QCOMPARE(words[1].words[0].start, 800ms);
        QCOMPARE(words.back().words[0].start, 1700ms);
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
    }

    void turnWithoutTextIsDoneAtOnce()
    {
        Bench bench;
        bench.done(4);
        QCOMPARE(bench.told(), (QStringList{u"ModelDone"_s, u"speech done 4"_s}));
        QVERIFY(bench.voice->calls.isEmpty());
    }

    void soundOfTheNextTurnWaitsForThisOne()
    {
        Bench bench;
        bench.book.put(u"anna"_s, u"One moment."_s, phraseOf(500ms));
        bench.say(1, u"Sure."_s);
        bench.done(1);
        bench.say(2, u"One moment."_s);
        bench.done(2);
        bench.takeTold();
        bench.voice->giveSentence(1, {u"Sure."_s});
        bench.voice->end(1);
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s, u"speech done 1"_s, u"words 2 2"_s,
                                                u"audio 2 500"_s, u"speech done 2"_s}));
    }

    void interruptionSilencesTheTurnAndAllBefore()
    {
        Bench bench;
        bench.say(1, u"Long."_s);
        bench.say(2, u"Story."_s);
        bench.say(3, u"Kept."_s);
        bench.voice->takeCalls();
        bench.down.clear();
        bench.push(Interrupted{2});
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"cancel 1"_s, u"cancel 2"_s}));
        QCOMPARE(bench.takeTold(), QStringList{u"Interrupted"_s});
        bench.voice->giveAudio(1, 100ms);
        bench.voice->giveWords(2, {{u"Story."_s, 0ms, 100ms}});
        bench.voice->end(1);
        bench.done(2); // late: passes on, and nothing is said to be done
        bench.say(2, u"Late."_s);
        QCOMPARE(bench.takeTold(), QStringList{u"ModelDone"_s});
        bench.voice->giveSentence(3, {u"Kept."_s});
        QCOMPARE(bench.takeTold(), (QStringList{u"words 3 1"_s, u"audio 3 300"_s}));
    }

    void endOfCallWaitsBehindAllSpeech()
    {
        Bench bench;
        bench.say(1, u"Goodbye."_s);
        bench.push(EndOfCall{u"agent_ended"_s});
        bench.done(1);
        QVERIFY(!bench.told().contains(u"EndOfCall"_s));
        bench.voice->giveSentence(1, {u"Goodbye."_s});
        QVERIFY(!bench.told().contains(u"EndOfCall"_s));
        bench.voice->end(1);
        QCOMPARE(bench.told().mid(bench.told().size() - 2), (QStringList{u"speech done 1"_s, u"EndOfCall"_s}));
        QCOMPARE(bench.downOf<EndOfCall>().front().reason, u"agent_ended"_s);
    }

    void endOfCallWithNothingToSayPassesOn()
    {
        Bench bench;
        bench.push(EndOfCall{u"x"_s});
        QCOMPARE(bench.told(), QStringList{u"EndOfCall"_s});
    }

    void endOfCallIsFreedByAnInterruption()
    {
        Bench bench;
        bench.say(1, u"Goodbye."_s);
        bench.push(EndOfCall{u"x"_s});
        bench.push(Interrupted{1});
        QVERIFY(bench.told().contains(u"EndOfCall"_s));
    }

    void endOfCallDoesNotWaitForEver()
    {
        Bench bench(false); // no watchdog helps here: the turn just never ends
        bench.say(1, u"Goodbye."_s);
        bench.push(EndOfCall{u"x"_s});
        bench.clock.advance(20s);
        QCOMPARE(bench.told().last(), u"EndOfCall"_s);
        QCOMPARE(bench.downOf<EndOfCall>().size(), size_t(1));
    }

    void slowModelGetsANewContextBeforeTheOldOneExpires()
    {
        Bench bench;
        bench.say(1, u"Let me see."_s);
        bench.voice->giveSentence(1, {u"Let"_s, u"me"_s, u"see."_s});
        bench.clock.advance(5s); // quiet, and nothing is owed: no stall
        QCOMPARE(bench.voice->reconnects, 0);
        bench.say(1, u"Found it."_s);
        bench.done(1);
        QCOMPARE(bench.voice->takeCalls(),
                 (QStringList{u"speak 1 Let me see."_s, u"finish 1"_s, u"speak 2 Found it."_s, u"finish 2"_s}));
        bench.voice->giveSentence(2, {u"Found"_s, u"it."_s});
        bench.voice->end(2);
        QCOMPARE(bench.spokenWords(), (QStringList{u"Let"_s, u"me"_s, u"see."_s, u"Found"_s, u"it."_s}));
        QCOMPARE(bench.downOf<AgentWords>().back().words.back().start, 1200ms);
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
        QVERIFY(bench.up.empty());
    }

    void contextEndedByTheVendorIsContinuedInANewOne()
    {
        Bench bench;
        bench.say(1, u"Let me see."_s);
        bench.voice->giveSentence(1, {u"Let"_s, u"me"_s, u"see."_s});
        bench.voice->deliver(1, 1);
        bench.voice->end(1);
        bench.say(1, u"Found it."_s);
        QCOMPARE(bench.voice->calls.last(), u"speak 2 Found it."_s);
    }

    void sentenceThatMetAnExpiringContextIsSaidAgain_data()
    {
        QTest::addColumn<bool>("asError");
        QTest::newRow("ended early") << false;
        QTest::newRow("refused as too late") << true;
    }

    void sentenceThatMetAnExpiringContextIsSaidAgain()
    {
        QFETCH(bool, asError);
        Bench bench;
        bench.say(1, u"Let me see."_s);
        bench.voice->giveSentence(1, {u"Let"_s, u"me"_s, u"see."_s});
        bench.say(1, u"Found it."_s); // on its way when the context expires
        bench.voice->takeCalls();
        if (asError)
            bench.voice->fail(1, true);
        else
            bench.voice->end(1);
        QCOMPARE(bench.voice->takeCalls(), QStringList{u"speak 2 Found it."_s});
        QVERIFY(bench.up.empty());
        bench.done(1);
        bench.voice->giveSentence(2, {u"Found"_s, u"it."_s});
        bench.voice->end(2);
        QCOMPARE(bench.spokenWords().size(), 5);
    }

    void stopIsSilent()
    {
        Bench bench;
        bench.say(1, u"Hello."_s);
        bench.push(EndOfCall{u"x"_s});
        bench.down.clear();
        bench.processor->stop();
        bench.voice->giveAudio(1, 100ms);
        bench.clock.advance(1min);
        QVERIFY(bench.down.empty());
        QVERIFY(bench.up.empty());
    }
};

DIALDESK_TEST(TestSpeakerProcessor)
#include "tst_speaker_processor.moc"
