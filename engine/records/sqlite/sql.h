#pragma once

#include "engine/base/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

namespace engine::records::sqlite {

/// Runs one statement; its `?` stand for `values`, in order.
/// @return the query, before its first row, or the Error of sqlError()
[[nodiscard]] Result<QSqlQuery> execute(QSqlDatabase &database, const QString &sql, const QVariantList &values = {});

/// The one place where SQLite's error codes become ours: "disk_full", "data_dir_unwritable", "database_damaged",
/// "database_busy", "disk_error", and "database_failed" for what can only be our own mistake.
[[nodiscard]] Error sqlError(const QSqlError &error);

/// Whether an Error says that the database's file, and not the work, is in trouble.
[[nodiscard]] bool isStorageTrouble(const Error &error);

} // namespace engine::records::sqlite
