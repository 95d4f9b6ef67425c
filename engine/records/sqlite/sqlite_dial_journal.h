#pragma once

#include "engine/base/clock.h"
#include "engine/records/dial_journal.h"

#include <memory>

class QLockFile;

namespace engine::records::sqlite {

class Database;

/// The journal of dials in the table `dials` of the data folder's database. Engine thread; all work is done on the
/// database's.
///
/// Two programs may use one folder: the first of them holds a lock and takes care of what earlier runs left behind; the
/// other keeps to its own calls until the lock is free.
class SqliteDialJournal final : public DialJournal
{
    Q_OBJECT
public:
    /// @param account  the carrier's; @param run  names this run of the program, unlike any other
    /// @param database, clock  outlive this
    SqliteDialJournal(Database &database, Clock &clock, const QString &account, const QString &run,
                      QObject *parent = nullptr);
    ~SqliteDialJournal() override;

    void write(const DialWish &wish, QObject *context, Then<qint64> then) override;
    void probe(QObject *context, Then<Done> then) override;
    void settle(qint64 id, const DialAnswer &answer, QObject *context, Then<Done> then) override;
    void end(const CallSid &sid, const DialEnd &end) override;
    void open(QObject *context, Then<std::vector<DialEntry>> then) override;
    void find(const QList<CallSid> &sids, QObject *context, Then<std::vector<DialEntry>> then) override;
    void findRequest(const QByteArray &key, QObject *context, Then<std::optional<DialEntry>> then) override;

private:
    void forgetOld();

    Database &m_database;
    Clock &m_clock;
    QString m_account;
    QString m_run;
    std::shared_ptr<QLockFile> m_lock; // null without a folder; used on the database's thread only, once constructed
};

} // namespace engine::records::sqlite
