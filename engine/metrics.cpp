#include "engine/metrics.h"

namespace engine {

namespace {

/// A label value: backslash, quote and line feed escaped as the format wants.
QByteArray labelValue(const QString &text)
{
    QByteArray value = text.toUtf8();
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return value;
}

void head(QByteArray &out, const char *name, const char *type, const char *help)
{
    out += QByteArray("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void single(QByteArray &out, const char *name, const char *type, const char *help, double value)
{
    head(out, name, type, help);
    out += QByteArray(name) + ' ' + QByteArray::number(value, 'g', 15) + '\n';
}

} // namespace

void Metrics::Histogram::add(double ms)
{
    size_t bucket = 0;
    while (bucket < kBoundsMs.size() && ms > kBoundsMs[bucket])
        ++bucket;
    ++m_counts[bucket];
    m_sum += ms;
    ++m_count;
}

void Metrics::Histogram::write(QByteArray &out, const QByteArray &name, const QByteArray &label) const
{
    const QByteArray comma = label.isEmpty() ? QByteArray() : label + ',';
    const QByteArray braces = label.isEmpty() ? QByteArray() : '{' + label + '}';
    quint64 cumulative = 0;
    for (size_t i = 0; i < kBoundsMs.size(); ++i) {
        cumulative += m_counts[i];
        out += name + "_bucket{" + comma + "le=\"" + QByteArray::number(kBoundsMs[i] / 1000.0) + "\"} " + QByteArray::number(cumulative) + '\n';
    }
    out += name + "_bucket{" + comma + "le=\"+Inf\"} " + QByteArray::number(m_count) + '\n';
    out += name + "_sum" + braces + ' ' + QByteArray::number(m_sum / 1000.0, 'g', 12) + '\n';
    out += name + "_count" + braces + ' ' + QByteArray::number(m_count) + '\n';
}

void Metrics::apply(const records::Event &event)
{
    if (const auto *turn = std::get_if<records::AgentTurn>(&event)) {
        ++m_agentTurns;
        m_interruptions += turn->interrupted ? 1 : 0;
        m_promptTokens += static_cast<quint64>(turn->promptTokens);
        m_outputTokens += static_cast<quint64>(turn->outputTokens);
        m_spokenCharacters += static_cast<quint64>(turn->spokenCharacters);
        m_agentAudioSeconds += turn->audioHeardMs / 1000.0;
        if (turn->latency.totalMs)
            m_answer.add(*turn->latency.totalMs);
        if (turn->latency.clearMs)
            m_bargeIn.add(*turn->latency.clearMs);
        for (const auto &[step, ms] : turn->latency.stepsMs)
            if (step != QLatin1String("speech_end"))
                m_steps[step].add(ms);
    } else if (const auto *said = std::get_if<records::CalleeSaid>(&event)) {
        m_calleeFinals += said->final ? 1 : 0;
    } else if (const auto *incident = std::get_if<records::IncidentHappened>(&event)) {
        ++m_incidents[toWord(incident->error.fault) + u'/' + incident->error.code];
    } else if (const auto *ended = std::get_if<records::CallEnded>(&event)) {
        ++m_endedByStatus[ended->status];
        m_callSeconds += ended->durationS;
        if (ended->answerToFirstAudioMs)
            m_firstAudio.add(*ended->answerToFirstAudioMs);
    }
}

QByteArray Metrics::text(int liveCalls, const QMap<QString, quint64> &refusals) const
{
    QByteArray out;
    single(out, "dialdesk_calls_live", "gauge", "Calls placed and not over.", liveCalls);
    head(out, "dialdesk_calls_ended_total", "counter", "Calls that are over, by the carrier's last word.");
    for (auto it = m_endedByStatus.cbegin(); it != m_endedByStatus.cend(); ++it)
        out += "dialdesk_calls_ended_total{status=\"" + labelValue(it.key()) + "\"} " + QByteArray::number(it.value()) + '\n';
    head(out, "dialdesk_incidents_total", "counter", "Incidents, by whose fault they were and which.");
    for (auto it = m_incidents.cbegin(); it != m_incidents.cend(); ++it)
        out += "dialdesk_incidents_total{fault=\"" + labelValue(it.key().section(u'/', 0, 0)) + "\",code=\"" +
               labelValue(it.key().section(u'/', 1)) + "\"} " + QByteArray::number(it.value()) + '\n';
    head(out, "dialdesk_refused_requests_total", "counter", "Requests and media streams turned away at the door, by why.");
    for (auto it = refusals.cbegin(); it != refusals.cend(); ++it)
        out += "dialdesk_refused_requests_total{reason=\"" + labelValue(it.key()) + "\"} " + QByteArray::number(it.value()) + '\n';
    single(out, "dialdesk_call_seconds_total", "counter", "Seconds of answered calls.", m_callSeconds);
    single(out, "dialdesk_agent_turns_total", "counter", "Answers of the agent.", static_cast<double>(m_agentTurns));
    single(out, "dialdesk_interruptions_total", "counter", "Answers the callee cut short.", static_cast<double>(m_interruptions));
    single(out, "dialdesk_callee_finals_total", "counter", "Final transcripts of callees.", static_cast<double>(m_calleeFinals));
    single(out, "dialdesk_prompt_tokens_total", "counter", "Tokens sent to the model.", static_cast<double>(m_promptTokens));
    single(out, "dialdesk_output_tokens_total", "counter", "Tokens the model made.", static_cast<double>(m_outputTokens));
    single(out, "dialdesk_spoken_characters_total", "counter", "Characters given to the voice.", static_cast<double>(m_spokenCharacters));
    single(out, "dialdesk_agent_audio_seconds_total", "counter", "Seconds of the agent's voice that were heard.", m_agentAudioSeconds);
    head(out, "dialdesk_answer_seconds", "histogram", "From the last sample of the callee's speech to the first of the answer.");
    m_answer.write(out, "dialdesk_answer_seconds", {});
    head(out, "dialdesk_answer_to_first_audio_seconds", "histogram", "From pick-up to the agent's first sound.");
    m_firstAudio.write(out, "dialdesk_answer_to_first_audio_seconds", {});
    head(out, "dialdesk_barge_in_seconds", "histogram", "From the callee's first sample in an answer to the agent's silence.");
    m_bargeIn.write(out, "dialdesk_barge_in_seconds", {});
    head(out, "dialdesk_step_seconds", "histogram", "Each step of an answer, from the step before it.");
    for (auto it = m_steps.cbegin(); it != m_steps.cend(); ++it)
        it.value().write(out, "dialdesk_step_seconds", "step=\"" + labelValue(it.key()) + '"');
    return out;
}

} // namespace engine
