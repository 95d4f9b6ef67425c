#include "engine/records/call_record.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

QJsonObject lineJson(const CallSid &sid, const TranscriptLine &line)
{
    QJsonObject json = {{"turn"_L1, line.turn},
                        {"speaker"_L1, line.agent ? "agent"_L1 : "callee"_L1},
                        {"text"_L1, line.text},
                        {"at"_L1, isoTime(line.at)}};
    if (line.agent) {
        json["cut"_L1] = line.cut;
        json["interrupted"_L1] = line.interrupted;
        AgentTurn turn;
        turn.sid = sid;
        turn.latency = line.latency;
        json["latency_ms"_L1] = toJson(Event(turn))["latency_ms"_L1];
    }
    if (line.recordingMs)
        json["recording_ms"_L1] = *line.recordingMs;
    return json;
}

/// Of a line's words; events of earlier versions do not tell when they began.
template <typename Event>
QDateTime beginOf(const Event &event)
{
    return event.begunAt.isValid() ? event.begunAt : event.at;
}

} // namespace

void CallRecord::apply(const Event &event)
{
    if (const auto *changed = std::get_if<CallStateChanged>(&event)) {
        sid = changed->sid;
        to = changed->to;
        from = changed->from;
        env = changed->env;
        practice = changed->practice;
        state = changed->state;
        states.emplace_back(changed->state, changed->at);
    } else if (const auto *said = std::get_if<CalleeSaid>(&event)) {
        if (!said->final)
            return;
        // A transcriber gives one turn in several finals; to a reader it is one utterance.
        if (!transcript.empty() && !transcript.back().agent && transcript.back().turn == said->turn)
            transcript.back().text += u' ' + said->text;
        else
            transcript.push_back({said->turn, false, said->text, {}, false, {}, beginOf(*said), said->recordingMs});
    } else if (const auto *turn = std::get_if<AgentTurn>(&event)) {
        transcript.push_back({turn->turn, true, turn->heard, turn->cut, turn->interrupted, turn->latency, beginOf(*turn),
                              turn->recordingMs});
        cost.promptTokens += turn->promptTokens;
        cost.outputTokens += turn->outputTokens;
        cost.spokenCharacters += turn->spokenCharacters;
        cost.agentAudioSeconds += turn->audioHeardMs / 1000.0;
    } else if (const auto *tool = std::get_if<ToolCalled>(&event)) {
        tools.push_back(*tool);
    } else if (const auto *incident = std::get_if<IncidentHappened>(&event)) {
        incidents.push_back(*incident);
    } else if (const auto *note = std::get_if<CallNoted>(&event)) {
        notes.push_back(*note);
    } else if (const auto *end = std::get_if<CallEnded>(&event)) {
        ended = *end;
        state = end->status;
        cost.seconds = end->durationS;
        if (disposition.isEmpty())
            disposition = dispositionOf(*end);
    }
}

std::vector<Event> eventsOf(const CallRecord &record)
{
    std::vector<Event> events;
    for (const auto &[state, at] : record.states)
        events.push_back(CallStateChanged{record.sid, state, record.to, record.from, record.env, record.practice, at});
    for (const TranscriptLine &line : record.transcript) {
        if (!line.agent) {
            events.push_back(CalleeSaid{record.sid, line.turn, line.text, true, line.at, line.at, line.recordingMs});
            continue;
        }
        AgentTurn turn;
        turn.sid = record.sid;
        turn.turn = line.turn;
        turn.heard = line.text;
        turn.cut = line.cut;
        turn.interrupted = line.interrupted;
        turn.latency = line.latency;
        turn.at = line.at;
        turn.begunAt = line.at;
        turn.recordingMs = line.recordingMs;
        events.push_back(turn);
    }
    events.insert(events.end(), record.tools.begin(), record.tools.end());
    events.insert(events.end(), record.incidents.begin(), record.incidents.end());
    events.insert(events.end(), record.notes.begin(), record.notes.end());
    const auto timeOf = [](const Event &event) { return std::visit([](const auto &value) { return value.at; }, event); };
    std::stable_sort(events.begin(), events.end(),
                     [&timeOf](const Event &a, const Event &b) { return timeOf(a) < timeOf(b); });
    if (record.ended)
        events.push_back(*record.ended);
    return events;
}

QString dispositionOf(const CallEnded &ended)
{
    if (ended.status == "no-answer"_L1)
        return u"no_answer"_s;
    if (ended.status != "completed"_L1)
        return ended.status;
    return ended.calleeTurns > 0 ? u"conversation"_s : u"no_words"_s;
}

CallEnded endOfInterrupted(const CallRecord &record, const QDateTime &at)
{
    CallEnded ended;
    ended.sid = record.sid;
    ended.status = u"failed"_s;
    ended.reason = u"program_stopped"_s;
    ended.at = at;
    for (const TranscriptLine &line : record.transcript)
        ++(line.agent ? ended.agentTurns : ended.calleeTurns);
    const auto answered = std::find_if(record.states.begin(), record.states.end(),
                                       [](const auto &state) { return state.first == "in-progress"_L1; });
    if (answered == record.states.end())
        return ended;
    ended.status = u"completed"_s;
    // How long it went on is the carrier's to know; this much is certain.
    const QDateTime lastSign = record.transcript.empty() ? answered->second : record.transcript.back().at;
    ended.durationS = static_cast<double>(answered->second.msecsTo(lastSign)) / 1000.0;
    return ended;
}

QJsonObject toJson(const CallRecord &record, bool whole)
{
    QJsonObject json = {{"call_sid"_L1, record.sid.value()},
                        {"status"_L1, record.state},
                        {"disposition"_L1, record.disposition},
                        {"to_number"_L1, record.to},
                        {"from_number"_L1, record.from},
                        {"env"_L1, record.env},
                        {"practice"_L1, record.practice},
                        {"live"_L1, !record.ended.has_value()}};
    QJsonArray states;
    for (const auto &[state, at] : record.states)
        states.append(QJsonObject{{"state"_L1, state}, {"at"_L1, isoTime(at)}});
    json["states"_L1] = states;
    if (record.ended) {
        const QJsonObject end = toJson(Event(*record.ended));
        for (const auto &key : {"reason"_L1, "duration_s"_L1, "answer_to_first_audio_ms"_L1, "turns"_L1})
            json[key] = end[key];
    }
    if (!whole)
        return json;

    QJsonObject data;
    for (auto it = record.customData.cbegin(); it != record.customData.cend(); ++it)
        data[it.key()] = it.value();
    json["custom_data"_L1] = data;
    json["cost"_L1] = QJsonObject{{"seconds"_L1, record.cost.seconds},
                                  {"prompt_tokens"_L1, record.cost.promptTokens},
                                  {"output_tokens"_L1, record.cost.outputTokens},
                                  {"spoken_characters"_L1, record.cost.spokenCharacters},
                                  {"agent_audio_seconds"_L1, record.cost.agentAudioSeconds}};
    QJsonArray transcript;
    for (const TranscriptLine &line : record.transcript)
        transcript.append(lineJson(record.sid, line));
    json["transcript"_L1] = transcript;
    QJsonArray tools;
    for (const ToolCalled &tool : record.tools)
        tools.append(toJson(Event(tool)));
    json["tools"_L1] = tools;
    QJsonArray incidents;
    for (const IncidentHappened &incident : record.incidents)
        incidents.append(toJson(Event(incident)));
    json["incidents"_L1] = incidents;
    QJsonArray notes;
    for (const CallNoted &note : record.notes)
        notes.append(toJson(Event(note)));
    json["notes"_L1] = notes;
    return json;
}

} // namespace engine::records
