#include "engine/speech/cartesia/cartesia_client.h"
#include "tests/engine/speech/speaker_bench.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

using namespace speaker_bench;

/// A vendor that stalls, refuses or is lost: no word is lost and none is said twice.
class TestSpeakerFailures : public QObject
{
    Q_OBJECT
private slots:
    void silenceAfterTextIsAStallAndTheTextIsSaidOnAFreshConnection()
    {
        Bench bench;
        bench.say(1, u"Good morning."_s);
        bench.done(1);
        bench.voice->takeCalls();
        bench.clock.advance(999ms);
        QCOMPARE(bench.voice->reconnects, 0);
        bench.clock.advance(1ms);
        QCOMPARE(bench.voice->reconnects, 1);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 2 Good morning."_s, u"finish 2"_s}));
        const auto incidents = bench.upOf<Incident>();
        QCOMPARE(incidents.size(), size_t(1));
        QVERIFY(!incidents[0].fatal);
        QCOMPARE(incidents[0].error.code, u"tts_stalled"_s);
        bench.voice->giveAudio(1, 100ms); // the dead context wakes up too late
        bench.voice->giveSentence(2, {u"Good"_s, u"morning."_s});
        bench.voice->end(2);
        QCOMPARE(bench.spokenWords(), (QStringList{u"Good"_s, u"morning."_s}));
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
    }

    void stallInMidSentenceSaysOnlyTheWordsThatDidNotCome()
    {
        Bench bench;
        bench.say(1, u"Your table is booked."_s);
        bench.say(1, u"See you soon."_s);
        bench.done(1);
        bench.voice->giveWords(1, {{u"Your"_s, 0ms, 200ms}, {u"table"_s, 200ms, 500ms}, {u"is"_s, 600ms, 700ms}});
        bench.voice->giveAudio(1, 500ms); // "is" has not come
        bench.voice->takeCalls();
        bench.clock.advance(1s);
        QCOMPARE(bench.voice->takeCalls(),
                 (QStringList{u"speak 2 is booked."_s, u"speak 2 See you soon."_s, u"finish 2"_s}));
        bench.voice->giveSentence(2, {u"is"_s, u"booked."_s});
        bench.voice->giveSentence(2, {u"See"_s, u"you"_s, u"soon."_s}, 600ms);
        bench.voice->end(2);
        QCOMPARE(bench.spokenWords(),
                 (QStringList{u"Your"_s, u"table"_s, u"is"_s, u"booked."_s, u"See"_s, u"you"_s, u"soon."_s}));
        const auto words = bench.downOf<AgentWords>();
        QCOMPARE(words.back().words.back().end, 500ms + 1200ms + 280ms);
    }

    void stallCarriesTheWaitingContextsOver()
    {
        Bench bench;
        bench.book.put(u"anna"_s, u"One moment."_s, phraseOf(500ms));
        bench.say(1, u"Sure thing."_s);
        bench.say(1, u"One moment."_s);
        bench.say(1, u"Here it is."_s);
        bench.done(1);
        bench.voice->giveWords(2, {{u"Here"_s, 0ms, 280ms}, {u"it"_s, 300ms, 500ms}});
        bench.voice->giveAudio(2, 300ms);
        bench.voice->takeCalls();
        bench.clock.advance(1s);
        QCOMPARE(bench.voice->takeCalls(),
                 (QStringList{u"speak 3 Sure thing."_s, u"finish 3"_s, u"speak 4 it is."_s, u"finish 4"_s}));
        bench.voice->giveSentence(4, {u"it"_s, u"is."_s});
        bench.voice->end(4);
        bench.voice->giveSentence(3, {u"Sure"_s, u"thing."_s});
        bench.voice->end(3);
        QCOMPARE(bench.spokenWords(),
                 (QStringList{u"Sure"_s, u"thing."_s, u"One"_s, u"moment."_s, u"Here"_s, u"it"_s, u"is."_s}));
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
    }

    void secondStallInATurnIsFatal()
    {
        Bench bench;
        bench.say(1, u"Good morning."_s);
        bench.clock.advance(1s);
        bench.clock.advance(1s);
        const auto incidents = bench.upOf<Incident>();
        QCOMPARE(incidents.size(), size_t(2));
        QVERIFY(incidents[1].fatal);
        QCOMPARE(incidents[1].error.code, u"tts_lost"_s);
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
        QCOMPARE(bench.voice->calls.last(), u"close"_s);
        bench.done(1); // no second end of the speech
        QCOMPARE(bench.downOf<SpeechDone>().size(), size_t(1));
    }

    void stallsOfDifferentTurnsDoNotAddUp()
    {
        Bench bench;
        for (TurnId turn = 1; turn <= 3; ++turn) {
            bench.say(turn, u"Hello."_s);
            bench.done(turn);
            bench.clock.advance(1s);
            const int context = turn * 2;
            bench.voice->giveSentence(context, {u"Hello."_s});
            bench.voice->end(context);
        }
        QCOMPARE(bench.upOf<Incident>().size(), size_t(3));
        for (const Incident &incident : bench.upOf<Incident>())
            QVERIFY(!incident.fatal);
        QCOMPARE(bench.spokenWords().size(), 3);
    }

    void apologyFromTheBookIsStillSaidWhenTheVoiceIsLost()
    {
        Bench bench;
        bench.book.put(u"anna"_s, u"I am sorry, goodbye."_s, phraseOf(500ms));
        bench.voice->drop(false);
        QVERIFY(bench.upOf<Incident>().back().fatal);
        QCOMPARE(bench.upOf<Incident>().back().error.fault, Fault::Settings);
        bench.say(2, u"I am sorry, goodbye."_s);
        bench.done(2);
        bench.push(EndOfCall{u"vendor_failed"_s});
        QCOMPARE(bench.told(), (QStringList{u"sentence 2"_s, u"words 2 2"_s, u"audio 2 500"_s, u"ModelDone"_s,
                                            u"speech done 2"_s, u"EndOfCall"_s}));
    }

    void lostConnectionTakesTheSamePathAtOnce()
    {
        Bench bench;
        bench.say(1, u"Good morning."_s);
        bench.done(1);
        bench.voice->giveWords(1, {{u"Good"_s, 0ms, 280ms}});
        bench.voice->giveAudio(1, 250ms);
        bench.voice->takeCalls();
        bench.voice->drop();
        QCOMPARE(bench.voice->opens, 2);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 2 morning."_s, u"finish 2"_s}));
        QCOMPARE(bench.upOf<Incident>().size(), size_t(1));
        bench.voice->answer();
        bench.voice->giveSentence(2, {u"morning."_s});
        bench.voice->end(2);
        QCOMPARE(bench.spokenWords(), (QStringList{u"Good"_s, u"morning."_s}));
    }

    void threeFailedReconnectsAreFatal()
    {
        Bench bench;
        bench.say(1, u"Good morning."_s);
        bench.voice->drop();
        bench.voice->drop();
        bench.say(1, u"Waiting."_s); // said when the wait is over
        bench.voice->takeCalls();
        bench.clock.advance(250ms);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 3 Good morning."_s, u"speak 3 Waiting."_s}));
        bench.voice->drop();
        bench.clock.advance(500ms);
        QVERIFY(!bench.upOf<Incident>().back().fatal);
        bench.voice->drop();
        QVERIFY(bench.upOf<Incident>().back().fatal);
        QCOMPARE(bench.upOf<Incident>().back().error.code, u"tts_lost"_s);
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
        QCOMPARE(bench.voice->opens, 4);
    }

    void connectingGetsMorePatienceThanSpeaking()
    {
        Bench bench(false);
        bench.processor->start();
        bench.say(1, u"Hello."_s);
        bench.clock.advance(1500ms);
        QCOMPARE(bench.voice->reconnects, 0);
        bench.voice->answer();
        bench.clock.advance(999ms);
        QCOMPARE(bench.voice->reconnects, 0);
        bench.clock.advance(1ms);
        QCOMPARE(bench.voice->reconnects, 1);
    }

    void missingEndOfAContextThatSaidAllIsNoStall()
    {
        Bench bench;
        bench.say(1, u"Goodbye."_s);
        bench.done(1);
        bench.voice->giveSentence(1, {u"Goodbye."_s});
        bench.clock.advance(1s);
        QCOMPARE(bench.told().last(), u"speech done 1"_s);
        QVERIFY(bench.up.empty());
        QCOMPARE(bench.voice->reconnects, 0);
    }

    void refusedContextIsTriedAgainAndThenFatal()
    {
        Bench bench;
        bench.say(1, u"Hello."_s);
        bench.voice->fail(1, true);
        QCOMPARE(bench.voice->calls.last(), u"speak 2 Hello."_s);
        bench.voice->fail(2, true);
        QVERIFY(bench.upOf<Incident>().back().fatal);
    }

    void refusedTextIsSkippedWhenTheVoiceHasWorked()
    {
        Bench bench;
        bench.say(1, u"Hello."_s);
        bench.done(1);
        bench.voice->giveSentence(1, {u"Hello."_s});
        bench.voice->end(1);
        bench.say(2, u"Odd text."_s);
        bench.done(2);
        bench.voice->fail(2, false);
        QCOMPARE(bench.told().last(), u"speech done 2"_s);
        QVERIFY(!bench.upOf<Incident>().back().fatal);
        QCOMPARE(bench.upOf<Incident>().back().error.code, u"tts_refused"_s);
    }

    void refusedVoiceIsFatalWhenNothingWasEverSaid()
    {
        Bench bench;
        bench.say(1, u"Hello."_s);
        bench.voice->fail(1, false);
        QVERIFY(bench.upOf<Incident>().back().fatal);
        QCOMPARE(bench.upOf<Incident>().back().error.fault, Fault::Settings);
    }

    void cartesiaThatHalfDiesIsLeftAndNoWordIsSaidTwice()
    {
        FakeClock clock;
        PhraseBook book;
        support::FakeWebSocketFactory sockets;
        cartesia::CartesiaSettings settings;
        settings.contextPrefix = u"CA1"_s;
        FrameLog<SpeakerProcessor> log;
        log.add(std::make_unique<SpeakerProcessor>(std::make_unique<cartesia::CartesiaClient>(settings, sockets, clock),
                                                   book, u"anna"_s, clock));
        log.processor->start();
        sockets.latest()->accept();
        log.push(Sentence{1, u"Good morning."_s});
        log.push(Sentence{1, u"How are you?"_s});
        log.push(ModelDone{1, {}});
        sockets.latest()->receiveText(
            R"({"type":"timestamps","context_id":"CA1-1","word_timestamps":{"words":["Good","morning."],"start":[0,0.3],"end":[0.28,0.6]}})");
        const QByteArray sound = QByteArray(600 * 8, '\x55').toBase64();
        sockets.latest()->receiveText(
            QByteArray(R"({"type":"chunk","context_id":"CA1-1","data":"%"})").replace('%', sound));
        sockets.latest()->receiveText(R"({"type":"flush_done","context_id":"CA1-1","flush_id":1})");
        clock.advance(1s); // the socket stays open and says nothing more
        QCOMPARE(sockets.count(), 2);
        sockets.latest()->accept();
        const auto messages = sockets.latest()->messages();
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages[0]["transcript"_L1].toString(), u"How are you?"_s);
        QCOMPARE(messages[0]["context_id"_L1].toString(), u"CA1-2"_s);
        sockets.latest()->receiveText(
            R"({"type":"timestamps","context_id":"CA1-2","word_timestamps":{"words":["How","are","you?"],"start":[0,0.2,0.4],"end":[0.1,0.3,0.6]}})");
        sockets.latest()->receiveText(
            QByteArray(R"({"type":"chunk","context_id":"CA1-2","data":"%"})").replace('%', sound));
        sockets.latest()->receiveText(R"({"type":"done","context_id":"CA1-2","done":true})");
        QStringList words;
        for (const AgentWords &frame : log.downOf<AgentWords>())
            for (const WordTime &word : frame.words)
                words.append(word.word);
        QCOMPARE(words, (QStringList{u"Good"_s, u"morning."_s, u"How"_s, u"are"_s, u"you?"_s}));
        QCOMPARE(log.downOf<AgentWords>().back().words.back().end, 1200ms);
        QCOMPARE(log.downOf<SpeechDone>().size(), size_t(1));
    }
};

DIALDESK_TEST(TestSpeakerFailures)
#include "tst_speaker_failures.moc"
