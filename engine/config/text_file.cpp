#include "engine/config/text_file.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

QString behindLinks(const QString &path)
{
    const QFileInfo info(path);
    if (info.exists())
        return info.canonicalFilePath();
    return info.isSymLink() ? info.symLinkTarget() : path;
}

} // namespace

Result<QByteArray> readTextFile(const QString &path, qint64 limitBytes)
{
    QFile file(path);
    if (!file.exists())
        return failure(Fault::Settings, u"file_missing"_s, u"%1 does not exist."_s.arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return failure(Fault::Settings, u"file_unreadable"_s,
                       u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    if (file.size() > limitBytes)
        return failure(Fault::Settings, u"file_unreadable"_s,
                       u"%1 cannot be read: it is larger than %2 MiB."_s.arg(path).arg(limitBytes / (1024 * 1024)));
    return file.readAll();
}

Result<Done> writeTextFile(const QString &path, const QByteArray &bytes,
                           std::optional<QFileDevice::Permissions> permissions)
{
    const auto refused = [&path](const QString &why) {
        return failure(Fault::Settings, u"file_unwritable"_s, u"%1 cannot be written: %2."_s.arg(path, why));
    };
    const QString target = behindLinks(path);
    const QFileInfo info(target);
    // Asked of the mode, not of the system: replacing a file needs no permission on it, yet a person who made it
    // read-only meant it.
    if (info.exists() && !(info.permissions() & QFileDevice::WriteOwner))
        return refused(u"it is read-only ('chmod u+w' makes it writable)"_s);
    if (!QFileInfo(info.absolutePath()).isDir())
        return refused(u"the folder %1 does not exist"_s.arg(info.absolutePath()));

    QSaveFile file(target);
    if (!file.open(QIODevice::WriteOnly))
        return refused(file.errorString());
    if (permissions && !file.setPermissions(*permissions))
        return refused(file.errorString());
    if (file.write(bytes) != bytes.size() || !file.commit())
        return refused(file.errorString());
    return Done{};
}

} // namespace engine::config
