#include "app/call_printer.h"

#include "app/exit_codes.h"

#include <QJsonDocument>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace app {

using namespace engine::records;

namespace {

void writeLine(const QString &line)
{
    const QByteArray bytes = line.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

QString inSeconds(double ms)
{
    return QString::number(ms / 1000.0, 'f', 2);
}

/// "answered in 0.84 s: silence 0.19, words 0.21, ..." with the steps in plain words.
QString latencyLine(const TurnLatency &latency)
{
    if (!latency.totalMs)
        return {};
    static const QHash<QString, QString> kWords = {
        {u"vad_end"_s, u"silence"_s},          {u"stt_final"_s, u"words"_s},      {u"turn_end"_s, u"turn"_s},
        {u"llm_first_token"_s, u"model"_s},    {u"first_sentence"_s, u"sentence"_s}, {u"tts_first_byte"_s, u"voice"_s},
        {u"first_audio_sent"_s, u"sending"_s}};
    QStringList steps;
    for (const auto &[step, ms] : latency.stepsMs)
        if (kWords.contains(step) && ms >= 5.0)
            steps.append(kWords[step] + u' ' + inSeconds(ms));
    QString line = u"answered in %1 s"_s.arg(inSeconds(*latency.totalMs));
    return steps.isEmpty() ? line : line + u": "_s + steps.join(", "_L1);
}

QString labelled(const QString &label, const QString &text)
{
    return label.leftJustified(9) + text;
}

} // namespace

CallPrinter::CallPrinter(Form form, QObject *parent) : QObject(parent), m_form(form) {}

void CallPrinter::follow(const engine::CallSid &sid)
{
    m_sid = sid;
    std::vector<Event> early;
    std::swap(early, m_early);
    for (const Event &event : early)
        print(event);
}

void CallPrinter::print(const Event &event)
{
    if (!m_sid) {
        m_early.push_back(event);
        return;
    }
    const engine::CallSid sid = callOf(event);
    if (!sid.isEmpty() && sid != *m_sid)
        return;
    write(event);
    if (const auto *ended = std::get_if<CallEnded>(&event))
        emit callOver(exitCodeFor(*ended));
}

void CallPrinter::write(const Event &event)
{
    if (m_form == Form::Json) {
        writeLine(QString::fromUtf8(QJsonDocument(toJson(event)).toJson(QJsonDocument::Compact)));
        return;
    }
    if (const auto *said = std::get_if<CalleeSaid>(&event)) {
        if (said->final)
            m_calleeText += m_calleeText.isEmpty() ? said->text : u' ' + said->text;
        return;
    }
    // Steps and progress are for programs; a reader waits for the account of the turn.
    if (std::holds_alternative<AgentProgress>(event) || std::holds_alternative<CallNoted>(event))
        return;
    flushCallee();
    const QDateTime at = std::visit([](const auto &value) { return value.at; }, event);
    if (!m_startedAt.isValid())
        m_startedAt = at;
    for (const QString &line : linesFor(event, static_cast<double>(m_startedAt.msecsTo(at)) / 1000.0))
        writeLine(line);
}

void CallPrinter::flushCallee()
{
    if (!m_calleeText.isEmpty())
        writeLine(labelled(u"callee"_s, std::exchange(m_calleeText, QString())));
}

QStringList CallPrinter::linesFor(const Event &event, double secondsSinceStart)
{
    const QString clock = QString::number(secondsSinceStart, 'f', 1).rightJustified(6) + u" s "_s;
    if (const auto *state = std::get_if<CallStateChanged>(&event)) {
        QString line = labelled(clock, state->state);
        if (state->state == "queued"_L1)
            line += u"  %1 from %2, %3%4"_s.arg(state->to, state->from, state->env, state->practice ? u", practice"_s : QString());
        return {line};
    }
    if (const auto *turn = std::get_if<AgentTurn>(&event)) {
        QStringList lines;
        if (!turn->heard.isEmpty() || !turn->cut.isEmpty())
            lines.append(labelled(u"agent"_s, (turn->cut.isEmpty() ? turn->heard : u"%1 [not heard: %2]"_s.arg(turn->heard, turn->cut)).trimmed()));
        if (const QString latency = latencyLine(turn->latency); !latency.isEmpty())
            lines.append(labelled({}, u"("_s + latency + u")"_s));
        return lines;
    }
    if (const auto *tool = std::get_if<ToolCalled>(&event))
        return {labelled(u"tool"_s, tool->name + u' ' + QString::fromUtf8(QJsonDocument(tool->arguments).toJson(QJsonDocument::Compact)))};
    if (const auto *incident = std::get_if<IncidentHappened>(&event))
        return {labelled(clock, u"! %1: %2"_s.arg(toWord(incident->error.fault), incident->error.message))};
    if (const auto *ended = std::get_if<CallEnded>(&event)) {
        QString line = u"%1 (%2)"_s.arg(ended->status, ended->reason);
        if (ended->durationS > 0)
            line += u", %1 s, turns: callee %2, agent %3"_s.arg(ended->durationS, 0, 'f', 0).arg(ended->calleeTurns).arg(ended->agentTurns);
        if (ended->answerToFirstAudioMs)
            line += u", first word %1 s after pick-up"_s.arg(inSeconds(*ended->answerToFirstAudioMs));
        return {labelled(u"ended"_s, line)};
    }
    return {};
}

int CallPrinter::exitCodeFor(const CallEnded &ended)
{
    if (ended.status == "completed"_L1)
        return 0;
    return ended.status == "failed"_L1 ? kCallFailed : kNotReached;
}

} // namespace app
