#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

namespace engine::config {

/// What a .env file holds, and what in it could not be understood (one sentence per line at fault).
struct EnvFile
{
    QHash<QString, QString> values;
    QStringList problems;
    bool operator==(const EnvFile &) const = default;
};

/// Parses the text of a .env file. Pure and total.
///
/// One `NAME=value` a line, in the manner of shells and python-dotenv:
///     # a comment
///     export PORT=7860
///     GREETING="Hello, this is \"Ava\".\nHow are you?"   # in double quotes \n \t \" \\ \$ are escapes
///     SYSTEM_PROMPT='single quotes take everything as it is,
///     line breaks too'
///     LANGUAGE=en            # a comment needs a space before it outside quotes
/// A name given twice: the last one counts. An empty value counts as unset later on.
[[nodiscard]] EnvFile parseEnvFile(const QByteArray &utf8);

} // namespace engine::config
