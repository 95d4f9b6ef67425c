#pragma once

#include "engine/records/call_record.h"

#include <QHash>
#include <QJsonObject>

#include <deque>
#include <optional>

namespace engine::records {

/// Calls of this run, the live ones and the last that ended, in memory. Newest first. Engine thread.
class RecordBook
{
public:
    /// @param endedKept  ended calls remembered, the oldest are forgotten first: enough to answer from while the disk fails; the
    ///                   store holds all
    explicit RecordBook(int endedKept = 100) : m_endedKept(endedKept) {}

    void open(const CallSid &sid, const QMap<QString, QString> &customData);
    void apply(const Event &event);

    void remove(const CallSid &sid);

    const CallRecord *find(const CallSid &sid) const;
    /// Up to `limit` records, newest first; with `before` (a call's id) only older ones than that call.
    std::vector<const CallRecord *> list(int limit, const std::optional<CallSid> &before) const;

private:
    int m_endedKept;
    std::deque<CallSid> m_order; // oldest first
    QHash<CallSid, CallRecord> m_records;
};

} // namespace engine::records
