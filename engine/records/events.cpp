#include "engine/records/events.h"

#include <QJsonValue>

#include <cmath>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

/// Milliseconds with one decimal: finer is noise, and whole numbers hide the fast steps.
double rounded(double ms)
{
    return std::round(ms * 10.0) / 10.0;
}

QJsonObject latencyJson(const TurnLatency &latency)
{
    QJsonObject json;
    if (latency.totalMs)
        json["total"_L1] = rounded(*latency.totalMs);
    for (const auto &[step, ms] : latency.stepsMs)
        json[step] = rounded(ms);
    return json;
}

QJsonObject body(const CallStateChanged &event)
{
    return {{"event"_L1, "call.state"_L1}, {"state"_L1, event.state}, {"to_number"_L1, event.to},
            {"from_number"_L1, event.from}, {"env"_L1, event.env}, {"practice"_L1, event.practice}};
}

QJsonObject body(const CalleeSaid &event)
{
    QJsonObject json{{"event"_L1, event.final ? "transcript.final"_L1 : "transcript.interim"_L1},
                     {"turn"_L1, event.turn},
                     {"speaker"_L1, "callee"_L1},
                     {"text"_L1, event.text}};
    if (event.begunAt.isValid())
        json["begun_at"_L1] = isoTime(event.begunAt);
    if (event.recordingMs)
        json["recording_ms"_L1] = rounded(*event.recordingMs);
    return json;
}

QJsonObject body(const AgentSpeaking &event)
{
    return {{"event"_L1, "agent.speaking"_L1}, {"turn"_L1, event.turn}, {"text"_L1, event.text}};
}

QJsonObject body(const AgentProgress &event)
{
    return {{"event"_L1, "agent.progress"_L1}, {"turn"_L1, event.turn}, {"heard"_L1, event.heard}};
}

QJsonObject body(const AgentTurn &event)
{
    QJsonObject json{{"event"_L1, "agent.turn"_L1},
                     {"turn"_L1, event.turn},
                     {"heard"_L1, event.heard},
                     {"cut"_L1, event.cut},
                     {"interrupted"_L1, event.interrupted},
                     {"rule"_L1, event.rule},
                     {"latency_ms"_L1, latencyJson(event.latency)},
                     {"audio_heard_ms"_L1, rounded(event.audioHeardMs)},
                     {"prompt_tokens"_L1, event.promptTokens},
                     {"output_tokens"_L1, event.outputTokens},
                     {"spoken_characters"_L1, event.spokenCharacters},
                     {"connection_reused"_L1, event.connectionReused}};
    if (event.latency.clearMs)
        json["clear_ms"_L1] = rounded(*event.latency.clearMs);
    if (event.begunAt.isValid())
        json["begun_at"_L1] = isoTime(event.begunAt);
    if (event.recordingMs)
        json["recording_ms"_L1] = rounded(*event.recordingMs);
    return json;
}

QJsonObject body(const ToolCalled &event)
{
    return {{"event"_L1, "tool.call"_L1},
            {"turn"_L1, event.turn},
            {"name"_L1, event.name},
            {"arguments"_L1, event.arguments},
            {"result"_L1, event.result}};
}

QJsonObject body(const IncidentHappened &event)
{
    return {{"event"_L1, "incident"_L1},
            {"fault"_L1, toWord(event.error.fault)},
            {"code"_L1, event.error.code},
            {"text"_L1, event.error.message}};
}

QJsonValue roundedOrNull(const std::optional<double> &number)
{
    return number ? QJsonValue(rounded(*number)) : QJsonValue();
}

QJsonObject body(const CallNoted &event)
{
    return {{"event"_L1, "call.note"_L1}, {"what"_L1, event.what}, {"text"_L1, event.text}};
}

QJsonObject body(const CallEnded &event)
{
    return {{"event"_L1, "call.ended"_L1},
            {"status"_L1, event.status},
            {"reason"_L1, event.reason},
            {"duration_s"_L1, rounded(event.durationS)},
            {"answer_to_first_audio_ms"_L1, roundedOrNull(event.answerToFirstAudioMs)},
            {"stream_to_first_audio_ms"_L1, roundedOrNull(event.streamToFirstAudioMs)},
            {"turns"_L1, QJsonObject{{"callee"_L1, event.calleeTurns}, {"agent"_L1, event.agentTurns}}}};
}

} // namespace

Event::Event() = default;
Event::Event(const Event &) = default;
Event::Event(Event &&) noexcept = default;
Event &Event::operator=(const Event &) = default;
Event &Event::operator=(Event &&) noexcept = default;
Event::~Event() = default;
bool Event::operator==(const Event &) const = default;

QJsonObject toJson(const Event &event)
{
    QJsonObject json = std::visit([](const auto &value) { return body(value); }, event);
    const CallSid sid = callOf(event);
    json["call_sid"_L1] = sid.isEmpty() ? QJsonValue() : QJsonValue(sid.value());
    json["at"_L1] = isoTime(std::visit([](const auto &value) { return value.at; }, event));
    return json;
}

CallSid callOf(const Event &event)
{
    return std::visit([](const auto &value) { return value.sid; }, event);
}

QString isoTime(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

} // namespace engine::records
