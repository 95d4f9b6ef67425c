#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QFileDevice>
#include <QString>

#include <optional>

namespace engine::config {

/// Reads a whole file of at most `limitBytes`.
/// @return an Error with code "file_missing" when there is none, "file_unreadable" otherwise
[[nodiscard]] Result<QByteArray> readTextFile(const QString &path, qint64 limitBytes);

/// Replaces the file's content at once or not at all; a link is followed, what it leads to is replaced.
/// Blocks for as long as the disk takes: not for the engine's thread.
///
/// @param permissions  what the file has afterwards; absent: what it had, or the process's default for a new one
/// @return an Error (code "file_unwritable") that says what stands in the way; the old content is then untouched
[[nodiscard]] Result<Done> writeTextFile(const QString &path, const QByteArray &bytes,
                                         std::optional<QFileDevice::Permissions> permissions);

} // namespace engine::config
