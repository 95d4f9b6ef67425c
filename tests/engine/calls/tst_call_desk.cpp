#include "tests/engine/calls/desk_rig.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using telephony::CallStatus;

namespace {

const CallSid kSid("CA1");

QString codeOf(const auto &result)
{
    return result ? QString("ok") : result.error().code;
}

} // namespace

class TestCallDesk : public QObject
{
    Q_OBJECT

private slots:
    void anOrderBecomesALiveCall();
    void aRefusedOrderLeavesNothingBehind();
    void reportsThatOvertakeTheAnswerAreKept();
    void aCallThatIsOverBeforeItsAnswerIsKnown();
    void reportsOfOtherCallsAreIgnored();
    void nothingIsKeptWhileNothingIsPlaced();
    void limitsAreHeldBeforeTheCarrierIsAsked();
    void theNumberRuleIsAskedBeforeTheCarrier();
    void unansweredCallsToANumberAreCancelled();
    void aSlotIsFreeWhenTheCallIsOver();
    void aCallWhoseAskerLeftIsStillKnown();
    void theStreamNeedsItsToken();
    void aSecondStreamIsRefused();
    void aCallOfTheCloudTakesNoStream();
    void aStreamForACallThatIsOverIsClosed();
    void hangingUpAllEndsEveryCallAndThoseBeingPlaced();
    void idleComesWhenTheLastPlacingFails();
    void theAgentKnowsBothNumbersWhateverTheDataSays();
    void noCallOutlivesTheDesk();
};

void TestCallDesk::anOrderBecomesALiveCall()
{
    DeskRig rig;
    rig.place();
    QVERIFY(rig.answers.isEmpty()); // never from within the call
    QCOMPARE(rig.network.placed.size(), 1);
    const auto request = rig.network.placed[0];
    QCOMPARE(request.to.value(), QString("+14155550100"));
    QCOMPARE(request.from.value(), QString("+14155550199"));
    QCOMPARE(request.instructionsUrl, QUrl("https://desk.example/twiml"));
    QCOMPARE(request.statusUrl, QUrl("https://desk.example/status"));
    QCOMPARE(request.ringTimeout, 30s);
    QCOMPARE(request.timeLimit, 630s);
    QVERIFY(!rig.desk->isIdle());
    rig.accept("CA1");
    QCOMPARE(rig.answers, QStringList("CA1"));
    QCOMPARE(rig.placed.size(), 1);
    QCOMPARE(rig.placed[0].second, (QMap<QString, QString>{{"customer_name", "Robin"}}));
    QCOMPARE(rig.log.states(), QStringList("queued"));
    QCOMPARE(rig.desk->liveSids(), QList<CallSid>{kSid});
    QVERIFY(rig.desk->find(kSid));
    rig.progress("CA1", CallStatus::Ringing);
    rig.progress("CA1", CallStatus::Busy);
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing", "busy"}));
    QCOMPARE(rig.desk->liveCalls(), 0);
    QVERIFY(!rig.desk->find(kSid));
    QCOMPARE(rig.idle, 1);
    QVERIFY(rig.desk->isIdle());
}

void TestCallDesk::aRefusedOrderLeavesNothingBehind()
{
    DeskRig rig({1, 100.0});
    rig.place();
    rig.refuse({Fault::Carrier, "carrier_refused", "No."});
    QCOMPARE(rig.answers, QStringList("carrier_refused"));
    QVERIFY(rig.log.all().empty());
    QVERIFY(rig.desk->isIdle());
    rig.place(); // the slot is free
    rig.accept("CA2");
    QCOMPARE(rig.answers.last(), QString("CA2"));
}

void TestCallDesk::reportsThatOvertakeTheAnswerAreKept()
{
    DeskRig rig;
    rig.place();
    rig.progress("CA1", CallStatus::Initiated);
    rig.progress("CA1", CallStatus::Ringing);
    rig.progress("CA7", CallStatus::Ringing);
    QVERIFY(rig.log.all().empty());
    rig.accept("CA1");
    QCOMPARE(rig.log.states(), QStringList({"queued", "initiated", "ringing"}));
}

void TestCallDesk::aCallThatIsOverBeforeItsAnswerIsKnown()
{
    DeskRig rig({1, 100.0});
    rig.place();
    rig.progress("CA1", CallStatus::Failed);
    rig.accept("CA1");
    QCOMPARE(rig.answers, QStringList("CA1"));
    QCOMPARE(rig.log.states(), QStringList({"queued", "failed"}));
    QCOMPARE(rig.log.ends().size(), 1u);
    QCOMPARE(rig.desk->liveCalls(), 0);
    QCOMPARE(rig.idle, 1);
    rig.place();
    QCOMPARE(rig.network.placed.size(), 2); // the slot is free
}

void TestCallDesk::reportsOfOtherCallsAreIgnored()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    rig.progress("CA2", CallStatus::Busy);
    rig.progress("CA1", CallStatus::Busy);
    rig.progress("CA1", CallStatus::Completed); // late, of a call that is over
    QCOMPARE(rig.log.states(), QStringList({"queued", "busy"}));
}

void TestCallDesk::nothingIsKeptWhileNothingIsPlaced()
{
    DeskRig rig;
    rig.progress("CA1", CallStatus::Failed);
    rig.place();
    rig.accept("CA1");
    QCOMPARE(rig.log.states(), QStringList("queued"));
}

void TestCallDesk::limitsAreHeldBeforeTheCarrierIsAsked()
{
    DeskRig rig({2, 100.0});
    rig.place();
    rig.place();
    QVERIFY(rig.answers.isEmpty());
    rig.place();
    QCOMPARE(rig.answers, QStringList("too_many_calls"));
    QVERIFY(rig.retryAfter >= 1s);
    QCOMPARE(rig.network.placed.size(), 2);

    DeskRig slow({10, 1.0});
    slow.place();
    slow.place();
    slow.settle();
    QCOMPARE(slow.answers, QStringList("too_fast"));
    QCOMPARE(slow.retryAfter, 1s);
    slow.clock.advance(1s);
    slow.place();
    QCOMPARE(slow.network.placed.size(), 2);
}

void TestCallDesk::theNumberRuleIsAskedBeforeTheCarrier()
{
    DeskRig rig;
    rig.desk->setNumberRule([](const E164Number &to, const E164Number &) -> Result<Done> {
        return failure(Fault::Settings, "do_not_call", to.value());
    });
    rig.place();
    DeskRig::settle();
    QCOMPARE(rig.answers, QStringList("do_not_call"));
    QVERIFY(rig.network.asked().isEmpty());
    QVERIFY(rig.desk->isIdle());
    rig.desk->setNumberRule(anyNumber);
    rig.place(); // and no slot was used up
    QCOMPARE(rig.network.placed.size(), 1);
}

void TestCallDesk::unansweredCallsToANumberAreCancelled()
{
    DeskRig rig;
    for (const QString sid : {"CA1", "CA2", "CA3"}) {
        rig.place();
        rig.network.accept(sid);
        rig.clock.advance(1s);
    }
    rig.progress("CA2", CallStatus::Ringing);
    rig.progress("CA3", CallStatus::InProgress);
    rig.network.take();
    rig.desk->cancelUnanswered(*E164Number::parse("+14155550101"), "do_not_call");
    QVERIFY(rig.network.take().isEmpty());
    rig.desk->cancelUnanswered(*E164Number::parse("+14155550100"), "do_not_call");
    QStringList asked = rig.network.take();
    asked.sort();
    QCOMPARE(asked, QStringList({"cancel CA1", "cancel CA2"})); // who is talking is left to finish
}

void TestCallDesk::aSlotIsFreeWhenTheCallIsOver()
{
    DeskRig rig({1, 100.0});
    for (int i = 1; i <= 3; ++i) {
        const QString sid = QString("CA%1").arg(i);
        rig.place();
        rig.accept(sid);
        rig.progress(sid, CallStatus::Completed);
    }
    QCOMPARE(rig.answers, QStringList({"CA1", "CA2", "CA3"}));
    QCOMPARE(rig.idle, 3);
}

void TestCallDesk::aCallWhoseAskerLeftIsStillKnown()
{
    DeskRig rig;
    delete rig.place();
    rig.accept("CA1");
    QVERIFY(rig.answers.isEmpty());
    QVERIFY(rig.desk->find(kSid));
    QCOMPARE(rig.log.states(), QStringList("queued"));
}

void TestCallDesk::theStreamNeedsItsToken()
{
    DeskRig rig;
    QCOMPARE(codeOf(rig.desk->issueStreamToken(kSid)), QString("call_unknown"));
    rig.place();
    rig.accept("CA1");
    QCOMPARE(codeOf(rig.desk->admitStream(kSid, "")), QString("token_unknown")); // no instructions were served yet
    const auto token = rig.desk->issueStreamToken(kSid);
    QVERIFY(token);
    QCOMPARE(codeOf(rig.desk->admitStream(kSid, *token + "0")), QString("token_wrong"));
    QCOMPARE(codeOf(rig.desk->admitStream(CallSid("CA2"), *token)), QString("call_unknown"));
    QCOMPARE(codeOf(rig.desk->admitStream(kSid, *token)), QString("ok"));
    rig.desk->beginStream(kSid, std::make_unique<support::FakeTransport>(rig.clock));
    QCOMPARE(rig.log.states(), QStringList({"queued", "in-progress"}));
    QVERIFY(rig.desk->find(kSid)->hasStream());
}

void TestCallDesk::aSecondStreamIsRefused()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    QVERIFY(rig.desk->admitStream(kSid, *rig.desk->issueStreamToken(kSid)));
    rig.desk->beginStream(kSid, std::make_unique<support::FakeTransport>(rig.clock));
    const auto again = rig.desk->issueStreamToken(kSid); // instructions may be fetched twice
    QVERIFY(again);
    QCOMPARE(codeOf(rig.desk->admitStream(kSid, *again)), QString("stream_taken"));
}

void TestCallDesk::aCallOfTheCloudTakesNoStream()
{
    DeskRig rig;
    rig.place(config::Environment::Production);
    rig.accept("CA1");
    QCOMPARE(rig.factory.made, 0);
    const auto token = rig.desk->issueStreamToken(kSid);
    QVERIFY(token);
    QCOMPARE(codeOf(rig.desk->admitStream(kSid, *token)), QString("call_unknown"));
}

void TestCallDesk::aStreamForACallThatIsOverIsClosed()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    QVERIFY(rig.desk->admitStream(kSid, *rig.desk->issueStreamToken(kSid)));
    rig.progress("CA1", CallStatus::Completed);
    auto transport = std::make_unique<support::FakeTransport>(rig.clock);
    QPointer<support::FakeTransport> line = transport.get();
    rig.desk->beginStream(kSid, std::move(transport));
    QCOMPARE(line->count("close"), 1);
    rig.settle();
    QVERIFY(!line);
}

void TestCallDesk::hangingUpAllEndsEveryCallAndThoseBeingPlaced()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    rig.place(); // its answer is still to come
    rig.network.take();
    rig.desk->hangUpAll("shutdown");
    QCOMPARE(rig.network.take(), QStringList("cancel CA1"));
    rig.network.hungUp();
    rig.progress("CA1", CallStatus::Canceled);
    QCOMPARE(rig.idle, 0); // one is still being placed
    rig.accept("CA2");
    QCOMPARE(rig.network.take(), QStringList("cancel CA2"));
    rig.network.hungUp();
    rig.progress("CA2", CallStatus::Canceled);
    QCOMPARE(rig.idle, 1);
    for (const auto &end : rig.log.ends())
        QCOMPARE(end.reason, QString("shutdown"));
    rig.place();
    rig.settle();
    QCOMPARE(rig.answers.last(), QString("shutting_down"));
    QVERIFY(rig.network.asked().isEmpty());
}

void TestCallDesk::idleComesWhenTheLastPlacingFails()
{
    DeskRig rig;
    rig.place();
    rig.desk->hangUpAll("shutdown");
    QVERIFY(!rig.desk->isIdle());
    rig.refuse({Fault::Carrier, "carrier_refused", "No."});
    QCOMPARE(rig.idle, 1);
}

void TestCallDesk::theAgentKnowsBothNumbersWhateverTheDataSays()
{
    DeskRig rig;
    auto order = rig.order();
    order.customData.insert("to_number", "+19995550000");
    auto *job = rig.desk->place(order, &rig.owner);
    Q_UNUSED(job);
    rig.settle();
    rig.accept("CA1");
    QVERIFY(rig.desk->admitStream(kSid, *rig.desk->issueStreamToken(kSid)));
    rig.desk->beginStream(kSid, std::make_unique<support::FakeTransport>(rig.clock));
    rig.factory.script = {{.text = "Yes."}};
    rig.factory.ears->turn("Hello?"); // greeted
    rig.clock.advance(3s);
    rig.factory.ears->turn("Is it me?");
    rig.clock.advance(1s);
    QCOMPARE(rig.factory.requests.size(), 1u);
    QVERIFY(rig.factory.requests[0].systemPrompt.contains("+14155550100"));
    QVERIFY(rig.factory.requests[0].systemPrompt.contains("Robin"));
    QVERIFY(!rig.factory.requests[0].systemPrompt.contains("+19995550000"));
}

void TestCallDesk::noCallOutlivesTheDesk()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    const QPointer<support::ScriptedSpeechToText> ears(rig.factory.ears);
    rig.place();
    rig.accept("CA2");
    const QPointer<LiveCall> live(rig.desk->find(kSid));
    const QPointer<LiveCall> over(rig.desk->find(CallSid("CA2")));
    QVERIFY(live && over && ears);
    rig.progress("CA2", CallStatus::Busy);
    QVERIFY(over); // deleted when the handler that ended it has returned
    rig.desk.reset();
    QVERIFY(!live && !over && !ears); // now, not when events happen next: the vendors' sockets may be gone by then
}

DIALDESK_TEST(TestCallDesk)
#include "tst_call_desk.moc"
