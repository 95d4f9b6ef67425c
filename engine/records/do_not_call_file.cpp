#include "engine/records/do_not_call_file.h"

#include "engine/records/do_not_call_csv.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

constexpr qint64 kFileLimit = 64 * 1024 * 1024; // a million numbers
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

tl::unexpected<Error> unsaved(const QString &path, const QString &why)
{
    return failure(Fault::Program, u"do_not_call_unsaved"_s,
                   u"The do-not-call list %1 could not be written: %2. The change holds until Dialdesk stops; make "
                   u"room or correct the "
                   "file's permissions, then make the change again."_s.arg(path, why));
}

/// A new file is only there after a power cut when its folder was written, too.
void syncFolderOf(const QString &path)
{
    const QByteArray folder = QFile::encodeName(QFileInfo(path).absolutePath());
    if (const int descriptor = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

} // namespace

Result<QByteArray> readDoNotCallFile(const QString &path)
{
    QFile file(path);
    const auto unreadable = [&path](const QString &why) {
        return failure(
            Fault::Settings, u"do_not_call_unreadable"_s,
            u"No call is placed: the do-not-call list %1 cannot be read (%2). Make it readable for this program."_s.arg(
                path, why));
    };
    if (!QFileInfo::exists(path) && !QFileInfo(path).isSymLink())
        return QByteArray();
    if (!QFileInfo(path).isFile())
        return unreadable(u"it is not a file"_s);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file.errorString());
    if (file.size() > kFileLimit)
        return unreadable(u"it is larger than 64 MiB"_s);
    const QByteArray text = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return unreadable(file.errorString());
    return text;
}

Result<Done> appendToDoNotCallFile(const QString &path, const QByteArray &lines)
{
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return unsaved(path, u"its folder cannot be made"_s);
    QFile file(path);
    const bool isNew = !file.exists();
    if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return unsaved(path, file.errorString());
    QByteArray bytes = lines;
    if (file.size() == 0) {
        bytes.prepend(doNotCallHeader());
    } else if (file.seek(file.size() - 1); file.read(1) != "\n") {
        bytes.prepend('\n'); // somebody's editor left the last line open
    }
    file.seek(file.size());
    if (isNew)
        file.setPermissions(kOwnerOnly);
    if (file.write(bytes) != bytes.size() || ::fsync(file.handle()) != 0)
        return unsaved(path, file.error() == QFileDevice::NoError ? qt_error_string() : file.errorString());
    if (isNew)
        syncFolderOf(path);
    return Done{};
}

Result<Done> removeFromDoNotCallFile(const QString &path, const E164Number &number)
{
    const auto text = readDoNotCallFile(path);
    if (!text)
        return unsaved(path, text.error().message);
    const QByteArray kept = withoutNumber(*text, number);
    if (kept == *text)
        return Done{};
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(kept) != kept.size() || !file.commit())
        return unsaved(path, file.errorString());
    syncFolderOf(path);
    return Done{};
}

} // namespace engine::records
