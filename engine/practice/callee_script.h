#pragma once

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

namespace engine::practice {

/// When a line is said.
enum class Cue
{
    AfterAnswer,    ///< `delay` after picking up, or in the first gap when somebody is talking then
    AfterOwnLine,   ///< `delay` after the callee's own previous line
    AfterAgentTurn, ///< once the agent has spoken and fallen silent
    IntoAgentTurn   ///< `delay` into the agent's turn, over it
};

struct CalleeLine
{
    QString text; ///< empty: a beep
    Cue cue = Cue::AfterAgentTurn;
    std::chrono::milliseconds delay{0};
    bool isBackchannel =
        false; ///< a sound that shows attention and expects the agent to go on; left out when the agent's turn is over
};

/// How the network treats the call before anybody speaks.
enum class Reachability
{
    Answers,
    Busy,
    NoAnswer,
    Fails
};

/// A person, or what picks up in their place, as data.
struct CalleeScript
{
    Reachability reachability = Reachability::Answers;
    std::optional<std::chrono::milliseconds> ringsFor; ///< instead of the line's usual time
    bool isMachine = false;
    std::vector<CalleeLine> lines;
    std::optional<std::size_t> repeatsFrom; ///< after the last line they go on with this one, for ever
    /// What the agent is going to say, where that is known: spoken before it is needed, so that a measurement does not
    /// take the time the simulated voice spends on new words for the service's.
    QStringList answers;
    /// A person asks "Are you there?" into a long silence and gives up; a machine and the silent callee do not.
    bool losesPatience = true;
    std::optional<std::chrono::milliseconds> hangsUpAfter; ///< of the answer, whatever happens
    struct SocketDrop
    {
        int agentTurn = 0;
        std::chrono::milliseconds into{0};
    };
    std::optional<SocketDrop> socketDrop; ///< the stream's TCP connection breaks then
};

/// The last four digits of a number, 0 when they are no digits.
[[nodiscard]] int scenarioNumber(const QString &e164);

/// The scenario of contract.md section 4 for these digits, e.g. 102 for a busy line; any other number talks as 100
/// does.
[[nodiscard]] CalleeScript calleeScript(int scenario);

} // namespace engine::practice
