#include "engine/records/sqlite/schema.h"

#include "engine/records/sqlite/sql.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

Result<Done> take(QSqlDatabase &database, const SchemaStep &step)
{
    QStringList statements = step.statements;
    statements.prepend(u"BEGIN IMMEDIATE"_s);
    statements.append(u"PRAGMA user_version = %1"_s.arg(step.number));
    statements.append(u"COMMIT"_s);
    for (const QString &statement : std::as_const(statements)) {
        if (const auto done = execute(database, statement); !done) {
            [[maybe_unused]] const auto undone = execute(database, u"ROLLBACK"_s);
            return tl::unexpected(done.error());
        }
    }
    return Done{};
}

} // namespace

QStringList statementsOf(const QByteArray &file)
{
    QStringList statements;
    QString statement;
    for (const QString &line : QString::fromUtf8(file).split(u'\n')) {
        const QString text = line.trimmed();
        if (text.isEmpty() || text.startsWith("--"_L1))
            continue;
        statement += (statement.isEmpty() ? QString() : u"\n"_s) + text;
        if (text.endsWith(u';'))
            statements.append(std::exchange(statement, {}).chopped(1));
    }
    Q_ASSERT(statement.isEmpty()); // a file of ours that does not end its last statement
    return statements;
}

QList<SchemaStep> schemaSteps()
{
    QList<SchemaStep> steps;
    const QDir folder(u":/sql"_s);
    for (const QString &name : folder.entryList({u"*.sql"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        const bool opened = file.open(QIODevice::ReadOnly);
        Q_ASSERT(opened);
        steps.append({name.left(name.indexOf(u'_')).toInt(), statementsOf(file.readAll())});
    }
    return steps;
}

Result<Done> migrate(QSqlDatabase &database, const QList<SchemaStep> &steps)
{
    auto query = execute(database, u"PRAGMA user_version"_s);
    if (!query)
        return tl::unexpected(query.error());
    const int version = query->next() ? query->value(0).toInt() : 0;
    query->finish();
    if (!steps.isEmpty() && version > steps.last().number)
        return failure(Fault::Settings, u"database_newer"_s,
                       u"The call history in the data folder was written by a newer Dialdesk, so this one leaves it "
                       "alone, keeps no history and places no calls. Update Dialdesk, or choose another folder with --data-dir."_s);
    for (const SchemaStep &step : steps)
        if (step.number > version)
            if (const auto taken = take(database, step); !taken)
                return taken;
    return Done{};
}

} // namespace engine::records::sqlite
