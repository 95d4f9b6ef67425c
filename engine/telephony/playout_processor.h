#pragma once

#include "engine/base/clock.h"
#include "engine/pipeline/processor.h"
#include "engine/telephony/heard_words.h"
#include "engine/telephony/playout_settings.h"

#include <QByteArray>
#include <QPointer>

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace engine::telephony {

class MediaTransport;

/// The agent's voice on its way to the carrier, and what became of it.
///
/// Comes down: Sentence, AgentAudio, AgentWords, SpeechDone, PlayoutHold, PlayoutResume, Interrupted, EndOfCall.
/// Everything is passed on, except frames of a turn that is over (dropped) and EndOfCall, which goes on when all before
/// it was heard and 300 ms more have passed. An EndOfCall "agent_ended" is withdrawn by an interruption: the
/// conversation goes on. Made here, upstream: AgentAudible, and AgentHeard once for every turn that had words or audio,
/// before its Finished; and AgentProgress whenever more of a turn's words was proven heard before that. A turn that turns out to have nothing to say has a Finished without a Started; an interrupted
/// one has no Finished.
///
/// Audio is sent as soon as it exists, with a mark behind every 200 ms of it. A mark that returns proves that the audio
/// before it was heard. A clear makes every outstanding mark return at once, so those sent before it prove nothing from
/// then on: what they stood for is sent again (from the first word not proven heard) or counts as cut. Turns sound in
/// the order in which they came.
///
/// The whole line is uninterruptible if one of its sentences is. Engine thread; owned by the call's pipeline.
class PlayoutProcessor final : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param clock  must outlive this
    explicit PlayoutProcessor(Clock &clock, const PlayoutSettings &settings = {}, QObject *parent = nullptr);

    /// The stream has started: audio goes there from now on, first what was kept so far.
    /// @param transport  not owned; may die at any time
    void attach(MediaTransport *transport);
    /// The stream is over: every turn not finished is accounted for, and an EndOfCall waits no longer. Harmless when
    /// repeated; happens by itself when the transport says closed().
    void detach();

    /// How loud the agent is to the callee at this moment (RMS): the piece of audio, `window` long, that the carrier has
    /// just played. -100 when it plays none.
    [[nodiscard]] double levelDbfs(pipeline::milliseconds window) const;

    void downstream(const pipeline::Frame &frame) override;

signals:
    /// The callee has heard this piece of a turn (8000 Hz mu-law), its last sample so long ago: nothing, unless the same proof is good for
    /// a later piece as well. For those who listen from the side, who must not touch the pipeline.
    void heard(engine::pipeline::TurnId turn, const QByteArray &mulaw, std::chrono::milliseconds ago);

private:
    using TimePoint = pipeline::TimePoint;
    enum class PassOn
    {
        Yes,
        No
    };
    struct Voice
    {
        pipeline::TurnId turn = 0;
        QByteArray audio; // all of the turn, so that it can be said again from any word
        qsizetype sent = 0;
        qsizetype marked = 0; // audio before this has a mark behind it, or was proven heard, or is to be sent again
        qsizetype heard = 0;
        qsizetype told = 0; // as far as AgentProgress has accounted for
        int wordsTold = 0;
        SpokenWords spoken;
        bool interruptible = true;
        bool started = false;
        bool firstMark = false;
    };
    struct Mark
    {
        QByteArray name;
        pipeline::TurnId turn;
        qsizetype from; // of the audio it stands behind
        qsizetype position;
    };

    PassOn handle(const pipeline::Sentence &sentence);
    PassOn handle(const pipeline::AgentAudio &audio);
    PassOn handle(const pipeline::AgentWords &words);
    PassOn handle(const pipeline::SpeechDone &done);
    PassOn handle(const pipeline::PlayoutHold &);
    PassOn handle(const pipeline::PlayoutResume &);
    PassOn handle(const pipeline::Interrupted &interrupted);
    PassOn handle(const pipeline::EndOfCall &end);

    void onMark(const QByteArray &name);
    void onMarksOverdue();
    void markTails();
    void prove(const std::vector<Mark> &marks);

    bool isOver(pipeline::TurnId turn) const;
    Voice &voiceOf(pipeline::TurnId turn);
    Voice *find(pipeline::TurnId turn);

    void settle();
    void pump();
    void sendFrom(Voice &voice);
    void sendMark(Voice &voice);
    void rewind();
    void finishHeardTurns();
    void tellProgress();
    void account(Voice &voice, bool interrupted);
    void accountAll();
    void considerEnd();
    void armMarkTimer();

    void report(const Voice &voice, pipeline::AgentAudible::Kind kind);
    void flush();

    Clock &m_clock;
    PlayoutSettings m_settings;
    std::unique_ptr<Timer> m_tailTimer;
    std::unique_ptr<Timer> m_patienceTimer;
    std::unique_ptr<Timer> m_markTimer;
    std::unique_ptr<Timer> m_unmarkedTimer;

    QPointer<MediaTransport> m_transport;
    bool m_wasAttached = false;
    std::deque<Voice> m_voices; // not finished, in the order in which they sound
    std::deque<Mark> m_marks;   // outstanding and meaningful, in the order sent
    int m_markCount = 0;
    TimePoint m_playedUntil{}; // when the carrier will have played everything sent
    bool m_held = false;
    bool m_sending = false;
    bool m_limitReported = false;
    bool m_overdueReported = false;
    pipeline::TurnId m_interruptedTurn = 0; // this one and all before it are over
    std::set<pipeline::TurnId> m_finished;  // later ones that are over too; as many as a call has turns
    std::optional<pipeline::EndOfCall> m_end;

    std::deque<pipeline::Frame> m_upstream;
    std::deque<pipeline::Frame> m_downstream;
    bool m_flushing = false;
};

} // namespace engine::telephony
