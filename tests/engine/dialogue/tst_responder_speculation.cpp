#include "tests/engine/dialogue/responder_bench.h"
#include "tests/support/test_program.h"

using namespace responder_bench;

class TestResponderSpeculation : public QObject
{
    Q_OBJECT
private slots:
    void nothingSpeculativeLeaves();
    void aConfirmedSpeculationIsReleasedInOrder();
    void aConfirmedSpeculationGoesOnLive();
    void aWithdrawnSpeculationIsForgotten();
    void aSpeculationReplacedWithoutWordIsForgotten();
    void speculationsHaveNoFiller();
    void failuresOfASpeculationAreHeld();
    void aStrangersResolutionChangesNothing();
    void anInterruptedSpeculationIsForgotten();
};

void TestResponderSpeculation::nothingSpeculativeLeaves()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s, true);
    QCOMPARE(bench.model->requestCount(), 1);
    bench.model->job(0).say(u"One second."_s);
    bench.model->job(0).finish({kSlots});
    QVERIFY(bench.pipe->down.empty());
    QVERIFY(bench.pipe->up.empty());
}

void TestResponderSpeculation::aConfirmedSpeculationIsReleasedInOrder()
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

void TestResponderSpeculation::aConfirmedSpeculationGoesOnLive()
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

void TestResponderSpeculation::aWithdrawnSpeculationIsForgotten()
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

void TestResponderSpeculation::aSpeculationReplacedWithoutWordIsForgotten()
{
    Bench bench;
    bench.turn(1, u"I would"_s, true);
    bench.model->job(0).say(u"Yes?"_s);
    bench.turn(1, u"I would like Tuesday."_s);
    QVERIFY(bench.asked() == Messages{user(u"I would like Tuesday."_s)});
    QCOMPARE(bench.text(), QString());
    QCOMPARE(bench.dones(), 0);
}

void TestResponderSpeculation::speculationsHaveNoFiller()
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

void TestResponderSpeculation::failuresOfASpeculationAreHeld()
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

void TestResponderSpeculation::aStrangersResolutionChangesNothing()
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

void TestResponderSpeculation::anInterruptedSpeculationIsForgotten()
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

DIALDESK_TEST(TestResponderSpeculation)
#include "tst_responder_speculation.moc"
