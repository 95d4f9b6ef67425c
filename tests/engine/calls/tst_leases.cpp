#include "tests/engine/calls/desk_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;
using telephony::CallStatus;

namespace {

const CallSid kHeldCall("CA1");
const QByteArray kSilence(160, '\xff');

} // namespace

/// A call keeps its slot by signs of life: the carrier's word while it rings, sound while it is talked, answers to
/// questions in production.
class TestLeases : public QObject
{
    Q_OBJECT

private slots:
    void soundKeepsTheSlot();
    void anAnsweredCallWithoutSoundLosesItsSlotAndIsEnded();
    void theCarriersAnswersKeepACallThatWaits();
    void theCarriersAnswersKeepACallOfTheCloud();
    void aCallOfTheCloudNobodyTellsOfLosesItsSlot();

private:
    /// Time passes; questions about the call are answered.
    static void pass(DeskRig &rig, std::chrono::seconds time, CallStatus answer)
    {
        for (auto left = time; left > 0s; left -= 1s) {
            rig.clock.advance(1s);
            if (rig.network.take().contains("fetch CA1"))
                rig.network.tell(answer);
            rig.settle();
        }
    }
};

void TestLeases::soundKeepsTheSlot()
{
    CallSettings settings;
    settings.lease = 4s; // shorter than the silence that ends a call by another rule
    settings.calleeSilent = 60s;
    DeskRig rig({1, 100.0}, settings);
    rig.place();
    rig.accept("CA1");
    QVERIFY(rig.desk->admitStream(kHeldCall, *rig.desk->issueStreamToken(kHeldCall)));
    auto transport = std::make_unique<support::FakeTransport>(rig.clock);
    support::FakeTransport *line = transport.get();
    rig.desk->beginStream(kHeldCall, std::move(transport));
    for (int i = 0; i < 30 * 10; ++i) {
        rig.clock.advance(100ms);
        emit line->audioReceived(kSilence, 0ms);
    }
    QVERIFY(!rig.log.incidents().contains("call_dead"));
    rig.clock.advance(9s); // nothing is heard any more
    QVERIFY(rig.log.incidents().contains("call_dead"));
    QVERIFY(rig.network.take().contains("complete CA1"));
}

void TestLeases::anAnsweredCallWithoutSoundLosesItsSlotAndIsEnded()
{
    DeskRig rig({1, 100.0});
    rig.place();
    rig.accept("CA1");
    rig.progress("CA1", CallStatus::Ringing);
    rig.progress("CA1", CallStatus::InProgress); // and its stream never comes
    rig.network.take();
    rig.clock.advance(50s);
    QVERIFY(rig.log.incidents().isEmpty());
    for (int i = 0; i < 3; ++i)
        rig.progress("CA1", CallStatus::InProgress); // the carrier's word is no sound
    rig.clock.advance(15s);
    QCOMPARE(rig.log.incidents(), QStringList("call_dead"));
    QCOMPARE(rig.network.take(), QStringList("complete CA1"));
    rig.place(); // the slot is free although the carrier has not confirmed the end
    QCOMPARE(rig.network.placed.size(), 2);
    rig.network.hungUp();
    rig.progress("CA1", CallStatus::Completed);
    QCOMPARE(rig.log.ends(kHeldCall).at(0).reason, QString("call_dead"));
}

void TestLeases::theCarriersAnswersKeepACallThatWaits()
{
    DeskRig rig({1, 100.0});
    rig.place();
    rig.accept("CA1");
    pass(rig, 600s, CallStatus::Queued);
    QVERIFY(rig.log.incidents().isEmpty());
    rig.place();
    QCOMPARE(rig.answers.last(), QString("too_many_calls"));
}

void TestLeases::theCarriersAnswersKeepACallOfTheCloud()
{
    DeskRig rig({1, 100.0});
    rig.place(config::Environment::Production);
    rig.accept("CA1");
    rig.progress("CA1", CallStatus::InProgress);
    pass(rig, 600s, CallStatus::InProgress);
    QVERIFY(rig.log.incidents().isEmpty());
    QVERIFY(rig.desk->find(kHeldCall));
    pass(rig, 31s, CallStatus::Completed); // whose callback was lost
    QVERIFY(!rig.desk->find(kHeldCall));
    QCOMPARE(rig.log.states().last(), QString("completed"));
}

void TestLeases::aCallOfTheCloudNobodyTellsOfLosesItsSlot()
{
    DeskRig rig({1, 100.0});
    rig.place(config::Environment::Production);
    rig.accept("CA1");
    rig.progress("CA1", CallStatus::InProgress);
    rig.clock.advance(65s); // the question about it stays unanswered
    QCOMPARE(rig.log.incidents(), QStringList("call_dead"));
    QVERIFY(rig.network.take().contains("complete CA1"));
}

DIALDESK_TEST(TestLeases)
#include "tst_leases.moc"
