#include "tests/engine/calls/call_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using telephony::CallStatus;

namespace {

Error carrierTrouble()
{
    return {Fault::Carrier, "carrier_unreachable", "The carrier did not answer."};
}

} // namespace

/// The life of a call at the carrier; what is said in it is in tst_live_call_talk.cpp.
class TestLiveCall : public QObject
{
    Q_OBJECT

private slots:
    void unansweredCallsEndWithTheCarriersWord_data();
    void unansweredCallsEndWithTheCarriersWord();
    void aFailedCallSaysWhy_data();
    void aFailedCallSaysWhy();
    void anAnsweredCallHasItsStatesAndItsNumbers();
    void theFirstWordIsCountedFromPickUp();
    void theStepsOfACallAreTold();
    void theLevelsAreThoseOfTheLine();
    void nothingIsOpenAfterTheEnd();
    void repeatedAndLateCallbacksChangeNothing();
    void mediaMayOvertakeTheCallback();
    void hangingUpInEachState_data();
    void hangingUpInEachState();
    void hangingUpTwiceAsksOnce();
    void aRefusedHangUpIsTriedAgain();
    void aHangUpThatDidNotWorkIsRepeated();
    void aMissingCallbackIsAskedFor();
    void oneLostCallbackIsNoIncident();
    void aCallInTheCarriersQueueIsNotLost();
    void aCarrierThatNeverAnswersLosesTheCall();
    void aCallUnknownToTheCarrierIsOver();
    void aSecondWithoutSoundIsShownAndTenEndTheCall();
    void soundThatComesBackIsShownAnewNextTime();
    void aStreamThatDiesEndsTheCall();
    void anOrderlyStreamEndWaitsForTheCallbackAndThenAsks();
    void aCallOfTheCloudIsAskedForNowAndThen();
    void theCalleeHangingUpDuringTheGoodbyeAsksTheCarrierNothing();
    void whatWasPlayingIsAccountedForBeforeTheEnd();
};

void TestLiveCall::unansweredCallsEndWithTheCarriersWord_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("reason");
    QTest::newRow("busy") << static_cast<int>(CallStatus::Busy) << "busy"
                          << "busy";
    QTest::newRow("no answer") << static_cast<int>(CallStatus::NoAnswer) << "no-answer"
                               << "no_answer";
    QTest::newRow("failed") << static_cast<int>(CallStatus::Failed) << "failed"
                            << "carrier_failed";
    QTest::newRow("canceled") << static_cast<int>(CallStatus::Canceled) << "canceled"
                              << "canceled";
}

void TestLiveCall::unansweredCallsEndWithTheCarriersWord()
{
    QFETCH(int, status);
    QFETCH(QString, word);
    QFETCH(QString, reason);
    CallRig rig;
    rig.place();
    rig.carrierSays(CallStatus::Initiated);
    rig.carrierSays(CallStatus::Ringing);
    rig.pass(3s);
    rig.carrierSays(static_cast<CallStatus>(status));
    QCOMPARE(rig.log.states(), QStringList({"queued", "initiated", "ringing", word}));
    QCOMPARE(rig.finished, 1);
    const auto end = rig.log.ends().at(0);
    QCOMPARE(end.status, word);
    QCOMPARE(end.reason, reason);
    QCOMPARE(end.durationS, 0.0);
    QVERIFY(!end.answerToFirstAudioMs);
    QCOMPARE(end.agentTurns, 0);
    QVERIFY(rig.network.asked().isEmpty());
    QVERIFY(!rig.factory.ears->isReady()); // what was opened while it rang is closed
    QVERIFY(!rig.factory.voice->isReady());
}

void TestLiveCall::aFailedCallSaysWhy_data()
{
    QTest::addColumn<int>("sipCode");
    QTest::addColumn<QString>("words");
    QTest::newRow("no such number") << 404 << "Check the number.";
    QTest::newRow("refused on its way") << 603 << "The number may block calls from this caller id";
    QTest::newRow("the network is in trouble") << 503 << "Try again later";
    QTest::newRow("not told") << 0 << "Its console shows the reason.";
}

void TestLiveCall::aFailedCallSaysWhy()
{
    QFETCH(int, sipCode);
    QFETCH(QString, words);
    CallRig rig;
    rig.place();
    telephony::CallProgress progress;
    progress.sid = rig.call->facts().sid;
    progress.status = CallStatus::Failed;
    progress.sipCode = sipCode;
    rig.call->onProgress(progress);
    rig.call->onProgress(progress); // a repeated callback says nothing new
    const auto incidents = rig.log.only<records::IncidentHappened>();
    QCOMPARE(incidents.size(), 1u);
    QCOMPARE(incidents[0].error.fault, Fault::Carrier);
    QCOMPARE(incidents[0].error.code, QString("call_failed"));
    QVERIFY2(incidents[0].error.message.contains(words), qPrintable(incidents[0].error.message));
    QVERIFY(std::holds_alternative<records::CallEnded>(rig.log.all().back()));
}

void TestLiveCall::theFirstWordIsCountedFromPickUp()
{
    CallRig rig;
    rig.config.greetingMode = config::GreetingMode::AgentFirst;
    rig.place();
    rig.carrierSays(CallStatus::Ringing);
    rig.pass(2s);
    rig.carrierSays(CallStatus::InProgress);
    rig.pass(300ms); // the carrier fetches its instructions and opens the stream
    rig.stream();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.log.ends().at(0).answerToFirstAudioMs, std::optional<double>(300.0));
    QCOMPARE(rig.log.ends().at(0).streamToFirstAudioMs, std::optional<double>(0.0));
}

void TestLiveCall::theStepsOfACallAreTold()
{
    const auto steps = [](const CallRig &rig) {
        QStringList list;
        for (const records::CallNoted &note : rig.log.only<records::CallNoted>())
            list.append(note.text.isEmpty() ? note.what : note.what + ' ' + note.text);
        return list;
    };
    CallRig answered;
    answered.place();
    QCOMPARE(steps(answered), QStringList("connections_ready")); // before anybody picks up
    answered.answer();
    QCOMPARE(steps(answered), QStringList({"connections_ready", "stream_started"}));

    CallRig busy;
    busy.place();
    telephony::CallProgress progress;
    progress.sid = busy.call->facts().sid;
    progress.status = CallStatus::Busy;
    progress.sipCode = 486;
    busy.call->onProgress(progress);
    busy.call->onProgress(progress); // a repeated callback after the end tells nothing
    QCOMPARE(steps(busy), QStringList({"connections_ready", "carrier_code 486 Busy Here"}));
    QVERIFY(std::holds_alternative<records::CallEnded>(busy.log.all().back()));
}

void TestLiveCall::theLevelsAreThoseOfTheLine()
{
    CallRig rig;
    rig.place();
    QVERIFY(!rig.call->level()); // no sound, no level
    rig.answer();
    rig.pass(100ms);
    QCOMPARE(rig.call->level()->sid, rig.call->facts().sid);
    QCOMPARE(rig.call->level()->calleeDbfs, -100.0);
    rig.stopSound();
    for (int i = 0; i < 5; ++i)
        emit rig.line->audioReceived(QByteArray(160, '\x80'), 0ms); // 32124 of 32768
    QVERIFY(std::abs(rig.call->level()->calleeDbfs - -0.172) < 0.01);
    rig.carrierSays(CallStatus::Completed, 1);
    rig.line->die();
    QVERIFY(!rig.call->level());
}

void TestLiveCall::anAnsweredCallHasItsStatesAndItsNumbers()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.factory.script = {says("Nice to meet you.")};
    rig.calleeSays("Hello?"); // answered with the greeting
    rig.listen();
    rig.calleeSays("I am Robin.");
    rig.listen();
    rig.carrierSays(CallStatus::Completed, 17);
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing", "in-progress", "completed"}));
    const auto first = rig.log.only<records::CallStateChanged>().front();
    QCOMPARE(first.to, QString("+14155550100"));
    QCOMPARE(first.from, QString("+14155550199"));
    QCOMPARE(first.env, QString("local"));
    QCOMPARE(rig.log.said(), QStringList({"Hello?", "I am Robin."}));
    QCOMPARE(rig.log.heard(), QStringList({kHello, "Nice to meet you."}));
    const auto end = rig.log.ends().at(0);
    QCOMPARE(end.reason, QString("callee_hung_up"));
    QCOMPARE(end.durationS, 17.0); // the carrier's own count
    QCOMPARE(end.calleeTurns, 2);
    QCOMPARE(end.agentTurns, 2);
    QCOMPARE(end.answerToFirstAudioMs,
             std::optional<double>(100.0)); // the greeting was ready when the callee had spoken
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCall::nothingIsOpenAfterTheEnd()
{
    CallRig rig;
    rig.place();
    rig.answer();
    QVERIFY(rig.factory.ears->isReady());
    rig.carrierSays(CallStatus::Completed);
    QVERIFY(!rig.factory.ears->isReady());
    QVERIFY(!rig.factory.voice->isReady());
    QCOMPARE(rig.line->count("close"), 1);
    const size_t events = rig.log.all().size();
    rig.pass(700s);
    QCOMPARE(rig.log.all().size(), events); // the last event was the last
    QCOMPARE(rig.finished, 1);
    QVERIFY(rig.network.asked().isEmpty());
}

void TestLiveCall::repeatedAndLateCallbacksChangeNothing()
{
    CallRig rig;
    rig.place();
    rig.carrierSays(CallStatus::Ringing);
    rig.carrierSays(CallStatus::Initiated);
    rig.carrierSays(CallStatus::Ringing);
    rig.carrierSays(CallStatus::Busy);
    rig.carrierSays(CallStatus::Busy);
    rig.carrierSays(CallStatus::Completed);
    rig.carrierSays(CallStatus::Ringing);
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing", "busy"}));
    QCOMPARE(rig.log.ends().size(), 1u);
    QCOMPARE(rig.finished, 1);
}

void TestLiveCall::mediaMayOvertakeTheCallback()
{
    CallRig rig;
    rig.place();
    rig.pass(1s);
    rig.stream();
    QCOMPARE(rig.log.states(), QStringList({"queued", "in-progress"}));
    rig.carrierSays(CallStatus::Ringing);
    rig.carrierSays(CallStatus::InProgress);
    QCOMPARE(rig.log.states().size(), 2);
    rig.pass(5s);
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.log.ends().at(0).durationS, 5.0); // nobody told: our own count
}

void TestLiveCall::hangingUpInEachState_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("request");
    QTest::addColumn<int>("end");
    QTest::newRow("queued") << static_cast<int>(CallStatus::Queued) << "cancel CA1"
                            << static_cast<int>(CallStatus::Canceled);
    QTest::newRow("initiated") << static_cast<int>(CallStatus::Initiated) << "cancel CA1"
                               << static_cast<int>(CallStatus::Canceled);
    QTest::newRow("ringing") << static_cast<int>(CallStatus::Ringing) << "cancel CA1"
                             << static_cast<int>(CallStatus::Canceled);
    QTest::newRow("talking") << static_cast<int>(CallStatus::InProgress) << "complete CA1"
                             << static_cast<int>(CallStatus::Completed);
}

void TestLiveCall::hangingUpInEachState()
{
    QFETCH(int, state);
    QFETCH(QString, request);
    QFETCH(int, end);
    CallRig rig;
    rig.place();
    if (static_cast<CallStatus>(state) != CallStatus::Queued)
        rig.carrierSays(static_cast<CallStatus>(state));
    rig.call->hangUp("operator");
    QCOMPARE(rig.network.asked(), QStringList(request));
    rig.network.hungUp();
    QVERIFY(rig.log.ends().empty()); // over when the carrier says so
    rig.pass(200ms);
    rig.carrierSays(static_cast<CallStatus>(end));
    QCOMPARE(rig.endStatus(), telephony::toWord(static_cast<CallStatus>(end)));
    QCOMPARE(rig.endReason(), QString("operator"));
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCall::hangingUpTwiceAsksOnce()
{
    CallRig rig;
    rig.place();
    rig.call->hangUp("operator");
    rig.call->hangUp("shutdown");
    QCOMPARE(rig.network.asked(), QStringList("cancel CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Canceled);
    rig.call->hangUp("operator"); // over
    QCOMPARE(rig.network.asked().size(), 1);
    QCOMPARE(rig.endReason(), QString("operator"));
}

void TestLiveCall::aRefusedHangUpIsTriedAgain()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.call->hangUp("operator");
    rig.network.refuseHangUp(carrierTrouble());
    QCOMPARE(rig.log.incidents(), QStringList("carrier_unreachable"));
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.pass(1999ms);
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(1ms);
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.network.refuseHangUp(carrierTrouble());
    QCOMPARE(rig.log.incidents(), QStringList("carrier_unreachable")); // told once, or an hour's outage would fill the transcript
    rig.pass(2s);
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.network.refuseHangUp({Fault::Carrier, "carrier_failed", "The carrier answered 500."});
    QCOMPARE(rig.log.incidents(), QStringList({"carrier_unreachable", "carrier_failed"}));
    rig.pass(2s);
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("operator"));
}

void TestLiveCall::aHangUpThatDidNotWorkIsRepeated()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.call->hangUp("operator");
    rig.network.hungUp();
    rig.network.take();
    rig.pass(15s);
    QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
    rig.network.tell(CallStatus::InProgress); // it took the request, and the call lives
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.pass(15s);
    QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
    rig.network.tell(CallStatus::Completed, 31);
    QCOMPARE(rig.endReason(), QString("operator"));
    QCOMPARE(rig.log.ends().at(0).durationS, 31.0);
}

void TestLiveCall::aMissingCallbackIsAskedFor()
{
    CallRig rig;
    rig.place();
    rig.pass(44999ms); // 30 s of ringing and 15 s of patience
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(1ms);
    QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
    rig.network.tell(CallStatus::NoAnswer);
    QCOMPARE(rig.log.states(), QStringList({"queued", "no-answer"}));
    QCOMPARE(rig.endReason(), QString("no_answer"));
    QCOMPARE(rig.log.incidents(), QStringList("callbacks_missing")); // not one of them came: they go elsewhere
}

void TestLiveCall::oneLostCallbackIsNoIncident()
{
    CallRig rig;
    rig.place();
    rig.carrierSays(CallStatus::Ringing);
    rig.pass(45s);
    QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
    rig.network.tell(CallStatus::NoAnswer);
    QCOMPARE(rig.endReason(), QString("no_answer"));
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCall::aCallInTheCarriersQueueIsNotLost()
{
    // Twilio takes more calls than it dials and keeps them queued, for hours if it must.
    CallRig rig;
    rig.place();
    rig.pass(45s);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
        rig.network.tell(CallStatus::Queued);
        QVERIFY(rig.log.incidents().isEmpty());
        QVERIFY(rig.log.ends().empty());
        rig.pass(15s);
    }
    rig.network.tell(CallStatus::Ringing);
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing"}));
}

void TestLiveCall::aCarrierThatNeverAnswersLosesTheCall()
{
    CallRig rig;
    rig.place();
    rig.carrierSays(CallStatus::Ringing);
    rig.pass(45s);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
        rig.network.refuseFetch(carrierTrouble());
        QVERIFY(rig.log.ends().empty());
        rig.pass(15s);
    }
    QCOMPARE(rig.log.incidents(), QStringList("status_unknown"));
    QCOMPARE(rig.endStatus(), QString("failed"));
    QCOMPARE(rig.finished, 1);
}

void TestLiveCall::aCallUnknownToTheCarrierIsOver()
{
    CallRig rig;
    rig.place();
    rig.pass(45s);
    rig.network.refuseFetch({Fault::Carrier, "carrier_unknown_call", "No such call."});
    QCOMPARE(rig.endStatus(), QString("failed"));
    QCOMPARE(rig.finished, 1);
}

void TestLiveCall::aSecondWithoutSoundIsShownAndTenEndTheCall()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(1s);
    rig.stopSound();
    rig.pass(980ms);
    QVERIFY(rig.log.incidents().isEmpty());
    rig.pass(250ms); // looked at four times a second
    QCOMPARE(rig.log.incidents(), QStringList("media_gap"));
    rig.pass(8500ms);
    QCOMPARE(rig.log.incidents(), QStringList("media_gap"));
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(520ms);
    QCOMPARE(rig.log.incidents(), QStringList({"media_gap", "media_stopped"}));
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    for (const auto &incident : rig.log.only<records::IncidentHappened>())
        QCOMPARE(incident.error.fault, Fault::Carrier);
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("media_stopped"));
}

void TestLiveCall::soundThatComesBackIsShownAnewNextTime()
{
    CallRig rig;
    rig.place();
    rig.answer();
    for (int i = 0; i < 2; ++i) {
        rig.stopSound();
        rig.pass(1500ms);
        rig.resumeSound();
        rig.pass(500ms);
    }
    QCOMPARE(rig.log.incidents(), QStringList({"media_gap", "media_gap"}));
    QVERIFY(rig.network.asked().isEmpty());
}

void TestLiveCall::aStreamThatDiesEndsTheCall()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.pass(500ms);
    rig.line->die();
    QCOMPARE(rig.log.incidents(), QStringList("media_lost"));
    QCOMPARE(rig.network.asked(), QStringList("complete CA1"));
    rig.network.hungUp();
    rig.carrierSays(CallStatus::Completed);
    QCOMPARE(rig.endReason(), QString("media_lost"));
}

void TestLiveCall::anOrderlyStreamEndWaitsForTheCallbackAndThenAsks()
{
    CallRig rig;
    rig.place();
    rig.answer();
    emit rig.line->closed(true);
    QVERIFY(rig.log.incidents().isEmpty());
    rig.pass(14999ms);
    QVERIFY(rig.network.asked().isEmpty());
    rig.pass(1ms);
    QCOMPARE(rig.network.asked(), QStringList("fetch CA1"));
    rig.network.tell(CallStatus::Completed, 9);
    QCOMPARE(rig.endReason(), QString("callee_hung_up"));
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCall::aCallOfTheCloudIsAskedForNowAndThen()
{
    CallRig rig;
    rig.place(config::Environment::Production);
    QCOMPARE(rig.factory.made, 0); // the agent lives elsewhere
    rig.carrierSays(CallStatus::Ringing);
    rig.carrierSays(CallStatus::InProgress);
    QCOMPARE(rig.log.only<records::CallStateChanged>().front().env, QString("production"));
    for (int i = 0; i < 20; ++i) {
        rig.pass(29s);
        QVERIFY(rig.network.asked().isEmpty());
        rig.pass(1s);
        QCOMPARE(rig.network.take(), QStringList("fetch CA1"));
        rig.network.tell(CallStatus::InProgress);
    }
    rig.pass(30s);
    rig.network.tell(CallStatus::Completed, 630); // whose callback was lost
    QCOMPARE(rig.log.ends().at(0).durationS, 630.0);
    QCOMPARE(rig.endReason(), QString("ended_elsewhere")); // nobody here can know whether callee or agent hung up
    QVERIFY(!rig.log.ends().at(0).answerToFirstAudioMs);
    QVERIFY(rig.log.incidents().isEmpty());
}

void TestLiveCall::theCalleeHangingUpDuringTheGoodbyeAsksTheCarrierNothing()
{
    CallRig rig;
    rig.place();
    rig.answer();
    rig.factory.script = {usesTool("Goodbye and a very nice day to you.", "end_call", {{"reason", "done"}})};
    rig.calleeSays("Hello?");
    rig.listen();
    rig.calleeSays("Bye.");
    rig.pass(400ms); // in the middle of the goodbye
    rig.carrierSays(CallStatus::Completed);
    QVERIFY(rig.network.asked().isEmpty());
    QCOMPARE(rig.endReason(), QString("agent_ended"));
    rig.pass(60s);
    QVERIFY(rig.network.asked().isEmpty());
}

void TestLiveCall::whatWasPlayingIsAccountedForBeforeTheEnd()
{
    CallRig rig;
    rig.config.greetingMode = config::GreetingMode::AgentFirst;
    rig.place();
    rig.answer();
    rig.pass(250ms); // two words of five
    rig.carrierSays(CallStatus::Completed);
    const auto turns = rig.log.only<records::AgentTurn>();
    QCOMPARE(turns.size(), 1u);
    QCOMPARE(turns[0].heard, QString("Hello, this"));
    QCOMPARE(turns[0].cut, QString("is the desk."));
    QVERIFY(std::holds_alternative<records::CallEnded>(rig.log.all().back()));
    QCOMPARE(rig.log.ends().at(0).agentTurns, 1);
}

DIALDESK_TEST(TestLiveCall)
#include "tst_live_call.moc"
