#include "engine/records/sqlite/sql.h"

#include <QSqlError>

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

// https://www.sqlite.org/rescode.html; the low byte of an extended code is the primary one.
enum PrimaryCode
{
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    NotADatabase = 26
};

} // namespace

Result<QSqlQuery> execute(QSqlDatabase &database, const QString &sql, const QVariantList &values)
{
    QSqlQuery query(database);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return tl::unexpected(sqlError(query.lastError()));
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return tl::unexpected(sqlError(query.lastError()));
    return query;
}

Error sqlError(const QSqlError &error)
{
    const QString words = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    switch (error.nativeErrorCode().toInt() & 0xFF) {
    case Busy:
    case Locked:
        return {Fault::Program, u"database_busy"_s,
                u"The call history is in use by another program for too long. Close that program."_s};
    case ReadOnly:
    case CannotOpen:
        return {Fault::Settings, u"data_dir_unwritable"_s,
                u"The data folder cannot be written (%1). Live calls go on without a history, and no new ones are placed: "
                "make the folder writable or choose another with --data-dir."_s.arg(words)};
    case IoError:
        return {Fault::Program, u"disk_error"_s,
                u"The disk of the data folder fails (%1). Live calls go on without a history, and no new ones are placed: "
                "check the disk."_s.arg(words)};
    case Full:
        return {
            Fault::Program, u"disk_full"_s,
            u"The disk of the data folder is full. Live calls go on without a history, and no new ones are placed until "
            "there is space again."_s};
    case Corrupt:
    case NotADatabase:
        return {Fault::Program, u"database_damaged"_s, u"The file of the call history is damaged (%1)."_s.arg(words)};
    default:
        return {Fault::Program, u"database_failed"_s,
                u"The call history could not be read or written: %1."_s.arg(words)};
    }
}

bool isStorageTrouble(const Error &error)
{
    static const QStringList codes = {u"database_busy"_s, u"data_dir_unwritable"_s, u"disk_error"_s,
                                      u"disk_full"_s,     u"database_damaged"_s,    u"database_newer"_s,
                                      u"database_driver_missing"_s};
    return codes.contains(error.code);
}

} // namespace engine::records::sqlite
