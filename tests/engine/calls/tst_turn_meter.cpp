#include "engine/calls/turn_meter.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::calls;
using namespace engine::pipeline;
using namespace std::chrono_literals;

namespace {

using Steps = std::vector<std::pair<QString, double>>;

struct Metered
{
    support::FakeClock clock;
    TurnMeter meter{clock};
    Clock::TimePoint start = clock.now();

    void see(const Frame &frame)
    {
        // Every frame passes several steps; only the first counts.
        for (const char *to : {"a", "b", "out"})
            meter.onFrame(frame, Direction::Downstream, QString::fromLatin1(to));
    }
    void at(std::chrono::milliseconds time)
    {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(t(time) - clock.now());
        if (left > 0ms)
            clock.advance(left);
    }
    Clock::TimePoint t(std::chrono::milliseconds time) const { return start + time; }

    void speechUntil(std::chrono::milliseconds end, std::chrono::milliseconds decided)
    {
        see(VoiceEdge{VoiceEdge::Kind::Started, start, start});
        at(decided);
        see(VoiceEdge{VoiceEdge::Kind::Stopped, t(end), t(decided)});
    }
    void finalAt(std::chrono::milliseconds time)
    {
        at(time);
        see(Transcript{Transcript::Kind::Final, "yes", t(time)});
    }
    void turnAt(std::chrono::milliseconds time, TurnId turn, std::chrono::milliseconds speechEnd,
                bool speculative = false)
    {
        at(time);
        see(UserTurn{turn, "yes", "stt_final", speculative, t(speechEnd)});
    }
    void answer(TurnId turn, std::chrono::milliseconds token, std::chrono::milliseconds sentence,
                std::chrono::milliseconds byte, std::chrono::milliseconds sent, std::chrono::milliseconds mark)
    {
        at(token);
        see(ModelText{turn, "Good"});
        at(sentence);
        see(Sentence{turn, "Good.", true});
        at(byte);
        see(AgentAudio{turn, "x"});
        at(sent);
        see(AgentAudible{turn, AgentAudible::Kind::Started, t(sent), true});
        at(mark);
        see(AgentAudible{turn, AgentAudible::Kind::FirstMark, t(mark), true});
    }
};

double sum(const Steps &steps, const QString &until)
{
    double total = 0;
    for (const auto &[name, ms] : steps) {
        total += ms;
        if (name == until)
            break;
    }
    return total;
}

QStringList names(const Steps &steps)
{
    QStringList list;
    for (const auto &step : steps)
        list.append(step.first);
    return list;
}

} // namespace

class TestTurnMeter : public QObject
{
    Q_OBJECT

private slots:
    void everyStepInItsOrderAndTheirSumIsTheWhole();
    void stepsThatOvertakeEachOtherTakeNoTime();
    void onlyTheFirstOfEachCounts();
    void aTurnNobodyAskedForHasNoTotal();
    void whatDidNotHappenIsLeftOut();
    void twoTurnsAtOnceAreKeptApart();
    void takingATurnForgetsIt();
    void aNewStartOfSpeechForgetsTheOldEdge();
    void aWithdrawnGuessIsMeasuredFromItsOwnEnd();
    void theTimeToFallSilentIsMeasured();
    void rulesAndUsageAreKept();
    void turnsThatNeverEndDoNotPileUp();
};

void TestTurnMeter::everyStepInItsOrderAndTheirSumIsTheWhole()
{
    Metered m;
    m.speechUntil(1000ms, 1192ms);
    m.finalAt(1300ms);
    m.turnAt(1310ms, 1, 1000ms);
    m.answer(1, 1600ms, 1650ms, 1800ms, 1810ms, 2020ms);
    const auto latency = m.meter.take(1);
    QCOMPARE(latency.totalMs, std::optional<double>(810.0));
    const Steps expected = {{"speech_end", 0},       {"vad_end", 192},         {"stt_final", 108},
                            {"turn_end", 10},        {"llm_first_token", 290}, {"first_sentence", 50},
                            {"tts_first_byte", 150}, {"first_audio_sent", 10}, {"first_mark", 210}};
    QCOMPARE(latency.stepsMs, expected);
    QCOMPARE(sum(latency.stepsMs, "first_audio_sent"), *latency.totalMs);
}

void TestTurnMeter::stepsThatOvertakeEachOtherTakeNoTime()
{
    Metered m;
    m.see(VoiceEdge{VoiceEdge::Kind::Started, m.start, m.start});
    m.finalAt(1100ms); // before the silence was certain
    m.at(1192ms);
    m.see(VoiceEdge{VoiceEdge::Kind::Stopped, m.t(1000ms), m.t(1192ms)});
    m.turnAt(1192ms, 1, 1000ms);
    m.answer(1, 1400ms, 1400ms, 1500ms, 1500ms, 1700ms);
    const auto latency = m.meter.take(1);
    QCOMPARE(latency.totalMs, std::optional<double>(500.0));
    for (const auto &[name, ms] : latency.stepsMs)
        QVERIFY2(ms >= 0, qPrintable(name));
    QCOMPARE(latency.stepsMs[1], (std::pair<QString, double>("vad_end", 192)));
    QCOMPARE(latency.stepsMs[2], (std::pair<QString, double>("stt_final", 0)));
    QCOMPARE(sum(latency.stepsMs, "first_audio_sent"), *latency.totalMs);
}

void TestTurnMeter::onlyTheFirstOfEachCounts()
{
    Metered m;
    m.speechUntil(1000ms, 1192ms);
    m.turnAt(1200ms, 1, 1000ms);
    m.answer(1, 1300ms, 1310ms, 1320ms, 1330ms, 1500ms);
    m.answer(1, 2300ms, 2310ms, 2320ms, 2330ms, 2500ms); // the second sentence, after a resume
    const auto latency = m.meter.take(1);
    QCOMPARE(latency.totalMs, std::optional<double>(330.0));
    QCOMPARE(latency.stepsMs.back(), (std::pair<QString, double>("first_mark", 170)));
}

void TestTurnMeter::aTurnNobodyAskedForHasNoTotal()
{
    Metered m;
    m.at(100ms);
    m.see(Sentence{1, "Hello.", true});
    m.at(110ms);
    m.see(AgentAudio{1, "x"});
    m.see(AgentAudible{1, AgentAudible::Kind::Started, m.t(110ms), true});
    m.at(310ms);
    m.see(AgentAudible{1, AgentAudible::Kind::FirstMark, m.t(310ms), true});
    const auto latency = m.meter.take(1);
    QVERIFY(!latency.totalMs);
    const Steps expected = {{"tts_first_byte", 10}, {"first_audio_sent", 0}, {"first_mark", 200}};
    QCOMPARE(latency.stepsMs, expected); // the first of them is where the counting starts
    QCOMPARE(m.meter.ruleOf(1), QString());
}

void TestTurnMeter::whatDidNotHappenIsLeftOut()
{
    Metered m;
    m.turnAt(1600ms, 1, 0ms); // words without an edge, ended by the safety net
    m.at(1900ms);
    m.see(ModelText{1, "Good"});
    const auto latency = m.meter.take(1);
    QVERIFY(!latency.totalMs); // interrupted before the first sound
    QCOMPARE(names(latency.stepsMs), QStringList({"speech_end", "turn_end", "llm_first_token"}));
}

void TestTurnMeter::twoTurnsAtOnceAreKeptApart()
{
    Metered m;
    m.speechUntil(1000ms, 1192ms);
    m.turnAt(1200ms, 1, 1000ms);
    m.see(VoiceEdge{VoiceEdge::Kind::Started, m.t(1250ms), m.t(1250ms)});
    m.at(2000ms);
    m.see(VoiceEdge{VoiceEdge::Kind::Stopped, m.t(1800ms), m.t(2000ms)});
    m.turnAt(2100ms, 2, 1800ms);
    m.answer(2, 2200ms, 2200ms, 2300ms, 2300ms, 2500ms);
    const auto one = m.meter.take(1);
    const auto two = m.meter.take(2);
    QCOMPARE(names(one.stepsMs), QStringList({"speech_end", "vad_end", "turn_end"}));
    QCOMPARE(two.totalMs, std::optional<double>(500.0));
}

void TestTurnMeter::takingATurnForgetsIt()
{
    Metered m;
    m.turnAt(100ms, 1, 50ms);
    QCOMPARE(m.meter.take(1).stepsMs.size(), 2u);
    QVERIFY(m.meter.take(1).stepsMs.empty());
    QVERIFY(m.meter.take(99).stepsMs.empty());
}

void TestTurnMeter::aNewStartOfSpeechForgetsTheOldEdge()
{
    Metered m;
    m.speechUntil(500ms, 692ms); // a cough without words
    m.at(2000ms);
    m.see(VoiceEdge{VoiceEdge::Kind::Started, m.t(2000ms), m.t(2000ms)});
    m.finalAt(2900ms);
    m.turnAt(2900ms, 1, 2800ms);
    const auto latency = m.meter.take(1);
    QCOMPARE(names(latency.stepsMs),
             QStringList({"speech_end", "stt_final", "turn_end"})); // the detector has not stopped yet
}

void TestTurnMeter::aWithdrawnGuessIsMeasuredFromItsOwnEnd()
{
    Metered m;
    m.speechUntil(1000ms, 1192ms);
    m.turnAt(1200ms, 1, 1000ms, true); // the vendor guessed that the turn was over
    m.at(1400ms);
    m.see(SpeculationResolved{1, false}); // it was not
    m.see(VoiceEdge{VoiceEdge::Kind::Started, m.t(1400ms), m.t(1450ms)});
    m.at(3192ms);
    m.see(VoiceEdge{VoiceEdge::Kind::Stopped, m.t(3000ms), m.t(3192ms)});
    m.turnAt(3200ms, 1, 3000ms); // the same number again
    m.answer(1, 3400ms, 3450ms, 3500ms, 3500ms, 3700ms);
    const auto latency = m.meter.take(1);
    QCOMPARE(latency.totalMs, std::optional<double>(500.0));
    QCOMPARE(sum(latency.stepsMs, "first_audio_sent"), 500.0);
}

void TestTurnMeter::theTimeToFallSilentIsMeasured()
{
    Metered m;
    m.turnAt(100ms, 1, 50ms);
    m.answer(1, 200ms, 200ms, 300ms, 300ms, 500ms);
    m.at(1230ms);
    m.see(PlayoutHold{m.t(1000ms)});
    m.see(AgentAudible{1, AgentAudible::Kind::Held, m.t(1230ms), true});
    QCOMPARE(m.meter.take(1).clearMs, std::optional<double>(230.0));
    m.turnAt(2000ms, 2, 1900ms);
    m.answer(2, 2100ms, 2100ms, 2200ms, 2200ms, 2400ms);
    QVERIFY(!m.meter.take(2).clearMs); // nobody spoke into it
}

void TestTurnMeter::rulesAndUsageAreKept()
{
    Metered m;
    m.turnAt(100ms, 1, 50ms);
    m.see(ModelDone{1, {100, 20, true}});
    m.see(ModelDone{1, {}}); // the end of an answer without numbers
    QCOMPARE(m.meter.ruleOf(1), QString("stt_final"));
    QCOMPARE(m.meter.usageOf(1), (ModelUsage{100, 20, true}));
    QCOMPARE(m.meter.usageOf(2), ModelUsage{});
}

void TestTurnMeter::turnsThatNeverEndDoNotPileUp()
{
    Metered m;
    for (TurnId turn = 1; turn <= 100; ++turn)
        m.turnAt(std::chrono::milliseconds(turn * 10), turn, std::chrono::milliseconds(turn * 10));
    QVERIFY(m.meter.take(1).stepsMs.empty());
    QVERIFY(!m.meter.take(100).stepsMs.empty());
    QVERIFY(!m.meter.take(90).stepsMs.empty());
}

DIALDESK_TEST(TestTurnMeter)
#include "tst_turn_meter.moc"
