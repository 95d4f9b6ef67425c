#pragma once

#include "engine/records/events.h"

#include <QJsonObject>
#include <QMap>

#include <vector>

namespace engine::records {

/// One line of the transcript.
struct TranscriptLine
{
    int turn = 0;
    bool agent = false;
    QString text;  ///< callee: what was said; agent: what was heard
    QString cut;   ///< agent: what was never heard
    bool interrupted = false;
    TurnLatency latency; ///< agent
    QDateTime at; ///< when it began
    std::optional<double> recordingMs; ///< where in the call's recording it begins, if that is known
    bool operator==(const TranscriptLine &) const = default;
};

/// What a call used of what vendors and carrier charge for.
struct CostInputs
{
    double seconds = 0; ///< answered, as the carrier counts them
    int promptTokens = 0;
    int outputTokens = 0;
    int spokenCharacters = 0;
    double agentAudioSeconds = 0; ///< heard by the callee
    bool operator==(const CostInputs &) const = default;
};

/// All that is known of one call: the sum of its events. A value; apply() is the only way it grows, so that a record read back from
/// its events is the record that was.
struct CallRecord
{
    CallSid sid;
    QString to;
    QString from;
    QString env;
    bool practice = false;
    QMap<QString, QString> customData;
    QString state;
    std::vector<std::pair<QString, QDateTime>> states; ///< each state with the time it was entered, in order
    std::vector<TranscriptLine> transcript;
    std::vector<ToolCalled> tools;
    std::vector<IncidentHappened> incidents;
    std::vector<CallNoted> notes;
    std::optional<CallEnded> ended;
    QString disposition; ///< our outcome of the call, see dispositionOf(); given with the first end, and kept
    CostInputs cost;
    bool operator==(const CallRecord &) const = default;

    void apply(const Event &event);
};

/// The events a record is the sum of, in the order of their times, as far as it keeps them.
[[nodiscard]] std::vector<Event> eventsOf(const CallRecord &record);

/// Our outcome of a call, for the operator: "conversation", "no_words" (answered, but the callee never spoke), "busy", "no_answer",
/// "failed", "canceled".
[[nodiscard]] QString dispositionOf(const CallEnded &ended);

/// How a call ended that was cut off by a stop of the program, as far as its events tell: completed if it had been answered, else
/// failed. @param at  when that was found out
[[nodiscard]] CallEnded endOfInterrupted(const CallRecord &record, const QDateTime &at);

/// One entry of `GET /api/calls`; `whole` adds the transcript, tools and incidents, as `GET /api/calls/{sid}` gives them.
[[nodiscard]] QJsonObject toJson(const CallRecord &record, bool whole);

} // namespace engine::records
