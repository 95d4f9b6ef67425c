#pragma once

#include "engine/base/clock.h"
#include "engine/records/call_store.h"
#include "engine/records/sqlite/call_writer.h"

#include <QLockFile>

#include <memory>

namespace engine::records::sqlite {

class Database;

/// The call history in the database: every lasting event as it happens, in batches at most 100 ms apart.
///
/// A batch the disk did not take is tried again every second, behind what was on its way meanwhile.
/// Engine thread; owned by the CallHistory.
class SqliteCallStore final : public CallStore
{
    Q_OBJECT
public:
    /// @param database, clock  outlive this
    SqliteCallStore(Database &database, Clock &clock, QObject *parent = nullptr);
    ~SqliteCallStore() override;

    void open(const CallSid &sid, const QMap<QString, QString> &customData) override;
    void append(const Event &event) override;
    void flush() override;

    void find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then) override;
    void list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then) override;
    void listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then) override;
    void unfinished(QObject *context, Then<std::vector<CallRecord>> then) override;
    void remove(const CallSid &sid, QObject *context, Then<Done> then) override;
    void removeEndedBefore(const QDateTime &time, QObject *context, Then<std::vector<CallSid>> then) override;

private:
    template <typename T>
    void ask(std::function<Result<T>(QSqlDatabase &)> work, QObject *context, Then<T> then);
    void keep(std::variant<CallOpened, Event> entry);
    void onFailed(const CallEntries &entries);

    Database &m_database;
    Clock &m_clock;
    CallEntries m_pending;
    std::unique_ptr<Timer> m_timer;
    std::shared_ptr<QLockFile> m_lock; // taken on the database's thread; null without a folder
};

} // namespace engine::records::sqlite
