#include "tests/engine/dialogue/responder_bench.h"
#include "tests/support/test_program.h"

using namespace responder_bench;

class TestResponderFailures : public QObject
{
    Q_OBJECT
private slots:
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
};

void TestResponderFailures::aFillerBridgesASlowStart()
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

void TestResponderFailures::aFastModelNeedsNoFiller()
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

void TestResponderFailures::fillersAreNotStored()
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

void TestResponderFailures::theFirstRequestMayStillWinTheRace()
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

void TestResponderFailures::theSecondRequestMayWinTheRace()
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

void TestResponderFailures::theRaceIsWonByAWholeAnswerToo()
{
    Bench bench;
    bench.turn(1, u"Tuesday?"_s);
    bench.clock.advance(2'500ms);
    bench.model->job(1).finish({kSlots}); // calls without a word
    QVERIFY(bench.model->isGone(0));
    QCOMPARE(bench.pipe->downOf<ToolCall>().size(), size_t(1));
    QCOMPARE(bench.incidents().last(), u"model_raced"_s);
}

void TestResponderFailures::aTimeoutIsFatal()
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

void TestResponderFailures::aSlowSecondAnswerOfATurnIsBridgedOnce()
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

void TestResponderFailures::aBusyModelIsAskedAgain()
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

void TestResponderFailures::aBusyModelIsAskedUntilTheBudgetEnds()
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

void TestResponderFailures::oneRacerMayFail()
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

void TestResponderFailures::aRefusalIsFatal()
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

void TestResponderFailures::anEmptyAnswerIsRetriedOnce()
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

void TestResponderFailures::anEmptyAnswerBehindAFunctionIsFine()
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

void TestResponderFailures::aMalformedCallIsRetriedAtLastWithoutFunctions()
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

void TestResponderFailures::aBlockedAnswerIsReplaced()
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

void TestResponderFailures::aBlockedAnswerBehindWordsIsReplaced()
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

void TestResponderFailures::nothingIsRetriedBehindWords()
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

void TestResponderFailures::incidentsTellTheOperator()
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

DIALDESK_TEST(TestResponderFailures)
#include "tst_responder_failures.moc"
