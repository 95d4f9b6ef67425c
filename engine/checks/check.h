#pragma once

#include "engine/base/result.h"

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>

#include <chrono>
#include <optional>

namespace engine::checks {

/// What is looked at before calls are placed, in the order a person would put it right.
enum class CheckId
{
    PublicAddress, ///< the outside reaches this server, by HTTP and by WebSocket
    Account,       ///< the carrier's account: credentials, status, trial or not, balance
    Numbers,       ///< the account's numbers, and the default caller id among them
    Transcriber,
    Model,
    Voice,
    CloudAgent, ///< the agent of production calls is named
    DataFolder  ///< a call can be written down before it is placed
};
/// "public_address", "account", "numbers", "transcriber", "model", "voice", "cloud_agent", "data_folder".
[[nodiscard]] QString toWord(CheckId id);

enum class CheckState
{
    Unknown, ///< never asked
    Checking,
    Good,
    Warning, ///< calls work, but somebody should know
    Bad
};
[[nodiscard]] QString toWord(CheckState state);

/// What mends a check that is not good.
struct Fix
{
    enum class Kind
    {
        Retry,       ///< nothing here: once the world is in order, ask again
        OpenSetting, ///< `value` is its name
        CopyCommand  ///< `value` is to be run in a terminal
    };
    Kind kind = Kind::Retry;
    QString value;
    bool operator==(const Fix &) const = default;
};

/// One thing calls need, as last seen.
struct Check
{
    CheckId id = CheckId::PublicAddress;
    CheckState state = CheckState::Unknown;
    QString sentence;           ///< what was found and what to do; "" before the first answer
    std::optional<Fault> fault; ///< whose it is, when bad
    Fix fix;                    ///< when a warning or bad
    QDateTime since;            ///< UTC: in this state since
    QDateTime checkedAt;        ///< UTC: the last answer; invalid before the first
    std::chrono::milliseconds took{0};
    bool operator==(const Check &) const = default;
};

/// Any check is bad: something is known to stand in the way.
[[nodiscard]] bool anyBad(const QList<Check> &checks);
/// Any check has not been answered yet.
[[nodiscard]] bool anyPending(const QList<Check> &checks);

} // namespace engine::checks

Q_DECLARE_METATYPE(engine::checks::Check)
