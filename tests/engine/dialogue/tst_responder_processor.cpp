#include "engine/dialogue/responder_processor.h"
#include "tests/engine/dialogue/dialogue_bench.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_model.h"
#include "tests/support/test_program.h"

#include <QtTest>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;
using namespace engine::pipeline;

namespace {

using Messages = std::vector<Message>;

Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

Message plain(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

/// As ScriptedModel answers.
Message answer(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    Message message = plain(text, calls);
    message.vendorParts = {QJsonObject{{u"text"_s, text}}};
    message.vendor = u"scripted"_s;
    return message;
}

Message toolMessage(const QString &id, const QString &name, const QJsonObject &value)
{
    return {.role = Message::Role::ToolResult, .toolId = id, .toolName = name, .toolResult = value};
}

const ModelToolCall kSlots{.id = u"a"_s, .name = u"find_slots"_s, .arguments = {{u"day"_s, u"Tuesday"_s}}};
const ModelToolCall kEnd{.id = u"b"_s, .name = u"end_call"_s};
const QJsonObject kOutput{{u"output"_s, u"09:00"_s}};

ResponderSettings defaults()
{
    return {.systemPrompt = u"Be brief."_s,
            .tools = {{.name = u"find_slots"_s, .description = u"Free appointments"_s}}};
}

class Bench
{
public:
    explicit Bench(const ResponderSettings &settings = defaults())
    {
        auto owned = std::make_unique<support::ScriptedModel>();
        model = owned.get();
        auto processor = std::make_unique<ResponderProcessor>(std::move(owned), settings, clock);
        responder = processor.get();
        pipe = std::make_unique<DialogueBench>(std::move(processor));
    }

    void turn(int number, const QString &text, bool speculative = false)
    {
        pipe->downstream(UserTurn{.turn = number, .text = text, .speculative = speculative});
    }
    void heard(int number, const QString &text) { pipe->upstream(AgentHeard{.turn = number, .heard = text}); }
    void cut(int number, const QString &text, const QString &rest)
    {
        pipe->upstream(AgentHeard{.turn = number, .heard = text, .cut = rest, .interrupted = true});
    }
    void toolResult(int number, const ModelToolCall &call, bool answerNeeded = true)
    {
        pipe->upstream(ToolResult{
            .turn = number, .id = call.id, .name = call.name, .result = kOutput, .answerNeeded = answerNeeded});
    }
    Messages asked() const { return model->requests.back().messages; }
    QString text() const
    {
        QString all;
        for (const ModelText &piece : pipe->downOf<ModelText>())
            all += piece.text;
        return all;
    }
    QStringList incidents() const
    {
        QStringList codes;
        for (const Incident &incident : pipe->upOf<Incident>())
            codes.append(incident.error.code + (incident.fatal ? u"!"_s : QString()));
        return codes;
    }
    QStringList sentences() const
    {
        QStringList texts;
        for (const Sentence &sentence : pipe->downOf<Sentence>())
            texts.append(sentence.text);
        return texts;
    }
    int dones() const { return static_cast<int>(pipe->downOf<ModelDone>().size()); }

    support::FakeClock clock;
    support::ScriptedModel *model = nullptr;
    ResponderProcessor *responder = nullptr;
    std::unique_ptr<DialogueBench> pipe;
};

} // namespace

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

    // slowness
    void aFillerBridgesASlowStart();
    void aFastModelNeedsNoFiller();
    void fillersAreNotStored();
    void theFirstRequestMayStillWinTheRace();
    void theSecondRequestMayWinTheRace();
    void theRaceIsWonByAWholeAnswerToo();
    void aTimeoutIsFatal();
    void aSlowSecondAnswerOfATurnIsBridgedOnce();

    // failures
    void aBusyModelIsAskedAgain();
    void aBusyModelIsAskedUntilTheBudgetEnds();
    void oneRacerMayFail();
    void aRefusalIsFatal();
    void anEmptyAnswerIsRetriedOnce();
    void anEmptyAnswerBehindAFunctionIsFine();
    void aMalformedCallIsRetriedAtLastWithoutFunctions();
    void aBlockedAnswerIsReplaced();
    void aBlockedAnswerBehindWordsIsReplaced();
    void nothingIsRetriedBehindWords();
    void incidentsTellTheOperator();

    // speculation
    void nothingSpeculativeLeaves();
    void aConfirmedSpeculationIsReleasedInOrder();
    void aConfirmedSpeculationGoesOnLive();
    void aWithdrawnSpeculationIsForgotten();
    void aSpeculationReplacedWithoutWordIsForgotten();
    void speculationsHaveNoFiller();
    void failuresOfASpeculationAreHeld();
    void aStrangersResolutionChangesNothing();
    void anInterruptedSpeculationIsForgotten();

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

void TestResponderProcessor::aFillerBridgesASlowStart()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(1'499ms);
    QVERIFY(bench.sentences().isEmpty());
    bench.clock.advance(1ms);
    QVERIFY(bench.pipe->downOf<Sentence>() == (std::vector<Sentence>{{.turn = 1, .text = u"One moment, please."_s}}));
    QCOMPARE(bench.incidents(), QStringList{u"model_slow"_s});
    bench.model->job(0).say(u"Hi."_s);
    bench.model->job(0).finish();
    QCOMPARE(bench.text(), u"Hi."_s);
    bench.clock.advance(1min);
    QCOMPARE(bench.sentences().size(), 1);
    QCOMPARE(bench.model->requestCount(), 1);
}

void TestResponderProcessor::aFastModelNeedsNoFiller()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(1'499ms);
    bench.model->job(0).say(u"Hi"_s);
    bench.clock.advance(1min); // a stall behind the first word is the connection's to end
    QVERIFY(bench.sentences().isEmpty());
    QVERIFY(bench.pipe->up.empty());
    QCOMPARE(bench.model->requestCount(), 1);
}

void TestResponderProcessor::fillersAreNotStored()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(1'600ms);
    bench.model->job(0).say(u"Good morning, Ana here."_s);
    bench.model->job(0).finish();
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.cut(1, u"One moment, please. Good"_s, u"morning, Ana here."_s);
    bench.turn(2, u"Who?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), plain(u"Good"_s), user(u"Who?"_s)}));
}

void TestResponderProcessor::theFirstRequestMayStillWinTheRace()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'499ms);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.clock.advance(1ms);
    QCOMPARE(bench.model->requestCount(), 2);
    QVERIFY(bench.model->requests[0] == bench.model->requests[1]);
    bench.model->job(0).say(u"Hi."_s);
    bench.model->job(1).say(u"Hello."_s);
    bench.model->job(0).finish();
    QVERIFY(bench.model->isGone(1));
    QCOMPARE(bench.text(), u"Hi."_s);
    QCOMPARE(bench.dones(), 1);
    QCOMPARE(bench.incidents(), QStringList{u"model_slow"_s});
}

void TestResponderProcessor::theSecondRequestMayWinTheRace()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(1).say(u"Hello."_s);
    bench.model->job(0).say(u"Hi."_s);
    bench.model->job(1).finish();
    QVERIFY(bench.model->isGone(0));
    QCOMPARE(bench.text(), u"Hello."_s);
    QCOMPARE(bench.dones(), 1);
    QCOMPARE(bench.incidents(), (QStringList{u"model_slow"_s, u"model_raced"_s}));
    bench.clock.advance(1min);
    QCOMPARE(bench.incidents().size(), 2);
}

void TestResponderProcessor::theRaceIsWonByAWholeAnswerToo()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(1).finish({kSlots}); // calls without a word
    QVERIFY(bench.model->isGone(0));
    QCOMPARE(bench.pipe->downOf<ToolCall>().size(), size_t(1));
    QCOMPARE(bench.incidents().last(), u"model_raced"_s);
}

void TestResponderProcessor::aTimeoutIsFatal()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(7'999ms);
    QVERIFY(!bench.incidents().contains(u"model_timeout!"_s));
    bench.clock.advance(1ms);
    QCOMPARE(bench.incidents(), (QStringList{u"model_slow"_s, u"model_timeout!"_s}));
    QCOMPARE(bench.dones(), 1);
    QVERIFY(bench.model->isGone(0));
    QVERIFY(bench.model->isGone(1));
    bench.clock.advance(1min);
    QCOMPARE(bench.incidents().size(), 2);
    QCOMPARE(bench.model->requestCount(), 2);
}

void TestResponderProcessor::aSlowSecondAnswerOfATurnIsBridgedOnce()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.clock.advance(2s);
    bench.model->job(0).finish({kSlots});
    bench.toolResult(1, kSlots);
    bench.clock.advance(2s);
    QCOMPARE(bench.sentences().size(), 1);
    bench.turn(2, u"Hello?"_s);
    bench.clock.advance(2s);
    QCOMPARE(bench.sentences().size(), 2);
}

void TestResponderProcessor::aBusyModelIsAskedAgain()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).fail(u"model_busy"_s);
    QCOMPARE(bench.model->requestCount(), 2); // at once
    bench.model->job(1).fail(u"model_busy"_s);
    QCOMPARE(bench.model->requestCount(), 2);
    bench.clock.advance(300ms);
    QCOMPARE(bench.model->requestCount(), 3);
    bench.model->job(2).say(u"Hi."_s);
    bench.model->job(2).finish();
    QCOMPARE(bench.text(), u"Hi."_s);
    QCOMPARE(bench.incidents(), QStringList{u"model_busy"_s}); // told once
    QVERIFY(bench.model->requests[2] == bench.model->requests[0]);
}

void TestResponderProcessor::aBusyModelIsAskedUntilTheBudgetEnds()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    for (int i = 0; i < 1000 && !bench.incidents().contains(u"model_timeout!"_s); ++i) {
        if (!bench.model->isGone(bench.model->requestCount() - 1))
            bench.model->lastJob().fail(u"model_busy"_s);
        bench.clock.advance(50ms);
    }
    QCOMPARE(bench.incidents(), (QStringList{u"model_busy"_s, u"model_slow"_s, u"model_timeout!"_s}));
    QVERIFY(bench.pipe->upOf<Incident>().back().error.message.contains(u"failed with model_busy"_s));
    const int requests = bench.model->requestCount();
    QVERIFY(requests > 10 && requests < 40);
    bench.clock.advance(1min);
    QCOMPARE(bench.model->requestCount(), requests);
}

void TestResponderProcessor::oneRacerMayFail()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(0).fail(u"model_busy"_s);
    QCOMPARE(bench.model->requestCount(), 2);
    bench.model->job(1).say(u"Hi."_s);
    bench.model->job(1).finish();
    QCOMPARE(bench.text(), u"Hi."_s);
    QVERIFY(!bench.incidents().contains(u"model_busy"_s));
}

void TestResponderProcessor::aRefusalIsFatal()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(0).fail(u"model_refused"_s);
    QCOMPARE(bench.incidents().last(), u"model_refused!"_s);
    QVERIFY(bench.model->isGone(1));
    QCOMPARE(bench.dones(), 1);
    bench.clock.advance(1min);
    QCOMPARE(bench.model->requestCount(), 2);
    QCOMPARE(bench.incidents().count(u"model_timeout!"_s), 0);
}

void TestResponderProcessor::anEmptyAnswerIsRetriedOnce()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).fail(u"model_empty"_s);
    QCOMPARE(bench.model->requestCount(), 2);
    QVERIFY(bench.incidents().isEmpty());
    bench.model->job(1).fail(u"model_empty"_s);
    QCOMPARE(bench.model->requestCount(), 2);
    QCOMPARE(bench.sentences(), QStringList{u"I'm sorry, could you say that again?"_s});
    QCOMPARE(bench.incidents(), QStringList{u"model_empty"_s});
    QCOMPARE(bench.dones(), 1);
}

void TestResponderProcessor::anEmptyAnswerBehindAFunctionIsFine()
{
    Bench bench;
    bench.turn(1, u"Press one."_s);
    bench.model->job(0).say(u"Done."_s);
    bench.model->job(0).finish({kSlots});
    bench.toolResult(1, kSlots);
    bench.model->job(1).fail(u"model_empty"_s);
    QCOMPARE(bench.model->requestCount(), 2);
    QCOMPARE(bench.dones(), 1);
    QVERIFY(bench.incidents().isEmpty());
    QVERIFY(bench.sentences().isEmpty());
}

void TestResponderProcessor::aMalformedCallIsRetriedAtLastWithoutFunctions()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.model->job(0).fail(u"model_malformed_call"_s);
    QVERIFY(bench.model->requests.at(1) == bench.model->requests[0]);
    bench.model->job(1).fail(u"model_malformed_call"_s);
    QVERIFY(bench.model->requests.at(2).tools.empty());
    bench.model->job(2).fail(u"model_malformed_call"_s);
    QCOMPARE(bench.model->requestCount(), 3);
    QCOMPARE(bench.sentences().size(), 1);
    QCOMPARE(bench.incidents(), QStringList{u"model_malformed_call"_s});
}

void TestResponderProcessor::aBlockedAnswerIsReplaced()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).fail(u"model_blocked"_s);
    QCOMPARE(bench.model->requestCount(), 1);
    QCOMPARE(bench.sentences(), QStringList{u"I'm sorry, I can't help with that."_s});
    QCOMPARE(bench.incidents(), QStringList{u"model_blocked"_s});
    QVERIFY(bench.pipe->down.back() == Frame(ModelDone{.turn = 1}));
    bench.heard(1, u"I'm sorry, I can't help with that."_s);
    bench.turn(2, u"Why?"_s);
    QVERIFY(bench.asked() ==
            (Messages{user(u"Hello?"_s), plain(u"I'm sorry, I can't help with that."_s), user(u"Why?"_s)}));
}

void TestResponderProcessor::aBlockedAnswerBehindWordsIsReplaced()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Well, you"_s);
    bench.model->job(0).fail(u"model_blocked"_s);
    QCOMPARE(bench.sentences(), QStringList{u"I'm sorry, I can't help with that."_s});
    bench.heard(1, u"Well, you I'm sorry, I can't help with that."_s);
    bench.turn(2, u"Why?"_s);
    QVERIFY(bench.asked() ==
            (Messages{user(u"Hello?"_s), plain(u"I'm sorry, I can't help with that."_s), user(u"Why?"_s)}));
}

void TestResponderProcessor::nothingIsRetriedBehindWords()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.model->job(0).say(u"Good mor"_s);
    bench.model->job(0).fail(u"model_busy"_s);
    bench.clock.advance(1min);
    QCOMPARE(bench.model->requestCount(), 1);
    QCOMPARE(bench.incidents(), QStringList{u"model_busy"_s});
    QVERIFY(bench.pipe->down.back() == Frame(ModelDone{.turn = 1}));
    bench.heard(1, u"Good mor"_s);
    bench.turn(2, u"What?"_s);
    QVERIFY(bench.asked() == (Messages{user(u"Hello?"_s), plain(u"Good mor"_s), user(u"What?"_s)}));
}

void TestResponderProcessor::incidentsTellTheOperator()
{
    Bench bench;
    bench.turn(1, u"Hello?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(1).say(u"Hi."_s);
    bench.turn(2, u"Well?"_s);
    bench.clock.advance(8s);
    const std::vector<Incident> incidents = bench.pipe->upOf<Incident>();
    QCOMPARE(incidents.size(), size_t(4));
    for (const Incident &incident : incidents) {
        QCOMPARE(incident.error.fault, Fault::Vendor);
        QVERIFY(incident.error.message.size() > 40);
    }
    QVERIFY(incidents[0].error.message.contains(u"1.5 s"_s));
    QVERIFY(incidents[3].error.message.contains(u"8 s"_s));
}

void TestResponderProcessor::nothingSpeculativeLeaves()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.model->job(0).say(u"One second."_s);
    bench.model->job(0).finish({kSlots});
    QVERIFY(bench.pipe->down.empty());
    QVERIFY(bench.pipe->up.empty());
}

void TestResponderProcessor::aConfirmedSpeculationIsReleasedInOrder()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    bench.model->job(0).say(u"One "_s);
    bench.model->job(0).say(u"second."_s);
    bench.model->job(0).finish({kSlots});
    const SpeculationResolved confirmed{.turn = 1, .confirmed = true};
    bench.pipe->downstream(confirmed);
    QVERIFY(
        bench.pipe->down ==
        (std::vector<Frame>{
            confirmed, UserTurn{.turn = 1, .text = u"Tuesday?"_s, .speculative = true},
            ModelText{.turn = 1, .text = u"One "_s}, ModelText{.turn = 1, .text = u"second."_s}, 
            ToolCall{.turn = 1, .id = u"a"_s, .name = u"find_slots"_s, .arguments = kSlots.arguments}}));
    bench.toolResult(1, kSlots);
    QCOMPARE(bench.model->requestCount(), 2);
}

void TestResponderProcessor::aConfirmedSpeculationGoesOnLive()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    bench.model->job(0).say(u"One "_s);
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = true});
    QCOMPARE(bench.text(), u"One "_s);
    bench.model->job(0).say(u"second."_s);
    bench.model->job(0).finish();
    QCOMPARE(bench.text(), u"One second."_s);
    QCOMPARE(bench.dones(), 1);
}

void TestResponderProcessor::aWithdrawnSpeculationIsForgotten()
{
    Bench bench;
    bench.turn(1, u"I would"_s, true);
    bench.model->job(0).say(u"Yes?"_s);
    const SpeculationResolved withdrawn{.turn = 1, .confirmed = false};
    bench.pipe->downstream(withdrawn);
    QVERIFY(bench.model->isGone(0));
    QVERIFY(bench.pipe->down == std::vector<Frame>{withdrawn});
    bench.turn(1, u"I would like Tuesday."_s);
    QVERIFY(bench.asked() == Messages{user(u"I would like Tuesday."_s)});
    bench.model->job(1).say(u"Sure."_s);
    QCOMPARE(bench.text(), u"Sure."_s);
    bench.clock.advance(1min);
    QVERIFY(bench.incidents().isEmpty());
}

void TestResponderProcessor::aSpeculationReplacedWithoutWordIsForgotten()
{
    Bench bench;
    bench.turn(1, u"I would"_s, true);
    bench.model->job(0).say(u"Yes?"_s);
    bench.turn(1, u"I would like Tuesday."_s);
    QVERIFY(bench.asked() == Messages{user(u"I would like Tuesday."_s)});
    QCOMPARE(bench.text(), QString());
    QCOMPARE(bench.dones(), 0);
}

void TestResponderProcessor::speculationsHaveNoFiller()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    bench.clock.advance(2s);
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = true});
    QVERIFY(bench.sentences().isEmpty());
    bench.clock.advance(1'499ms);
    QVERIFY(bench.sentences().isEmpty());
    bench.clock.advance(1ms);
    QCOMPARE(bench.sentences().size(), 1); // the callee waits since the confirmation
    bench.clock.advance(6'499ms);
    QVERIFY(!bench.incidents().contains(u"model_timeout!"_s));
    bench.clock.advance(1ms);
    QVERIFY(bench.incidents().contains(u"model_timeout!"_s));
}

void TestResponderProcessor::failuresOfASpeculationAreHeld()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    bench.model->job(0).fail(u"model_refused"_s);
    QVERIFY(bench.pipe->up.empty());
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = true});
    QCOMPARE(bench.incidents(), QStringList{u"model_refused!"_s});

    Bench other;
    other.turn(1, u"Tuesday?"_s, true);
    other.model->job(0).fail(u"model_refused"_s);
    other.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = false});
    QVERIFY(other.incidents().isEmpty());
}

void TestResponderProcessor::aStrangersResolutionChangesNothing()
{
    Bench bench;
    bench.turn(2, u"Tuesday?"_s, true);
    bench.model->job(0).say(u"Yes."_s);
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = true});
    QCOMPARE(bench.text(), QString());
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = false});
    bench.pipe->downstream(SpeculationResolved{.turn = 2, .confirmed = true});
    QCOMPARE(bench.text(), u"Yes."_s);
    bench.pipe->downstream(SpeculationResolved{.turn = 2, .confirmed = false}); // settled already
    bench.model->job(0).finish();
    QCOMPARE(bench.dones(), 1);
}

void TestResponderProcessor::anInterruptedSpeculationIsForgotten()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    bench.model->job(0).say(u"Yes."_s);
    bench.pipe->downstream(Interrupted{.turn = 1});
    bench.pipe->downstream(SpeculationResolved{.turn = 1, .confirmed = true});
    QCOMPARE(bench.text(), QString());
    bench.turn(2, u"Hello?"_s);
    QVERIFY(bench.asked() == Messages{user(u"Hello?"_s)});
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
