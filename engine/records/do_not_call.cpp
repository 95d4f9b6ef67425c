#include "engine/records/do_not_call.h"

#include "engine/records/do_not_call_file.h"

#include <QPointer>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

constexpr qsizetype kLinesNamed = 3;

} // namespace

DoNotCallList::DoNotCallList(const QString &path, QObject *parent)
    : QObject(parent), m_path(path), m_writer(new QObject)
{
}

DoNotCallList::~DoNotCallList()
{
    if (m_thread) {
        // Behind everything that was asked for before.
        QMetaObject::invokeMethod(
            m_writer.get(), [] {}, Qt::BlockingQueuedConnection);
        m_thread->quit();
        m_thread->wait();
    }
}

Result<Done> DoNotCallList::load()
{
    if (m_path.isEmpty())
        return Done{};
    take(readDoNotCallFile(m_path));
    if (m_unreadable)
        return tl::unexpected(*m_unreadable);
    return Done{};
}

void DoNotCallList::take(const Result<QByteArray> &text)
{
    if (!text) {
        m_unreadable = text.error();
        return;
    }
    const DoNotCallText read = parseDoNotCall(*text);
    for (const DoNotCallEntry &entry : read.entries)
        m_entries.insert(entry.number.value(), entry);
    m_unreadable.reset();
    emit changed();
    if (read.rejected.isEmpty())
        return;
    QStringList lines;
    for (const DoNotCallText::Rejected &rejected : read.rejected.first(std::min(kLinesNamed, read.rejected.size())))
        lines.append(QString::number(rejected.line));
    m_unreadable = Error{Fault::Settings, u"do_not_call_unreadable"_s,
                         u"No call is placed: the do-not-call list %1 holds no phone number in line %2. Correct or "
                         u"remove what stands there; "
                         "numbers begin with + and their country code."_s.arg(m_path, lines.join(", "_L1))};
}

Result<Done> DoNotCallList::check(const E164Number &number)
{
    if (m_unreadable) {
        readAgain();
        return tl::unexpected(*m_unreadable);
    }
    const auto entry = entryOf(number);
    if (!entry)
        return Done{};
    QString since = entry->date.isValid() ? u" since "_s + entry->date.toString(Qt::ISODate) : QString();
    if (!entry->reason.isEmpty())
        since += u" ("_s + entry->reason + u')';
    return failure(
        Fault::Settings, u"do_not_call"_s,
        u"This number is on the do-not-call list%1. Only take it off (Numbers not to call, in the menu Call, or "
        u"DELETE /api/do-not-call) when the person has agreed to be called again."_s
            .arg(since));
}

QList<DoNotCallEntry> DoNotCallList::entries() const
{
    QList<DoNotCallEntry> list = m_entries.values();
    std::sort(list.begin(), list.end(),
              [](const DoNotCallEntry &a, const DoNotCallEntry &b) { return a.number.value() < b.number.value(); });
    return list;
}

std::optional<DoNotCallEntry> DoNotCallList::entryOf(const E164Number &number) const
{
    const auto entry = m_entries.constFind(number.value());
    return entry == m_entries.cend() ? std::nullopt : std::optional(*entry);
}

DoNotCallImport DoNotCallList::readImport(const QByteArray &utf8, const QString &homeRegion, const QDate &today) const
{
    DoNotCallText text = parseDoNotCall(utf8, homeRegion);
    DoNotCallImport import;
    QSet<QString> seen;
    for (DoNotCallEntry &entry : text.entries) {
        const bool there = contains(entry.number) || seen.contains(entry.number.value());
        ++(there ? import.alreadyThere : import.added);
        seen.insert(entry.number.value());
        if (!entry.date.isValid())
            entry.date = today;
        if (entry.reason.isEmpty())
            entry.reason = u"imported"_s;
    }
    import.entries = std::move(text.entries);
    import.rejected = std::move(text.rejected);
    return import;
}

DoNotCallJob *DoNotCallList::add(const QList<DoNotCallEntry> &entries, Keep keep, QObject *parent)
{
    QByteArray lines;
    QList<E164Number> numbers;
    for (const DoNotCallEntry &entry : entries) {
        if (contains(entry.number))
            continue;
        m_entries.insert(entry.number.value(), entry);
        numbers.append(entry.number);
        lines += toCsv(entry);
    }
    auto *job = write([path = m_path, lines] { return appendToDoNotCallFile(path, lines); },
                      keep == Keep::OnDisk && !lines.isEmpty(), parent);
    for (const E164Number &number : std::as_const(numbers))
        emit added(number);
    if (!numbers.isEmpty())
        emit changed();
    return job;
}

DoNotCallJob *DoNotCallList::remove(const E164Number &number, QObject *parent)
{
    if (m_entries.remove(number.value()))
        emit changed();
    return write([path = m_path, number] { return removeFromDoNotCallFile(path, number); }, true, parent);
}

DoNotCallJob *DoNotCallList::write(std::function<Result<Done>()> work, bool toDisk, QObject *parent)
{
    auto *job = new DoNotCallJob(parent);
    const auto finish = [job = QPointer(job)](const Result<Done> &done) {
        if (!job)
            return;
        emit job->finished(done);
        job->deleteLater();
    };
    if (!toDisk || m_path.isEmpty())
        QMetaObject::invokeMethod(
            job, [finish] { finish(Done{}); }, Qt::QueuedConnection);
    else
        onWriter([this, work = std::move(work), finish] {
            const Result<Done> done = work();
            QMetaObject::invokeMethod(
                this, [finish, done] { finish(done); }, Qt::QueuedConnection);
        });
    return job;
}

void DoNotCallList::readAgain()
{
    if (std::exchange(m_reading, true))
        return;
    onWriter([this] {
        QMetaObject::invokeMethod(
            this,
            [this, text = readDoNotCallFile(m_path)] {
                m_reading = false;
                take(text);
            },
            Qt::QueuedConnection);
    });
}

void DoNotCallList::onWriter(std::function<void()> work)
{
    if (!m_thread) {
        m_thread = std::make_unique<BackgroundThread>(u"do-not-call"_s);
        m_writer->moveToThread(m_thread.get());
        m_thread->start();
    }
    QMetaObject::invokeMethod(m_writer.get(), std::move(work), Qt::QueuedConnection);
}

} // namespace engine::records
