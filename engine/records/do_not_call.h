#pragma once

#include "engine/base/background_thread.h"
#include "engine/base/result.h"
#include "engine/records/do_not_call_csv.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace engine::records {

/// One change of the list being written. finished() comes once, when it is on the disk, then the job deletes itself.
class DoNotCallJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    /// Done, or Error "do_not_call_unsaved" (Fault::Program): true for this run, forgotten by the next.
    void finished(const engine::Result<engine::Done> &done);
};

/// What a text of numbers would bring to the list.
struct DoNotCallImport
{
    QList<DoNotCallEntry> entries; ///< all of the text, with today's date and "imported" where it says nothing
    int added = 0;
    int alreadyThere = 0; ///< in the list, or earlier in the text
    QList<DoNotCallText::Rejected> rejected;
    bool operator==(const DoNotCallImport &) const = default;
};

/// The numbers that must not be called: asked before every call, kept in one plain file that people may edit.
///
/// The file is read at start and written on a thread of its own. While it cannot be read, or a line of it holds no
/// number, every call is refused: a number nobody can read is still a number that must not be called. Engine thread.
class DoNotCallList : public QObject
{
    Q_OBJECT
public:
    /// Whether an entry outlives this run. What practice callees ask for does not.
    enum class Keep
    {
        OnDisk,
        ThisRun
    };

    /// @param path  of the file; empty: there is none, everything is kept for this run only
    explicit DoNotCallList(const QString &path, QObject *parent = nullptr);
    /// Waits until what was changed is written.
    ~DoNotCallList() override;

    /// Reads the file, on this thread: at start, before there are calls. No file is an empty list.
    [[nodiscard]] Result<Done> load();

    /// @return Done, or Error "do_not_call" or "do_not_call_unreadable"; after the latter the file is being read again
    [[nodiscard]] Result<Done> check(const E164Number &number);

    QList<DoNotCallEntry> entries() const; ///< by number
    std::optional<DoNotCallEntry> entryOf(const E164Number &number) const;
    bool contains(const E164Number &number) const { return m_entries.contains(number.value()); }

    /// Reads a text for add(). @param homeRegion  as defaultRegion of parseDoNotCall()
    [[nodiscard]] DoNotCallImport readImport(const QByteArray &utf8, const QString &homeRegion, const QDate &today) const;

    /// Numbers already there keep their entry. They count at once, before they are written. @return never null
    [[nodiscard]] DoNotCallJob *add(const QList<DoNotCallEntry> &entries, Keep keep, QObject *parent);
    /// @return never null
    [[nodiscard]] DoNotCallJob *remove(const E164Number &number, QObject *parent);

signals:
    /// A number must not be called from now on; for calls to it that have not been answered yet.
    void added(const engine::E164Number &number);
    /// The entries are others than before.
    void changed();

private:
    void take(const Result<QByteArray> &text);
    void readAgain();
    /// @param toDisk  false: there is nothing to write, and the job only has to say so
    DoNotCallJob *write(std::function<Result<Done>()> work, bool toDisk, QObject *parent);
    /// One after the other on the thread for the disk.
    void onWriter(std::function<void()> work);

    QString m_path;
    QHash<QString, DoNotCallEntry> m_entries;
    std::optional<Error> m_unreadable;
    bool m_reading = false;
    std::unique_ptr<BackgroundThread> m_thread; // from the first change on
    std::unique_ptr<QObject> m_writer;          // lives on m_thread; what is run there is posted to it
};

} // namespace engine::records
