#include "tests/engine/dialogue/responder_bench.h"
#include "tests/support/test_program.h"

using namespace responder_bench;

class TestResponderProcessor : public QObject
{
    Q_OBJECT
private slots:
    // answering
    void startWarmsTheModel();
    void aRefusedKeyIsFatalBeforeTheFirstTurn();
    void aTurnIsAnswered();
    void aSilentTurnIsAnsweredToo();
    void aFixedReplyIsSaidWithoutAskingTheModel();
    void theConversationGrows();
    void notesReachTheNextRequest();
    void everyOtherFramePasses();

    // functions
    void callsComeBehindTheWords();
    void resultsAreAnsweredInTheSameTurn();
    void allResultsAreAwaited();
    void resultsThatNeedNoWordsEndTheTurn();
    void unknownResultsAreDropped();
    void aFunctionWithoutResultIsGivenUp();
    void functionRoundsAreBounded();

    // interruption
    void interruptionCancelsTheRequest();
    void interruptionResolvesOpenCalls();
    void onlyHeardWordsAreKept();
    void wordsCutBeforeTheAnswerEndedAreNotKept();
    void anInterruptionOfAnOlderTurnChangesNothing();
    void aNewTurnOvertakesTheOld();
    void fixedPhrasesJoinTheConversation();

    void destructionCancelsEverything();
};

void TestResponderProcessor::startWarmsTheModel()
{
    Bench bench;
    bench.responder->start();
    QCOMPARE(bench.model->warmUps, 1);
    QCOMPARE(bench.model->requestCount(), 0);
}

void TestResponderProcessor::aRefusedKeyIsFatalBeforeTheFirstTurn()
{
    Bench bench;
    bench.responder->start();
    emit bench.model->refused({Fault::Settings, u"model_refused"_s, u"Correct the key."_s});
    const auto incidents = bench.pipe->upOf<Incident>();
    QCOMPARE(incidents.size(), size_t(1));
    QVERIFY(incidents[0].fatal);
    QCOMPARE(incidents[0].error.code, u"model_refused"_s);
}

void TestResponderProcessor::aTurnIsAnswered()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    QCOMPARE(bench.model->requestCount(), 1);
    QVERIFY(bench.model->requests[0] ==
            (ModelRequest{.systemPrompt = u"Be brief."_s, .messages = {user(u"Hello?"_s)}, .tools = defaults().tools}));
    bench.model->job(0).say(u"Good "_s);
    bench.model->job(0).say(QString());
    bench.model->job(0).say(u"morning."_s);
    const ModelUsage usage{.promptTokens = 12, .outputTokens = 3};
    bench.model->job(0).finish({}, usage);
    QVERIFY(bench.pipe->down ==
            (std::vector<Frame>{UserTurn{.turn = 1, .text = u"Hello?"_s}, ModelText{.turn = 1, .text = u"Good "_s},
                                ModelText{.turn = 1, .text = u"morning."_s}, ModelDone{.turn = 1, .usage = usage}}));
    bench.clock.advance(1min);
    QCOMPARE(bench.model->requestCount(), 1);
    QVERIFY(bench.pipe->up.empty());
}

void TestResponderProcessor::aSilentTurnIsAnsweredToo()
{
    Bench bench;
    bench.turn(1, QString());
    QVERIFY(bench.asked() == Messages{user(u"(The person has said nothing yet.)"_s)});
}

void TestResponderProcessor::aFixedReplyIsSaidWithoutAskingTheModel()
{
    Bench bench;
    bench.pipe->downstream(UserTurn{.turn = 1, .text = u"Hello?"_s, .fixedReply = u"Good morning."_s});
    QVERIFY(bench.model->requests.empty());
    QCOMPARE(bench.sentences(), QStringList{u"Good morning."_s});
    QCOMPARE(bench.dones(), 1);
    bench.heard(1, u"Good morning."_s);
    bench.turn(2, u"Who is this?"_s);
    QCOMPARE(bench.asked(), (Messages{user(u"Hello?"_s), plain(u"Good morning."_s), user(u"Who is this?"_s)}));
}

void TestResponderProcessor::theConversationGrows()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good morning."_s);
    bench.model->job(0).finish();
    bench.heard(1, u"Good morning."_s);
    bench.turn(2, u"Who is it?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), answer(u"Good morning."_s), user(u"Who is it?"_s)}));
    QVERIFY(bench.pipe->upOf<AgentHeard>().size() == 1); // passed on
}

void TestResponderProcessor::notesReachTheNextRequest()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.responder->addNote(u"The call must end soon."_s);
    QVERIFY(bench.asked() == Messages{user(u"Hello?"_s)});
    bench.model->job(0).say(u"Hi."_s);
    bench.model->job(0).finish();
    bench.heard(1, u"Hi."_s);
    bench.turn(2, u"Well?"_s);
    QVERIFY(bench.asked() ==
            (Messages{user(u"Hello?"_s), user(u"(The call must end soon.)"_s), answer(u"Hi."_s), user(u"Well?"_s)}));
}

void TestResponderProcessor::everyOtherFramePasses()
{
    Bench bench;
    std::vector<Frame> frames = strangers();
    for (const Frame &frame :
         {Frame(ModelText{.turn = 9}), Frame(ModelDone{.turn = 9}), Frame(Sentence{.turn = 9}), Frame(EndOfCall{}),
          Frame(ToolCall{.turn = 9}), Frame(SpeculationResolved{.turn = 9}), Frame(Interrupted{.turn = 9})})
        frames.push_back(frame);
    for (const Frame &frame : frames)
        bench.pipe->downstream(frame);
    QVERIFY(bench.pipe->down == frames);
    bench.pipe->clear();
    frames.push_back(AgentHeard{.turn = 9});
    frames.push_back(UserTurn{.turn = 9});
    for (const Frame &frame : frames)
        bench.pipe->upstream(frame);
    QVERIFY(bench.pipe->up == frames);
    QCOMPARE(bench.model->requestCount(), 0);
}

void TestResponderProcessor::callsComeBehindTheWords()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).say(u"One second."_s);
    bench.model->job(0).finish({kSlots, kEnd});
    bench.pipe->down.erase(bench.pipe->down.begin());
    QVERIFY(
        bench.pipe->down ==
        (std::vector<Frame>{ModelText{.turn = 1, .text = u"One second."_s},
                            ToolCall{.turn = 1, .id = u"a"_s, .name = u"find_slots"_s, .arguments = kSlots.arguments},
                            ToolCall{.turn = 1, .id = u"b"_s, .name = u"end_call"_s}}));
}

void TestResponderProcessor::resultsAreAnsweredInTheSameTurn()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).say(u"One second. "_s);
    bench.model->job(0).finish({kSlots});
    bench.toolResult(1, kSlots);
    QCOMPARE(bench.model->requestCount(), 2);
    QVERIFY(bench.asked() == (Messages{user(u"Tuesday?"_s), answer(u"One second. "_s, {kSlots}),
                                       toolMessage(u"a"_s, u"find_slots"_s, kOutput)}));
    QVERIFY(bench.pipe->upOf<ToolResult>().empty()); // it has arrived
    bench.model->job(1).say(u"Nine is free."_s);
    bench.model->job(1).finish();
    QCOMPARE(bench.text(), u"One second. Nine is free."_s);
    QCOMPARE(bench.dones(), 1);
    QCOMPARE(bench.pipe->downOf<ModelText>().back().turn, 1);

    bench.heard(1, u"One second. Nine is free."_s);
    bench.turn(2, u"Good."_s);
    QVERIFY(bench.asked() ==
            (Messages{user(u"Tuesday?"_s), answer(u"One second. "_s, {kSlots}),
                      toolMessage(u"a"_s, u"find_slots"_s, kOutput), answer(u"Nine is free."_s), user(u"Good."_s)}));
}

void TestResponderProcessor::allResultsAreAwaited()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).finish({kSlots, kEnd});
    bench.toolResult(1, kEnd, false);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.toolResult(1, kSlots, true);
    QCOMPARE(bench.model->requestCount(), 2); // one of them needs words
}

void TestResponderProcessor::resultsThatNeedNoWordsEndTheTurn()
{
    Bench bench;
    bench.turn(1, u"Bye."_s);
    bench.model->job(0).say(u"Goodbye."_s);
    bench.model->job(0).finish({kEnd});
    bench.toolResult(1, kEnd, false);
    bench.clock.advance(1min);
    QCOMPARE(bench.model->requestCount(), 1);
    QVERIFY(bench.incidents().isEmpty());
}

void TestResponderProcessor::unknownResultsAreDropped()
{
    Bench bench;
    bench.toolResult(1, kSlots);
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).finish({kSlots});
    bench.toolResult(2, kSlots);
    bench.toolResult(1, kEnd);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.toolResult(1, kSlots);
    QCOMPARE(bench.model->requestCount(), 2);
    bench.toolResult(1, kSlots); // twice
    QCOMPARE(bench.model->requestCount(), 2);
}

void TestResponderProcessor::aFunctionWithoutResultIsGivenUp()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).finish({kSlots});
    bench.clock.advance(29'999ms);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.clock.advance(1ms);
    QCOMPARE(bench.incidents(), QStringList{u"tool_timeout"_s});
    QCOMPARE(bench.model->requestCount(), 2);
    QVERIFY(bench.asked().back() == toolMessage(u"a"_s, u"find_slots"_s, {{u"error"_s, u"no result in time"_s}}));
}

void TestResponderProcessor::functionRoundsAreBounded()
{
    ResponderSettings settings = defaults();
    settings.toolRounds = 3;
    Bench bench(settings);
    bench.turn(1, u"Tuesday?"_s);
    for (int round = 0; round < 3; ++round) {
        QVERIFY(!bench.model->requests.back().tools.empty());
        bench.model->lastJob().finish({kSlots});
        bench.toolResult(1, kSlots);
    }
    QVERIFY(bench.model->requests.back().tools.empty());
    bench.model->lastJob().say(u"Sorry."_s);
    bench.model->lastJob().finish();
    bench.turn(2, u"Again."_s);
    QVERIFY(!bench.model->requests.back().tools.empty());
}

void TestResponderProcessor::interruptionCancelsTheRequest()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good "_s);
    bench.pipe->downstream(Interrupted{.turn = 1});
    QVERIFY(bench.pipe->down.back() == Frame(Interrupted{.turn = 1}));
    bench.model->job(0).say(u"morning."_s);
    bench.model->job(0).finish({kSlots});
    QCOMPARE(bench.text(), u"Good "_s);
    QCOMPARE(bench.dones(), 0);
    QVERIFY(bench.model->isGone(0));
    bench.clock.advance(1min);
    QVERIFY(bench.incidents().isEmpty());
    QCOMPARE(bench.model->requestCount(), 1);
}

void TestResponderProcessor::interruptionResolvesOpenCalls()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).finish({kSlots, kEnd});
    bench.toolResult(1, kEnd, false);
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.toolResult(1, kSlots); // too late
    QCOMPARE(bench.model->requestCount(), 1);
    bench.turn(2, u"Stop!"_s);
    QVERIFY(
        bench.asked() ==
        (Messages{user(u"Tuesday?"_s), answer({}, {kSlots, kEnd}), toolMessage(u"b"_s, u"end_call"_s, kOutput),
                  toolMessage(u"a"_s, u"find_slots"_s, {{u"error"_s, u"cancelled by caller"_s}}), user(u"Stop!"_s)}));
    bench.clock.advance(29s);
    QVERIFY(!bench.incidents().contains(u"tool_timeout"_s));
}

void TestResponderProcessor::onlyHeardWordsAreKept()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good morning, this is Ana."_s);
    bench.model->job(0).finish();
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.cut(1, u"Good morning,"_s, u"this is Ana."_s);
    bench.turn(2, u"Who?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), plain(u"Good morning,"_s), user(u"Who?"_s)}));
}

void TestResponderProcessor::wordsCutBeforeTheAnswerEndedAreNotKept()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good morning. This is"_s);
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.turn(2, u"Who?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), user(u"Who?"_s)})); // nothing is known to have been heard
    bench.pipe->downstream(Interrupted{.turn = 2});
    bench.cut(1, u"Good morning."_s, {}); // the rest never reached the voice
    bench.turn(3, u"Hm?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), plain(u"Good morning."_s), user(u"Who?"_s), user(u"Hm?"_s)}));
}

void TestResponderProcessor::anInterruptionOfAnOlderTurnChangesNothing()
{
    Bench bench;
    bench.turn(2, u"Hello?"_s);
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.model->job(0).say(u"Hi."_s);
    bench.model->job(0).finish();
    QCOMPARE(bench.text(), u"Hi."_s);
    QCOMPARE(bench.dones(), 1);
}

void TestResponderProcessor::aNewTurnOvertakesTheOld()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good"_s);
    bench.turn(2, u"Anyone?"_s);
    QVERIFY(bench.model->isGone(0));
    QVERIFY(bench.pipe->downOf<ModelDone>() == (std::vector<ModelDone>{{.turn = 1}}));
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), plain(u"Good"_s), user(u"Anyone?"_s)}));
    bench.model->job(1).say(u"Yes."_s);
    QCOMPARE(bench.pipe->downOf<ModelText>().back().turn, 2);
}

void TestResponderProcessor::fixedPhrasesJoinTheConversation()
{
    Bench bench;
    bench.heard(1, u"Hello, this is Ana."_s);
    bench.turn(2, u"Hi."_s);
    QVERIFY(bench.asked() == (Messages{plain(u"Hello, this is Ana."_s), user(u"Hi."_s)}));
}

void TestResponderProcessor::destructionCancelsEverything()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'500ms);
    bench.pipe.reset();
    bench.clock.advance(1min); // no timer is left to fire
}

DIALDESK_TEST(TestResponderProcessor)
#include "tst_responder_processor.moc"
