#pragma once

#include <QHash>
#include <QMap>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

namespace engine::config {

/// What was asked for on the command line of dialdesk or dialdesk-server (contract.md section 1).
struct CommandLine
{
    bool server = false;
    bool practice = false;
    QString envFile;             ///< --env-file; empty: .env in the working directory, if there is one
    QHash<QString, QString> settings; ///< by setting name: PORT, BIND_ADDRESS, DIALDESK_DATA_DIR
    QString dial;                ///< --dial; empty: none
    QString from;                ///< --from
    QMap<QString, QString> data; ///< --data
    bool wait = false;
    bool json = false;
    QString number;              ///< a number or tel: link given as argument: fills the console's field, never dials
    bool operator==(const CommandLine &) const = default;
};

/// The program only has to print this and leave.
struct PrintAndLeave
{
    QString text;
    int exitCode = 0; ///< 2: wrong options; the text then goes to standard error
    bool operator==(const PrintAndLeave &) const = default;
};

/// Parses the arguments, the program's name included. Pure.
/// @param program  "dialdesk" or "dialdesk-server"
[[nodiscard]] tl::expected<CommandLine, PrintAndLeave> parseCommandLine(const QStringList &arguments, const QString &program,
                                                                        const QString &version);

} // namespace engine::config
