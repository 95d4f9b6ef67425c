#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <concepts>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

/// The items that travel along a call's pipeline. One closed variant of small value types.
///
/// Every frame belongs to a lane (laneOf):
/// - Urgent overtakes what waits and is never dropped: audio from the callee, edges, interruption, failures.
/// - Ordered keeps its place and is dropped by an interruption: text and audio of the agent.
/// - Durable keeps its place and survives an interruption: ends, tool calls, the end of the call.
///
/// A *turn* is a number counted by the call, from 1: one answer of the agent together with what the callee said before it.
/// Whatever is made for a turn carries its number; a late result of an older turn is dropped by whoever receives it.
namespace engine::pipeline {

using TurnId = int;
using TimePoint = Clock::TimePoint;
using std::chrono::milliseconds;

// --- from the callee, downstream ---------------------------------------------------------------------------------

/// Sound from the callee: headerless mu-law, 8000 Hz, mono, any length, usually 160 bytes (20 ms).
struct CalleeAudio
{
    QByteArray mulaw;
    milliseconds streamTime{0}; ///< carrier's time of the first sample, since the stream started
    TimePoint arrivedAt{};
    bool operator==(const CalleeAudio &) const = default;
};

/// A digit key the callee pressed: 0-9, *, #, A-D.
struct CalleeDigit
{
    char digit = '0';
    bool operator==(const CalleeDigit &) const = default;
};

/// What the voice activity detector decided.
struct VoiceEdge
{
    enum class Kind {
        Onset,   ///< sounds like speech since `at`, not proven yet
        Dropped, ///< the onset did not hold
        Started, ///< speech, since `at`
        Stopped  ///< silence again; the last sample of speech was at `at`
    };
    Kind kind = Kind::Onset;
    TimePoint at{};        ///< when the sample that matters arrived, not when it was understood
    TimePoint decidedAt{}; ///< when the detector was sure
    /// How much of the callee's audio is speech so far (Started) or was (Stopped). Differs from the time between the
    /// edges when audio came late or in a burst.
    std::chrono::milliseconds speech{0};
    bool operator==(const VoiceEdge &) const = default;
};

/// Words of the callee as the transcriber hears them.
struct Transcript
{
    enum class Kind {
        Interim,         ///< may change; replaces the interim before it
        Final,           ///< will not change; appended to the finals of this turn
        EndOfTurn,       ///< the transcriber itself says the turn is over; text is what is new since the last Final, often ""
        EagerEndOfTurn,  ///< it is probably over: `text` is the whole turn; may be taken back by TurnResumed
        TurnResumed,     ///< it was not over after all
        FinalizeAnswered ///< everything sent before finalize() has been transcribed and delivered
    };
    Kind kind = Kind::Interim;
    QString text;
    TimePoint at{};
    bool operator==(const Transcript &) const = default;
};

// --- decisions about turns, downstream ---------------------------------------------------------------------------

/// The callee has finished; it is the agent's turn.
struct UserTurn
{
    TurnId turn = 0;
    QString text;          ///< all the callee said in this turn; may be "" when the call itself asks for words (nobody spoke)
    QString rule;          ///< which rule ended the turn, for the trace: "stt_final", "vendor_end_of_turn", "silence_1600", "ceiling_4000", ...
    bool speculative = false; ///< an eager guess: think, but let nothing be heard or stored until SpeculationResolved
    TimePoint speechEndedAt{}; ///< last sample of the callee's speech
    QString fixedReply = {}; ///< not empty: the agent answers with exactly this (the greeting); the model is not asked
    bool operator==(const UserTurn &) const = default;
};

/// Settles a speculative UserTurn.
struct SpeculationResolved
{
    TurnId turn = 0;
    bool confirmed = false; ///< false: forget the turn; a UserTurn with the same number follows later
    bool operator==(const SpeculationResolved &) const = default;
};

/// The callee may be interrupting: clear the carrier's buffer, keep what was not heard, send nothing more.
struct PlayoutHold
{
    TimePoint speechStartedAt{}; ///< first sample of the callee's speech
    bool operator==(const PlayoutHold &) const = default;
};

/// It was no interruption: go on from the first word that was not heard.
struct PlayoutResume
{
    QString reason; ///< "backchannel" or "false_start"
    bool operator==(const PlayoutResume &) const = default;
};

/// It was one: everything not heard of this turn is dropped, here and at the vendors.
struct Interrupted
{
    TurnId turn = 0;
    bool operator==(const Interrupted &) const = default;
};

// --- the agent's words and voice, downstream ----------------------------------------------------------------------

/// A piece of the model's answer, split anywhere.
struct ModelText
{
    TurnId turn = 0;
    QString text;
    bool operator==(const ModelText &) const = default;
};

/// The model asks for a function.
struct ToolCall
{
    TurnId turn = 0;
    QString id; ///< never empty: made by us when the vendor gives none
    QString name;
    QJsonObject arguments;
    bool operator==(const ToolCall &) const = default;
};

/// The answer to a ToolCall; travels upstream to the responder.
struct ToolResult
{
    TurnId turn = 0;
    QString id;
    QString name;
    QJsonObject result;
    bool answerNeeded = true; ///< false: nothing more is to be said about it (the call ends or is transferred)
    bool operator==(const ToolResult &) const = default;
};

/// What a turn cost at the model.
struct ModelUsage
{
    int promptTokens = 0;
    int outputTokens = 0;
    bool connectionReused = false;
    bool operator==(const ModelUsage &) const = default;
};

/// All text of this turn has been given: by the model, or by the call itself for a fixed phrase.
struct ModelDone
{
    TurnId turn = 0;
    ModelUsage usage;
    bool operator==(const ModelDone &) const = default;
};

/// A sentence (or first clause) ready to be spoken: no markup, numbers in words, no space at either end.
struct Sentence
{
    TurnId turn = 0;
    QString text;
    bool interruptible = true;
    bool operator==(const Sentence &) const = default;
};

/// Sound of the agent: headerless mu-law, 8000 Hz, mono.
struct AgentAudio
{
    TurnId turn = 0;
    QByteArray mulaw;
    bool operator==(const AgentAudio &) const = default;
};

/// When a word sounds, from the start of the turn's audio.
struct WordTime
{
    QString word;
    milliseconds start{0};
    milliseconds end{0};
    bool operator==(const WordTime &) const = default;
};

/// Word times of a turn; later frames append.
struct AgentWords
{
    TurnId turn = 0;
    std::vector<WordTime> words;
    bool operator==(const AgentWords &) const = default;
};

/// No more audio will come for this turn.
struct SpeechDone
{
    TurnId turn = 0;
    bool operator==(const SpeechDone &) const = default;
};

/// The conversation is over: say what is queued, then hang up.
struct EndOfCall
{
    QString reason; ///< for the record: "agent_ended", "callee_silent", "time_limit", "vendor_failed", ...
    bool operator==(const EndOfCall &) const = default;
};

// --- what became of the voice, upstream ---------------------------------------------------------------------------

/// The agent became audible or fell silent, as far as the carrier's buffer tells.
struct AgentAudible
{
    enum class Kind {
        Started,   ///< first audio of the turn sent to the carrier
        FirstMark, ///< first proof that some of it was heard
        Held,      ///< silenced by PlayoutHold
        Resumed,   ///< going on after PlayoutResume
        Finished   ///< all of the turn was heard
    };
    TurnId turn = 0;
    Kind kind = Kind::Started;
    TimePoint at{};
    bool interruptible = true; ///< whether what sounds now may be interrupted
    bool operator==(const AgentAudible &) const = default;
};

/// More of a turn was proven heard while it goes on; its final account is still to come.
struct AgentProgress
{
    TurnId turn = 0;
    QString heard; ///< all words proven heard so far, from the turn's first
    bool operator==(const AgentProgress &) const = default;
};

/// The final account of a turn's words, exactly once per turn that had any.
struct AgentHeard
{
    TurnId turn = 0;
    QString heard; ///< words proven heard
    QString cut;   ///< words never heard, "" if none
    bool interrupted = false;
    milliseconds audioHeard{0};
    bool operator==(const AgentHeard &) const = default;
};

// --- both directions ----------------------------------------------------------------------------------------------

/// Something went wrong that an operator should see. `fatal`: the call cannot go on without it.
struct Incident
{
    Error error;
    bool fatal = false;
    bool operator==(const Incident &) const = default;
};

using FrameKinds = std::variant<CalleeAudio, CalleeDigit, VoiceEdge, Transcript, UserTurn, SpeculationResolved, PlayoutHold,
                                PlayoutResume, Interrupted, ModelText, ToolCall, ToolResult, ModelDone, Sentence, AgentAudio,
                                AgentWords, SpeechDone, EndOfCall, AgentAudible, AgentProgress, AgentHeard, Incident>;

/// One of these kinds; to be used as the variant it is, with std::get_if and std::visit. What copies, moves and destroys it is in
/// frame.cpp, once: made anew in every source that sees a frame, it was a quarter of such a source's time in the compiler.
class Frame : public FrameKinds
{
public:
    Frame();
    template <typename Kind>
        requires std::constructible_from<FrameKinds, Kind> && (!std::derived_from<std::remove_cvref_t<Kind>, FrameKinds>)
    Frame(Kind &&kind) : FrameKinds(std::forward<Kind>(kind)) // NOLINT(google-explicit-constructor): a kind is a frame
    {
    }
    Frame(const Frame &);
    Frame(Frame &&) noexcept;
    Frame &operator=(const Frame &);
    Frame &operator=(Frame &&) noexcept;
    ~Frame();
    bool operator==(const Frame &) const;
    bool operator<(const Frame &) const = delete; // the variant's would be found, and kinds have no order
};

enum class Lane { Urgent, Ordered, Durable };

/// The lane of a frame's kind; see the top of this file.
[[nodiscard]] Lane laneOf(const Frame &frame);

/// Name of the frame's kind for traces, e.g. "CalleeAudio".
[[nodiscard]] QString nameOf(const Frame &frame);

/// Helper for std::visit with lambdas.
template <typename... Handlers>
struct Overloaded : Handlers...
{
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

} // namespace engine::pipeline
