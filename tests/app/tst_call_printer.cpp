#include "app/call_printer.h"
#include "tests/support/test_program.h"

#include <QTimeZone>
#include <QSignalSpy>

using namespace engine;
using namespace engine::records;
using app::CallPrinter;

namespace {

const CallSid kSid("CA1");
const QDateTime kAt(QDate(2026, 3, 4), QTime(10, 0), QTimeZone::utc());

CallEnded ended(const QString &status, double seconds = 0)
{
    return {kSid, status, "agent_ended", seconds, {}, 0, 0, kAt};
}

} // namespace

class TestCallPrinter : public QObject
{
    Q_OBJECT

private slots:
    void lines_data();
    void lines();
    void exitCodes_data();
    void exitCodes();
    void onlyTheCallFollowedIsOver();
    void eventsBeforeTheCallHadANameAreKept();
};

void TestCallPrinter::lines_data()
{
    QTest::addColumn<Event>("event");
    QTest::addColumn<QStringList>("lines");
    const auto row = [](const char *name, const Event &event, const QStringList &lines) {
        QTest::newRow(name) << event << lines;
    };
    row("queued", CallStateChanged{kSid, "queued", "+14155550100", "+14155550199", "local", true, kAt},
        {"   1.3 s queued  +14155550100 from +14155550199, local, practice"});
    row("queued for real", CallStateChanged{kSid, "queued", "+14155550100", "+14155550199", "production", false, kAt},
        {"   1.3 s queued  +14155550100 from +14155550199, production"});
    row("ringing", CallStateChanged{kSid, "ringing", "+14155550100", "+14155550199", "local", true, kAt},
        {"   1.3 s ringing"});
    row("interim words", CalleeSaid{kSid, 1, "hel", false, kAt}, {});
    row("final words", CalleeSaid{kSid, 1, "Hello?", true, kAt}, {}); // written as one line when the turn is whole
    row("a sentence queued", AgentSpeaking{kSid, 1, "Good morning.", kAt}, {});

    AgentTurn turn;
    turn.sid = kSid;
    turn.heard = "Good morning, Robin.";
    row("a greeting", turn, {"agent    Good morning, Robin."});
    turn.latency = {842.0,
                    {{"speech_end", 0},
                     {"vad_end", 192},
                     {"stt_final", 3},
                     {"turn_end", 6.5},
                     {"llm_first_token", 310},
                     {"first_mark", 220}}};
    row("an answer", turn,
        {"agent    Good morning, Robin.", "         (answered in 0.84 s: silence 0.19, turn 0.01, model 0.31)"});
    turn.latency = {90.0, {{"speech_end", 0}, {"vad_end", 1}}};
    row("a fast answer", turn, {"agent    Good morning, Robin.", "         (answered in 0.09 s)"});
    turn.latency = {};
    turn.cut = "How are %1 you?";
    turn.interrupted = true;
    row("a cut answer", turn, {"agent    Good morning, Robin. [not heard: How are %1 you?]"});
    turn.heard.clear();
    row("an answer nobody heard", turn, {"agent    [not heard: How are %1 you?]"});
    turn.cut.clear();
    row("an empty turn", turn, {});

    row("a function", ToolCalled{kSid, 1, "end_call", {{"reason", "done"}}, {}, kAt},
        {"tool     end_call {\"reason\":\"done\"}"});
    row("an incident", IncidentHappened{kSid, {Fault::Carrier, "media_gap", "No sound for 1 s."}, kAt},
        {"   1.3 s ! carrier: No sound for 1 s."});
    row("busy", CallEnded{kSid, "busy", "busy", 0, {}, 0, 0, kAt}, {"ended    busy (busy)"});
    row("completed", CallEnded{kSid, "completed", "agent_ended", 61.4, 1234.0, 4, 5, kAt},
        {"ended    completed (agent_ended), 61 s, turns: callee 4, agent 5, first word 1.23 s after pick-up"});
}

void TestCallPrinter::lines()
{
    QFETCH(Event, event);
    QFETCH(QStringList, lines);
    QCOMPARE(CallPrinter::linesFor(event, 1.25), lines);
}

void TestCallPrinter::exitCodes_data()
{
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("code");
    QTest::newRow("completed") << "completed" << 0;
    QTest::newRow("busy") << "busy" << 3;
    QTest::newRow("no-answer") << "no-answer" << 3;
    QTest::newRow("canceled") << "canceled" << 3;
    QTest::newRow("failed") << "failed" << 4;
}

void TestCallPrinter::exitCodes()
{
    QFETCH(QString, status);
    QFETCH(int, code);
    QCOMPARE(CallPrinter::exitCodeFor(ended(status)), code);
}

void TestCallPrinter::onlyTheCallFollowedIsOver()
{
    CallPrinter printer(CallPrinter::Form::Text);
    QSignalSpy over(&printer, &CallPrinter::callOver);
    printer.follow(kSid);
    CallEnded other = ended("failed");
    other.sid = CallSid("CA2");
    printer.print(other);
    QCOMPARE(over.count(), 0);
    printer.print(IncidentHappened{{}, {Fault::Program, "x", "About no call."}, kAt});
    QCOMPARE(over.count(), 0);
    printer.print(ended("busy"));
    QCOMPARE(over.count(), 1);
    QCOMPARE(over[0][0].toInt(), 3);
}

void TestCallPrinter::eventsBeforeTheCallHadANameAreKept()
{
    CallPrinter printer(CallPrinter::Form::Json);
    QSignalSpy over(&printer, &CallPrinter::callOver);
    printer.print(ended("completed", 5)); // it may be over before the answer that names it
    QCOMPARE(over.count(), 0);
    printer.follow(kSid);
    QCOMPARE(over.count(), 1);
    QCOMPARE(over[0][0].toInt(), 0);
}

DIALDESK_TEST(TestCallPrinter)
#include "tst_call_printer.moc"
