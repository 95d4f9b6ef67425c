#pragma once

#include "engine/base/result.h"

#include <QObject>
#include <QSqlDatabase>

#include <functional>
#include <optional>

namespace engine::records::sqlite {

/// How sure a transaction is once it has been reported.
enum class Durability
{
    Ordinary, ///< survives the program's death at any instant; a power cut may take the last moment
    Synced    ///< on the disk itself before it is reported: for what money depends on
};

/// The database's file and the one connection to it. Opens it, brings its schema up to date, sets a damaged one aside.
///
/// Lives on the Database's thread, which owns it and is the only one to touch it.
class Connection : public QObject
{
    Q_OBJECT
public:
    /// @param folder  created when missing; "" keeps everything in memory
    explicit Connection(const QString &folder);
    ~Connection() override;

    /// Runs `work` as one transaction, committed when it returns a value and undone when it returns an Error. After the
    /// database turned out to be damaged, work runs once more, on a new one.
    template <typename T>
    [[nodiscard]] Result<T> transact(Durability durability, const std::function<Result<T>(QSqlDatabase &)> &work)
    {
        std::optional<Result<T>> result;
        const auto error = transactErased(durability, [&]() -> std::optional<Error> {
            result = work(*m_database);
            return *result ? std::nullopt : std::optional(result->error());
        });
        if (error)
            return tl::unexpected(*error);
        return *std::move(result);
    }

    /// Gives the file back. A transaction after it opens it again.
    void close();

signals:
    /// The file is in trouble: once, until something has been written again.
    void troubled(const engine::Error &error);

private:
    std::optional<Error> transactErased(Durability durability, const std::function<std::optional<Error>()> &work);
    std::optional<Error> tryTransaction(Durability durability, const std::function<std::optional<Error>()> &work);
    std::optional<Error> open();
    std::optional<Error> openFile();
    std::optional<Error> prepareFile() const;
    std::optional<Error> setAside();
    qint64 rowsChanged() const;
    void note(const std::optional<Error> &error, bool wrote);

    QString m_folder;
    QString m_file; // ":memory:" without a folder
    QString m_name; // of the connection, unique in the program
    std::optional<QSqlDatabase> m_database;
    bool m_inTrouble = false;
};

} // namespace engine::records::sqlite
