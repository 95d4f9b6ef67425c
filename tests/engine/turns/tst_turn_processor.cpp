#include "engine/turns/turn_processor.h"
#include "tests/support/fake_clock.h"

#include "engine/pipeline/pipeline.h"
#include "tests/support/test_program.h"


using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine::pipeline;
using engine::turns::TurnProcessor;
using engine::turns::TurnSettings;

namespace {

/// The detector's delay in these scripts: what it decides at T is about a sample that arrived at T - 192 ms.
constexpr milliseconds kDetectorDelay = 192ms;

/// One TurnProcessor in a pipeline, played from a script.
///
/// A line of the script is "MS VERB [REST]", at MS since the start: onset, dropped, start, stop (of the callee's
/// speech, as decided); interim, final, eager, eot TEXT; finalized, resumed; open (the call opens a turn); audible N,
/// audible! N (uninterruptible), finished N (the agent's voice); stall, flow (the callee's audio); wait (nothing). What it decides is written as "MS
/// ...", too.
class Line final : public Observer
{
public:
    explicit Line(const TurnSettings &settings = {})
    {
        auto turns = std::make_unique<TurnProcessor>(settings, m_clock);
        m_turns = turns.get();
        m_pipeline.add(std::move(turns));
        m_pipeline.addObserver(this);
        m_start = m_clock.now();
    }

    QStringList play(const QString &script)
    {
        for (const QString &line : script.split(u'\n', Qt::SkipEmptyParts))
            if (!line.trimmed().isEmpty())
                step(line.trimmed());
        return m_decisions;
    }

    std::vector<UserTurn> userTurns() const { return m_userTurns; }
    const std::vector<Frame> &passedDown() const { return m_down; }
    const std::vector<Frame> &passedUp() const { return m_up; }
    TimePoint start() const { return m_start; }
    TurnProcessor &turns() { return *m_turns; }

    void onFrame(const Frame &frame, Direction direction, const QString &to) override
    {
        if (direction == Direction::Upstream) {
            if (to == u"in"_s)
                m_up.push_back(frame);
            return;
        }
        if (to != u"out"_s)
            return;
        m_down.push_back(frame);
        const auto note = [this](const QString &what) {
            m_decisions.append(
                u"%1 %2"_s.arg(std::chrono::duration_cast<milliseconds>(m_clock.now() - m_start).count()).arg(what));
        };
        std::visit(Overloaded{[&](const UserTurn &turn) {
                                  m_userTurns.push_back(turn);
                                  note(u"%1 %2 %3: %4"_s.arg(turn.speculative ? u"guess"_s : u"turn"_s)
                                           .arg(turn.turn)
                                           .arg(turn.rule, turn.text));
                              },
                              [&](const SpeculationResolved &guess) {
                                  note(u"guess %1 %2"_s.arg(guess.turn).arg(guess.confirmed ? u"right"_s : u"wrong"_s));
                              },
                              [&](const PlayoutHold &) { note(u"hold"_s); },
                              [&](const PlayoutResume &resume) { note(u"resume "_s + resume.reason); },
                              [&](const Interrupted &interrupted) { note(u"interrupted %1"_s.arg(interrupted.turn)); },
                              [](const auto &) {}},
                   frame);
    }

private:
    void step(const QString &line)
    {
        const QString verb = line.section(u' ', 1, 1);
        const QString rest = line.section(u' ', 2);
        const TimePoint at = m_start + milliseconds(line.section(u' ', 0, 0).toInt());
        Q_ASSERT(at >= m_clock.now());
        const auto passed = std::chrono::duration_cast<milliseconds>(at - m_clock.now());
        m_clock.advance(passed);
        m_audio += m_audioFlows ? passed : 0ms;
        static const QHash<QString, VoiceEdge::Kind> kEdges = {{u"onset"_s, VoiceEdge::Kind::Onset},
                                                               {u"dropped"_s, VoiceEdge::Kind::Dropped},
                                                               {u"start"_s, VoiceEdge::Kind::Started},
                                                               {u"stop"_s, VoiceEdge::Kind::Stopped}};
        static const QHash<QString, Transcript::Kind> kTexts = {
            {u"interim"_s, Transcript::Kind::Interim},      {u"final"_s, Transcript::Kind::Final},
            {u"eager"_s, Transcript::Kind::EagerEndOfTurn}, {u"eot"_s, Transcript::Kind::EndOfTurn},
            {u"resumed"_s, Transcript::Kind::TurnResumed},  {u"finalized"_s, Transcript::Kind::FinalizeAnswered}};
        static const QHash<QString, AgentAudible::Kind> kVoice = {{u"audible"_s, AgentAudible::Kind::Started},
                                                                  {u"audible!"_s, AgentAudible::Kind::Started},
                                                                  {u"marked!"_s, AgentAudible::Kind::FirstMark},
                                                                  {u"finished"_s, AgentAudible::Kind::Finished}};
        if (kEdges.contains(verb))
            edge(kEdges[verb]);
        else if (kTexts.contains(verb))
            m_pipeline.pushDownstream(Transcript{kTexts[verb], rest, m_clock.now()});
        else if (kVoice.contains(verb))
            m_pipeline.pushUpstream(AgentAudible{rest.toInt(), kVoice[verb], m_clock.now(), !verb.endsWith(u'!')});
        else if (verb == u"open"_s)
            m_turns->openTurn();
        else if (verb == u"stall"_s || verb == u"flow"_s)
            m_audioFlows = verb == u"flow"_s;
        else if (verb != u"wait"_s)
            qFatal("unknown verb: %s", qPrintable(line));
    }

    void edge(VoiceEdge::Kind kind)
    {
        if (kind == VoiceEdge::Kind::Started)
            m_audioBefore = m_audio - kDetectorDelay;
        const milliseconds over = kind == VoiceEdge::Kind::Stopped ? kDetectorDelay : 0ms;
        m_pipeline.pushDownstream(
            VoiceEdge{kind, m_clock.now() - kDetectorDelay, m_clock.now(), m_audio - over - m_audioBefore});
    }

    support::FakeClock m_clock;
    Pipeline m_pipeline;
    TurnProcessor *m_turns = nullptr;
    bool m_audioFlows = true;
    milliseconds m_audio{0};       // that came since the start
    milliseconds m_audioBefore{0}; // of it before the callee's speech
    TimePoint m_start;
    QStringList m_decisions;
    std::vector<UserTurn> m_userTurns;
    std::vector<Frame> m_down;
    std::vector<Frame> m_up;
};

/// The agent's first turn sounds from 0 on.
const QString kAgentTalks = u"0 open\n0 audible 1\n"_s;

} // namespace

class TestTurnProcessor : public QObject
{
    Q_OBJECT

private:
    static void table()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("expected");
    }
    static void check()
    {
        QFETCH(QString, script);
        QFETCH(QStringList, expected);
        Line line;
        QCOMPARE(line.play(script), expected);
    }

private slots:
    void calleesTurnEnds_data()
    {
        table();
        QTest::newRow("with the final after the stop")
            << u"200 start\n700 interim I would\n1500 stop\n1700 final I would like a pizza.\n9000 wait"_s
            << QStringList{u"1700 turn 1 stt_final: I would like a pizza."_s};
        QTest::newRow("with the answer to finalize, when the final came before the stop")
            << u"200 start\n1300 final Yes, please.\n1500 stop\n1750 finalized\n9000 wait"_s
            << QStringList{u"1750 turn 1 stt_final: Yes, please."_s};
        QTest::newRow("with the answer to finalize, when there is only an interim")
            << u"200 start\n1300 interim Yes please\n1500 stop\n1750 finalized\n9000 wait"_s
            << QStringList{u"1750 turn 1 stt_final: Yes please"_s};
        QTest::newRow("with the vendor's end of turn")
            << u"200 start\n1500 stop\n1650 eot That is all.\n9000 wait"_s
            << QStringList{u"1650 turn 1 vendor_end_of_turn: That is all."_s};
        QTest::newRow("with the vendor's end of turn without new text")
            << u"200 start\n1400 final That is all.\n1650 eot\n9000 wait"_s
            << QStringList{u"1650 turn 1 vendor_end_of_turn: That is all."_s};
        QTest::newRow("1.6 s after the last word, to the millisecond")
            << u"200 start\n950 stop\n1000 interim Monday\n9000 wait"_s
            << QStringList{u"2600 turn 1 silence_1600: Monday"_s};
        QTest::newRow("1.6 s after the speech, when the final came first")
            << u"200 start\n1000 final Monday.\n1500 stop\n9000 wait"_s
            << QStringList{u"2908 turn 1 silence_1600: Monday."_s}; // 1500 - 192 + 1600
        QTest::newRow("4.0 s after the speech, however long the vendor goes on")
            << u"200 start\n1192 stop\n1500 interim I\n2500 interim I am\n3500 interim I am not\n4500 interim I am not sure\n9000 wait"_s
            << QStringList{u"5000 turn 1 ceiling_4000: I am not sure"_s};
        QTest::newRow("when the detector missed the speech")
            << u"500 interim I will\n1000 final I will take it.\n9000 wait"_s
            << QStringList{u"2600 turn 1 silence_1600: I will take it."_s};
        QTest::newRow("when the detector does not let go of a television")
            << u"200 start\n1000 final I will take it.\n9000 wait"_s
            << QStringList{u"5000 turn 1 ceiling_4000: I will take it."_s};
        QTest::newRow("never without a word")
            << u"200 start\n1500 stop\n1750 finalized\n9000 start\n9500 stop\n20000 wait"_s << QStringList{};
        QTest::newRow("never with an empty final") << u"200 start\n1500 stop\n1700 final\n9000 wait"_s << QStringList{};
        QTest::newRow("once, though the vendor confirms twice")
            << u"200 start\n1500 stop\n1700 final Yes.\n1701 finalized\n1900 eot\n9000 wait"_s
            << QStringList{u"1700 turn 1 stt_final: Yes."_s};
    }
    void calleesTurnEnds() { check(); }

    void textOfATurn_data()
    {
        table();
        QTest::newRow("finals are joined, interims replaced")
            << u"200 start\n700 interim my name\n1200 final My name is\n1700 interim ana\n2200 interim anna lee\n2500 stop\n2700 final Anna Lee.\n9000 wait"_s
            << QStringList{u"2700 turn 1 stt_final: My name is Anna Lee."_s};
        QTest::newRow("speech before the end keeps the turn open")
            << u"200 start\n900 interim My number is\n1000 stop\n1100 start\n1150 final My number is\n2000 stop\n2200 final 5 5 5.\n9000 wait"_s
            << QStringList{u"2200 turn 1 stt_final: My number is 5 5 5."_s};
        QTest::newRow("the ceiling takes the interim behind the final")
            << u"200 start\n900 final I want\n1192 stop\n1300 interim two\n9000 wait"_s
            << QStringList{u"2900 turn 1 silence_1600: I want two"_s};
        QTest::newRow("an empty interim takes nothing back")
            << u"200 start\n900 interim I want\n950 interim\n1192 stop\n1500 finalized\n9000 wait"_s
            << QStringList{u"1500 turn 1 stt_final: I want"_s};
        QTest::newRow("white space is single")
            << u"200 start\n900 final  I want \n1192 stop\n1400 final two\n9000 wait"_s
            << QStringList{u"1400 turn 1 stt_final: I want two"_s};
    }
    void textOfATurn() { check(); }

    void turnsAreCountedFromOne()
    {
        Line line;
        QCOMPARE(line.turns().currentTurn(), 0);
        line.play(u"0 open\n0 audible 1\n900 finished 1\n1000 start\n1500 stop\n1700 final Who is this?"_s);
        QCOMPARE(line.userTurns().size(), size_t(1));
        QCOMPARE(line.userTurns()[0].turn, 2);
        QCOMPARE(line.turns().openTurn(), 3);
    }

    void speechEndIsTheLastSampleOfSpeech()
    {
        Line line;
        line.play(u"200 start\n1500 stop\n1700 final Yes."_s);
        QCOMPARE(line.userTurns().size(), size_t(1));
        QCOMPARE(line.userTurns()[0].speechEndedAt, line.start() + 1500ms - kDetectorDelay);
    }

    void framesArePassedOnInTheirDirection()
    {
        Line line;
        line.play(u"200 start\n1500 stop\n1700 final Yes.\n1900 audible 1"_s);
        QCOMPARE(nameOf(line.passedDown().at(0)), u"VoiceEdge"_s);
        QCOMPARE(nameOf(line.passedDown().at(2)), u"Transcript"_s);
        QCOMPARE(nameOf(line.passedDown().at(3)), u"UserTurn"_s);
        QCOMPARE(line.passedUp().size(), size_t(1));
        QCOMPARE(nameOf(line.passedUp().at(0)), u"AgentAudible"_s);
    }

    void lateFinals_data()
    {
        table();
        const QString toSilence = u"200 start\n1000 interim I want two\n1192 stop\n"_s; // ends at 2600
        const QString turn = u"2600 turn 1 silence_1600: I want two"_s;
        QTest::newRow("that say the same are no turn")
            << toSilence + u"3000 final I want two.\n9000 wait"_s << QStringList{turn};
        QTest::newRow("that say less are no turn")
            << toSilence + u"3000 final I want\n9000 wait"_s << QStringList{turn};
        QTest::newRow("that say more take the turn back while nothing is audible")
            << toSilence + u"3000 final I want two large ones.\n9000 wait"_s
            << QStringList{turn, u"3000 hold"_s, u"3000 interrupted 1"_s,
                           u"3000 turn 2 stt_final: I want two large ones."_s};
        QTest::newRow("of another segment take the turn back too")
            << u"200 start\n1192 stop\n1400 final I want two\n1600 final large ones.\n9000 wait"_s
            << QStringList{u"1400 turn 1 stt_final: I want two"_s, u"1600 hold"_s, u"1600 interrupted 1"_s,
                           u"1600 turn 2 stt_final: I want two large ones."_s};
        QTest::newRow("are a turn of their own when the agent is audible")
            << toSilence + u"2900 audible 1\n3000 final I want two large ones.\n9000 wait"_s
            << QStringList{turn, u"3000 hold"_s, u"3000 interrupted 1"_s, u"3000 turn 2 stt_final: large ones."_s};
        QTest::newRow("that say the same do not disturb the agent")
            << toSilence + u"2900 audible 1\n3000 final I want two!\n9000 wait"_s << QStringList{turn};
        QTest::newRow("that add a backchannel do not disturb the agent")
            << toSilence + u"2900 audible 1\n3000 final I want two okay\n9000 wait"_s << QStringList{turn};
        QTest::newRow("after the ceiling still belong to it")
            << u"200 start\n1192 stop\n1500 interim I\n2500 interim I am\n3500 interim I am not\n4500 interim I am not "
               u"so\n"
               u"5200 final I am not so sure.\n9000 wait"_s
            << QStringList{u"5000 turn 1 ceiling_4000: I am not so"_s, u"5200 hold"_s, u"5200 interrupted 1"_s,
                           u"5200 turn 2 stt_final: I am not so sure."_s};
        QTest::newRow("of a transcriber that began anew count whole")
            << toSilence + u"2700 audible 1\n4000 finished 1\n6000 start\n6500 interim What does it cost\n6700 stop\n"
                           u"6900 final What does it cost?\n12000 wait"_s
            << QStringList{turn, u"6900 turn 2 stt_final: What does it cost?"_s};
    }
    void lateFinals() { check(); }

    void goingOnWhileTheAgentThinks_data()
    {
        table();
        const QString first = u"200 start\n1192 stop\n1400 final I want\n"_s;
        const QString turn = u"1400 turn 1 stt_final: I want"_s;
        QTest::newRow("joins the words")
            << first + u"1600 start\n2000 interim two\n2500 stop\n2700 final two pizzas.\n9000 wait"_s
            << QStringList{turn, u"1600 hold"_s, u"2000 interrupted 1"_s,
                           u"2700 turn 2 stt_final: I want two pizzas."_s};
        QTest::newRow("joins three times") << first + u"1600 start\n2000 interim two\n2100 stop\n2300 final two\n2500 "
                                                      u"start\n2900 final pizzas\n3000 stop\n"
                                                      u"3100 finalized\n9000 wait"_s
                                           << QStringList{turn,
                                                          u"1600 hold"_s,
                                                          u"2000 interrupted 1"_s,
                                                          u"2300 turn 2 stt_final: I want two"_s,
                                                          u"2500 hold"_s,
                                                          u"2900 interrupted 2"_s,
                                                          u"3100 turn 3 stt_final: I want two pizzas"_s};
        QTest::newRow("is not joined to what was answered audibly")
            << first + u"1600 audible 1\n3000 start\n3400 interim no two\n3700 stop\n3900 final No, two.\n9000 wait"_s
            << QStringList{turn, u"3000 hold"_s, u"3400 interrupted 1"_s, u"3900 turn 2 stt_final: No, two."_s};
        QTest::newRow("with a cough delays the answer only until the transcriber knows better")
            << first + u"1600 start\n1900 stop\n2100 finalized\n2500 audible 1\n9000 wait"_s
            << QStringList{turn, u"1600 hold"_s, u"2100 resume false_start"_s};
        QTest::newRow("with a backchannel does not disturb")
            << first + u"1600 start\n1900 stop\n2100 final okay\n9000 wait"_s
            << QStringList{turn, u"1600 hold"_s, u"2100 resume backchannel"_s};
        QTest::newRow("a retracted interim does not lose the turn")
            << first + u"1600 start\n2000 interim no\n2100 stop\n2300 final\n9000 wait"_s
            << QStringList{turn, u"1600 hold"_s, u"2000 interrupted 1"_s, u"3900 turn 2 silence_1600: I want"_s};
        QTest::newRow("an agent that never becomes audible loses the floor")
            << first + u"15000 start\n15300 stop\n15500 final Yes.\n29000 wait"_s
            << QStringList{turn, u"15500 turn 2 stt_final: Yes."_s};
    }
    void goingOnWhileTheAgentThinks() { check(); }

    void bargeIn_data()
    {
        table();
        QTest::newRow("a real word interrupts at once")
            << kAgentTalks +
                   u"1000 onset\n1192 start\n1500 interim wait\n2000 stop\n2200 final Wait, stop.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1500 interrupted 1"_s, u"2200 turn 2 stt_final: Wait, stop."_s};
        QTest::newRow("a real word interrupts before the detector is sure")
            << kAgentTalks + u"1000 onset\n1150 interim wait\n1192 start\n2000 stop\n2200 final Wait.\n9000 wait"_s
            << QStringList{u"1150 hold"_s, u"1150 interrupted 1"_s, u"2200 turn 2 stt_final: Wait."_s};
        QTest::newRow("an onset that does not hold changes nothing")
            << kAgentTalks + u"1000 onset\n1100 dropped\n9000 wait"_s << QStringList{};
        QTest::newRow("a backchannel resumes when the speech is over")
            << kAgentTalks + u"1192 start\n1500 interim mhm\n1600 stop\n1800 final Mhm.\n1801 finalized\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1600 resume backchannel"_s};
        QTest::newRow("a backchannel known only after the speech resumes with the word")
            << kAgentTalks + u"1192 start\n1500 stop\n1700 final Right.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1700 resume backchannel"_s};
        QTest::newRow("a backchannel without detected speech changes nothing")
            << kAgentTalks + u"1700 final Uh-huh.\n9000 wait"_s << QStringList{};
        QTest::newRow("backchannels one after the other")
            << kAgentTalks +
                   u"1192 start\n1600 stop\n1700 final Mhm.\n3192 start\n3500 interim right\n3600 stop\n3700 final Right.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1700 resume backchannel"_s, u"3192 hold"_s, u"3600 resume backchannel"_s};
        QTest::newRow("a backchannel held up on its way is none the longer")
            << kAgentTalks + u"1192 start\n1300 stall\n1900 flow\n1940 stop\n1945 final Mhm.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1945 resume backchannel"_s};
        QTest::newRow("0.599 s of yes is a backchannel")
            << kAgentTalks + u"1192 start\n1791 stop\n1800 final Yes yes.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1800 resume backchannel"_s};
        QTest::newRow("0.6 s of yes are words")
            << kAgentTalks + u"1192 start\n1792 stop\n1800 final Yes yes.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1800 interrupted 1"_s, u"1800 turn 2 stt_final: Yes yes."_s};
        QTest::newRow("yes that goes on is words as soon as that is certain")
            << kAgentTalks + u"1192 start\n1500 interim yes yes\n2500 stop\n2700 final Yes yes yes.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1952 interrupted 1"_s, u"2700 turn 2 stt_final: Yes yes yes."_s};
        QTest::newRow("yes that grows interrupts and is seen whole")
            << kAgentTalks +
                   u"1192 start\n1400 interim yes\n1600 interim yes but I\n2500 stop\n2700 final Yes, but I wanted two.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1600 interrupted 1"_s, u"2700 turn 2 stt_final: Yes, but I wanted two."_s};
        QTest::newRow("yes that grows after it was taken for a backchannel")
            << kAgentTalks + u"1192 start\n1500 stop\n1550 interim yes\n1700 final Yes, but no.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1550 resume backchannel"_s, u"1700 hold"_s, u"1700 interrupted 1"_s,
                           u"1700 turn 2 stt_final: Yes, but no."_s};
        QTest::newRow("no words for 2.0 s resume")
            << kAgentTalks + u"1192 start\n9000 wait"_s << QStringList{u"1192 hold"_s, u"3192 resume false_start"_s};
        QTest::newRow("no words from the transcriber about speech that is over resume at once")
            << kAgentTalks + u"1192 start\n1500 stop\n1750 finalized\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1750 resume false_start"_s};
        QTest::newRow("words after a false start hold again")
            << kAgentTalks + u"1192 start\n3500 interim excuse me\n3600 stop\n3700 final Excuse me.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"3192 resume false_start"_s, u"3500 hold"_s, u"3500 interrupted 1"_s,
                           u"3700 turn 2 stt_final: Excuse me."_s};
        QTest::newRow("twice") << kAgentTalks +
                                      u"1192 start\n1500 interim wait\n1600 stop\n1800 final Wait.\n2500 audible 2\n"
                                      u"3192 start\n3500 interim no\n3600 stop\n3800 final No.\n9000 wait"_s
                               << QStringList{
                                      u"1192 hold"_s, u"1500 interrupted 1"_s, u"1800 turn 2 stt_final: Wait."_s,
                                      u"3192 hold"_s, u"3500 interrupted 2"_s, u"3800 turn 3 stt_final: No."_s};
        QTest::newRow("ends a turn that waits behind the one that sounds")
            << kAgentTalks + u"500 open\n1192 start\n1500 interim wait\n1600 stop\n1800 final Wait.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1500 interrupted 2"_s, u"1800 turn 3 stt_final: Wait."_s};
        QTest::newRow("is not what waited before the call spoke")
            << u"200 start\n700 interim I was\n800 open\n810 audible 1\n2000 finished 1\n2500 stop\n2700 final I was wondering.\n9000 wait"_s
            << QStringList{u"2700 turn 2 stt_final: I was wondering."_s};
        QTest::newRow("is what comes after it")
            << u"200 start\n700 interim I was\n800 open\n810 audible 1\n1200 interim I was wondering\n2500 stop\n2700 final I was wondering.\n9000 wait"_s
            << QStringList{u"1200 hold"_s, u"1200 interrupted 1"_s, u"2700 turn 2 stt_final: I was wondering."_s};
        QTest::newRow("is none after the agent has finished")
            << kAgentTalks + u"1000 finished 1\n1192 start\n1500 interim yes\n1600 stop\n1800 final Yes.\n9000 wait"_s
            << QStringList{u"1800 turn 2 stt_final: Yes."_s};
        QTest::newRow("what is told late of an interrupted turn is ignored")
            << kAgentTalks +
                   u"1192 start\n1500 interim wait\n1510 finished 1\n1520 audible 1\n1600 stop\n1800 final Wait.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1500 interrupted 1"_s, u"1800 turn 2 stt_final: Wait."_s};
    }
    void bargeIn() { check(); }

    void holdNamesTheFirstSampleOfSpeech()
    {
        Line line;
        line.play(kAgentTalks + u"1192 start"_s);
        const auto *hold = std::get_if<PlayoutHold>(&line.passedDown().back());
        QVERIFY(hold);
        QCOMPARE(hold->speechStartedAt, line.start() + 1000ms);
    }

    void answerAtTheEnd_data()
    {
        table();
        const QString yes = kAgentTalks + u"1192 start\n1500 interim yes\n1600 stop\n"_s;
        const QString hold = u"1192 hold"_s;
        const QString resume = u"1600 resume backchannel"_s;
        QTest::newRow("a backchannel into the last words is the answer")
            << yes + u"2100 finished 1\n2300 final Yes.\n9000 wait"_s
            << QStringList{hold, resume, u"2100 turn 2 answer_at_end: yes"_s};
        QTest::newRow("what grows out of it is joined")
            << yes + u"2100 finished 1\n2300 final Yes, tomorrow.\n9000 wait"_s
            << QStringList{hold,
                           resume,
                           u"2100 turn 2 answer_at_end: yes"_s,
                           u"2300 hold"_s,
                           u"2300 interrupted 2"_s,
                           u"2300 turn 3 stt_final: yes tomorrow."_s};
        QTest::newRow("a backchannel well before the end is none")
            << yes + u"2401 finished 1\n9000 wait"_s << QStringList{hold, resume};
        QTest::newRow("and comes before what is said next")
            << yes + u"2000 finished 1\n9000 wait"_s << QStringList{hold, resume, u"2000 turn 2 answer_at_end: yes"_s};
    }
    void answerAtTheEnd() { check(); }

    void lineThatCannotBeInterrupted_data()
    {
        table();
        const QString notice = u"0 open\n0 audible! 1\n"_s;
        QTest::newRow("words become the turn when it has ended")
            << notice +
                   u"1192 start\n1500 interim who is\n2000 stop\n2200 final Who is this?\n5000 finished 1\n9000 wait"_s
            << QStringList{u"5000 turn 2 stt_final: Who is this?"_s};
        QTest::newRow("a backchannel too")
            << notice + u"1192 start\n1500 stop\n1700 final Okay.\n5000 finished 1\n9000 wait"_s
            << QStringList{u"5000 turn 2 stt_final: Okay."_s};
        QTest::newRow("speech that goes on behind it ends as always")
            << notice +
                   u"1192 start\n1500 interim who is\n2000 finished 1\n2500 stop\n2700 final Who is this?\n9000 wait"_s
            << QStringList{u"2700 turn 2 stt_final: Who is this?"_s};
        QTest::newRow("speech that begins anew before its end keeps the turn open")
            << notice +
                   u"1192 start\n1500 stop\n1700 final Who is this?\n4800 start\n5000 finished 1\n5500 stop\n5700 final And why?\n9000 wait"_s
            << QStringList{u"5700 turn 2 stt_final: Who is this? And why?"_s};
        QTest::newRow("noise changes nothing")
            << notice + u"1192 start\n1500 stop\n5000 finished 1\n9000 wait"_s << QStringList{};
        QTest::newRow("an interim without a final ends with the line, if long enough ago")
            << notice + u"1192 start\n1500 interim who is this\n2000 stop\n5000 finished 1\n9000 wait"_s
            << QStringList{u"5000 turn 2 silence_1600: who is this"_s};
        QTest::newRow("known late, it is not held any longer")
            << kAgentTalks + u"1192 start\n1300 marked! 1\n5000 finished 1\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1300 resume false_start"_s};
    }
    void lineThatCannotBeInterrupted() { check(); }

    void speculation_data()
    {
        table();
        QTest::newRow("that was right is confirmed")
            << u"200 start\n1000 eager I want two.\n1300 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two."_s, u"1300 guess 1 right"_s};
        QTest::newRow("differing only in punctuation is confirmed")
            << u"200 start\n1000 eager I want two\n1300 eot I want two!\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two"_s, u"1300 guess 1 right"_s};
        QTest::newRow("that was wrong is given again under its number")
            << u"200 start\n1000 eager I want two.\n1300 eot I want two large ones.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two."_s, u"1300 guess 1 wrong"_s,
                           u"1300 turn 1 vendor_end_of_turn: I want two large ones."_s};
        QTest::newRow("is taken back when the turn resumes")
            << u"200 start\n1000 eager I want\n1200 resumed\n1400 interim I want two\n1800 eager I want two.\n2000 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want"_s, u"1200 guess 1 wrong"_s,
                           u"1800 guess 1 vendor_eager: I want two."_s, u"2000 guess 1 right"_s};
        QTest::newRow("is taken back when words come without notice")
            << u"200 start\n1000 eager I want\n1200 interim I want two\n1500 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want"_s, u"1200 guess 1 wrong"_s,
                           u"1500 turn 1 vendor_end_of_turn: I want two."_s};
        QTest::newRow("stands when an update repeats it")
            << u"200 start\n1000 eager I want two.\n1200 interim I want two.\n1250 interim\n1300 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two."_s, u"1300 guess 1 right"_s};
        QTest::newRow("is confirmed by silence when the vendor forgets it")
            << u"200 start\n1000 eager I want two.\n1100 stop\n4000 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two."_s, u"2600 guess 1 right"_s};
        QTest::newRow("is dropped when the call speaks by itself, and its number with it")
            << u"200 start\n1000 eager I want two.\n1100 open\n1200 audible 2\n1300 eot I want two!\n3000 finished 2\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want two."_s, u"1100 guess 1 wrong"_s,
                           u"3000 turn 3 vendor_end_of_turn: I want two!"_s};
        QTest::newRow("gives its number to the turn that is interrupted, when the agent speaks late after all")
            << u"0 open\n10500 start\n11000 eager I want two\n11100 audible 1\n11500 interim I want two of\n12000 eot I want two of them.\n20000 wait"_s
            << QStringList{u"11000 guess 2 vendor_eager: I want two"_s, u"11100 guess 2 wrong"_s, u"11500 hold"_s,
                           u"11500 interrupted 2"_s, u"12000 turn 3 vendor_end_of_turn: I want two of them."_s};
        QTest::newRow("into the agent's voice interrupts first")
            << kAgentTalks + u"1192 start\n1500 eager Wait a moment.\n1700 eot Wait a moment.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1500 interrupted 1"_s, u"1500 guess 2 vendor_eager: Wait a moment."_s,
                           u"1700 guess 2 right"_s};
        QTest::newRow("about a backchannel is none")
            << kAgentTalks + u"1192 start\n1450 stop\n1500 eager Mhm.\n1700 eot Mhm.\n9000 wait"_s
            << QStringList{u"1192 hold"_s, u"1500 resume backchannel"_s};
        QTest::newRow("going on after a confirmed one joins only the new words")
            << u"200 start\n1000 eager I want\n1100 stop\n2700 interim I want two\n3000 eot I want two.\n9000 wait"_s
            << QStringList{u"1000 guess 1 vendor_eager: I want"_s, u"2600 guess 1 right"_s, u"2700 hold"_s,
                           u"2700 interrupted 1"_s, u"3000 turn 2 vendor_end_of_turn: I want two."_s};
    }
    void speculation() { check(); }
};

DIALDESK_TEST(TestTurnProcessor)
#include "tst_turn_processor.moc"
