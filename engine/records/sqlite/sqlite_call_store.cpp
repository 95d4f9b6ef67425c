#include "engine/records/sqlite/sqlite_call_store.h"

#include "engine/records/event_codec.h"
#include "engine/records/sqlite/call_query.h"
#include "engine/records/sqlite/database.h"

#include <QDir>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::records::sqlite {

namespace {

Q_LOGGING_CATEGORY(lcCallStore, "dialdesk.records")

constexpr auto kBatchPeriod = 100ms;
constexpr auto kRetryPeriod = 1000ms;
constexpr size_t kMostPending = 50'000; // while the disk takes nothing: some hundred calls' worth

} // namespace

SqliteCallStore::SqliteCallStore(Database &database, Clock &clock, QObject *parent)
    : CallStore(parent), m_database(database), m_clock(clock), m_timer(clock.makeTimer([this] { flush(); }))
{
    if (database.folder().isEmpty())
        return;
    m_lock = std::make_shared<QLockFile>(QDir(database.folder()).filePath(u"dialdesk.lock"_s));
    m_lock->setStaleLockTime(0); // held as long as its program runs, however long that is
}

SqliteCallStore::~SqliteCallStore()
{
    flush();
}

void SqliteCallStore::open(const CallSid &sid, const QMap<QString, QString> &customData)
{
    keep(CallOpened{sid, customData, m_clock.wallTime()});
}

void SqliteCallStore::append(const Event &event)
{
    if (!callOf(event).isEmpty() && isLasting(event))
        keep(event);
}

void SqliteCallStore::keep(std::variant<CallOpened, Event> entry)
{
    if (m_pending.size() >= kMostPending) {
        qCWarning(lcCallStore)
            << "the disk has taken nothing for too long; what happens now is missing in the call history";
        return;
    }
    m_pending.push_back(std::move(entry));
    if (!m_timer->isActive())
        m_timer->start(kBatchPeriod);
}

void SqliteCallStore::flush()
{
    m_timer->stop();
    if (m_pending.empty())
        return;
    const auto entries = std::make_shared<const CallEntries>(std::exchange(m_pending, {}));
    m_database.run<Done>(
        Durability::Ordinary, [entries](QSqlDatabase &database) { return writeEntries(database, *entries); }, this,
        [this, entries](const Result<Done> &done) {
            if (!done)
                onFailed(*entries);
        });
}

void SqliteCallStore::onFailed(const CallEntries &entries)
{
    m_pending.insert(m_pending.begin(), entries.begin(), entries.end());
    m_timer->start(kRetryPeriod);
}

template <typename T>
void SqliteCallStore::ask(std::function<Result<T>(QSqlDatabase &)> work, QObject *context, Then<T> then)
{
    flush(); // an answer knows everything that happened before its question
    m_database.run<T>(Durability::Ordinary, std::move(work), context, std::move(then));
}

void SqliteCallStore::find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then)
{
    ask<std::optional<CallRecord>>([sid](QSqlDatabase &database) { return readCall(database, sid); }, context,
                                   std::move(then));
}

void SqliteCallStore::list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then)
{
    ask<std::vector<CallSummary>>(
        [filter](QSqlDatabase &database) { return readCalls(database, filter, Detail::Summary); }, context,
        std::move(then));
}

void SqliteCallStore::listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then)
{
    ask<std::vector<CallRecord>>(
        [filter](QSqlDatabase &database) { return readCalls(database, filter, Detail::Whole); }, context,
        std::move(then));
}

void SqliteCallStore::unfinished(QObject *context, Then<std::vector<CallRecord>> then)
{
    ask<std::vector<CallRecord>>(
        [lock = m_lock](QSqlDatabase &database) -> Result<std::vector<CallRecord>> {
            // Another Dialdesk with the same folder may be in the middle of them.
            if (lock && !lock->isLocked() && !lock->tryLock())
                return std::vector<CallRecord>{};
            return readUnfinished(database);
        },
        context, std::move(then));
}

void SqliteCallStore::remove(const CallSid &sid, QObject *context, Then<Done> then)
{
    ask<Done>([sid](QSqlDatabase &database) { return removeCall(database, sid); }, context, std::move(then));
}

void SqliteCallStore::removeEndedBefore(const QDateTime &time, QObject *context, Then<std::vector<CallSid>> then)
{
    ask<std::vector<CallSid>>([time](QSqlDatabase &database) { return sqlite::removeEndedBefore(database, time); },
                              context, std::move(then));
}

} // namespace engine::records::sqlite
