#include "engine/records/sqlite/sqlite_dial_journal.h"

#include "engine/records/events.h"
#include "engine/records/sqlite/database.h"
#include "engine/records/sqlite/sql.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>

#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::records::sqlite {

namespace {

constexpr auto kRequestLife = 24h;     ///< a key is remembered for a day
constexpr auto kEntryLife = 7 * 24h;   ///< what is over
constexpr auto kAbsentWatched = 15min; ///< a call that did not appear may do so very late

constexpr int kApplicationId = 0x44446B31; ///< "DDk1": what file(1) may know the file by

constexpr std::array kOutcomes = {"unknown"_L1, "placed"_L1, "refused"_L1, "absent"_L1};

constexpr auto kDialColumns =
    "id, run, asked_at, to_number, from_number, environment, practice, custom_data, request_key, request_hash, "
    "outcome, sid, error_fault, error_code, error_text, status, duration_s, over_at"_L1;

QString word(DialOutcome outcome)
{
    return kOutcomes[static_cast<size_t>(outcome)];
}

DialOutcome outcomeOf(const QString &word)
{
    const auto found = std::find(kOutcomes.begin(), kOutcomes.end(), word);
    return found == kOutcomes.end() ? DialOutcome::Unknown : static_cast<DialOutcome>(found - kOutcomes.begin());
}

QDateTime timeOf(const QVariant &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

QString json(const QMap<QString, QString> &data)
{
    QJsonObject object;
    for (auto it = data.cbegin(); it != data.cend(); ++it)
        object[it.key()] = it.value();
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QMap<QString, QString> dataOf(const QVariant &value)
{
    QMap<QString, QString> data;
    const QJsonObject object = QJsonDocument::fromJson(value.toString().toUtf8()).object();
    for (auto it = object.begin(); it != object.end(); ++it)
        data.insert(it.key(), it.value().toString());
    return data;
}

/// Reads a row of kDialColumns. @param run  the reader's own; entries of others are owned elsewhere unless
/// `othersAreOver`
DialEntry entryOf(const QSqlQuery &row, const QString &run, bool othersAreOver)
{
    DialEntry entry;
    entry.id = row.value(0).toLongLong();
    entry.ownedElsewhere = row.value(1).toString() != run && !othersAreOver;
    entry.wish = {row.value(3).toString(),    row.value(4).toString(), row.value(5).toString(),
                  row.value(6).toBool(),      dataOf(row.value(7)),    row.value(8).toByteArray(),
                  row.value(9).toByteArray(), timeOf(row.value(2))};
    entry.answer.outcome = outcomeOf(row.value(10).toString());
    entry.answer.sid = CallSid(row.value(11).toString());
    if (!row.value(13).isNull())
        entry.answer.error =
            Error{static_cast<Fault>(row.value(12).toInt()), row.value(13).toString(), row.value(14).toString()};
    if (!row.value(15).isNull())
        entry.end = DialEnd{row.value(15).toString(), row.value(16).toDouble(), timeOf(row.value(17))};
    return entry;
}

Result<std::vector<DialEntry>> entriesWhere(QSqlDatabase &sql, const QString &condition, const QVariantList &values,
                                            const QString &run, bool othersAreOver)
{
    auto rows = execute(sql, u"SELECT %1 FROM dials WHERE %2 ORDER BY id"_s.arg(kDialColumns, condition), values);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<DialEntry> entries;
    while (rows->next())
        entries.push_back(entryOf(*rows, run, othersAreOver));
    return entries;
}

/// Whether no other program uses the folder. Asked again each time: the other one may have ended meanwhile.
bool holdsLock(const std::shared_ptr<QLockFile> &lock)
{
    return !lock || lock->isLocked() || lock->tryLock();
}

Result<Done> done(const Result<QSqlQuery> &query)
{
    return query ? Result<Done>(Done{}) : Result<Done>(tl::unexpected(query.error()));
}

} // namespace

SqliteDialJournal::SqliteDialJournal(Database &database, Clock &clock, const QString &account, const QString &run,
                                     QObject *parent)
    : DialJournal(parent), m_database(database), m_clock(clock), m_account(account), m_run(run)
{
    if (!database.folder().isEmpty()) {
        m_lock = std::make_shared<QLockFile>(QDir(database.folder()).filePath(u"dials.lock"_s));
        m_lock->setStaleLockTime(0); // held as long as its program runs, however long that is
    }
    forgetOld();
}

SqliteDialJournal::~SqliteDialJournal() = default;

void SqliteDialJournal::forgetOld()
{
    const QString limit = isoTime(m_clock.wallTime().addSecs(-std::chrono::seconds(kEntryLife).count()));
    m_database.run<Done>(
        Durability::Ordinary,
        [limit](QSqlDatabase &sql) { return done(execute(sql, u"DELETE FROM dials WHERE over_at < ?"_s, {limit})); },
        this, [](const Result<Done> &) {}); // a disk in trouble is told by the database
}

void SqliteDialJournal::write(const DialWish &wish, QObject *context, Then<qint64> then)
{
    const QString keyLimit = isoTime(wish.askedAt.addSecs(-std::chrono::seconds(kRequestLife).count()));
    m_database.run<qint64>(
        Durability::Synced,
        [wish, keyLimit, account = m_account, run = m_run](QSqlDatabase &sql) -> Result<qint64> {
            const QVariant key = wish.requestKey.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(wish.requestKey));
            if (const auto freed =
                    execute(sql, u"UPDATE dials SET request_key = NULL WHERE request_key = ? AND asked_at < ?"_s,
                            {key, keyLimit});
                !freed)
                return tl::unexpected(freed.error());
            auto known = execute(sql, u"SELECT 1 FROM dials WHERE account = ? AND request_key = ?"_s, {account, key});
            if (!known)
                return tl::unexpected(known.error());
            if (known->next())
                return failure(
                    Fault::Settings, u"request_repeated"_s,
                    u"A request with this Idempotency-Key is being carried out. Ask again in a moment for its answer."_s);
            auto written = execute(sql,
                                   u"INSERT INTO dials (run, account, asked_at, to_number, from_number, environment, "
                                   u"practice, custom_data, "
                                   "request_key, request_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                                   {run, account, isoTime(wish.askedAt), wish.to, wish.from, wish.environment,
                                    wish.practice ? 1 : 0, json(wish.customData), key, wish.requestHash});
            if (!written)
                return tl::unexpected(written.error());
            return written->lastInsertId().toLongLong();
        },
        context, std::move(then));
}

// The file's own mark is the one value that may be written again and again; SQLite does not look whether it was so before.
void SqliteDialJournal::probe(QObject *context, Then<Done> then)
{
    m_database.run<Done>(
        Durability::Synced,
        [](QSqlDatabase &sql) { return done(execute(sql, u"PRAGMA application_id = %1"_s.arg(kApplicationId))); },
        context, std::move(then));
}

void SqliteDialJournal::settle(qint64 id, const DialAnswer &answer, QObject *context, Then<Done> then)
{
    const QString now = isoTime(m_clock.wallTime());
    m_database.run<Done>(
        Durability::Ordinary,
        [id, answer, now](QSqlDatabase &sql) -> Result<Done> {
            const QVariant sid = answer.sid.isEmpty() ? QVariant() : QVariant(answer.sid.value());
            auto taken = execute(sql, u"SELECT 1 FROM dials WHERE sid = ? AND id <> ?"_s, {sid, id});
            if (!taken)
                return tl::unexpected(taken.error());
            if (taken->next())
                return failure(Fault::Program, u"call_taken"_s, u"This call belongs to another request."_s);
            const bool refused = answer.outcome == DialOutcome::Refused;
            QVariantList values = {word(answer.outcome), sid,        QVariant(),
                                   QVariant(),           QVariant(), refused ? QVariant(now) : QVariant(),
                                   refused ? 1 : 0,      id};
            if (answer.error) {
                values[2] = static_cast<int>(answer.error->fault);
                values[3] = answer.error->code;
                values[4] = answer.error->message;
            }
            return done(execute(
                sql,
                u"UPDATE dials SET outcome = ?, sid = ?, error_fault = ?, error_code = ?, error_text = ?, over_at = ?, "
                "request_key = CASE WHEN ? THEN NULL ELSE request_key END WHERE id = ? AND outcome IN ('unknown', 'absent')"_s,
                values));
        },
        context, std::move(then));
}

void SqliteDialJournal::end(const CallSid &sid, const DialEnd &end)
{
    m_database.run<Done>(
        Durability::Ordinary,
        [sid, end](QSqlDatabase &sql) {
            return done(execute(sql, u"UPDATE dials SET status = ?, duration_s = ?, over_at = ? WHERE sid = ?"_s,
                                {end.status, end.durationS, isoTime(end.at), sid.value()}));
        },
        this, [](const Result<Done> &) {}); // not written: the sentinel asks the carrier and writes it again
}

void SqliteDialJournal::open(QObject *context, Then<std::vector<DialEntry>> then)
{
    const QDateTime now = m_clock.wallTime();
    const QString absentLimit = isoTime(now.addSecs(-std::chrono::seconds(kAbsentWatched).count()));
    m_database.run<std::vector<DialEntry>>(
        Durability::Ordinary,
        [account = m_account, run = m_run, lock = m_lock, now = isoTime(now),
         absentLimit](QSqlDatabase &sql) -> Result<std::vector<DialEntry>> {
            const bool alone = holdsLock(lock);
            // The practice line inside a program ends with it, and its calls with the line.
            if (alone)
                if (const auto gone = execute(
                        sql,
                        u"UPDATE dials SET status = 'failed', duration_s = 0, over_at = ? WHERE practice = 1 AND "
                        "over_at IS NULL AND run <> ?"_s,
                        {now, run});
                    !gone)
                    return tl::unexpected(gone.error());
            return entriesWhere(
                sql, u"account = ? AND over_at IS NULL AND (outcome <> 'absent' OR asked_at > ?) AND (run = ? OR ?)"_s,
                {account, absentLimit, run, alone ? 1 : 0}, run, alone);
        },
        context, std::move(then));
}

void SqliteDialJournal::find(const QList<CallSid> &sids, QObject *context, Then<std::vector<DialEntry>> then)
{
    m_database.run<std::vector<DialEntry>>(
        Durability::Ordinary,
        [sids, account = m_account, run = m_run, lock = m_lock](QSqlDatabase &sql) -> Result<std::vector<DialEntry>> {
            const bool alone = holdsLock(lock);
            std::vector<DialEntry> found;
            for (const CallSid &sid : sids) {
                auto entries = entriesWhere(sql, u"account = ? AND sid = ?"_s, {account, sid.value()}, run, alone);
                if (!entries)
                    return entries;
                found.insert(found.end(), entries->begin(), entries->end());
            }
            return found;
        },
        context, std::move(then));
}

void SqliteDialJournal::findRequest(const QByteArray &key, QObject *context, Then<std::optional<DialEntry>> then)
{
    const QString limit = isoTime(m_clock.wallTime().addSecs(-std::chrono::seconds(kRequestLife).count()));
    m_database.run<std::optional<DialEntry>>(
        Durability::Ordinary,
        [key = QString::fromUtf8(key), limit, account = m_account,
         run = m_run](QSqlDatabase &sql) -> Result<std::optional<DialEntry>> {
            const auto entries = entriesWhere(sql, u"account = ? AND request_key = ? AND asked_at >= ?"_s,
                                              {account, key, limit}, run, true);
            if (!entries)
                return tl::unexpected(entries.error());
            return entries->empty() ? std::nullopt : std::optional(entries->front());
        },
        context, std::move(then));
}

} // namespace engine::records::sqlite
