#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QMetaType>
#include <QString>

#include <concepts>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

/// What the engine tells the world while a call runs: contract.md section 3, "Events". Plain values; toJson() gives the contract's form.
namespace engine::records {

/// A call moved to a new state.
struct CallStateChanged
{
    CallSid sid;
    QString state; ///< queued, initiated, ringing, in-progress, completed, busy, no-answer, failed, canceled
    QString to;
    QString from;
    QString env; ///< "local" or "production": what the call was dialed with
    bool practice = false;
    QDateTime at;
    bool operator==(const CallStateChanged &) const = default;
};

/// Words of the callee. `final`: they will not change.
struct CalleeSaid
{
    CallSid sid;
    int turn = 0;
    QString text;
    bool final = false;
    QDateTime at;
    QDateTime begunAt; ///< final: when the first of these words came; the same moment that begins the line in a live transcript
    std::optional<double> recordingMs; ///< final: where in the call's recording these words begin; none when nothing is recorded
    bool operator==(const CalleeSaid &) const = default;
};

/// A sentence of the agent was queued at the carrier.
struct AgentSpeaking
{
    CallSid sid;
    int turn = 0;
    QString text;
    QDateTime at;
    bool operator==(const AgentSpeaking &) const = default;
};

/// More of what the agent is saying was proven heard. Transient: the turn's AgentTurn says it all again, and is what is kept.
struct AgentProgress
{
    CallSid sid;
    int turn = 0;
    QString heard; ///< all words proven heard so far, from the turn's first
    QDateTime at;
    bool operator==(const AgentProgress &) const = default;
};

/// How long an answer took: `total` from the last sample of the callee's speech to the first sample of the answer, and each step
/// of behaviour.md section 7 that happened, in its order, as the time since the step before it.
struct TurnLatency
{
    std::optional<double> totalMs; ///< none for a turn nobody asked for (a greeting, a prompt)
    std::vector<std::pair<QString, double>> stepsMs;
    /// When the callee spoke into the answer: from their first sample until the carrier was told to fall silent.
    std::optional<double> clearMs;
    bool operator==(const TurnLatency &) const = default;
};

/// What became of an answer: the agent's turn is over.
struct AgentTurn
{
    CallSid sid;
    int turn = 0;
    QString heard; ///< proven heard by the callee
    QString cut;   ///< never heard; "" if none
    bool interrupted = false;
    QString rule; ///< which rule ended the callee's turn before it; "" for a turn nobody asked for
    TurnLatency latency;
    double audioHeardMs = 0;
    int promptTokens = 0;
    int outputTokens = 0;
    int spokenCharacters = 0;
    bool connectionReused = false;
    QDateTime at;
    QDateTime begunAt; ///< when the first of its sentences was queued; invalid for one without words
    std::optional<double> recordingMs; ///< where in the call's recording it begins; none when nothing of it was heard, or is recorded
    bool operator==(const AgentTurn &) const = default;
};

/// The model called a function.
struct ToolCalled
{
    CallSid sid;
    int turn = 0;
    QString name;
    QJsonObject arguments;
    QJsonObject result;
    QDateTime at;
    bool operator==(const ToolCalled &) const = default;
};

/// Something an operator should know.
struct IncidentHappened
{
    CallSid sid; ///< empty: about no call in particular
    Error error;
    QDateTime at;
    bool operator==(const IncidentHappened &) const = default;
};

/// A step of a call that changes nothing by itself, for whoever wants to know how it went.
struct CallNoted
{
    CallSid sid;
    QString what; ///< "connections_ready", "twiml_served", "stream_started", "carrier_code"
    QString text; ///< the TwiML without its secret; the carrier's code in words; "" where the step says it all
    QDateTime at;
    bool operator==(const CallNoted &) const = default;
};

/// The last event of every call.
struct CallEnded
{
    CallSid sid;
    QString status; ///< the terminal state
    QString reason; ///< who or what ended it, e.g. "callee_hung_up", "agent_ended", "operator", "callee_silent"
    double durationS = 0;
    std::optional<double> answerToFirstAudioMs; ///< from pick-up to the agent's first sound
    int calleeTurns = 0;
    int agentTurns = 0;
    QDateTime at;
    std::optional<double> streamToFirstAudioMs; ///< of answerToFirstAudioMs the part that was ours: from the stream's start
    bool operator==(const CallEnded &) const = default;
};

using EventKinds = std::variant<CallStateChanged, CalleeSaid, AgentSpeaking, AgentProgress, AgentTurn, ToolCalled, IncidentHappened,
                                CallNoted, CallEnded>;

/// One of these kinds; to be used as the variant it is. What copies, moves and destroys it is in events.cpp, once, as that of
/// pipeline::Frame and for the same reason.
class Event : public EventKinds
{
public:
    Event();
    template <typename Kind>
        requires std::constructible_from<EventKinds, Kind> && (!std::derived_from<std::remove_cvref_t<Kind>, EventKinds>)
    Event(Kind &&kind) : EventKinds(std::forward<Kind>(kind)) // NOLINT(google-explicit-constructor): a kind is an event
    {
    }
    Event(const Event &);
    Event(Event &&) noexcept;
    Event &operator=(const Event &);
    Event &operator=(Event &&) noexcept;
    ~Event();
    bool operator==(const Event &) const;
    bool operator<(const Event &) const = delete; // the variant's would be found, and kinds have no order
};

/// The contract's JSON object of an event.
[[nodiscard]] QJsonObject toJson(const Event &event);
/// The call an event belongs to; empty for an incident about none.
[[nodiscard]] CallSid callOf(const Event &event);

/// ISO 8601 in UTC with milliseconds, as every `at`.
[[nodiscard]] QString isoTime(const QDateTime &time);

} // namespace engine::records

Q_DECLARE_METATYPE(engine::records::Event)
