#pragma once

#include "engine/records/call_store.h"

#include <QSqlDatabase>
#include <QVariantList>

/// Reading calls out of the database. Database thread.
namespace engine::records::sqlite {

/// The condition on `calls` that a filter stands for, without its page (before, limit).
struct Condition
{
    QString sql;
    QVariantList values;
    bool operator==(const Condition &) const = default;
};
/// Pure.
[[nodiscard]] Condition conditionOf(const CallFilter &filter);

enum class Detail
{
    Summary, ///< less the words, tools and incidents: what a list shows
    Whole
};

/// @return Error "call_unknown" when `before` is none of the calls
[[nodiscard]] Result<std::vector<CallRecord>> readCalls(QSqlDatabase &database, const CallFilter &filter,
                                                        Detail detail);
[[nodiscard]] Result<std::optional<CallRecord>> readCall(QSqlDatabase &database, const CallSid &sid);
[[nodiscard]] Result<std::vector<CallRecord>> readUnfinished(QSqlDatabase &database);

} // namespace engine::records::sqlite
