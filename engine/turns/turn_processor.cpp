#include "engine/turns/turn_processor.h"

#include "engine/turns/plain_words.h"

#include <QLoggingCategory>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::turns {

using namespace pipeline;

namespace {

Q_LOGGING_CATEGORY(lcTurns, "dialdesk.turns")

bool sameWords(const QString &a, const QString &b)
{
    return plainWords(a) == plainWords(b);
}

qint64 inMs(Clock::TimePoint::duration time)
{
    return std::chrono::duration_cast<milliseconds>(time).count();
}

} // namespace

TurnProcessor::TurnProcessor(const TurnSettings &settings, Clock &clock, QObject *parent)
    : Processor(u"turns"_s, parent), m_settings(settings), m_clock(clock), m_backchannels(settings.language),
      m_timer(clock.makeTimer([this] {
          consider();
          flush();
      }))
{
}

TurnId TurnProcessor::openTurn()
{
    dropSpeculation();
    m_reservedTurn.reset(); // a turn opened later must not have the smaller number
    const TurnId turn = ++m_lastTurn;
    m_floorSince = m_clock.now();
    m_saidIntoFloor = false;
    armTimer();
    flush();
    return turn;
}

void TurnProcessor::stop()
{
    dropSpeculation();
    m_words.discard();
    m_endedBy.clear();
    m_timer->stop();
    flush();
}

TurnId TurnProcessor::nextTurn() const
{
    if (m_speculation)
        return m_speculation->turn;
    return m_reservedTurn.value_or(m_lastTurn + 1);
}

void TurnProcessor::downstream(const Frame &frame)
{
    pushDownstream(frame);
    if (const auto *edge = std::get_if<VoiceEdge>(&frame))
        onEdge(*edge);
    else if (const auto *transcript = std::get_if<Transcript>(&frame))
        onTranscript(*transcript);
    else
        return;
    consider();
    flush();
}

void TurnProcessor::upstream(const Frame &frame)
{
    pushUpstream(frame);
    if (const auto *audible = std::get_if<AgentAudible>(&frame)) {
        onAudible(*audible);
        consider();
        flush();
    }
}

// --- what happened ------------------------------------------------------------------------------------------------

void TurnProcessor::onEdge(const VoiceEdge &edge)
{
    switch (edge.kind) {
    case VoiceEdge::Kind::Onset:
        m_onsetAt = edge.at;
        break;
    case VoiceEdge::Kind::Dropped:
        m_onsetAt.reset();
        break;
    case VoiceEdge::Kind::Started:
        m_speaking = true;
        m_speechHadWords = false;
        m_onsetAt.reset();
        m_speechStartedAt = edge.at;
        m_speechEndedAt.reset();
        m_endedBy.clear();
        // Also while the agent only thinks: it must not start to talk into this.
        if (agentHasFloor() && interruptible())
            hold(edge.at);
        break;
    case VoiceEdge::Kind::Stopped:
        m_speaking = false;
        m_speech = edge.speech;
        m_speechEndedAt = edge.at;
        break;
    }
}

void TurnProcessor::onTranscript(const Transcript &transcript)
{
    const bool speechIsOver = !m_speaking && m_speechEndedAt;
    const auto noteChange = [this](bool changed) {
        if (!changed)
            return;
        m_lastWordAt = m_clock.now();
        m_speechHadWords = true;
        m_saidIntoFloor = agentHasFloor();
        m_endedBy.clear();
    };
    switch (transcript.kind) {
    case Transcript::Kind::EagerEndOfTurn:
    case Transcript::Kind::Interim:
        // Some vendors send an empty update between two that have words; it takes nothing back.
        if (!transcript.text.isEmpty())
            noteChange(m_words.interim(transcript.text));
        break;
    case Transcript::Kind::Final:
        noteChange(m_words.final(transcript.text));
        if (speechIsOver && !transcript.text.isEmpty() && !m_words.isEmpty())
            m_endedBy = u"stt_final"_s;
        break;
    case Transcript::Kind::FinalizeAnswered:
        m_words.closeSegment();
        if (speechIsOver && !m_words.isEmpty())
            m_endedBy = u"stt_final"_s;
        else if (speechIsOver && m_heldAt)
            resume(u"false_start"_s); // a fact, so there is no need to wait for the timer
        break;
    case Transcript::Kind::EndOfTurn:
        if (transcript.text.isEmpty())
            m_words.closeSegment();
        else
            noteChange(m_words.final(transcript.text));
        if (!m_words.isEmpty())
            m_endedBy = u"vendor_end_of_turn"_s;
        break;
    case Transcript::Kind::TurnResumed:
        dropSpeculation();
        break;
    }

    consider(); // a word in the text may end the agent's turn, and only without that is there anything to speculate
                // about
    if (transcript.kind == Transcript::Kind::EagerEndOfTurn && !agentHasFloor() && !m_words.isEmpty())
        speculate();
    else if (m_speculation && !sameWords(m_words.text(), m_speculation->text))
        dropSpeculation();
}

void TurnProcessor::onAudible(const AgentAudible &audible)
{
    if (audible.turn <= m_interruptedTurn)
        return;
    m_lastTurn = std::max(m_lastTurn, audible.turn);
    const auto known = std::find_if(m_audible.begin(), m_audible.end(),
                                    [&audible](const AudibleTurn &entry) { return entry.turn == audible.turn; });
    if (audible.kind == AgentAudible::Kind::Finished) {
        if (known != m_audible.end())
            m_audible.erase(known);
        if (audible.turn >= m_lastTurn)
            endFloor();
        else if (m_audible.empty())
            m_floorSince = m_clock.now(); // a newer turn is still being thought about
        return;
    }
    if (known != m_audible.end()) {
        known->interruptible = audible.interruptible;
    } else if (audible.kind == AgentAudible::Kind::Started) {
        dropSpeculation();
        m_audible.push_back({audible.turn, audible.interruptible});
        m_unanswered.clear();
        if (!m_floorSince)
            m_floorSince = m_clock.now();
    }
}

// --- what follows from it -----------------------------------------------------------------------------------------

void TurnProcessor::consider()
{
    if (agentHasFloor() && m_audible.empty() && m_clock.now() >= *m_floorSince + m_settings.agentSilentLimit) {
        qCInfo(lcTurns) << "turn" << m_lastTurn << "brought nothing audible; the floor is free";
        endFloor();
    }
    considerBargeIn();
    considerTurnEnd();
    forgetSilentSpeech();
    armTimer();
}

void TurnProcessor::considerBargeIn()
{
    if (!agentHasFloor())
        return;
    if (!interruptible()) {
        if (m_heldAt) // the line's flag became known late
            resume(u"false_start"_s);
        return;
    }
    const TimePoint now = m_clock.now();
    if (!m_saidIntoFloor || m_words.fresh().isEmpty()) {
        if (m_heldAt && now >= *m_heldAt + m_settings.falseStart)
            resume(u"false_start"_s);
        return;
    }
    // The rest of a sentence whose beginning is being answered is none, even if it reads "sure".
    const bool goesOn = m_audible.empty() && m_words.continuesReleased();
    if (goesOn || !m_backchannels.isOnly(m_words.fresh())) {
        interrupt();
        return;
    }
    if (m_speaking) {
        // It may be going on, or over without the detector knowing yet; only after its delay is that settled.
        if (now >= m_speechStartedAt + m_settings.backchannelLimit + m_settings.stopDecision)
            interrupt();
        return;
    }
    if (speechLength() >= m_settings.backchannelLimit) {
        interrupt();
        return;
    }
    // The transcriber may still be adding words to an interim. Waiting for its final would be silence for everybody who
    // only said "mhm"; if words are added, they interrupt then.
    m_words.discard();
    m_endedBy.clear();
    if (!m_audible.empty())
        m_backchannelAt = now;
    if (m_heldAt)
        resume(u"backchannel"_s);
}

void TurnProcessor::considerTurnEnd()
{
    if (agentHasFloor() || m_words.isEmpty())
        return;
    if (const QString rule = endingRule(); !rule.isEmpty())
        release(rule);
}

/// Which rule says that the words waiting are a whole turn, "" when none does yet.
QString TurnProcessor::endingRule() const
{
    if (!m_endedBy.isEmpty())
        return m_endedBy;
    const TimePoint now = m_clock.now();
    const QString ceilingRule = u"ceiling_%1"_s.arg(m_settings.ceiling.count());
    if (m_speaking) {
        // Sound that gives no word for so long is a television, not the callee.
        const TimePoint lastSign = std::max(m_lastWordAt, m_speechStartedAt);
        return now >= lastSign + m_settings.ceiling ? ceilingRule : QString();
    }
    const TimePoint lastWord = std::max(m_lastWordAt, m_speechEndedAt.value_or(m_lastWordAt));
    if (now >= lastWord + m_settings.silence)
        return u"silence_%1"_s.arg(m_settings.silence.count());
    if (const auto ceiling = ceilingAt(); ceiling && now >= *ceiling)
        return ceilingRule;
    return {};
}

/// When speech that is over stops to mean anything. After a turn was given away it still may get a late final, so it
/// counts anew.
std::optional<TimePoint> TurnProcessor::ceilingAt() const
{
    if (!m_speechEndedAt)
        return std::nullopt;
    return std::max(*m_speechEndedAt, m_releasedAt) + m_settings.ceiling;
}

/// Speech that ended long ago says nothing about words that come from now on: the detector missed those.
void TurnProcessor::forgetSilentSpeech()
{
    const auto ceiling = ceilingAt();
    if (!ceiling || !m_words.isEmpty() || m_clock.now() < *ceiling)
        return;
    if (!m_speechHadWords)
        qCInfo(lcTurns) << "no turn: speech of" << inMs(*m_speechEndedAt - m_speechStartedAt) << "ms brought no words";
    m_speechEndedAt.reset();
}

void TurnProcessor::armTimer()
{
    const auto deadline = nextDeadline();
    if (!deadline) {
        m_timer->stop();
        return;
    }
    // At least 1 ms, so that a clock that rounds can never make this spin.
    m_timer->start(std::max(milliseconds(1), std::chrono::ceil<milliseconds>(*deadline - m_clock.now())));
}

std::optional<TimePoint> TurnProcessor::nextDeadline() const
{
    std::optional<TimePoint> next;
    const auto at = [&next](TimePoint time) { next = next ? std::min(*next, time) : time; };
    if (agentHasFloor()) {
        if (m_heldAt)
            at(*m_heldAt + m_settings.falseStart);
        if (m_speaking && interruptible() && m_saidIntoFloor && !m_words.fresh().isEmpty())
            at(m_speechStartedAt + m_settings.backchannelLimit + m_settings.stopDecision);
        if (m_audible.empty())
            at(*m_floorSince + m_settings.agentSilentLimit);
    } else if (!m_words.isEmpty()) {
        if (m_speaking)
            at(std::max(m_lastWordAt, m_speechStartedAt) + m_settings.ceiling);
        else
            at(std::max(m_lastWordAt, m_speechEndedAt.value_or(m_lastWordAt)) + m_settings.silence);
    }
    // With words waiting behind the agent's turn there is nothing to do at the ceiling.
    if (const auto ceiling = ceilingAt(); ceiling && (m_words.isEmpty() || !agentHasFloor()))
        at(*ceiling);
    return next;
}

// --- the agent's turn ---------------------------------------------------------------------------------------------

void TurnProcessor::endFloor()
{
    m_floorSince.reset();
    m_unanswered.clear();
    m_audible.clear();
    if (m_heldAt)
        resume(u"false_start"_s);
    const bool atEnd = m_backchannelAt && m_clock.now() <= *m_backchannelAt + m_settings.answerAtEnd;
    m_backchannelAt.reset();
    if (!atEnd || !m_words.restore())
        return;
    m_lastWordAt = m_clock.now();
    if (!m_speaking)
        m_endedBy = u"answer_at_end"_s;
}

void TurnProcessor::hold(TimePoint speechStartedAt)
{
    if (m_heldAt)
        return;
    m_heldAt = m_clock.now();
    send(PlayoutHold{speechStartedAt});
}

void TurnProcessor::resume(const QString &reason)
{
    m_heldAt.reset();
    send(PlayoutResume{reason});
}

void TurnProcessor::interrupt()
{
    qCDebug(lcTurns) << "turn" << m_lastTurn << "interrupted by" << m_words.fresh();
    const bool detected = m_speaking || speechLength() > milliseconds(0);
    hold(detected ? m_speechStartedAt : m_onsetAt.value_or(m_clock.now()));
    m_heldAt.reset();
    // The newest turn: those before it that still sound or wait are over with it.
    send(Interrupted{m_lastTurn});
    m_interruptedTurn = m_lastTurn;
    m_words.carry(m_unanswered);
    m_unanswered.clear();
    m_audible.clear();
    m_floorSince.reset();
    m_backchannelAt.reset();
    m_reservedTurn.reset(); // it may be one of those
}

/// How long the speech lasted that the newest words belong to; 0 when the detector noticed none since the last turn.
/// Counted in audio: a network that hesitates makes no "mhm" longer.
milliseconds TurnProcessor::speechLength() const
{
    return m_speechEndedAt && *m_speechEndedAt > m_releasedAt ? m_speech : milliseconds(0);
}

// --- the callee's turn --------------------------------------------------------------------------------------------

void TurnProcessor::release(const QString &rule)
{
    UserTurn turn{0, m_words.text(), rule, false, m_speechEndedAt.value_or(m_lastWordAt)};
    const bool guessed = m_speculation && sameWords(m_speculation->text, turn.text);
    if (guessed) {
        turn.turn = m_speculation->turn;
        m_speculation.reset();
        send(SpeculationResolved{turn.turn, true});
    } else {
        dropSpeculation();
        turn.turn = takeTurn();
        send(turn);
    }
    qCDebug(lcTurns) << "turn" << turn.turn << "ended by" << rule << "after" << inMs(m_clock.now() - turn.speechEndedAt)
                     << "ms";
    m_words.release();
    m_endedBy.clear();
    m_unanswered = turn.text;
    m_releasedAt = m_clock.now();
    m_floorSince = m_releasedAt;
    m_saidIntoFloor = false;
}

void TurnProcessor::speculate()
{
    const QString text = m_words.text();
    if (m_speculation && sameWords(m_speculation->text, text))
        return;
    dropSpeculation();
    m_speculation = Speculation{takeTurn(), text};
    send(UserTurn{m_speculation->turn, text, u"vendor_eager"_s, true, m_speechEndedAt.value_or(m_lastWordAt)});
}

void TurnProcessor::dropSpeculation()
{
    if (!m_speculation)
        return;
    m_reservedTurn = m_speculation->turn;
    m_speculation.reset();
    send(SpeculationResolved{*m_reservedTurn, false});
}

TurnId TurnProcessor::takeTurn()
{
    if (m_reservedTurn) {
        const TurnId turn = *m_reservedTurn;
        m_reservedTurn.reset();
        return turn;
    }
    return ++m_lastTurn;
}

// --- sending ------------------------------------------------------------------------------------------------------

/// Frames wait until the state is settled: outside a frame's handling, pushing one runs the whole pipeline, which may
/// come back here.
void TurnProcessor::send(Frame frame)
{
    m_outbox.push_back(std::move(frame));
}

void TurnProcessor::flush()
{
    if (m_flushing)
        return;
    m_flushing = true;
    while (!m_outbox.empty()) {
        const Frame frame = std::move(m_outbox.front());
        m_outbox.pop_front();
        pushDownstream(frame);
    }
    m_flushing = false;
}

} // namespace engine::turns
