#include "engine/calls/call_lookup.h"
#include "tests/engine/calls/desk_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using records::DialOutcome;
using telephony::CallStatus;
using telephony::CarrierCall;

namespace {

const Error kLost{Fault::Carrier, "carrier_unreachable", "Twilio gave no answer."};
const QString kLook = "list +14155550100 from +14155550199";

/// A call between the numbers of DeskRig's orders, as the carrier's list shows it.
CarrierCall shown(const DeskRig &rig, const QString &sid, CallStatus status = CallStatus::Ringing,
                  std::chrono::seconds age = 0s)
{
    CarrierCall call;
    call.sid = CallSid(sid);
    call.to = "+14155550100";
    call.from = "+14155550199";
    call.status = status;
    call.createdAt = rig.clock.wallTime().addSecs(-age.count());
    return call;
}

void listed(DeskRig &rig, const std::vector<CarrierCall> &calls)
{
    rig.network.listed(calls);
    for (int i = 0; i < 4; ++i) // the journal is asked which are known, then told
        rig.settle();
}

} // namespace

/// From an order to a call that is placed once: the journal before, the look-up after a lost answer.
class TestPlacement : public QObject
{
    Q_OBJECT

private slots:
    void theJournalComesBeforeTheCarrier();
    void withoutAJournalNothingIsDialed_data();
    void withoutAJournalNothingIsDialed();
    void theOutcomeIsWrittenDown();
    void theEndIsWrittenDown();
    void aLostAnswerIsLookedForAndNeverAskedForAgain();
    void aCallThatAppearsLateIsFound();
    void aCallThatIsOverWhenFoundIsToldWithItsEnd();
    void onlyACallOfTheRightNumbersAndTimeIsTaken_data();
    void onlyACallOfTheRightNumbersAndTimeIsTaken();
    void aCallOfAnotherWishIsLeftToIt();
    void twoWishesThatLookAtOnceFindACallEach();
    void aCallThatNeverAppearsWasNotPlaced();
    void aCarrierThatShowsNothingLeavesTheEntryOpen();
    void refusalsNeedNoLook_data();
    void refusalsNeedNoLook();
};

void TestPlacement::theJournalComesBeforeTheCarrier()
{
    DeskRig rig;
    auto order = rig.order();
    order.requestKey = "k1";
    order.requestHash = "hash";
    [[maybe_unused]] auto *job = rig.desk->place(order, &rig.owner);
    QVERIFY(rig.network.asked().isEmpty()); // not before the journal has answered
    QCOMPARE(rig.journal.entries.size(), 1u);
    const records::DialWish &wish = rig.journal.entries[0].wish;
    QCOMPARE(wish.to, QString("+14155550100"));
    QCOMPARE(wish.from, QString("+14155550199"));
    QCOMPARE(wish.environment, QString("local"));
    QCOMPARE(wish.requestKey, QByteArray("k1"));
    QCOMPARE(wish.requestHash, QByteArray("hash"));
    QCOMPARE(wish.customData, (QMap<QString, QString>{{"customer_name", "Robin"}}));
    QCOMPARE(wish.askedAt, rig.clock.wallTime());
    rig.settle();
    QCOMPARE(rig.network.take(), QStringList("place +14155550100 from +14155550199"));
}

void TestPlacement::withoutAJournalNothingIsDialed_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    QTest::newRow("disk full") << "disk_full"
                               << "Make room";
    QTest::newRow("read-only") << "data_dir_unwritable"
                               << "--data-dir";
    QTest::newRow("anything") << "database_failed"
                              << "the disk said so";
}

void TestPlacement::withoutAJournalNothingIsDialed()
{
    QFETCH(QString, code);
    QFETCH(QString, words);
    DeskRig rig({1, 100.0});
    rig.journal.trouble = Error{Fault::Program, code, "the disk said so"};
    Error refusal;
    auto *job = rig.desk->place(rig.order(), &rig.owner);
    connect(job, &PlaceJob::finished, this, [&refusal](const Result<CallSid> &sid) { refusal = sid.error(); });
    rig.settle();
    QCOMPARE(refusal.code, QString("journal_unwritable"));
    QVERIFY2(refusal.message.contains("not placed") && refusal.message.contains(words), qPrintable(refusal.message));
    QVERIFY(rig.network.asked().isEmpty());
    QVERIFY(rig.desk->isIdle());
    rig.journal.trouble.reset();
    rig.place(); // the slot is free
    QCOMPARE(rig.network.placed.size(), 1);
}

void TestPlacement::theOutcomeIsWrittenDown()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    QCOMPARE(rig.journal.entries[0].answer, (records::DialAnswer{DialOutcome::Placed, CallSid("CA1"), std::nullopt}));
    rig.place();
    const Error no{Fault::Carrier, "carrier_refused", "No."};
    rig.refuse(no);
    QCOMPARE(rig.journal.entries[1].answer, (records::DialAnswer{DialOutcome::Refused, {}, no}));
}

void TestPlacement::theEndIsWrittenDown()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    QVERIFY(!rig.journal.entries[0].end);
    rig.progress("CA1", CallStatus::Busy);
    QVERIFY(rig.journal.entries[0].end);
    QCOMPARE(rig.journal.entries[0].end->status, QString("busy"));
}

void TestPlacement::aLostAnswerIsLookedForAndNeverAskedForAgain()
{
    DeskRig rig;
    rig.place();
    rig.network.take();
    rig.refuse(kLost);
    QCOMPARE(rig.network.take(), QStringList(kLook));
    QVERIFY(rig.answers.isEmpty());
    listed(rig, {shown(rig, "CA7")});
    QCOMPARE(rig.answers, QStringList("CA7"));
    QCOMPARE(rig.log.states(CallSid("CA7")), QStringList({"queued", "ringing"}));
    QVERIFY(rig.desk->issueStreamToken(CallSid("CA7"))); // ours in every respect
    QCOMPARE(rig.journal.entries[0].answer.sid, CallSid("CA7"));
    rig.progress("CA7", CallStatus::Busy);
    rig.clock.advance(2min);
    rig.settle();
    QCOMPARE(rig.network.placed.size(), 1);
}

void TestPlacement::aCallThatAppearsLateIsFound()
{
    DeskRig rig;
    rig.place();
    rig.refuse(kLost);
    for (int seconds = 0; seconds < 20; ++seconds) {
        if (rig.network.take().contains(kLook))
            listed(rig, {});
        rig.clock.advance(1s);
        rig.settle();
    }
    QVERIFY(rig.answers.isEmpty());
    while (!rig.network.take().contains(kLook))
        rig.clock.advance(1s);
    listed(rig, {shown(rig, "CA7", CallStatus::Queued)});
    QCOMPARE(rig.answers, QStringList("CA7"));
    QCOMPARE(rig.network.placed.size(), 1);
}

void TestPlacement::aCallThatIsOverWhenFoundIsToldWithItsEnd()
{
    DeskRig rig;
    rig.place();
    rig.refuse(kLost);
    listed(rig, {shown(rig, "CA7", CallStatus::NoAnswer)});
    QCOMPARE(rig.answers, QStringList("CA7"));
    QCOMPARE(rig.log.states(CallSid("CA7")), QStringList({"queued", "no-answer"}));
    QVERIFY(rig.desk->isIdle());
    QCOMPARE(rig.journal.entries[0].end->status, QString("no-answer"));
}

void TestPlacement::onlyACallOfTheRightNumbersAndTimeIsTaken_data()
{
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("from");
    QTest::addColumn<int>("createdAfter"); // seconds, from the wish
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("right") << "+14155550100"
                           << "+14155550199" << 1 << true;
    QTest::newRow("the carrier's clock is behind") << "+14155550100"
                                                   << "+14155550199" << -20 << true;
    QTest::newRow("another callee") << "+14155550101"
                                    << "+14155550199" << 1 << false;
    QTest::newRow("another caller") << "+14155550100"
                                    << "+14155550198" << 1 << false;
    QTest::newRow("an earlier call") << "+14155550100"
                                     << "+14155550199" << -60 << false;
    QTest::newRow("a much later call") << "+14155550100"
                                       << "+14155550199" << 400 << false;
}

void TestPlacement::onlyACallOfTheRightNumbersAndTimeIsTaken()
{
    QFETCH(QString, to);
    QFETCH(QString, from);
    QFETCH(int, createdAfter);
    QFETCH(bool, isTaken);
    DeskRig rig;
    CarrierCall call = shown(rig, "CA7");
    call.to = to;
    call.from = from;
    call.createdAt = rig.clock.wallTime().addSecs(createdAfter);
    rig.place();
    rig.refuse(kLost);
    listed(rig, {call});
    QCOMPARE(rig.answers, isTaken ? QStringList("CA7") : QStringList());
}

void TestPlacement::aCallOfAnotherWishIsLeftToIt()
{
    DeskRig rig;
    rig.place();
    rig.accept("CA1");
    rig.place();
    rig.refuse(kLost);
    listed(rig, {shown(rig, "CA1")});
    QCOMPARE(rig.answers, QStringList("CA1")); // the first one's answer
    rig.clock.advance(1s);
    listed(rig, {shown(rig, "CA2"), shown(rig, "CA1")});
    QCOMPARE(rig.answers, QStringList({"CA1", "CA2"}));
}

void TestPlacement::twoWishesThatLookAtOnceFindACallEach()
{
    DeskRig rig;
    rig.place();
    rig.place();
    rig.network.refusePlace(kLost);
    rig.network.refusePlace(kLost);
    const std::vector<CarrierCall> both = {shown(rig, "CA8"), shown(rig, "CA9")};
    rig.network.listed(both);
    listed(rig, both);
    QCOMPARE(rig.answers, QStringList("CA8"));
    listed(rig, both); // the second looks again
    QCOMPARE(rig.answers, QStringList({"CA8", "CA9"}));
}

void TestPlacement::aCallThatNeverAppearsWasNotPlaced()
{
    DeskRig rig({1, 100.0});
    rig.place();
    rig.refuse(kLost);
    int looks = 0;
    for (int seconds = 0; seconds < 120 && rig.answers.isEmpty(); ++seconds) {
        if (rig.network.take().contains(kLook)) {
            ++looks;
            listed(rig, {});
        }
        rig.clock.advance(1s);
        rig.settle();
        if (seconds < CallLookup::kAppearsAfterLoss.count() - 2)
            QVERIFY(rig.answers.isEmpty());
    }
    QCOMPARE(rig.answers, QStringList("carrier_unreachable"));
    QVERIFY(looks >= 8);
    QCOMPARE(rig.journal.entries[0].answer.outcome, DialOutcome::Absent);
    QVERIFY(rig.journal.entries[0].answer.error->message.contains("no call was placed"));
    QCOMPARE(rig.network.placed.size(), 1);
    rig.place(); // the slot is free
    QCOMPARE(rig.network.placed.size(), 2);
}

void TestPlacement::aCarrierThatShowsNothingLeavesTheEntryOpen()
{
    DeskRig rig;
    rig.place();
    rig.refuse(kLost);
    for (int seconds = 0; seconds < 120 && rig.answers.isEmpty(); ++seconds) {
        if (rig.network.take().contains(kLook))
            rig.network.refuseList(kLost);
        rig.clock.advance(1s);
        rig.settle();
    }
    QCOMPARE(rig.answers, QStringList("carrier_unreachable"));
    QCOMPARE(rig.journal.entries[0].answer.outcome, DialOutcome::Unknown);
    QVERIFY(rig.desk->isIdle());
}

void TestPlacement::refusalsNeedNoLook_data()
{
    QTest::addColumn<QString>("code");
    for (const char *code : {"carrier_refused", "carrier_busy", "carrier_credentials", "carrier_not_reached"})
        QTest::newRow(code) << QString(code);
}

void TestPlacement::refusalsNeedNoLook()
{
    QFETCH(QString, code);
    DeskRig rig;
    rig.place();
    rig.network.take();
    rig.refuse({Fault::Carrier, code, "No."});
    QCOMPARE(rig.answers, QStringList(code));
    QVERIFY(rig.network.asked().isEmpty());
    QCOMPARE(rig.journal.entries[0].answer.outcome, DialOutcome::Refused);
}

DIALDESK_TEST(TestPlacement)
#include "tst_placement.moc"
