#include "tests/engine/calls/call_rig.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using telephony::CallStatus;

namespace {

support::ModelStep silent()
{
    return {.silent = true};
}

/// Whether something of a request says this.
bool mentions(const dialogue::ModelRequest &request, const QString &text)
{
    return std::any_of(request.messages.begin(), request.messages.end(),
                       [&text](const dialogue::Message &message) { return message.text.contains(text); });
}

} // namespace

/// What is said in a call, and when: greeting, silence, limits, functions, endings.
class TestLiveCallTalk : public QObject
{
    Q_OBJECT

private slots:
    void agentFirstSpeaksInTheTurnOfTheEventLoopThatStartsTheStream();
    void agentFirstWithoutGreetingAsksTheModelWhileItRings();
    void calleeFirstIsGreetedWhenTheySpeak();
    void calleeFirstIsGreetedAfterTwoSecondsOfSilence();
    void aCoughDoesNotKeepTheAgentSilent();
    void theGreetingIsSaidOnce();
    void silenceIsAskedAboutAndThenEndsTheCall();
    void theModelIsToldThatTimeRunsOutAndTheCallEndsPolitely();
    void endCallLetsTheLastWordsBeHeard();
    void endCallIsWithdrawnWhenTheCalleeTalksIntoIt();
    void endCallIsWithdrawnWhileTheGoodbyeIsStillBeingMade();
    void silenceIsStillNoticedAfterAWithdrawnEnd();
    void aGoodbyeThatIsNeverHeardEndsAnyway();
    void aFatalIncidentApologisesAndEnds();
    void aFatalIncidentWhileItRingsCancelsTheCall();
    void doNotCallIsPassedOnAndEndsTheCall();
    void transferHandsTheCalleeOver();
    void transferGoesOnlyWhereCallsMayGo();
    void aTransferTheCarrierRefusesIsToldToTheModel();
    void aTransferToNoNumberIsToldToTheModel();
    void digitsAreSentAsTones();
    void anUnknownFunctionIsToldToTheModel();
    void nobodyHeardForFourSecondsIsDeadAir();
    void aGreetingWithoutThinkingIsNoDeadAir();
    void theGreetingAnswersAGuessedTurnToo();
    void interruptionsAreAccountedFor();
    void nothingIsThoughtOnceTheLineIsDead();
    void everyLineKnowsWhenItBegan();
    void theModelKnowsWhomItTalksTo();
};

void TestLiveCallTalk::agentFirstSpeaksInTheTurnOfTheEventLoopThatStartsTheStream()
{
    CallRig rig;
    rig.config.greetingMode = config::GreetingMode::AgentFirst;
    rig.place();
    rig.answer(2s);
    QVERIFY(rig.line->sent().size() == 5 * support::ScriptedTextToSpeech::kWordBytes); // no clock has moved since
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList(kHello));
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.log.ends().at(0).answerToFirstAudioMs, std::optional<double>(0.0));
}

void TestLiveCallTalk::agentFirstWithoutGreetingAsksTheModelWhileItRings()
{
    CallRig rig;
    rig.config.greetingMode = config::GreetingMode::AgentFirst;
    rig.config.greeting.clear();
    rig.factory.script = {says("Good day from the model.")};
    rig.place();
    QCOMPARE(rig.factory.requests.size(), 1u);
    rig.answer(2s);
    QVERIFY(!rig.line->sent().isEmpty());
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList("Good day from the model."));
    QCOMPARE(rig.factory.requests.size(), 1u);
}

void TestLiveCallTalk::calleeFirstIsGreetedWhenTheySpeak()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(900ms);
    QVERIFY(rig.line->sent().isEmpty());
    rig.calleeSays("Hello?");
    QVERIFY(!rig.line->sent().isEmpty());
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList(kHello));
    QVERIFY(rig.factory.requests.empty()); // the greeting is not the model's
}

void TestLiveCallTalk::calleeFirstIsGreetedAfterTwoSecondsOfSilence()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(1999ms);
    QVERIFY(rig.line->sent().isEmpty());
    rig.pass(1ms);
    QVERIFY(!rig.line->sent().isEmpty());
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList(kHello));
}

void TestLiveCallTalk::aCoughDoesNotKeepTheAgentSilent()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(1s);
    emit rig.agent->calleeHeard(); // the detector hears something; no words ever come
    rig.pass(400ms);
    emit rig.agent->calleeStopped();
    rig.pass(1999ms);
    QVERIFY(rig.line->sent().isEmpty());
    rig.pass(1ms);
    QVERIFY(!rig.line->sent().isEmpty());
    emit rig.agent->calleeHeard();
    emit rig.agent->calleeStopped();
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList(kHello)); // and only once
}

void TestLiveCallTalk::theGreetingIsSaidOnce()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.factory.script = {says("I am fine.")};
    rig.pass(4s); // greeted: nobody spoke
    rig.calleeSays("Hello, how are you?");
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList({kHello, "I am fine."}));
}

void TestLiveCallTalk::silenceIsAskedAboutAndThenEndsTheCall()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(2s + 500ms + 100ms); // silence, the greeting of five words, its last mark
    QCOMPARE(rig.log.heard(), QStringList(kHello));
    rig.pass(7800ms);
    QCOMPARE(rig.log.speaking().size(), 1);
    rig.pass(300ms);
    QCOMPARE(rig.log.speaking().last(), rig.settings.stillThere);
    rig.pass(500ms); // four words
    QCOMPARE(rig.log.heard().size(), 2);
    rig.pass(7400ms);
    QCOMPARE(rig.log.speaking().size(), 2);
    rig.pass(300ms);
    QCOMPARE(rig.log.speaking().last(), rig.settings.silentGoodbye);
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(1900ms); // twelve words, and 300 ms more
    QCOMPARE(rig.log.heard().last(), rig.settings.silentGoodbye);
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("callee_silent"));
    QCOMPARE(rig.log.ends().at(0).calleeTurns, 0);
    QCOMPARE(rig.log.ends().at(0).agentTurns, 3);
}

void TestLiveCallTalk::theModelIsToldThatTimeRunsOutAndTheCallEndsPolitely()
{
    CallRig rig;
    rig.place();
    rig.answer();
    const auto start = rig.clock.now();
    const auto until = [&rig, start](std::chrono::seconds time) {
        rig.pass(std::chrono::duration_cast<std::chrono::milliseconds>(start + time - rig.clock.now()));
    };
    rig.calleeSays("Hello?");
    for (int second = 7; second < 535; second += 7) {
        until(std::chrono::seconds(second));
        rig.factory.script = {says("Do go on.")};
        rig.calleeSays("And another thing.");
    }
    QVERIFY(!mentions(rig.factory.requests.back(), "within a minute"));
    until(539s);
    rig.factory.script = {says("Do go on.")};
    rig.calleeSays("More.");
    QVERIFY(!mentions(rig.factory.requests.back(), "within a minute"));
    until(541s);
    rig.factory.script = {says("We are nearly done.")};
    rig.calleeSays("And more.");
    QVERIFY(mentions(rig.factory.requests.back(), "within a minute"));
    for (int second = 548; second < 598; second += 7) {
        until(std::chrono::seconds(second));
        rig.factory.script = {says("Do go on.")};
        rig.calleeSays("And more.");
    }
    rig.pass(std::chrono::duration_cast<std::chrono::milliseconds>(start + 599990ms - rig.clock.now()));
    QVERIFY(!rig.log.speaking().contains(rig.settings.timeGoodbye));
    rig.pass(20ms);
    QCOMPARE(rig.log.speaking().last(), rig.settings.timeGoodbye);
    rig.pass(3s);
    QCOMPARE(rig.log.heard().last(), rig.settings.timeGoodbye);
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("time_limit"));
    QVERIFY2(rig.log.incidents().isEmpty(), qPrintable(rig.log.incidents().join(' ')));
}

void TestLiveCallTalk::endCallLetsTheLastWordsBeHeard()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("Thank you. Goodbye.", "end_call", {{"reason", "conversation complete"}})};
    rig.calleeSays("That is all.");
    rig.pass(350ms); // two sentences of three words in all
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(600ms);
    QCOMPARE(rig.log.heard().last(), QString("Thank you. Goodbye."));
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    const auto tools = rig.log.only<records::ToolCalled>();
    QCOMPARE(tools.size(), 1u);
    QCOMPARE(tools[0].name, QString("end_call"));
    QCOMPARE(tools[0].arguments, (QJsonObject{{"reason", "conversation complete"}}));
    QVERIFY(!tools[0].result.isEmpty());
    QCOMPARE(rig.factory.requests.size(), 1u); // nothing more is asked of the model
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("agent_ended"));
}

void TestLiveCallTalk::endCallIsWithdrawnWhenTheCalleeTalksIntoIt()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {
        usesTool("Thank you very much for your time today. Goodbye.", "end_call", {{"reason", "done"}}),
        says("It is open.")};
    rig.calleeSays("That is all.");
    rig.pass(400ms);
    rig.factory.ears->interim("Wait, one more question.");
    rig.pass(200ms);
    QVERIFY(rig.line->count("clear") >= 1);
    rig.factory.ears->turn("Wait, one more question.");
    rig.listen();
    QCOMPARE(rig.log.heard().last(), QString("It is open."));
    const auto goodbye = rig.log.only<records::AgentTurn>()[1];
    QVERIFY(goodbye.interrupted);
    QVERIFY(goodbye.cut.endsWith("Goodbye."));
    rig.factory.script = {usesTool("Goodbye.", "end_call", {{"reason", "done"}})};
    rig.pass(1s);
    QVERIFY(rig.network.asked().isEmpty());
    rig.calleeSays("Now that is really all."); // and it can be ended again
    rig.listen();
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
}

void TestLiveCallTalk::endCallIsWithdrawnWhileTheGoodbyeIsStillBeingMade()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("Thank you very much for your time today.", "end_call", {{"reason", "done"}}),
                          says("It is open.")};
    rig.calleeSays("That is all.");
    rig.pass(25ms); // the model has answered, the voice has not
    QCOMPARE(rig.log.only<records::ToolCalled>().size(), 1u);
    rig.factory.ears->interim("But one more question.");
    rig.factory.ears->turn("But one more question.");
    rig.listen();
    rig.pass(1s);
    QVERIFY2(rig.network.asked().isEmpty(), "hung up on a callee who was asking something");
    QCOMPARE(rig.log.heard().last(), QString("It is open."));
}

void TestLiveCallTalk::silenceIsStillNoticedAfterAWithdrawnEnd()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {
        usesTool("Thank you very much for your time today. Goodbye.", "end_call", {{"reason", "done"}}),
        says("It is open.")};
    rig.calleeSays("That is all.");
    rig.pass(400ms);
    rig.factory.ears->interim("Wait, one more question.");
    rig.factory.ears->turn("Wait, one more question.");
    rig.pass(20s);
    QVERIFY(rig.network.asked().isEmpty() || rig.log.speaking().contains(rig.settings.silentGoodbye));
    QVERIFY(rig.log.speaking().contains(rig.settings.stillThere));
}

void TestLiveCallTalk::aGoodbyeThatIsNeverHeardEndsAnyway()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.line->withholdMarks(); // the carrier confirms nothing any more
    rig.factory.script = {usesTool("Goodbye.", "end_call", {{"reason", "done"}})};
    rig.calleeSays("Bye.");
    rig.pass(16s);
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
}

void TestLiveCallTalk::aFatalIncidentApologisesAndEnds()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.ears->lose({Fault::Settings, "stt_refused", "The key was refused."}, false);
    QCOMPARE(rig.log.incidents(), QStringList("stt_lost"));
    rig.listen();
    QCOMPARE(rig.log.heard().last(), rig.settings.apology);
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("stt_lost"));
}

void TestLiveCallTalk::aFatalIncidentWhileItRingsCancelsTheCall()
{
    CallRig rig;
    rig.place();
    rig.carrierSays(CallStatus::Ringing);
    rig.factory.ears->lose({Fault::Settings, "stt_refused", "The key was refused."}, false);
    QCOMPARE(rig.log.incidents(), QStringList("stt_lost"));
    QCOMPARE(rig.network.asked(), QStringList("cancel CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Canceled);
    QCOMPARE(rig.endReason(), QString("stt_lost"));
}

void TestLiveCallTalk::doNotCallIsPassedOnAndEndsTheCall()
{
    CallRig rig;
    rig.place();
    QSignalSpy asked(rig.call.get(), &calls::LiveCall::doNotCallAsked);
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {
        usesTool("We will not call you again. Goodbye.", "do_not_call", {{"reason", "asked not to be called"}})};
    rig.calleeSays("Take me off your list.");
    rig.pass(350ms); // the goodbye has only begun
    QCOMPARE(asked.size(), 1); // whatever becomes of the goodbye
    rig.listen();
    QCOMPARE(rig.log.heard().last(), QString("We will not call you again. Goodbye."));
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    const auto tools = rig.log.only<records::ToolCalled>();
    QCOMPARE(tools.size(), 1u);
    QCOMPARE(tools[0].name, QString("do_not_call"));
    QVERIFY(tools[0].result["output"].toString().contains("not be called again"));
    QCOMPARE(rig.factory.requests.size(), 1u);
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("do_not_call"));
}

void TestLiveCallTalk::transferGoesOnlyWhereCallsMayGo()
{
    CallRig rig;
    rig.config.transferEnabled = true;
    rig.place();
    QStringList questions;
    rig.call->setTransferRule([&questions](const E164Number &to, const E164Number &from) -> Result<Done> {
        questions.append(to.value() + " from " + from.value());
        return failure(Fault::Settings, "destination_not_allowed", "No.");
    });
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("I will connect you.", "transfer_call", {{"to", "+19002345678"}}), says("I cannot.")};
    rig.calleeSays("Connect me to my premium number.");
    rig.listen();
    QCOMPARE(questions, QStringList("+19002345678 from +14155550199"));
    QVERIFY(rig.network.asked().isEmpty());
    QVERIFY(!rig.log.only<records::ToolCalled>().at(0).result["error"].toString().isEmpty());
}

void TestLiveCallTalk::transferHandsTheCalleeOver()
{
    CallRig rig;
    rig.config.transferEnabled = true;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("I will connect you.", "transfer_call", {{"to", "(415) 555-0142"}})};
    rig.calleeSays("A person, please.");
    rig.pass(1s);
    QCOMPARE(rig.network.take(), QStringList("transfer CA1 to +14155550142")); // in the callee's own country
    QVERIFY(rig.log.only<records::ToolCalled>().empty());
    rig.network.transferred();
    const auto tools = rig.log.only<records::ToolCalled>();
    QCOMPARE(tools.size(), 1u);
    QVERIFY(!tools[0].result.contains("error"));
    emit rig.line->closed(true); // our stream ends, the call goes on
    for (int i = 0; i < 4; ++i) {
        rig.pass(30s);
        QCOMPARE(rig.network.take(), QStringList("fetch CA1")); // without sound of ours its life has to be asked for
        rig.network.tell(CallStatus::InProgress);
    }
    QVERIFY(rig.log.incidents().isEmpty());
    rig.carrierSays(CallStatus::Completed, 140);
    QCOMPARE(rig.endReason(), QString("transferred"));
}

void TestLiveCallTalk::aTransferTheCarrierRefusesIsToldToTheModel()
{
    CallRig rig;
    rig.config.transferEnabled = true;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("I will connect you.", "transfer_call", {{"to", "+14155550142"}}),
                          says("I am sorry, that did not work.")};
    rig.calleeSays("A person, please.");
    rig.pass(1s);
    rig.network.refuseTransfer({Fault::Carrier, "carrier_refused", "Not now."});
    rig.listen();
    QCOMPARE(rig.log.incidents(), QStringList("carrier_refused"));
    QCOMPARE(rig.log.heard().last(), QString("I will connect you. I am sorry, that did not work."));
    rig.call->hangUp("operator"); // still ours to end
    QVERIFY(rig.network.asked().contains("complete CA1"));
}

void TestLiveCallTalk::aTransferToNoNumberIsToldToTheModel()
{
    CallRig rig;
    rig.config.transferEnabled = true;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("", "transfer_call", {{"to", "12"}}), says("I cannot reach them.")};
    rig.calleeSays("A person, please.");
    rig.listen();
    QVERIFY(rig.network.asked().isEmpty());
    QVERIFY(rig.log.only<records::ToolCalled>().at(0).result.contains("error"));
    QCOMPARE(rig.log.heard().last(), QString("I cannot reach them."));
}

void TestLiveCallTalk::digitsAreSentAsTones()
{
    CallRig rig;
    rig.config.sendDigitsEnabled = true;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    const qsizetype before = rig.line->sent().size();
    rig.factory.script = {usesTool("", "send_digits", {{"digits", "1w2"}}), says("Done.")};
    rig.calleeSays("Press one.");
    rig.listen();
    QVERIFY(rig.line->sent().size() - before > 500 * 8); // two tones and half a second between them
    QVERIFY(!rig.log.only<records::ToolCalled>().at(0).result.contains("error"));
    QCOMPARE(rig.log.heard().last(), QString("Done."));
    rig.factory.script = {usesTool("", "send_digits", {{"digits", "1x"}}), says("That is no key.")};
    rig.calleeSays("Press x.");
    rig.listen();
    QVERIFY(rig.log.only<records::ToolCalled>().at(1).result.contains("error"));
}

void TestLiveCallTalk::anUnknownFunctionIsToldToTheModel()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {usesTool("", "open_door", {}), says("I cannot do that.")};
    rig.calleeSays("Open the door.");
    rig.listen();
    QVERIFY(rig.log.only<records::ToolCalled>().at(0).result.contains("error"));
    QCOMPARE(rig.log.heard().last(), QString("I cannot do that."));
}

void TestLiveCallTalk::nobodyHeardForFourSecondsIsDeadAir()
{
    CallRig rig;
    rig.settings.filler.clear(); // else "one moment" is heard in time
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {silent(), silent()}; // the second one races the first
    rig.calleeSays("Are you there?");
    rig.pass(3800ms); // the speech ended when its last word came, 100 ms before its turn did
    QVERIFY(!rig.log.incidents().contains("dead_air"));
    rig.pass(300ms);
    QCOMPARE(rig.log.incidents().count("dead_air"), 1);
    rig.pass(10s);
    QCOMPARE(rig.log.incidents().count("dead_air"), 1);
    QVERIFY(rig.log.incidents().contains("model_timeout"));
    QCOMPARE(rig.log.heard().last(), rig.settings.apology);
}

void TestLiveCallTalk::aGreetingWithoutThinkingIsNoDeadAir()
{
    // It is audible within the same turn of the event loop in which the callee's turn ends.
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.pass(7s);
    QCOMPARE(rig.log.heard(), QStringList(kHello));
    QVERIFY2(rig.log.incidents().isEmpty(), qPrintable(rig.log.incidents().join(' ')));
}

void TestLiveCallTalk::theGreetingAnswersAGuessedTurnToo()
{
    using Kind = pipeline::Transcript::Kind;
    CallRig rig;
    rig.place();
    rig.answer();
    rig.factory.ears->interim("Hello?");
    rig.factory.ears->say(Kind::EagerEndOfTurn, "Hello?");
    rig.pass(100ms);
    QVERIFY(rig.line->sent().isEmpty()); // nothing of a guess is heard
    rig.factory.ears->say(Kind::TurnResumed, "");
    rig.pass(100ms);
    rig.factory.ears->interim("Hello, who is there?");
    rig.factory.ears->say(Kind::EagerEndOfTurn, "Hello, who is there?");
    rig.pass(100ms);
    rig.factory.ears->turn("Hello, who is there?");
    rig.listen();
    QCOMPARE(rig.log.heard(), QStringList(kHello));
    QVERIFY(rig.factory.requests.empty());
    QCOMPARE(rig.log.only<records::CalleeSaid>().back().turn, 1);
    QCOMPARE(rig.log.only<records::AgentTurn>().front().turn, 1);
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCallTalk::interruptionsAreAccountedFor()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {says("On Tuesday you can come at ten or at four in the afternoon."),
                          says("Thursday is fine.")};
    rig.calleeSays("When?");
    rig.pass(700ms);
    rig.factory.ears->interim("What about Thursday?");
    rig.factory.ears->turn("What about Thursday?");
    rig.listen();
    const auto turns = rig.log.only<records::AgentTurn>();
    QCOMPARE(turns.size(), 3u);
    QVERIFY(turns[1].interrupted);
    QVERIFY2(turns[1].heard.startsWith("On Tuesday you can"), qPrintable(turns[1].heard));
    QVERIFY(!turns[1].cut.isEmpty());
    QCOMPARE((turns[1].heard + ' ' + turns[1].cut).trimmed(),
             QString("On Tuesday you can come at ten or at four in the afternoon."));
    QVERIFY(!turns[2].interrupted);
    QCOMPARE(turns[2].cut, QString());
    QCOMPARE(turns[2].promptTokens, 100);
    QCOMPARE(turns[2].outputTokens, 20);
    QVERIFY(turns[2].connectionReused);
    QCOMPARE(turns[2].spokenCharacters, static_cast<int>(QString("Thursday is fine.").size()));
    QCOMPARE(turns[2].rule, QString("vendor_end_of_turn"));
    // The callee's words carry the number of the turn that answers them.
    QList<int> numbers;
    for (const auto &said : rig.log.only<records::CalleeSaid>())
        if (said.final)
            numbers.append(said.turn);
    QCOMPARE(numbers, QList<int>({turns[0].turn, turns[1].turn, turns[2].turn}));
    QVERIFY(turns[2].latency.totalMs);
    // Only what was heard is what the model remembers.
    QVERIFY(!mentions(rig.factory.requests.back(), "afternoon"));
}

void TestLiveCallTalk::nothingIsThoughtOnceTheLineIsDead()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {says("On Tuesday.")};
    rig.factory.ears->interim("Yes, this");
    rig.pass(100ms);
    rig.stopSound();
    rig.line->die();
    rig.pass(10s); // the pause would have made a turn of what they had begun to say
    QVERIFY(rig.factory.requests.empty());
    QCOMPARE(rig.log.incidents(), QStringList("media_lost"));
}

void TestLiveCallTalk::everyLineKnowsWhenItBegan()
{
    CallRig rig;
    rig.factory.script = {says("Fine. And you?")};
    rig.place();
    rig.answer();
    for (const char *words : {"Hello?", "How are you?"}) {
        rig.pass(1s);
        rig.calleeSays(words); // the first of it 100 ms before the last
        rig.listen();
    }
    QList<QDateTime> calleeBegan;
    for (const auto &said : rig.log.only<records::CalleeSaid>(CallSid("CA1")))
        if (said.final)
            QCOMPARE(said.begunAt.msecsTo(said.at), 100);
        else
            calleeBegan.append(said.at);
    QCOMPARE(calleeBegan.size(), 2);
    const auto speaking = rig.log.only<records::AgentSpeaking>(CallSid("CA1"));
    const auto turns = rig.log.only<records::AgentTurn>(CallSid("CA1"));
    QCOMPARE(turns.size(), 2u);
    QCOMPARE(turns[0].begunAt, speaking[0].at);
    QCOMPARE(turns[1].begunAt, speaking[1].at); // of its first sentence
    QVERIFY(turns[1].at > turns[1].begunAt);
}

void TestLiveCallTalk::theModelKnowsWhomItTalksTo()
{
    CallRig rig;
    rig.config.systemPrompt = "You are the desk.";
    rig.place();
    rig.answer();
    rig.calleeSays("Hello?");
    rig.listen();
    rig.factory.script = {says("Yes.")};
    rig.calleeSays("Are you the desk?");
    rig.listen();
    const auto &request = rig.factory.requests.back();
    QVERIFY(request.systemPrompt.startsWith("You are the desk."));
    QVERIFY(mentions(request, "Are you the desk?"));
    QVERIFY(mentions(request, kHello));
    QCOMPARE(request.tools.size(), 2u); // only what is allowed
    QCOMPARE(request.tools[0].name, QString("end_call"));
    QCOMPARE(request.tools[1].name, QString("do_not_call"));
}

DIALDESK_TEST(TestLiveCallTalk)
#include "tst_live_call_talk.moc"
