#pragma once

#include "engine/base/e164_number.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

/// The do-not-call list on the disk. These wait for the disk: for a thread of their own, or for the start.
namespace engine::records {

/// @return the text, empty when there is no such file; or Error "do_not_call_unreadable"
[[nodiscard]] Result<QByteArray> readDoNotCallFile(const QString &path);

/// Adds lines behind what is there; makes the file and its folder when there are none. On the disk when this returns.
/// @return Error "do_not_call_unsaved" when it is not
[[nodiscard]] Result<Done> appendToDoNotCallFile(const QString &path, const QByteArray &lines);

/// Takes a number's lines out and leaves everything else as it is, also what somebody wrote there meanwhile. All or
/// nothing.
/// @return Error "do_not_call_unsaved"
[[nodiscard]] Result<Done> removeFromDoNotCallFile(const QString &path, const E164Number &number);

} // namespace engine::records
