#include "engine/records/event_codec.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QTimeZone>

using namespace engine;
using namespace engine::records;

namespace {

const CallSid kSid("CA0000000000000000000000000000000a");
const QDateTime kAt(QDate(2026, 3, 4), QTime(10, 15, 41, 7), QTimeZone::utc());

AgentTurn agentTurn()
{
    AgentTurn turn;
    turn.sid = kSid;
    turn.turn = 4;
    turn.heard = "Grüße, \"Robin\"";
    turn.cut = "and\nmore";
    turn.interrupted = true;
    turn.rule = "stt_final";
    turn.latency.totalMs = 812.3456789012345;
    turn.latency.stepsMs = {{"vad_end", 192.1}, {"speech_end", 0.0}, {"stt_final", 1.0 / 3.0}}; // their order counts
    turn.latency.clearMs = 0.1 + 0.2;
    turn.audioHeardMs = 400.7;
    turn.promptTokens = 1200;
    turn.outputTokens = 31;
    turn.spokenCharacters = 13;
    turn.connectionReused = true;
    turn.at = kAt;
    turn.begunAt = kAt.addMSecs(-4321);
    turn.recordingMs = 12340;
    return turn;
}

AgentTurn bareTurn()
{
    AgentTurn turn;
    turn.sid = kSid;
    turn.at = kAt;
    return turn;
}

} // namespace

/// The form in which the store keeps events.
class TestEventCodec : public QObject
{
    Q_OBJECT

private slots:
    void whatIsReadBackIsWhatWas_data();
    void whatIsReadBackIsWhatWas();
    void whatPassesIsNotKept();
    void anythingElseIsAnError_data();
    void anythingElseIsAnError();
};

void TestEventCodec::whatIsReadBackIsWhatWas_data()
{
    QTest::addColumn<Event>("event");
    QTest::newRow("state") << Event(
        CallStateChanged{kSid, "in-progress", "+14155550100", "+14155550199", "production", true, kAt});
    QTest::newRow("said") << Event(CalleeSaid{kSid, 3, "Yes, please.", true, kAt});
    QTest::newRow("said into a recording") << Event(CalleeSaid{kSid, 3, "Yes, please.", true, kAt, kAt.addMSecs(-900), 0.0});
    QTest::newRow("turn") << Event(agentTurn());
    QTest::newRow("turn with nothing measured") << Event(bareTurn());
    QTest::newRow("tool") << Event(
        ToolCalled{kSid, 5, "send", {{"n", 1.5}, {"list", QJsonArray{1, "x"}}}, {{"output", true}}, kAt});
    for (const Fault fault : {Fault::Settings, Fault::Program, Fault::Vendor, Fault::Carrier})
        QTest::newRow(qPrintable("incident " + toWord(fault)))
            << Event(IncidentHappened{kSid, {fault, "media_gap", "No sound."}, kAt});
    QTest::newRow("ended") << Event(CallEnded{kSid, "completed", "agent_ended", 61.25, 341.123456, 4, 5, kAt, 41.123456});
    QTest::newRow("note") << Event(CallNoted{kSid, "carrier_code", "486 Busy Here", kAt});
    QTest::newRow("ended without words") << Event(CallEnded{kSid, "busy", "busy", 0, std::nullopt, 0, 0, kAt});
}

void TestEventCodec::whatIsReadBackIsWhatWas()
{
    QFETCH(Event, event);
    QVERIFY(isLasting(event));
    const auto read = decodeEvent(encodeEvent(event), kSid);
    QVERIFY(read);
    QVERIFY(*read == event);
}

void TestEventCodec::whatPassesIsNotKept()
{
    QVERIFY(!isLasting(CalleeSaid{kSid, 3, "yes", false, kAt}));
    QVERIFY(!isLasting(AgentSpeaking{kSid, 3, "Good morning.", kAt}));
    QVERIFY(!isLasting(AgentProgress{kSid, 3, "Good", kAt}));
}

void TestEventCodec::anythingElseIsAnError_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray whole = encodeEvent(agentTurn());
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("\xff\x00{", 3);
    QTest::newRow("no object") << QByteArray("[1]");
    QTest::newRow("of a later version") << QByteArray(R"({"event":"hologram"})");
    QTest::newRow("cut short") << whole.chopped(1);
}

void TestEventCodec::anythingElseIsAnError()
{
    QFETCH(QByteArray, bytes);
    const auto read = decodeEvent(bytes, kSid);
    QVERIFY(!read);
    QCOMPARE(read.error().code, QString("event_unreadable"));
}

DIALDESK_TEST(TestEventCodec)
#include "tst_event_codec.moc"
