#include "ui/models/transcript_model.h"

#include "engine/calls/call_state.h"
#include "ui/format/call_text.h"
#include "ui/format/latency.h"
#include "ui/format/time_text.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::models {

using namespace engine::records;

namespace {

constexpr size_t kAgentTurnsLookedBack = 60; ///< items from the end in which an open turn of the agent can be

QString joined(const QString &a, const QString &b)
{
    return a.isEmpty() || b.isEmpty() ? a + b : a + u' ' + b;
}

int wordCount(const QString &text)
{
    return static_cast<int>(text.split(u' ', Qt::SkipEmptyParts).size());
}

QString withoutFirstWords(const QString &text, int count)
{
    return text.split(u' ', Qt::SkipEmptyParts).mid(count).join(u' ');
}

/// {"reason": "done", "digits": "12"} as "reason: done, digits: 12": an operator does not read JSON.
QString plain(const QJsonObject &object)
{
    QStringList parts;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString value =
            it->isString()
                ? it->toString()
                : QString::fromUtf8(QJsonDocument(QJsonObject{{it.key(), *it}}).toJson(QJsonDocument::Compact));
        parts.append(u"%1: %2"_s.arg(it.key(), value));
    }
    return parts.join(", "_L1);
}

} // namespace

TranscriptModel::TranscriptModel(QObject *parent) : QAbstractListModel(parent) {}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Item &item = m_items[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return textOf(item);
    case Qt::AccessibleTextRole:
        return lineOf(item);
    case KindRole:
        return static_cast<int>(item.kind);
    case SettledRole:
        return item.settled;
    case PendingRole:
        return item.pending;
    case CutRole:
        return item.cut;
    case LatencyRole:
        return item.latency.totalMs ? QVariant(*item.latency.totalMs) : QVariant();
    case Qt::ToolTipRole:
    case LatencyDetailRole:
        return item.latency.totalMs ? format::partsText(item.latency) : QString();
    case LatencyStepsRole:
        return QVariant::fromValue(item.latency);
    case OpenRole:
        return item.open;
    case NoteRole:
        return noteOf(item);
    case AtRole:
        return item.at;
    case FaultRole:
        return static_cast<int>(item.fault);
    case RecordingRole:
        return item.recordingMs ? QVariant(*item.recordingMs) : QVariant();
    case RevisionRole:
        return item.revision;
    default:
        return {};
    }
}

QString TranscriptModel::textOf(const Item &item)
{
    return joined(joined(item.settled, item.pending), item.cut);
}

QString TranscriptModel::noteOf(const Item &item) const
{
    if (item.kind == Kind::Callee)
        return item.pending.isEmpty() ? QString() : tr("listening…");
    if (item.kind != Kind::Agent)
        return {};
    if (!item.over)
        return tr("speaking");
    const int words = wordCount(item.cut);
    const QString lost = words == 1 ? tr("1 word not heard") : tr("%n words not heard", nullptr, words);
    if (item.interrupted)
        return words > 0 ? tr("interrupted, %1").arg(lost) : tr("interrupted");
    return words > 0 ? lost : tr("all heard");
}

QString TranscriptModel::lineOf(const Item &item) const
{
    const QString time = format::clockTime(item.at);
    const QString words = joined(item.settled, item.pending);
    switch (item.kind) {
    case Kind::Callee:
        return tr("%1 Callee: %2").arg(time, words);
    case Kind::Agent:
        return item.cut.isEmpty() ? tr("%1 Agent: %2").arg(time, words)
                                  : tr("%1 Agent: %2 [not heard: %3]").arg(time, words, item.cut);
    default:
        return u"%1 %2"_s.arg(time, words);
    }
}

QString TranscriptModel::plainText(const QList<int> &rows) const
{
    QStringList lines;
    for (const int row : rows)
        if (row >= 0 && row < rowCount())
            lines.append(lineOf(m_items[static_cast<size_t>(row)]));
    return lines.join(u'\n');
}

QList<int> TranscriptModel::rowsWith(const QString &words) const
{
    QList<int> rows;
    for (int row = 0; row < rowCount(); ++row)
        if (textOf(m_items[static_cast<size_t>(row)]).contains(words, Qt::CaseInsensitive))
            rows.append(row);
    return rows;
}

int TranscriptModel::rowAt(double recordingMs) const
{
    int found = -1;
    double begin = 0;
    for (int row = 0; row < rowCount(); ++row) {
        const auto &from = m_items[static_cast<size_t>(row)].recordingMs;
        if (from && *from <= recordingMs && *from >= begin) {
            found = row;
            begin = *from;
        }
    }
    return found;
}

void TranscriptModel::toggleOpen(int row)
{
    if (row < 0 || row >= rowCount() || !m_items[static_cast<size_t>(row)].latency.totalMs)
        return;
    Item &item = m_items[static_cast<size_t>(row)];
    item.open = !item.open;
    changed(static_cast<size_t>(row));
}

QString TranscriptModel::plainText() const
{
    QStringList lines;
    for (const Item &item : m_items)
        lines.append(lineOf(item));
    return lines.join(u'\n');
}

void TranscriptModel::apply(const Event &event)
{
    std::visit([this](const auto &value) { on(value); }, event);
}

void TranscriptModel::append(Item item)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_items.push_back(std::move(item));
    endInsertRows();
}

void TranscriptModel::changed(size_t row)
{
    ++m_items[row].revision;
    const QModelIndex at = index(static_cast<int>(row));
    emit dataChanged(at, at);
}

/// The row of the newest words, or -1: pills in between belong to neither side.
int TranscriptModel::lastSpoken() const
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        const Kind kind = m_items[static_cast<size_t>(row)].kind;
        if (kind == Kind::Callee || kind == Kind::Agent)
            return row;
    }
    return -1;
}

int TranscriptModel::agentRow(int turn) const
{
    const size_t first = m_items.size() > kAgentTurnsLookedBack ? m_items.size() - kAgentTurnsLookedBack : 0;
    for (size_t row = m_items.size(); row-- > first;)
        if (m_items[row].kind == Kind::Agent && m_items[row].turn == turn && !m_items[row].over)
            return static_cast<int>(row);
    return -1;
}

void TranscriptModel::on(const CallStateChanged &event)
{
    const auto state = engine::calls::callStateFromWord(event.state);
    if (!state || engine::calls::isTerminal(*state))
        return; // the end comes with its reason in an event of its own
    QString text =
        tr("%1 since %2", "a state of the call, a time").arg(format::stateText(*state), format::clockTime(event.at));
    if (*state == engine::calls::CallState::Ringing)
        m_ringingAt = event.at;
    if (*state == engine::calls::CallState::InProgress) {
        text = tr("Answered %1").arg(format::clockTime(event.at));
        if (m_ringingAt.isValid())
            text = tr("Rang %1 · answered %2")
                       .arg(format::inSeconds(static_cast<double>(m_ringingAt.msecsTo(event.at))),
                            format::clockTime(event.at));
    }
    if (m_stateRow < 0) {
        m_stateRow = rowCount();
        append({.kind = Kind::State, .settled = text, .at = event.at});
        return;
    }
    Item &pill = m_items[static_cast<size_t>(m_stateRow)];
    pill.settled = text;
    pill.at = event.at;
    changed(static_cast<size_t>(m_stateRow));
}

void TranscriptModel::on(const CalleeSaid &event)
{
    // A turn is all a party says until the other answers: several finals of the transcriber make one bubble.
    const int last = lastSpoken();
    if (last < 0 || m_items[static_cast<size_t>(last)].kind != Kind::Callee) {
        if (!event.text.isEmpty())
            append({.kind = Kind::Callee,
                    .turn = event.turn,
                    .settled = event.final ? event.text : QString(),
                    .pending = event.final ? QString() : event.text,
                    .at = event.begunAt.isValid() ? event.begunAt : event.at,
                    .recordingMs = event.recordingMs});
        return;
    }
    Item &item = m_items[static_cast<size_t>(last)];
    if (event.final)
        item.settled = joined(item.settled, event.text);
    if (!item.recordingMs)
        item.recordingMs = event.recordingMs;
    item.pending = event.final ? QString() : event.text;
    changed(static_cast<size_t>(last));
}

void TranscriptModel::on(const AgentSpeaking &event)
{
    const int row = agentRow(event.turn);
    if (row < 0) {
        append({.kind = Kind::Agent,
                .turn = event.turn,
                .pending = event.text,
                .queued = event.text,
                .over = false,
                .at = event.at});
        return;
    }
    Item &item = m_items[static_cast<size_t>(row)];
    item.pending = joined(item.pending, event.text);
    item.queued = joined(item.queued, event.text);
    changed(static_cast<size_t>(row));
}

void TranscriptModel::on(const AgentProgress &event)
{
    const int row = agentRow(event.turn);
    if (row < 0)
        return;
    Item &item = m_items[static_cast<size_t>(row)];
    item.settled = event.heard;
    item.pending = withoutFirstWords(item.queued, wordCount(event.heard));
    changed(static_cast<size_t>(row));
}

void TranscriptModel::on(const AgentTurn &event)
{
    const bool silent = event.heard.isEmpty() && event.cut.isEmpty();
    int row = agentRow(event.turn);
    if (row < 0) {
        if (silent)
            return;
        row = rowCount();
        append({.kind = Kind::Agent, .turn = event.turn, .at = event.begunAt.isValid() ? event.begunAt : event.at});
    }
    Item &item = m_items[static_cast<size_t>(row)];
    item.settled = event.heard;
    item.cut = silent ? item.queued : event.cut;
    item.pending.clear();
    item.queued.clear();
    item.over = true;
    item.interrupted = event.interrupted;
    item.latency = event.latency;
    item.recordingMs = event.recordingMs;
    changed(static_cast<size_t>(row));
}

void TranscriptModel::on(const ToolCalled &event)
{
    const QString arguments = plain(event.arguments);
    const QString text =
        arguments.isEmpty() ? tr("Agent used %1").arg(event.name) : tr("Agent used %1 (%2)").arg(event.name, arguments);
    append({.kind = Kind::Tool, .turn = event.turn, .settled = text, .at = event.at});
}

void TranscriptModel::on(const IncidentHappened &event)
{
    append(
        {.kind = Kind::Incident,
         .settled =
             tr("%1 (%2)", "what happened, whose fault").arg(event.error.message, format::faultText(event.error.fault)),
         .fault = event.error.fault,
         .at = event.at});
}

void TranscriptModel::on(const CallEnded &event)
{
    // Words nobody will finish stay as they stood.
    for (size_t row = 0; row < m_items.size(); ++row) {
        Item &item = m_items[row];
        if (item.pending.isEmpty())
            continue;
        (item.kind == Kind::Agent ? item.cut : item.settled) =
            joined(item.kind == Kind::Agent ? item.cut : item.settled, item.pending);
        item.pending.clear();
        item.over = true;
        changed(row);
    }
    append({.kind = Kind::State,
            .settled =
                tr("%1 · %2", "how the call ended, a time").arg(format::endText(event), format::clockTime(event.at)),
            .at = event.at});
}

} // namespace ui::models
