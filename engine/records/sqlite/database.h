#pragma once

#include "engine/base/background_thread.h"
#include "engine/records/sqlite/connection.h"

#include <QHash>
#include <QObject>
#include <QPointer>

#include <memory>

namespace engine::records::sqlite {

/// The SQLite file of the data folder, `dialdesk.sqlite`, and the thread on which all work on it is done, one job after
/// the other.
///
///     database.run<int>(Durability::Synced,
///                       [number](QSqlDatabase &sql) -> Result<int> { ... execute(sql, u"INSERT INTO ..."_s, {number})
///                       ... }, this, [this](const Result<int> &row) { ... });
///
/// Nothing here waits for the disk, except the destructor. That the file cannot be opened, or its disk is full, is the
/// answer of every job until it can be again, and is told once by troubled(). Engine thread; made and destroyed there.
class Database : public QObject
{
    Q_OBJECT
public:
    /// @param folder  the data folder, created when missing; "" keeps everything in memory
    explicit Database(const QString &folder, QObject *parent = nullptr);
    const QString &folder() const { return m_folder; }
    /// Does all that is queued, then closes. Answers that have not come yet do not come.
    ~Database() override;

    /// Queues one transaction: committed when `work` returns a value, undone when it returns an Error.
    ///
    /// @param work     runs on the database's thread, twice if the database turns out to be damaged; captures values
    /// only
    /// @param context  lives on this thread; once it is gone, `then` is not called (the work is done all the same)
    /// @param then     called on this thread, never from within run(); Error codes of sqlError(), "database_newer", the
    /// work's own,
    ///                 and "database_overloaded"
    template <typename T>
    void run(Durability durability, std::function<Result<T>(QSqlDatabase &)> work, QObject *context,
             std::function<void(const Result<T> &)> then)
    {
        auto result =
            std::make_shared<Result<T>>(overloaded()); // the database's thread writes it, later this one reads it
        queue([result, durability,
               work = std::move(work)](Connection &connection) { *result = connection.transact<T>(durability, work); },
              [result, context = QPointer(context), then = std::move(then)] {
                  if (context)
                      then(*result);
              });
    }

signals:
    /// The file is in trouble: an incident for the operator, told once until something can be written again.
    void troubled(const engine::Error &error);

private:
    static tl::unexpected<Error> overloaded();
    void queue(std::function<void(Connection &)> job, std::function<void()> answer);
    void answer(quint64 number);

    QString m_folder;
    BackgroundThread m_thread{QStringLiteral("database")};
    Connection *m_connection; // lives on m_thread, which deletes it at its end
    quint64 m_lastNumber = 0;
    QHash<quint64, std::function<void()>> m_answers; // of jobs under way, so that what they hold stays on this thread
};

} // namespace engine::records::sqlite
