#include "ui/models/history_model.h"

#include "ui/format/time_text.h"
#include "ui/models/call_list_model.h"

#include <algorithm>

namespace ui::models {

using namespace engine::records;
using engine::CallSid;

namespace {

constexpr int kHistoryPage = 50;

QDate dayOf(const CallSummary &call)
{
    return call.states.empty() ? QDate() : call.states.front().second.toLocalTime().date();
}

} // namespace

HistoryModel::HistoryModel(QObject *parent) : QAbstractListModel(parent) {}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_calls.size());
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == CallListModel::SectionRole)
        return sectionOf(index.row());
    return CallListModel::dataOf(m_calls[static_cast<size_t>(index.row())], role, m_homeRegion);
}

QString HistoryModel::sectionOf(int row) const
{
    const QDate day = dayOf(m_calls[static_cast<size_t>(row)]);
    if (!day.isValid() || (row > 0 && dayOf(m_calls[static_cast<size_t>(row) - 1]) == day))
        return {};
    return format::dayText(day, QDate::currentDate());
}

bool HistoryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_asking && !m_atEnd;
}

void HistoryModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        ask(m_calls.back().sid);
}

void HistoryModel::setFilter(const CallFilter &filter)
{
    m_filter = filter;
    ask(std::nullopt);
}

void HistoryModel::ask(std::optional<CallSid> before)
{
    m_asked = m_filter;
    m_asked.before = std::move(before);
    m_asked.limit = kHistoryPage;
    m_asking = true;
    emit stateChanged();
    emit pageAsked(m_asked);
}

void HistoryModel::addPage(const CallFilter &asked, const Page &page)
{
    if (!m_asking || asked != m_asked)
        return; // of a filter that is not wanted any more
    m_asking = false;
    m_trouble = page ? QString() : page.error().message;
    const bool first = !asked.before;
    m_atEnd = !page || static_cast<int>(page->size()) < kHistoryPage;
    if (first) {
        beginResetModel();
        m_calls = page.value_or(std::vector<CallSummary>{});
        endResetModel();
    } else if (page && !page->empty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(page->size()) - 1);
        m_calls.insert(m_calls.end(), page->begin(), page->end());
        endInsertRows();
    }
    emit stateChanged();
}

void HistoryModel::remove(const CallSid &sid)
{
    const int row = rowOf(sid);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_calls.erase(m_calls.begin() + row);
    endRemoveRows();
    if (row < rowCount())
        emit dataChanged(index(row), index(row), {CallListModel::SectionRole}); // it may head its day now
    if (m_asking && m_asked.before == sid)
        ask(m_calls.empty() ? std::nullopt : std::optional(m_calls.back().sid)); // the page began behind it
    else if (m_calls.empty() && !m_atEnd)
        ask(std::nullopt);
    else
        emit stateChanged();
}

void HistoryModel::setHomeRegion(const QString &region)
{
    if (region == m_homeRegion)
        return;
    m_homeRegion = region;
    if (!m_calls.empty())
        emit dataChanged(index(0), index(rowCount() - 1));
}

int HistoryModel::rowOf(const CallSid &sid) const
{
    const auto found =
        std::find_if(m_calls.begin(), m_calls.end(), [&sid](const CallSummary &call) { return call.sid == sid; });
    return found == m_calls.end() ? -1 : static_cast<int>(found - m_calls.begin());
}

} // namespace ui::models
