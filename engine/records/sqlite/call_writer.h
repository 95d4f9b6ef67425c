#pragma once

#include "engine/records/events.h"

#include <QMap>
#include <QSqlDatabase>

#include <variant>
#include <vector>

/// Writing calls into the database. Database thread.
namespace engine::records::sqlite {

/// A call was placed.
struct CallOpened
{
    CallSid sid;
    QMap<QString, QString> customData;
    QDateTime at;
};

/// What happened since the last batch, in its order.
using CallEntries = std::vector<std::variant<CallOpened, Event>>;

/// Events of calls that were never opened, or have been removed, are left out.
[[nodiscard]] Result<Done> writeEntries(QSqlDatabase &database, const CallEntries &entries);

[[nodiscard]] Result<Done> removeCall(QSqlDatabase &database, const CallSid &sid);
/// @return the calls that were removed
[[nodiscard]] Result<std::vector<CallSid>> removeEndedBefore(QSqlDatabase &database, const QDateTime &time);

} // namespace engine::records::sqlite
