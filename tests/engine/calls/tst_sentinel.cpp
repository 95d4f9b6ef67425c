#include "engine/calls/sentinel.h"
#include "tests/engine/calls/desk_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using records::DialOutcome;
using telephony::CallStatus;
using telephony::CarrierCall;

namespace {

const Error kNoAnswer{Fault::Carrier, "carrier_unreachable", "Twilio gave no answer."};

/// A desk with its sentinel, over a carrier that shows the calls of `live`.
struct Watch : DeskRig
{
    Watch()
    {
        sentinel = std::make_unique<Sentinel>(
            Sentinel::Owners{[this] { return !desk->isIdle(); },
                             [this](const CallSid &sid) { return desk->find(sid) != nullptr; },
                             [this](qint64 entry) { return desk->isPlacing(entry); },
                             [this](const QString &to, const QString &from) { return desk->isPlacing(to, from); }},
            network, journal, clock);
        QObject::connect(sentinel.get(), &Sentinel::event, sentinel.get(),
                         [this](const records::Event &event) { log.add(event); });
        QObject::connect(sentinel.get(), &Sentinel::ending, sentinel.get(),
                         [this](const CallSid &sid, const auto &) { discovered.append(sid); });
    }
    ~Watch()
    {
        sentinel.reset();
        settle();
    }

    /// An entry of an earlier run.
    void remember(DialOutcome outcome, const QString &sid = {}, std::chrono::seconds age = 5s)
    {
        records::DialEntry entry;
        entry.id = static_cast<qint64>(journal.entries.size()) + 1;
        entry.wish.to = "+14155550100";
        entry.wish.from = "+14155550199";
        entry.wish.environment = "local";
        entry.wish.askedAt = clock.wallTime().addSecs(-age.count());
        entry.answer = {outcome, CallSid(sid), std::nullopt};
        journal.entries.push_back(entry);
    }
    static CarrierCall call(const QString &sid, CallStatus status, const QDateTime &createdAt)
    {
        CarrierCall call;
        call.sid = CallSid(sid);
        call.to = "+14155550100";
        call.from = "+14155550199";
        call.status = status;
        call.createdAt = createdAt;
        return call;
    }
    /// Answers what the carrier is asked until it is asked nothing more; ending a call ends it.
    void run()
    {
        for (int i = 0; i < 40; ++i) {
            settle();
            for (const QString &asked : network.take()) {
                all.append(asked);
                const CallSid sid(asked.section(u' ', 1, 1));
                if (asked.startsWith("list +"))
                    network.listed(calls);
                else if (asked.startsWith("list "))
                    list(*telephony::callStatusFromWord(asked.section(u' ', 1, 1)));
                else if (asked.startsWith("fetch "))
                    tellAbout(sid);
                else if (asked.startsWith("cancel ") || asked.startsWith("complete "))
                    end(sid);
            }
        }
    }
    void list(CallStatus status)
    {
        if (isListBroken)
            return network.refuseList(kNoAnswer);
        std::vector<CarrierCall> found;
        for (const CarrierCall &each : calls)
            if (each.status == status)
                found.push_back(each);
        network.listed(found);
    }
    void tellAbout(const CallSid &sid)
    {
        for (const CarrierCall &each : calls)
            if (each.sid == sid)
                return network.tell(each.status, each.durationSeconds);
        network.refuseFetch({Fault::Carrier, "carrier_unknown_call", "It does not know it."});
    }
    void end(const CallSid &sid)
    {
        for (CarrierCall &each : calls)
            if (each.sid == sid) {
                each.durationSeconds = each.status == CallStatus::InProgress ? std::optional(7) : std::nullopt;
                each.status = each.status == CallStatus::InProgress ? CallStatus::Completed : CallStatus::Canceled;
            }
        network.hungUp();
        clock.advance(500ms);
    }
    int count(const QString &asked) const { return static_cast<int>(all.count(asked)); }

    std::vector<CarrierCall> calls; ///< at the carrier
    bool isListBroken = false;
    QStringList all; ///< what it was asked
    QList<CallSid> discovered;
    std::unique_ptr<Sentinel> sentinel;
};

} // namespace

class TestSentinel : public QObject
{
    Q_OBJECT

private slots:
    void withNothingUnderWayTheCarrierIsLeftAlone();
    void aLiveCallOfAnEarlierRunIsEndedAndTold_data();
    void aLiveCallOfAnEarlierRunIsEndedAndTold();
    void aCallThatEndedMeanwhileGetsItsTrueEnd();
    void aCallTheCarrierForgotIsOver();
    void anUnansweredWishOfAnEarlierRunIsLookedUp();
    void anUnansweredWishWithoutACallIsAbsent();
    void callsOfOtherProgramsAreNeverTouched();
    void callsOfAnotherRunThatGoesOnAreLeftToIt();
    void aLiveCallOfThisRunIsLeftAlone();
    void aCallThatAppearsAfterItWasGivenUpIsEnded();
    void aCallJustBeingPlacedIsNotTakenForALateOne();
    void aCallGivenUpHereButLiveAtTheCarrierIsEnded();
    void aFailingListIsToldOnce();
    void aCallThatEndsDuringARoundIsNotToldTwice();
};

void TestSentinel::withNothingUnderWayTheCarrierIsLeftAlone()
{
    Watch watch;
    watch.sentinel->start();
    watch.run();
    watch.clock.advance(60s);
    watch.run();
    QCOMPARE(watch.all, QStringList());
}

void TestSentinel::aLiveCallOfAnEarlierRunIsEndedAndTold_data()
{
    QTest::addColumn<CallStatus>("status");
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QString>("end");
    QTest::newRow("queued") << CallStatus::Queued << "cancel CA1"
                            << "canceled";
    QTest::newRow("ringing") << CallStatus::Ringing << "cancel CA1"
                             << "canceled";
    QTest::newRow("talked") << CallStatus::InProgress << "complete CA1"
                            << "completed";
}

void TestSentinel::aLiveCallOfAnEarlierRunIsEndedAndTold()
{
    QFETCH(CallStatus, status);
    QFETCH(QString, ending);
    QFETCH(QString, end);
    Watch watch;
    watch.remember(DialOutcome::Placed, "CA1");
    watch.calls = {watch.call("CA1", status, watch.clock.wallTime())};
    watch.sentinel->start();
    watch.run();
    QCOMPARE(watch.count(ending), 1);
    QVERIFY(watch.journal.entries[0].end);
    QCOMPARE(watch.journal.entries[0].end->status, end);
    QCOMPARE(watch.journal.entries[0].end->durationS, end == "completed" ? 7.0 : 0.0);
    QCOMPARE(watch.log.incidents(CallSid("CA1")), QStringList("ghost_call_ended"));
    QCOMPARE(watch.log.states(CallSid("CA1")), QStringList(end));
    QCOMPARE(watch.log.ends().size(), 1u);
    QCOMPARE(watch.log.ends()[0].status, end);
    QCOMPARE(watch.log.ends()[0].reason, QString("no_owner"));
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.count(ending), 1);
    QCOMPARE(watch.log.ends().size(), 1u);
}

void TestSentinel::aCallThatEndedMeanwhileGetsItsTrueEnd()
{
    Watch watch;
    watch.remember(DialOutcome::Placed, "CA1");
    watch.calls = {watch.call("CA1", CallStatus::Completed, watch.clock.wallTime())};
    watch.calls[0].durationSeconds = 42;
    watch.sentinel->start();
    watch.run();
    QCOMPARE(watch.journal.entries[0].end->status, QString("completed"));
    QCOMPARE(watch.journal.entries[0].end->durationS, 42.0);
    QCOMPARE(watch.log.incidents(), QStringList("call_interrupted"));
    QCOMPARE(watch.log.ends()[0].durationS, 42.0);
    QVERIFY(!watch.all.join(' ').contains("complete"));
}

void TestSentinel::aCallTheCarrierForgotIsOver()
{
    Watch watch;
    watch.remember(DialOutcome::Placed, "CA1");
    watch.sentinel->start();
    watch.run();
    QCOMPARE(watch.journal.entries[0].end->status, QString("failed"));
}

void TestSentinel::anUnansweredWishOfAnEarlierRunIsLookedUp()
{
    Watch watch;
    watch.remember(DialOutcome::Unknown);
    watch.calls = {watch.call("CA9", CallStatus::InProgress, watch.clock.wallTime())};
    watch.sentinel->start();
    watch.run();
    QCOMPARE(watch.count("complete CA9"), 1);
    QCOMPARE(watch.journal.entries[0].answer.sid, CallSid("CA9"));
    QCOMPARE(watch.discovered, QList<CallSid>{CallSid("CA9")});
    QCOMPARE(watch.log.states(CallSid("CA9")), QStringList({"queued", "completed"}));
    QVERIFY(watch.network.placed.isEmpty());
}

void TestSentinel::anUnansweredWishWithoutACallIsAbsent()
{
    Watch watch;
    watch.remember(DialOutcome::Unknown, {}, 60s);
    watch.sentinel->start();
    watch.run();
    QCOMPARE(watch.journal.entries[0].answer.outcome, DialOutcome::Absent);
    QVERIFY(watch.journal.entries[0].answer.error->message.contains("Idempotency-Key"));
    QVERIFY(watch.log.all().empty());
}

void TestSentinel::callsOfOtherProgramsAreNeverTouched()
{
    Watch watch;
    watch.remember(DialOutcome::Placed, "CA1");
    // The same numbers at the same time; a call of ours is live too, so that the lists are read.
    watch.calls = {watch.call("CA1", CallStatus::InProgress, watch.clock.wallTime()),
                   watch.call("CA5", CallStatus::InProgress, watch.clock.wallTime()),
                   watch.call("CA6", CallStatus::Ringing, watch.clock.wallTime()),
                   watch.call("CA7", CallStatus::Queued, watch.clock.wallTime())};
    watch.sentinel->start();
    for (int round = 0; round < 5; ++round) {
        watch.run();
        watch.clock.advance(10s);
    }
    QCOMPARE(watch.count("complete CA1"), 1);
    const QString all = watch.all.join(u'\n');
    for (const char *other : {"CA5", "CA6", "CA7"})
        QVERIFY2(!all.contains(QLatin1String(other)), qPrintable(all));
    QVERIFY(watch.count("list in-progress") >= 1);
}

void TestSentinel::callsOfAnotherRunThatGoesOnAreLeftToIt()
{
    Watch watch;
    watch.remember(DialOutcome::Placed, "CA1");
    watch.journal.entries[0].ownedElsewhere = true;
    watch.calls = {watch.call("CA1", CallStatus::InProgress, watch.clock.wallTime())};
    watch.sentinel->start();
    watch.run();
    QVERIFY(!watch.all.join(' ').contains("CA1"));
    QVERIFY(!watch.journal.entries[0].end);
}

void TestSentinel::aLiveCallOfThisRunIsLeftAlone()
{
    Watch watch;
    watch.sentinel->start();
    watch.run();
    watch.place(config::Environment::Production);
    watch.accept("CA1");
    watch.calls = {watch.call("CA1", CallStatus::Ringing, watch.clock.wallTime())};
    for (int round = 0; round < 3; ++round) {
        watch.clock.advance(10s);
        watch.run();
    }
    QVERIFY(watch.count("list ringing") >= 2);
    QCOMPARE(watch.count("cancel CA1"), 0);
    QVERIFY(watch.desk->find(CallSid("CA1")));
}

void TestSentinel::aCallThatAppearsAfterItWasGivenUpIsEnded()
{
    Watch watch;
    watch.remember(DialOutcome::Absent, {}, 50s);
    watch.sentinel->start();
    watch.run();
    QVERIFY(watch.log.all().empty());
    watch.calls = {watch.call("CA3", CallStatus::Ringing, watch.clock.wallTime())};
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.count("cancel CA3"), 1);
    QCOMPARE(watch.log.incidents(CallSid("CA3")), QStringList("ghost_call_ended"));
    QCOMPARE(watch.journal.entries[0].answer.outcome, DialOutcome::Placed);
}

void TestSentinel::aCallJustBeingPlacedIsNotTakenForALateOne()
{
    Watch watch;
    watch.remember(DialOutcome::Absent, {}, 50s);
    watch.sentinel->start();
    watch.run();
    watch.place(config::Environment::Production); // the carrier has created it, its answer is under way
    watch.calls = {watch.call("CA4", CallStatus::Ringing, watch.clock.wallTime())};
    watch.clock.advance(10s);
    watch.run();
    watch.accept("CA4");
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.count("cancel CA4"), 0);
    QVERIFY(watch.desk->find(CallSid("CA4")));
}

void TestSentinel::aCallGivenUpHereButLiveAtTheCarrierIsEnded()
{
    Watch watch;
    watch.sentinel->start();
    watch.run();
    watch.place(config::Environment::Production);
    watch.accept("CA1");
    watch.calls = {watch.call("CA1", CallStatus::InProgress, watch.clock.wallTime())};
    watch.progress("CA1", CallStatus::Completed); // by mistake: it goes on
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.count("complete CA1"), 0); // the list may just be old
    watch.remember(DialOutcome::Absent);      // something is under way, so that lists are read
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.count("complete CA1"), 1);
}

void TestSentinel::aFailingListIsToldOnce()
{
    Watch watch;
    watch.remember(DialOutcome::Absent);
    watch.isListBroken = true;
    watch.sentinel->start();
    for (int round = 0; round < 4; ++round) {
        watch.run();
        watch.clock.advance(10s);
    }
    QCOMPARE(watch.log.incidents(), QStringList("sentinel_blind"));
    watch.isListBroken = false;
    watch.run();
    watch.clock.advance(10s);
    watch.run();
    watch.isListBroken = true;
    watch.clock.advance(10s);
    watch.run();
    QCOMPARE(watch.log.incidents(), QStringList({"sentinel_blind", "sentinel_blind"}));
}

void TestSentinel::aCallThatEndsDuringARoundIsNotToldTwice()
{
    Watch watch;
    watch.place(config::Environment::Production);
    watch.accept("CA1");
    watch.network.take();
    watch.sentinel->start();                 // reads the open entries: CA1 is among them, and owned
    watch.progress("CA1", CallStatus::Busy); // before the answer comes
    watch.run();
    QCOMPARE(watch.log.ends().size(), 1u);
    QCOMPARE(watch.count("fetch CA1"), 0);
}

DIALDESK_TEST(TestSentinel)
#include "tst_sentinel.moc"
