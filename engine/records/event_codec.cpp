#include "engine/records/event_codec.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

constexpr std::array kFaults = {Fault::Settings, Fault::Program, Fault::Vendor, Fault::Carrier};

QJsonValue optionalJson(const std::optional<double> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

std::optional<double> optionalFrom(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

QJsonValue timeJson(const QDateTime &time)
{
    return time.isValid() ? QJsonValue(isoTime(time)) : QJsonValue();
}

QDateTime timeFrom(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

QJsonObject encode(const CallStateChanged &event)
{
    return {{"event"_L1, "state"_L1}, {"state"_L1, event.state}, {"to"_L1, event.to},
            {"from"_L1, event.from},  {"env"_L1, event.env},     {"practice"_L1, event.practice}};
}

QJsonObject encode(const CalleeSaid &event)
{
    return {{"event"_L1, "said"_L1},
            {"turn"_L1, event.turn},
            {"text"_L1, event.text},
            {"begun"_L1, timeJson(event.begunAt)},
            {"recording"_L1, optionalJson(event.recordingMs)}};
}

QJsonObject encode(const AgentTurn &event)
{
    QJsonArray steps;
    for (const auto &[step, ms] : event.latency.stepsMs)
        steps.append(QJsonArray{step, ms});
    return {{"event"_L1, "turn"_L1},
            {"turn"_L1, event.turn},
            {"heard"_L1, event.heard},
            {"cut"_L1, event.cut},
            {"interrupted"_L1, event.interrupted},
            {"rule"_L1, event.rule},
            {"total"_L1, optionalJson(event.latency.totalMs)},
            {"steps"_L1, steps},
            {"clear"_L1, optionalJson(event.latency.clearMs)},
            {"audio"_L1, event.audioHeardMs},
            {"prompt_tokens"_L1, event.promptTokens},
            {"output_tokens"_L1, event.outputTokens},
            {"characters"_L1, event.spokenCharacters},
            {"reused"_L1, event.connectionReused},
            {"begun"_L1, timeJson(event.begunAt)},
            {"recording"_L1, optionalJson(event.recordingMs)}};
}

QJsonObject encode(const ToolCalled &event)
{
    return {{"event"_L1, "tool"_L1},
            {"turn"_L1, event.turn},
            {"name"_L1, event.name},
            {"arguments"_L1, event.arguments},
            {"result"_L1, event.result}};
}

QJsonObject encode(const IncidentHappened &event)
{
    return {{"event"_L1, "incident"_L1},
            {"fault"_L1, toWord(event.error.fault)},
            {"code"_L1, event.error.code},
            {"text"_L1, event.error.message}};
}

QJsonObject encode(const CallEnded &event)
{
    return {{"event"_L1, "ended"_L1},
            {"status"_L1, event.status},
            {"reason"_L1, event.reason},
            {"duration"_L1, event.durationS},
            {"first_audio"_L1, optionalJson(event.answerToFirstAudioMs)},
            {"stream_to_audio"_L1, optionalJson(event.streamToFirstAudioMs)},
            {"callee_turns"_L1, event.calleeTurns},
            {"agent_turns"_L1, event.agentTurns}};
}

QJsonObject encode(const CallNoted &event)
{
    return {{"event"_L1, "note"_L1}, {"what"_L1, event.what}, {"text"_L1, event.text}};
}

QJsonObject encode(const AgentSpeaking &)
{
    Q_ASSERT(false); // not lasting
    return {};
}

QJsonObject encode(const AgentProgress &)
{
    Q_ASSERT(false); // not lasting
    return {};
}

Fault faultFrom(const QString &word)
{
    for (const Fault fault : kFaults)
        if (toWord(fault) == word)
            return fault;
    return Fault::Program;
}

AgentTurn agentTurnFrom(const QJsonObject &json)
{
    AgentTurn turn;
    turn.turn = json["turn"_L1].toInt();
    turn.heard = json["heard"_L1].toString();
    turn.cut = json["cut"_L1].toString();
    turn.interrupted = json["interrupted"_L1].toBool();
    turn.rule = json["rule"_L1].toString();
    turn.latency.totalMs = optionalFrom(json["total"_L1]);
    for (const auto &step : json["steps"_L1].toArray())
        turn.latency.stepsMs.emplace_back(step.toArray().at(0).toString(), step.toArray().at(1).toDouble());
    turn.latency.clearMs = optionalFrom(json["clear"_L1]);
    turn.audioHeardMs = json["audio"_L1].toDouble();
    turn.promptTokens = json["prompt_tokens"_L1].toInt();
    turn.outputTokens = json["output_tokens"_L1].toInt();
    turn.spokenCharacters = json["characters"_L1].toInt();
    turn.connectionReused = json["reused"_L1].toBool();
    turn.begunAt = timeFrom(json["begun"_L1]);
    turn.recordingMs = optionalFrom(json["recording"_L1]);
    return turn;
}

std::optional<Event> eventFrom(const QString &kind, const QJsonObject &json)
{
    const auto text = [&json](QLatin1StringView name) { return json[name].toString(); };
    const auto whole = [&json](QLatin1StringView name) { return json[name].toInt(); };
    if (kind == "state"_L1)
        return CallStateChanged{
            {}, text("state"_L1), text("to"_L1), text("from"_L1), text("env"_L1), json["practice"_L1].toBool(), {}};
    if (kind == "said"_L1)
        return CalleeSaid{
            {}, whole("turn"_L1), text("text"_L1), true, {}, timeFrom(json["begun"_L1]), optionalFrom(json["recording"_L1])};
    if (kind == "turn"_L1)
        return agentTurnFrom(json);
    if (kind == "tool"_L1)
        return ToolCalled{
            {}, whole("turn"_L1), text("name"_L1), json["arguments"_L1].toObject(), json["result"_L1].toObject(), {}};
    if (kind == "incident"_L1)
        return IncidentHappened{{}, {faultFrom(text("fault"_L1)), text("code"_L1), text("text"_L1)}, {}};
    if (kind == "note"_L1)
        return CallNoted{{}, text("what"_L1), text("text"_L1), {}};
    if (kind == "ended"_L1)
        return CallEnded{{},
                         text("status"_L1),
                         text("reason"_L1),
                         json["duration"_L1].toDouble(),
                         optionalFrom(json["first_audio"_L1]),
                         whole("callee_turns"_L1),
                         whole("agent_turns"_L1),
                         {},
                         optionalFrom(json["stream_to_audio"_L1])};
    return std::nullopt;
}

} // namespace

bool isLasting(const Event &event)
{
    const auto *said = std::get_if<CalleeSaid>(&event);
    const bool transient = std::holds_alternative<AgentSpeaking>(event) || std::holds_alternative<AgentProgress>(event);
    return !transient && (!said || said->final);
}

QByteArray encodeEvent(const Event &event)
{
    Q_ASSERT(isLasting(event));
    return std::visit(
        [](const auto &value) {
            QJsonObject json = encode(value);
            json["at"_L1] = isoTime(value.at);
            return QJsonDocument(json).toJson(QJsonDocument::Compact);
        },
        event);
}

Result<Event> decodeEvent(QByteArrayView json, const CallSid &sid)
{
    const QJsonObject object = QJsonDocument::fromJson(json.toByteArray()).object();
    auto event = eventFrom(object["event"_L1].toString(), object);
    if (!event)
        return failure(
            Fault::Program, u"event_unreadable"_s,
            u"An event of call %1 in the history cannot be read; it was written by another version of Dialdesk."_s.arg(
                sid.value()));
    std::visit(
        [&](auto &value) {
            value.sid = sid;
            value.at = timeFrom(object["at"_L1]);
        },
        *event);
    return *event;
}

} // namespace engine::records
