#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

namespace engine::config {

/// New values by setting name; an empty value unsets.
using EnvChanges = QMap<QString, QString>;

/// Changes single settings in the text of a .env file and keeps every other byte: comments, order, line ends, unknown
/// lines, `export`. The inverse of parseEnvFile() for every value that is valid Unicode. Pure.
///
/// A changed setting keeps its place, its kind of quotes and the comment behind it; of a name given twice
/// the last one is changed, as it is the one that counts. A setting that is unset stays as `NAME=`, so that its comment
/// keeps its meaning and a later value comes back to the same place.
///
/// @param order  all names as env.example has them: a new setting goes behind its nearest neighbour there, or to the
///               end
/// @return an Error (code "env_file_broken") when the text around a change is such that the change would not be read
///         back, as behind a quote that is never closed
[[nodiscard]] Result<QByteArray> editEnvFile(const QByteArray &utf8, const EnvChanges &changes,
                                             const QStringList &order);

} // namespace engine::config
