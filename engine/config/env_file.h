#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QString>
#include <QStringList>

#include <vector>

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

/// One assignment and where it stands in the text, in bytes: what an editor of the text needs.
struct EnvAssignment
{
    QString name;
    QString value;
    char quote = 0;           ///< ' or " around the value, 0: none
    qsizetype valueBegin = 0; ///< with the quotes
    qsizetype valueEnd = 0;   ///< before blanks and a comment
    qsizetype end = 0;        ///< of the line or, for a value of several lines, the last of them; behind its line end
    bool operator==(const EnvAssignment &) const = default;
};

struct EnvScan
{
    std::vector<EnvAssignment> assignments; ///< in order, names given twice included
    QStringList problems;
    bool operator==(const EnvScan &) const = default;
};

/// Finds every assignment; parseEnvFile() is this without the places. Pure and total.
[[nodiscard]] EnvScan scanEnvFile(QByteArrayView utf8);

} // namespace engine::config
