#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QList>
#include <QSqlDatabase>
#include <QStringList>

namespace engine::records::sqlite {

/// One numbered step from an older form of the database to the next: `resources/sql/NNN_name.sql`.
struct SchemaStep
{
    int number = 0;
    QStringList statements;
    bool operator==(const SchemaStep &) const = default;
};

/// The statements of a step's file. A line that ends with ";" ends a statement; lines that begin with "--" are
/// comments.
[[nodiscard]] QStringList statementsOf(const QByteArray &file);

/// Every step of this program, in order, from the resources.
[[nodiscard]] QList<SchemaStep> schemaSteps();

/// Takes the steps the database has not seen yet (PRAGMA user_version counts them), each as a whole or not at all.
/// @return Error "database_newer" for a database this program is too old for
[[nodiscard]] Result<Done> migrate(QSqlDatabase &database, const QList<SchemaStep> &steps);

} // namespace engine::records::sqlite
