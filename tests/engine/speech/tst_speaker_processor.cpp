#include "engine/speech/cartesia/cartesia_client.h"
#include "engine/speech/speaker_processor.h"
#include "tests/engine/speech/frame_log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QtTest>

using namespace engine;
using namespace engine::pipeline;
using namespace engine::speech;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::FakeClock;

namespace {

/// A voice that does what the test says and writes down what it was told.
class FakeVoice final : public TextToSpeech
{
public:
    QStringList calls; ///< "speak 1 Hello." and so on
    int opens = 0;
    int reconnects = 0;
    bool isUp = false;

    void open() override { ++opens; }
    bool isReady() const override { return isUp; }
    void speak(int context, const QString &sentence) override
    {
        calls.append(u"speak %1 %2"_s.arg(context).arg(sentence));
    }
    void finish(int context) override { calls.append(u"finish %1"_s.arg(context)); }
    void cancel(int context) override { calls.append(u"cancel %1"_s.arg(context)); }
    void reconnect() override { ++reconnects; }
    void close() override { calls.append(u"close"_s); }

    QStringList takeCalls() { return std::exchange(calls, {}); }
    void answer()
    {
        isUp = true;
        emit ready();
    }
    void giveAudio(int context, std::chrono::milliseconds time, char byte = '\x55')
    {
        emit audio(context, QByteArray(time.count() * 8, byte));
    }
    void giveWords(int context, const std::vector<WordTime> &times) { emit words(context, times); }
    /// A whole sentence of words of 300 ms each.
    void giveSentence(int context, const QStringList &said, std::chrono::milliseconds start = 0ms)
    {
        std::vector<WordTime> times;
        for (const QString &word : said) {
            times.push_back({word, start, start + 280ms});
            start += 300ms;
        }
        giveWords(context, times);
        giveAudio(context, 300ms * said.size());
    }
    void deliver(int context, int count) { emit sentencesDelivered(context, count); }
    void end(int context) { emit finished(context); }
    void fail(int context, bool retry)
    {
        emit contextFailed(context, {retry ? Fault::Vendor : Fault::Settings, u"tts_x"_s, u"The vendor failed."_s},
                           retry);
    }
    void drop(bool retry = true)
    {
        isUp = false;
        emit lost({retry ? Fault::Vendor : Fault::Settings, u"tts_y"_s, u"The connection to Cartesia broke."_s}, retry);
    }
};

struct ClockFirst
{
    FakeClock clock; // outlives the timers of the pipeline
    PhraseBook book;
};

struct Bench : ClockFirst, FrameLog<SpeakerProcessor>
{
    FakeVoice *voice = nullptr;

    explicit Bench(bool begun = true)
    {
        auto made = std::make_unique<FakeVoice>();
        voice = made.get();
        add(std::make_unique<SpeakerProcessor>(std::move(made), book, u"anna"_s, clock));
        if (begun) {
            processor->start();
            voice->answer();
        }
    }
    void say(TurnId turn, const QString &text) { push(Sentence{turn, text}); }
    void done(TurnId turn) { push(ModelDone{turn, {}}); }
    /// What came out downstream, in a few letters.
    QStringList told() const
    {
        QStringList lines;
        for (const Frame &frame : down) {
            if (const auto *sentence = std::get_if<Sentence>(&frame))
                lines.append(u"sentence %1"_s.arg(sentence->turn));
            else if (const auto *audio = std::get_if<AgentAudio>(&frame))
                lines.append(u"audio %1 %2"_s.arg(audio->turn).arg(audio->mulaw.size() / 8));
            else if (const auto *words = std::get_if<AgentWords>(&frame))
                lines.append(u"words %1 %2"_s.arg(words->turn).arg(words->words.size()));
            else if (const auto *end = std::get_if<SpeechDone>(&frame))
                lines.append(u"speech done %1"_s.arg(end->turn));
            else
                lines.append(nameOf(frame));
        }
        return lines;
    }
    QStringList takeTold()
    {
        const QStringList lines = told();
        down.clear();
        return lines;
    }
    /// Every word that went out, in order.
    QStringList spokenWords() const
    {
        QStringList all;
        for (const AgentWords &frame : downOf<AgentWords>())
            for (const WordTime &word : frame.words)
                all.append(word.word);
        return all;
    }
};

RenderedSpeech phraseOf(std::chrono::milliseconds time)
{
    return {QByteArray(time.count() * 8, '\x11'), {{u"One"_s, 0ms, 100ms}, {u"moment."_s, 120ms, 400ms}}};
}

} // namespace

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

    // --- the book -------------------------------------------------------------------------------------------------

    void phrasesAreRenderedOneAfterAnotherWhileThePhoneRings()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.book.put(u"anna"_s, u"Known."_s, phraseOf(100ms));
        bench.processor->prepare({u"Hello."_s, u"Known."_s, u"Goodbye."_s});
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 1 Hello."_s, u"finish 1"_s}));
        bench.voice->giveSentence(1, {u"Hello."_s});
        bench.voice->end(1);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 2 Goodbye."_s, u"finish 2"_s}));
        QCOMPARE(prepared.count(), 0);
        bench.voice->giveSentence(2, {u"Goodbye."_s});
        bench.voice->end(2);
        QCOMPARE(prepared.count(), 1);
        QVERIFY(bench.down.empty());
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello."_s),
                 (RenderedSpeech{QByteArray(300 * 8, '\x55'), {{u"Hello."_s, 0ms, 280ms}}}));
        bench.say(1, u"Hello."_s);
        QCOMPARE(bench.told(), (QStringList{u"sentence 1"_s, u"words 1 1"_s, u"audio 1 300"_s}));
    }

    void nothingToRenderIsPreparedAtOnce()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({});
        QCOMPARE(prepared.count(), 1);
    }

    void phraseBeingRenderedIsHeardFromWhatThereIs()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.voice->takeCalls();
        bench.say(1, u"Hello you."_s);
        bench.done(1);
        QCOMPARE(bench.takeTold(), (QStringList{u"sentence 1"_s, u"words 1 1"_s, u"audio 1 300"_s, u"ModelDone"_s}));
        QCOMPARE(bench.voice->takeCalls(), QStringList());
        bench.voice->giveSentence(1, {u"you."_s}, 300ms);
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
        bench.voice->end(1);
        QCOMPARE(bench.takeTold(), QStringList{u"speech done 1"_s});
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void interruptedPhraseStillComesIntoTheBook()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.say(1, u"Hello you."_s);
        bench.voice->takeCalls();
        bench.push(Interrupted{1});
        bench.takeTold();
        bench.voice->giveSentence(1, {u"you."_s}, 300ms);
        bench.voice->end(1);
        QCOMPARE(bench.voice->takeCalls(), QStringList());
        QCOMPARE(bench.takeTold(), QStringList());
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void phraseThatFailsWhileItIsSaidIsSaidToItsEnd()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.say(1, u"Hello you."_s);
        bench.voice->takeCalls();
        bench.voice->fail(1, true);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 3 you."_s, u"finish 3"_s}));
        bench.takeTold();
        bench.voice->giveSentence(3, {u"you."_s});
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
        QVERIFY(!bench.book.contains(u"anna"_s, u"Hello you."_s));
    }

    void stalledRenderingIsTriedOnceMoreAndThenSkipped()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({u"Hello."_s});
        bench.voice->giveAudio(1, 100ms);
        bench.clock.advance(1s);
        QCOMPARE(bench.voice->reconnects, 1);
        QVERIFY(bench.voice->calls.contains(u"speak 2 Hello."_s));
        QCOMPARE(prepared.count(), 0);
        bench.clock.advance(1s);
        QCOMPARE(prepared.count(), 1);
        QVERIFY(!bench.book.contains(u"anna"_s, u"Hello."_s));
    }

    void renderingStartsAnewAfterALoss()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.voice->drop();
        bench.voice->answer();
        bench.voice->giveSentence(2, {u"Hello"_s, u"you."_s});
        bench.voice->end(2);
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void wrongVoiceIsToldWhileThePhoneRings()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({u"Hello."_s, u"Goodbye."_s});
        bench.voice->fail(1, false);
        QVERIFY(bench.upOf<Incident>().back().fatal);
        QCOMPARE(prepared.count(), 1);
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

    // --- with the real client -------------------------------------------------------------------------------------

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

DIALDESK_TEST(TestSpeakerProcessor)
#include "tst_speaker_processor.moc"
