#include "ui/models/call_list_model.h"

#include "ui/format/call_text.h"
#include "ui/format/number_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::models {

using namespace engine::records;
using engine::CallSid;
using engine::calls::CallState;

namespace {

CallState stateOf(const CallRecord &record)
{
    return engine::calls::callStateFromWord(record.state).value_or(CallState::Queued);
}

QString lineOf(const CallRecord &record)
{
    return record.ended ? format::endText(*record.ended) : format::stateText(stateOf(record));
}

QString spokenText(const CallRecord &record, const QString &line, const QString &homeRegion)
{
    return u"%1, %2. %3"_s.arg(format::numberText(record.to, homeRegion), format::stateText(stateOf(record)), line);
}

QDateTime enteredAt(const CallRecord &record, QStringView state)
{
    for (const auto &[name, at] : record.states)
        if (name == state)
            return at;
    return {};
}

} // namespace

CallListModel::CallListModel(QObject *parent) : QAbstractListModel(parent) {}

int CallListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant CallListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Entry &entry = m_entries[static_cast<size_t>(index.row())];
    switch (role) {
    case LineRole:
        return lineOf(entry);
    case Qt::AccessibleTextRole:
        return spokenText(entry.record, lineOf(entry), m_homeRegion);
    case CalleeLevelRole:
        return entry.level.calleeDbfs;
    case AgentLevelRole:
        return entry.level.agentDbfs;
    case SectionRole:
        return sectionOf(index.row());
    default:
        return dataOf(entry.record, role, m_homeRegion);
    }
}

QVariant CallListModel::dataOf(const CallRecord &record, int role, const QString &homeRegion)
{
    switch (role) {
    case Qt::DisplayRole:
    case NumberRole:
        return format::numberText(record.to, homeRegion);
    case Qt::AccessibleTextRole:
        return spokenText(record, models::lineOf(record), homeRegion);
    case SidRole:
        return record.sid.value();
    case StateRole:
        return static_cast<int>(stateOf(record));
    case StateTextRole:
        return format::stateText(stateOf(record));
    case LiveRole:
        return !record.ended;
    case LineRole:
        return models::lineOf(record);
    case StartedAtRole: {
        const QDateTime answered = enteredAt(record, u"in-progress");
        return answered.isValid() || record.states.empty() ? answered : record.states.front().second;
    }
    case DurationRole:
        return record.ended ? QVariant(record.ended->durationS) : QVariant();
    case EndedAtRole:
        return record.ended ? QVariant(record.ended->at) : QVariant();
    case EnvironmentRole:
        return record.env;
    case PracticeRole:
        return record.practice;
    default:
        return {};
    }
}

QString CallListModel::lineOf(const Entry &entry) const
{
    return entry.record.ended || entry.lastWords.isEmpty() ? models::lineOf(entry.record) : entry.lastWords;
}

QString CallListModel::sectionOf(int row) const
{
    if (row == 0 && m_live > 0)
        return tr("LIVE · %1").arg(m_live);
    if (row == m_live && m_today == kEndedKept) // there may be more of them
        return tr("TODAY · LAST %1").arg(m_today);
    if (row == m_live && m_today > 0)
        return tr("TODAY · %1").arg(m_today);
    if (row == m_live + m_today)
        return tr("EARLIER · %1").arg(rowCount() - row);
    return {};
}

void CallListModel::setHomeRegion(const QString &region)
{
    if (region == m_homeRegion)
        return;
    m_homeRegion = region;
    if (!m_entries.empty())
        emit dataChanged(index(0), index(rowCount() - 1));
}

const CallRecord *CallListModel::record(const CallSid &sid) const
{
    const int row = rowOf(sid);
    return row < 0 ? nullptr : &m_entries[static_cast<size_t>(row)].record;
}

int CallListModel::rowOf(const CallSid &sid) const
{
    for (size_t row = 0; row < m_entries.size(); ++row)
        if (m_entries[row].record.sid == sid)
            return static_cast<int>(row);
    return -1;
}

void CallListModel::apply(const Event &event)
{
    const CallSid sid = callOf(event);
    if (sid.isEmpty())
        return;
    int row = rowOf(sid);
    if (row < 0) {
        // Only a state tells enough of a call to show it.
        if (!std::holds_alternative<CallStateChanged>(event))
            return;
        open(sid);
        row = 0;
    }
    Entry &entry = m_entries[static_cast<size_t>(row)];
    if (entry.record.ended)
        return;
    entry.record.apply(event);
    if (const auto *said = std::get_if<CalleeSaid>(&event))
        entry.lastWords = tr("“%1”", "the callee's words").arg(said->text);
    else if (const auto *speaking = std::get_if<AgentSpeaking>(&event))
        entry.lastWords = tr("Agent: %1").arg(speaking->text);
    emit dataChanged(index(row), index(row));
    if (std::holds_alternative<CallEnded>(event))
        close(row);
    emit callChanged(sid);
}

void CallListModel::addPast(const std::vector<CallRecord> &records)
{
    for (const CallRecord &record : records) {
        if (!record.ended || rowOf(record.sid) >= 0)
            continue;
        const auto place = std::find_if(m_entries.begin() + m_live, m_entries.end(), [&record](const Entry &entry) {
            return entry.record.ended->at < record.ended->at;
        });
        const int row = static_cast<int>(place - m_entries.begin());
        beginInsertRows({}, row, row);
        m_entries.insert(place, Entry{record, {}, {}});
        endInsertRows();
    }
    makeRoom();
    sectionsChanged();
}

void CallListModel::forget(const CallSid &sid)
{
    const int row = rowOf(sid);
    if (row < m_live)
        return;
    beginRemoveRows({}, row, row);
    m_entries.erase(m_entries.begin() + row);
    endRemoveRows();
    sectionsChanged();
    emit callForgotten(sid);
}

void CallListModel::setLevels(const CallLevels &levels)
{
    if (m_live == 0)
        return;
    for (int row = 0; row < m_live; ++row)
        m_entries[static_cast<size_t>(row)].level = {};
    for (const CallLevel &level : levels)
        if (const int row = rowOf(level.sid); row >= 0 && row < m_live)
            m_entries[static_cast<size_t>(row)].level = level;
    emit dataChanged(index(0), index(m_live - 1), {CalleeLevelRole, AgentLevelRole});
}

void CallListModel::open(const CallSid &sid)
{
    beginInsertRows({}, 0, 0);
    Entry entry;
    entry.record.sid = sid;
    m_entries.insert(m_entries.begin(), std::move(entry));
    ++m_live;
    endInsertRows();
    sectionsChanged();
    emit liveCountChanged(m_live);
}

void CallListModel::close(int row)
{
    // To the top of the ended ones, which begin where the live ones end.
    if (row != m_live - 1) {
        beginMoveRows({}, row, row, {}, m_live);
        std::rotate(m_entries.begin() + row, m_entries.begin() + row + 1, m_entries.begin() + m_live);
        --m_live;
        endMoveRows();
    } else {
        --m_live;
    }
    makeRoom();
    sectionsChanged();
    emit liveCountChanged(m_live);
}

void CallListModel::makeRoom()
{
    while (rowCount() - m_live > kEndedKept) {
        const CallSid oldest = m_entries.back().record.sid;
        beginRemoveRows({}, rowCount() - 1, rowCount() - 1);
        m_entries.pop_back();
        endRemoveRows();
        emit callForgotten(oldest);
    }
}

void CallListModel::sectionsChanged()
{
    const QDate today = QDate::currentDate();
    const auto earlier = std::find_if(m_entries.begin() + m_live, m_entries.end(), [today](const Entry &entry) {
        return entry.record.ended->at.toLocalTime().date() < today;
    });
    m_today = static_cast<int>(earlier - m_entries.begin()) - m_live;
    if (!m_entries.empty())
        emit dataChanged(index(0), index(rowCount() - 1), {SectionRole, LiveRole});
}

} // namespace ui::models
