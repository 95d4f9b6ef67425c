#include "engine/records/record_book.h"

#include <algorithm>

namespace engine::records {

void RecordBook::open(const CallSid &sid, const QMap<QString, QString> &customData)
{
    if (m_records.contains(sid))
        return;
    CallRecord record;
    record.sid = sid;
    record.customData = customData;
    m_records.insert(sid, record);
    m_order.push_back(sid);
}

void RecordBook::apply(const Event &event)
{
    const CallSid sid = callOf(event);
    const auto it = m_records.find(sid);
    if (it == m_records.end())
        return; // about no call in particular
    it->apply(event);
    if (!std::holds_alternative<CallEnded>(event))
        return;
    const auto ended = std::count_if(m_order.cbegin(), m_order.cend(),
                                     [this](const CallSid &each) { return m_records[each].ended.has_value(); });
    if (ended <= m_endedKept)
        return;
    const auto oldest = std::find_if(m_order.begin(), m_order.end(),
                                     [this](const CallSid &each) { return m_records[each].ended.has_value(); });
    m_records.remove(*oldest);
    m_order.erase(oldest);
}

void RecordBook::remove(const CallSid &sid)
{
    if (m_records.remove(sid))
        std::erase(m_order, sid);
}

const CallRecord *RecordBook::find(const CallSid &sid) const
{
    const auto it = m_records.constFind(sid);
    return it == m_records.constEnd() ? nullptr : &*it;
}

std::vector<const CallRecord *> RecordBook::list(int limit, const std::optional<CallSid> &before) const
{
    std::vector<const CallRecord *> found;
    auto it = m_order.crbegin();
    if (before) {
        it = std::find(m_order.crbegin(), m_order.crend(), *before);
        if (it != m_order.crend())
            ++it;
    }
    for (; it != m_order.crend() && static_cast<int>(found.size()) < limit; ++it)
        found.push_back(&*m_records.constFind(*it));
    return found;
}

} // namespace engine::records
