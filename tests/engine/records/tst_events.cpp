#include "engine/records/events.h"
#include "tests/support/test_program.h"

#include <QTimeZone>
#include <QJsonArray>
#include <QJsonDocument>

using namespace engine;
using namespace engine::records;

namespace {

const CallSid kSid("CA0000000000000000000000000000000a");
const QDateTime kAt(QDate(2026, 3, 4), QTime(10, 15, 41, 7), QTimeZone::utc());
const QString kAtText = "2026-03-04T10:15:41.007Z";

QJsonObject object(const char *json)
{
    const auto document = QJsonDocument::fromJson(json);
    Q_ASSERT(document.isObject());
    return document.object();
}

} // namespace

/// The objects of contract.md section 3, "Events".
class TestEvents : public QObject
{
    Q_OBJECT

private slots:
    void callState();
    void transcripts();
    void agentSpeaking();
    void agentProgress();
    void agentTurnWithEveryStep();
    void agentTurnNobodyAskedFor();
    void toolCall();
    void incidents_data();
    void incidents();
    void callNote();
    void callEnded();
    void timesAreUtcWithMilliseconds();
    void everyEventKnowsItsCall();
};

void TestEvents::callState()
{
    QCOMPARE(toJson(CallStateChanged{kSid, "in-progress", "+14155550100", "+14155550199", "local", true, kAt}),
             object(R"({
        "event": "call.state", "call_sid": "CA0000000000000000000000000000000a", "state": "in-progress",
        "to_number": "+14155550100", "from_number": "+14155550199", "env": "local", "practice": true, "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::transcripts()
{
    QCOMPARE(toJson(CalleeSaid{kSid, 3, "Yes, please.", true, kAt}), object(R"({
        "event": "transcript.final", "call_sid": "CA0000000000000000000000000000000a", "turn": 3, "speaker": "callee",
        "text": "Yes, please.", "at": "2026-03-04T10:15:41.007Z"})"));
    QCOMPARE(toJson(CalleeSaid{kSid, 3, "yes", false, kAt})["event"].toString(), QString("transcript.interim"));
}

void TestEvents::agentSpeaking()
{
    QCOMPARE(toJson(AgentSpeaking{kSid, 4, "Good morning.", kAt}), object(R"({
        "event": "agent.speaking", "call_sid": "CA0000000000000000000000000000000a", "turn": 4, "text": "Good morning.",
        "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::agentProgress()
{
    QCOMPARE(toJson(AgentProgress{kSid, 4, "Good", kAt}), object(R"({
        "event": "agent.progress", "call_sid": "CA0000000000000000000000000000000a", "turn": 4, "heard": "Good",
        "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::callNote()
{
    QCOMPARE(toJson(CallNoted{kSid, "carrier_code", "486 Busy Here", kAt}), object(R"({
        "event": "call.note", "call_sid": "CA0000000000000000000000000000000a", "what": "carrier_code",
        "text": "486 Busy Here", "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::agentTurnWithEveryStep()
{
    AgentTurn turn;
    turn.sid = kSid;
    turn.turn = 4;
    turn.heard = "Good";
    turn.cut = "morning.";
    turn.interrupted = true;
    turn.rule = "stt_final";
    turn.latency.totalMs = 812.349;
    turn.latency.stepsMs = {{"speech_end", 0.0},        {"vad_end", 192.0},         {"stt_final", 10.26},
                            {"turn_end", 0.0},          {"llm_first_token", 300.0}, {"first_sentence", 50.0},
                            {"tts_first_byte", 200.04}, {"first_audio_sent", 0.0},  {"first_mark", 220.0}};
    turn.latency.clearMs = 212.345;
    turn.audioHeardMs = 400;
    turn.promptTokens = 1200;
    turn.outputTokens = 31;
    turn.spokenCharacters = 13;
    turn.connectionReused = true;
    turn.at = kAt;
    QCOMPARE(toJson(turn), object(R"({
        "event": "agent.turn", "call_sid": "CA0000000000000000000000000000000a", "turn": 4, "heard": "Good", "cut": "morning.",
        "interrupted": true, "rule": "stt_final",
        "latency_ms": {"total": 812.3, "speech_end": 0, "vad_end": 192, "stt_final": 10.3, "turn_end": 0, "llm_first_token": 300,
                       "first_sentence": 50, "tts_first_byte": 200, "first_audio_sent": 0, "first_mark": 220},
        "clear_ms": 212.3, "audio_heard_ms": 400, "prompt_tokens": 1200, "output_tokens": 31, "spoken_characters": 13, "connection_reused": true,
        "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::agentTurnNobodyAskedFor()
{
    AgentTurn turn;
    turn.sid = kSid;
    turn.turn = 1;
    turn.heard = "Hello.";
    turn.at = kAt;
    const QJsonObject json = toJson(turn);
    QCOMPARE(json["cut"], QJsonValue(""));
    QCOMPARE(json["interrupted"], QJsonValue(false));
    QCOMPARE(json["latency_ms"], QJsonValue(QJsonObject())); // no total: nobody waited
    QVERIFY(!json.contains("clear_ms"));
}

void TestEvents::toolCall()
{
    QCOMPARE(toJson(ToolCalled{kSid, 5, "end_call", {{"reason", "done"}}, {{"output", "ok"}}, kAt}), object(R"({
        "event": "tool.call", "call_sid": "CA0000000000000000000000000000000a", "turn": 5, "name": "end_call",
        "arguments": {"reason": "done"}, "result": {"output": "ok"}, "at": "2026-03-04T10:15:41.007Z"})"));
}

void TestEvents::incidents_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("word");
    QTest::newRow("settings") << static_cast<int>(Fault::Settings) << "settings";
    QTest::newRow("program") << static_cast<int>(Fault::Program) << "program";
    QTest::newRow("vendor") << static_cast<int>(Fault::Vendor) << "vendor";
    QTest::newRow("carrier") << static_cast<int>(Fault::Carrier) << "carrier";
}

void TestEvents::incidents()
{
    QFETCH(int, fault);
    QFETCH(QString, word);
    const Error error{static_cast<Fault>(fault), "media_gap", "No sound for 1 s."};
    QCOMPARE(toJson(IncidentHappened{kSid, error, kAt}), (QJsonObject{{"event", "incident"},
                                                                      {"call_sid", kSid.value()},
                                                                      {"fault", word},
                                                                      {"code", "media_gap"},
                                                                      {"text", "No sound for 1 s."},
                                                                      {"at", kAtText}}));
    QCOMPARE(toJson(IncidentHappened{{}, error, kAt})["call_sid"], QJsonValue(QJsonValue::Null));
}

void TestEvents::callEnded()
{
    CallEnded ended{kSid, "completed", "agent_ended", 61.25, 41.27, 4, 5, kAt};
    QCOMPARE(toJson(ended), object(R"({
        "event": "call.ended", "call_sid": "CA0000000000000000000000000000000a", "status": "completed", "reason": "agent_ended",
        "duration_s": 61.3, "answer_to_first_audio_ms": 41.3, "stream_to_first_audio_ms": null, "turns": {"callee": 4, "agent": 5}, "at": "2026-03-04T10:15:41.007Z"})"));
    ended.answerToFirstAudioMs.reset();
    ended.streamToFirstAudioMs = 1.04;
    QCOMPARE(toJson(ended)["stream_to_first_audio_ms"], QJsonValue(1));
    const QJsonObject json = toJson(ended);
    QVERIFY(json.contains("answer_to_first_audio_ms"));
    QVERIFY(json["answer_to_first_audio_ms"].isNull());
}

void TestEvents::timesAreUtcWithMilliseconds()
{
    QCOMPARE(isoTime(kAt), kAtText);
    QCOMPARE(isoTime(kAt.toOffsetFromUtc(7200)), kAtText);
    QCOMPARE(isoTime(QDateTime(QDate(2026, 3, 4), QTime(10, 15, 41), QTimeZone::utc())), QString("2026-03-04T10:15:41.000Z"));
}

void TestEvents::everyEventKnowsItsCall()
{
    const std::vector<Event> events = {CallStateChanged{.sid = kSid}, CalleeSaid{.sid = kSid},
                                       AgentSpeaking{.sid = kSid},    AgentTurn{.sid = kSid},
                                       ToolCalled{.sid = kSid},       IncidentHappened{.sid = kSid},
                                       CallEnded{.sid = kSid}};
    for (const Event &event : events) {
        QCOMPARE(callOf(event), kSid);
        QCOMPARE(toJson(event)["call_sid"].toString(), kSid.value());
        QVERIFY(toJson(event).contains("event"));
    }
    QVERIFY(callOf(IncidentHappened{}).isEmpty());
}

DIALDESK_TEST(TestEvents)
#include "tst_events.moc"
