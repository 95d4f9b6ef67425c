#include "engine/records/sqlite/connection.h"

#include "engine/records/sqlite/schema.h"
#include "engine/records/sqlite/sql.h"

#include <QDir>
#include <QFile>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

constexpr int kBusyPatienceMs = 2000; // another program reads or writes the same file

/// Of the file in memory. What is asked most is new and fits; more would only fill over hours.
constexpr int kCacheKilobytes = 256;

/// Runs statements that give nothing back.
std::optional<Error> run(QSqlDatabase &database, const QStringList &statements)
{
    for (const QString &statement : statements)
        if (const auto done = execute(database, statement); !done)
            return done.error();
    return std::nullopt;
}

} // namespace

Connection::Connection(const QString &folder)
    : m_folder(folder), m_file(folder.isEmpty() ? u":memory:"_s : QDir(folder).filePath(u"dialdesk.sqlite"_s)),
      m_name(QUuid::createUuid().toString(QUuid::WithoutBraces))
{
}

Connection::~Connection()
{
    close();
}

void Connection::close()
{
    if (!m_database)
        return;
    m_database->close();
    m_database.reset();
    QSqlDatabase::removeDatabase(m_name);
}

std::optional<Error> Connection::transactErased(Durability durability,
                                                const std::function<std::optional<Error>()> &work)
{
    const qint64 rowsBefore = rowsChanged();
    auto error = tryTransaction(durability, work);
    if (error && error->code == "database_damaged"_L1) {
        error = setAside();
        if (!error)
            error = tryTransaction(durability, work);
    }
    note(error, rowsChanged() > rowsBefore);
    return error;
}

qint64 Connection::rowsChanged() const
{
    if (!m_database)
        return 0;
    QSqlQuery query(*m_database);
    return query.exec(u"SELECT total_changes()"_s) && query.next() ? query.value(0).toLongLong() : 0;
}

std::optional<Error> Connection::tryTransaction(Durability durability,
                                                const std::function<std::optional<Error>()> &work)
{
    if (const auto error = open())
        return error;
    const bool synced = durability == Durability::Synced;
    // With write-ahead logging FULL syncs the log at every commit, NORMAL at checkpoints only. Not to be changed inside
    // a transaction.
    if (const auto error = run(*m_database, {synced ? u"PRAGMA synchronous = FULL"_s : u"PRAGMA synchronous = NORMAL"_s,
                                             u"BEGIN IMMEDIATE"_s}))
        return error;
    auto error = work();
    if (!error)
        error = run(*m_database, {u"COMMIT"_s});
    if (error)
        run(*m_database, {u"ROLLBACK"_s}); // SQLite may have done so by itself; then this changes nothing
    return error;
}

std::optional<Error> Connection::open()
{
    if (m_database)
        return std::nullopt;
    const auto error = openFile();
    if (error)
        close();
    return error;
}

std::optional<Error> Connection::openFile()
{
    if (!QSqlDatabase::isDriverAvailable(u"QSQLITE"_s))
        return Error{
            Fault::Settings, u"database_driver_missing"_s,
            u"Qt's SQLite driver is not installed, so no calls are placed: they are written down first. Install libqt6sql6-sqlite."_s};
    if (const auto error = prepareFile())
        return error;
    m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name);
    m_database->setDatabaseName(m_file);
    m_database->setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(kBusyPatienceMs));
    if (!m_database->open())
        return sqlError(m_database->lastError());
    if (const auto error = run(*m_database, {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA foreign_keys = ON"_s,
                                             u"PRAGMA secure_delete = ON"_s,
                                             u"PRAGMA cache_size = -%1"_s.arg(kCacheKilobytes)}))
        return error;
    const auto migrated = migrate(*m_database, schemaSteps());
    return migrated ? std::nullopt : std::optional(migrated.error());
}

/// Other people's words are for their owner's eyes: the file is made before SQLite does it, so that only we can read it
/// (the files SQLite puts beside it get the same permissions). One that exists is not touched: closing it would take
/// SQLite's locks from it.
std::optional<Error> Connection::prepareFile() const
{
    if (m_folder.isEmpty() || QFile::exists(m_file))
        return std::nullopt;
    QString reason = u"it cannot be created"_s;
    if (QDir().mkpath(m_folder)) {
        QFile file(m_file);
        if (file.open(QIODevice::WriteOnly)) {
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
            return std::nullopt;
        }
        reason = file.errorString();
    }
    return Error{
        Fault::Settings, u"data_dir_unwritable"_s,
        u"The data folder %1 cannot be written (%2). Live calls go on without a history, and no new ones are placed: make the "
        "folder writable or choose another with --data-dir."_s.arg(QDir::toNativeSeparators(m_folder), reason)};
}

std::optional<Error> Connection::setAside()
{
    close();
    if (m_folder.isEmpty())
        return std::nullopt;
    int number = 1;
    const auto asideName = [&] { return u"%1.damaged-%2"_s.arg(m_file).arg(number); };
    while (QFile::exists(asideName()))
        ++number;
    const QString aside = asideName();
    if (!QFile::rename(m_file, aside))
        return Error{Fault::Settings, u"data_dir_unwritable"_s,
                     u"The call history %1 is damaged and cannot be set aside. Live calls go on without a "
                     "history, and no new ones are placed: remove that file, or choose another folder with --data-dir."_s.arg(m_file)};
    // The log belongs to the damaged file; the shared-memory index is made anew from it.
    QFile::rename(m_file + "-wal"_L1, aside + "-wal"_L1);
    QFile::remove(m_file + "-shm"_L1);
    emit troubled(
        {Fault::Program, u"database_damaged"_s,
         u"The call history was damaged. It has been set aside as %1 and a new one was begun; check the disk."_s.arg(
             aside)});
    return std::nullopt;
}

/// A full disk can still be read from: only what was written shows that the trouble is over.
void Connection::note(const std::optional<Error> &error, bool wrote)
{
    if (error && !isStorageTrouble(*error))
        return; // the work's own answer
    if (error && !std::exchange(m_inTrouble, true))
        emit troubled(*error);
    else if (!error && wrote)
        m_inTrouble = false;
}

} // namespace engine::records::sqlite
