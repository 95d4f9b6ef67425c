#include "engine/calls/turn_meter.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"


using namespace engine::calls;
using namespace engine::pipeline;
using namespace std::chrono_literals;

/// How long the agent still sounded after the callee began to speak into its answer.
class TestClearTime : public QObject
{
    Q_OBJECT
private slots:
    void countsFromTheCalleesFirstSample();
    void isOfTheAnswerThatWasSilenced();
    void isAbsentWhereNobodySpoke();
    void isInTheEventAndNotAmongItsSteps();
};

static AgentAudible held(TurnId turn, TimePoint at)
{
    return {turn, AgentAudible::Kind::Held, at, true};
}

void TestClearTime::countsFromTheCalleesFirstSample()
{
    support::FakeClock clock;
    TurnMeter meter(clock);
    const auto firstSample = clock.now();
    clock.advance(205ms);
    meter.onFrame(PlayoutHold{firstSample}, Direction::Downstream, QStringLiteral("playout"));
    meter.onFrame(held(3, clock.now()), Direction::Upstream, QStringLiteral("speaker"));
    clock.advance(100ms); // the same frame at its later steps
    meter.onFrame(PlayoutHold{firstSample}, Direction::Downstream, QStringLiteral("out"));
    meter.onFrame(held(3, firstSample + 205ms), Direction::Upstream, QStringLiteral("in"));
    QCOMPARE(meter.take(3).clearMs, std::optional(205.0));
}

void TestClearTime::isOfTheAnswerThatWasSilenced()
{
    support::FakeClock clock;
    TurnMeter meter(clock);
    const auto start = clock.now();
    meter.onFrame(PlayoutHold{start}, Direction::Downstream, QStringLiteral("playout"));
    meter.onFrame(held(1, start + 200ms), Direction::Upstream, QStringLiteral("speaker"));
    meter.onFrame(PlayoutHold{start + 5s}, Direction::Downstream, QStringLiteral("playout"));
    meter.onFrame(held(2, start + 5s + 210ms), Direction::Upstream, QStringLiteral("speaker"));
    QCOMPARE(meter.take(1).clearMs, std::optional(200.0));
    QCOMPARE(meter.take(2).clearMs, std::optional(210.0));
}

void TestClearTime::isAbsentWhereNobodySpoke()
{
    support::FakeClock clock;
    TurnMeter meter(clock);
    meter.onFrame(AgentAudible{1, AgentAudible::Kind::Started, clock.now(), true}, Direction::Upstream, QStringLiteral("speaker"));
    QCOMPARE(meter.take(1).clearMs, std::nullopt);
}

void TestClearTime::isInTheEventAndNotAmongItsSteps()
{
    engine::records::AgentTurn turn;
    turn.latency.clearMs = 201.25;
    const QJsonObject json = toJson(engine::records::Event(turn));
    QCOMPARE(json["clear_ms"].toDouble(), 201.3);
    QVERIFY(json["latency_ms"].toObject().isEmpty());
    turn.latency.clearMs.reset();
    QVERIFY(!toJson(engine::records::Event(turn)).contains("clear_ms"));
}

DIALDESK_TEST(TestClearTime)
#include "tst_clear_time.moc"
