#pragma once

#include "engine/base/clock.h"
#include "engine/pipeline/processor.h"
#include "engine/turns/backchannel.h"
#include "engine/turns/callee_words.h"
#include "engine/turns/turn_settings.h"

#include <deque>
#include <memory>
#include <optional>

namespace engine::turns {

/// Decides whose turn it is: when the callee has finished, and whether somebody who speaks into the agent's turn wants
/// it.
///
/// Comes down: VoiceEdge, Transcript. Comes up: AgentAudible. All frames are passed on. Made here, downstream:
/// UserTurn, SpeculationResolved, PlayoutHold, PlayoutResume, Interrupted.
///
/// The callee's turn ends on facts: speech has stopped and the final transcript for it is in ("stt_final"), or the
/// transcriber says so itself ("vendor_end_of_turn"). Two timers are safety nets ("silence_1600", "ceiling_4000").
/// Without a word there is no turn, however long somebody coughs.
///
/// The agent *has the floor* from the moment its turn is opened until all of it was heard. Speech into that holds the
/// playout at once; then the words decide:
/// - a word that is no backchannel: Interrupted. What the callee says goes on being collected. If nothing of the
/// agent's turn was
///   audible yet, the callee was not done: the words of that turn come again in the next UserTurn, in front of the new
///   ones, so whoever keeps the conversation forgets the interrupted, never audible turn. A final that comes late,
///   after a safety net had ended the turn without it, is such a case: the turn is taken back and given again with all
///   its words.
/// - backchannels alone: PlayoutResume{"backchannel"} as soon as the speech is over, unless it lasted 0.6 s; those are
/// words.
/// - nothing for 2.0 s, or the transcriber has nothing more to say about speech that is over:
/// PlayoutResume{"false_start"}. A backchannel right before the agent finished was an answer and becomes a turn then
/// ("answer_at_end"). While a line sounds that cannot be interrupted, words are only collected; they become the turn
/// when it has ended.
///
/// Engine thread; owned by the call's pipeline.
class TurnProcessor final : public pipeline::Processor
{
public:
    /// @param clock  must outlive this
    TurnProcessor(const TurnSettings &settings, Clock &clock, QObject *parent = nullptr);

    /// Opens a turn in which the agent speaks unasked (greeting, prompt, goodbye): it has the floor from now on.
    /// @return its number; the first turn of a call is 1
    pipeline::TurnId openTurn();
    /// The callee is gone: what they had begun to say will not become a turn.
    void stop();
    /// The newest turn opened, 0 before the first.
    pipeline::TurnId currentTurn() const { return m_lastTurn; }
    /// The number of the turn that is going to answer what the callee says now.
    pipeline::TurnId nextTurn() const;

    void downstream(const pipeline::Frame &frame) override;
    void upstream(const pipeline::Frame &frame) override;

private:
    using TimePoint = pipeline::TimePoint;
    struct AudibleTurn
    {
        pipeline::TurnId turn;
        bool interruptible;
    };
    struct Speculation
    {
        pipeline::TurnId turn;
        QString text;
    };

    void onEdge(const pipeline::VoiceEdge &edge);
    void onTranscript(const pipeline::Transcript &transcript);
    void onAudible(const pipeline::AgentAudible &audible);

    void consider();
    void considerBargeIn();
    void considerTurnEnd();
    void forgetSilentSpeech();
    void armTimer();
    std::optional<TimePoint> nextDeadline() const;
    std::optional<TimePoint> ceilingAt() const;

    bool agentHasFloor() const { return m_floorSince.has_value(); }
    bool interruptible() const { return m_audible.empty() || m_audible.front().interruptible; }
    void endFloor();
    void hold(TimePoint speechStartedAt);
    void resume(const QString &reason);
    void interrupt();
    std::chrono::milliseconds speechLength() const;

    QString endingRule() const;
    void release(const QString &rule);
    void speculate();
    void dropSpeculation();
    pipeline::TurnId takeTurn();

    void send(pipeline::Frame frame);
    void flush();

    TurnSettings m_settings;
    Clock &m_clock;
    Backchannels m_backchannels;
    std::unique_ptr<Timer> m_timer;

    pipeline::TurnId m_lastTurn = 0;
    std::optional<pipeline::TurnId> m_reservedTurn; // of a speculation taken back; the next UserTurn gets it

    // The callee's speech and words.
    bool m_speaking = false;
    bool m_speechHadWords = false;
    std::optional<TimePoint> m_onsetAt;
    TimePoint m_speechStartedAt{};
    std::chrono::milliseconds m_speech{0}; // how much audio the last speech that is over was
    std::optional<TimePoint>
        m_speechEndedAt;      // of the last speech, while it may still say something about words that come
    TimePoint m_lastWordAt{}; // when the words waiting changed last
    TimePoint m_releasedAt{}; // when words were last given away as a turn
    QString m_endedBy;        // the fact that ended the turn, "" while there is none
    CalleeWords m_words;
    std::optional<Speculation> m_speculation;

    // The agent's turn.
    std::optional<TimePoint> m_floorSince;
    bool m_saidIntoFloor = false; // words came since; those that waited already interrupt nothing
    QString m_unanswered; // what the callee said before the turn the agent is thinking about; "" once it is audible
    std::deque<AudibleTurn> m_audible;
    pipeline::TurnId m_interruptedTurn = 0; // this one and all before it are over
    std::optional<TimePoint> m_heldAt;
    std::optional<TimePoint>
        m_backchannelAt; // when words were last taken for a backchannel while the agent was audible

    std::deque<pipeline::Frame> m_outbox;
    bool m_flushing = false;
};

} // namespace engine::turns
