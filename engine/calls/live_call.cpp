#include "engine/calls/live_call.h"

#include "engine/audio/dtmf.h"
#include "engine/telephony/media_transport.h"
#include "engine/telephony/sip_text.h"

#include <QLoggingCategory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::calls {

Q_LOGGING_CATEGORY(lcCalls, "dialdesk.calls")

namespace {

constexpr auto kMediaCheckPeriod = 250ms;
constexpr auto kHangUpRetry = 2000ms;
constexpr int kStatusQuestions = 3; // then the call is given up as lost
constexpr auto kNoReason = "unknown"_L1;

/// Why a call ended when nobody here asked for it.
/// @param ourAgent  the agent was ours; elsewhere it may as well have been the agent who hung up
QString reasonOf(CallState state, bool answered, bool ourAgent)
{
    switch (state) {
    case CallState::Completed:
        if (!answered)
            return QString(kNoReason);
        return ourAgent ? u"callee_hung_up"_s : u"ended_elsewhere"_s;
    case CallState::Busy:
        return u"busy"_s;
    case CallState::NoAnswer:
        return u"no_answer"_s;
    case CallState::Canceled:
        return u"canceled"_s;
    case CallState::Failed:
        return u"carrier_failed"_s;
    default:
        return QString(kNoReason);
    }
}

double seconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

double milliseconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// The carrier could not connect a call. @param sipCode  of the network's answer (RFC 3261 section 21), 0 when unknown
Error callFailed(int sipCode)
{
    QString why;
    switch (sipCode) {
    case 404:
    case 410:
    case 484:
    case 604:
        why = u"The phone network knows no such number (SIP %1). Check the number."_s.arg(sipCode);
        break;
    case 403:
    case 603:
    case 607:
    case 608:
        why = u"The call was refused on its way (SIP %1). The number may block calls from this caller id; try another."_s.arg(sipCode);
        break;
    case 0:
        why = u"The carrier could not connect the call. Its console shows the reason."_s;
        break;
    default:
        why = u"The phone network could not connect the call (SIP %1). Try again later; if it stays, look at the carrier's console."_s.arg(
            sipCode);
    }
    return {Fault::Carrier, u"call_failed"_s, why};
}

/// The carrier has dialed, and none of its reports came: its request for instructions will not come either.
Error unheardCallbacks()
{
    return {Fault::Settings, u"callbacks_missing"_s,
            u"The carrier's reports on this call do not reach this server, so the callee hears nobody. Check that LOCAL_SERVER_URL, or the "
            "tunnel, leads here from the internet."_s};
}

} // namespace

LiveCall::LiveCall(const CallFacts &facts, std::unique_ptr<AgentPipeline> agent, const CallSettings &settings,
                   config::GreetingMode greetingMode, telephony::PhoneNetwork &network, Clock &clock, QObject *parent)
    : QObject(parent), m_facts(facts), m_agent(std::move(agent)), m_settings(settings), m_greetingMode(greetingMode),
      m_network(network), m_clock(clock), m_silence(settings, clock)
{
    m_greetTimer = clock.makeTimer([this] {
        m_greetingDue = false;
        if (m_agent)
            m_agent->greet();
    });
    m_warningTimer = clock.makeTimer(
        [this] { m_agent->note(u"(The call has to end within a minute. Come to a close and say goodbye.)"_s); });
    m_limitTimer = clock.makeTimer([this] { endPolitely(u"time_limit"_s, m_settings.timeGoodbye); });
    m_mediaTimer = clock.makeTimer([this] { checkMedia(); });
    m_goodbyeTimer = clock.makeTimer([this] { hangUp(m_endReason); });
    m_statusTimer = clock.makeTimer([this] { askCarrier(); });
    if (m_agent)
        connectAgent();
}

LiveCall::~LiveCall() = default;

void LiveCall::start()
{
    enter(CallState::Queued);
    m_statusTimer->start(m_settings.ringTimeout + m_settings.statusGrace);
    if (m_agent)
        m_agent->prepare();
}

void LiveCall::onProgress(const telephony::CallProgress &progress)
{
    if (progress.durationSeconds)
        m_carrierSeconds = progress.durationSeconds;
    if (progress.sipCode >= 400 && !m_finished)
        note(u"carrier_code"_s, telephony::sipText(progress.sipCode));
    const auto state = callStateFromWord(telephony::toWord(progress.status));
    Q_ASSERT(state);
    const CarrierSaid said{*state};
    if (next(m_state, said) == CallState::Failed)
        emitIncident(callFailed(progress.sipCode));
    apply(said);
    if (!m_finished && !isSoundDue())
        emit alive();
}

/// In local mode an answered call is alive as long as its sound is; the carrier's word alone would keep a dead line.
bool LiveCall::isSoundDue() const
{
    return m_agent && m_state == CallState::InProgress && !m_transferred && !m_streamOver;
}

std::chrono::milliseconds LiveCall::statusPeriod() const
{
    return m_state == CallState::InProgress && (!m_agent || m_transferred) ? m_settings.statusPeriod : m_settings.statusGrace;
}

void LiveCall::note(const QString &what, const QString &text)
{
    emit event(records::CallNoted{m_facts.sid, what, text, m_clock.wallTime()});
}

std::optional<records::CallLevel> LiveCall::level() const
{
    if (!m_agent || !m_transport || m_streamOver)
        return std::nullopt;
    records::CallLevel level = m_agent->level();
    level.sid = m_facts.sid;
    return level;
}

void LiveCall::apply(const CallEvent &event)
{
    // Late, repeated and reordered reports are everyday and change nothing.
    if (const auto state = next(m_state, event))
        enter(*state);
}

void LiveCall::enter(CallState state)
{
    if (m_finished || (m_announced && state == m_state))
        return;
    m_announced = true;
    m_state = state;
    if (state == CallState::InProgress)
        m_answeredAt = m_clock.now();
    if (state > CallState::Queued)
        m_statusTimer->stop();
    if (state == CallState::Initiated || state == CallState::Ringing)
        m_statusTimer->start(m_settings.ringTimeout + m_settings.statusGrace);
    // Elsewhere held calls are followed by callbacks, which may be lost: ask now and then. One of our own has its sound; should none
    // come, its lease runs out.
    if (state == CallState::InProgress && !m_agent)
        m_statusTimer->start(m_settings.statusPeriod);
    if (isTerminal(state))
        m_endedAt = m_clock.now();

    emit event(records::CallStateChanged{m_facts.sid, toWord(state), m_facts.to.value(), m_facts.from.value(),
                                         config::toWord(m_facts.environment), m_facts.practice, m_clock.wallTime()});
    if (isTerminal(state))
        finish();
}

void LiveCall::connectAgent()
{
    AgentPipeline *agent = m_agent.get();
    connect(agent, &AgentPipeline::calleeHeard, this, [this] {
        m_greetTimer->stop();
        m_silence.calleeHeard();
    });
    connect(agent, &AgentPipeline::calleeStopped, this, [this](std::chrono::milliseconds speech) {
        m_silence.calleeStopped(speech);
        // A cough is no hello: unless words of theirs are answered meanwhile, they are waiting for us.
        if (m_greetingDue)
            m_greetTimer->start(m_settings.nobodySpeaks);
    });
    connect(agent, &AgentPipeline::answerDue, this, [this](Clock::TimePoint speechEndedAt) {
        m_silence.answerDue(speechEndedAt);
        m_greetingDue = false;
        m_greetTimer->stop();
    });
    connect(agent, &AgentPipeline::agentAudible, this, [this] {
        m_greetingDue = false;
        m_silence.agentAudible();
        if (!m_firstAudioAt)
            m_firstAudioAt = m_clock.now();
    });
    connect(agent, &AgentPipeline::agentFinished, &m_silence, &SilenceWatch::agentFinished);
    connect(agent, &AgentPipeline::calleeSaid, this, [this](records::CalleeSaid said) {
        said.sid = m_facts.sid;
        said.at = m_clock.wallTime();
        if (!m_wordsBegunAt.isValid())
            m_wordsBegunAt = said.at;
        if (said.final)
            said.begunAt = std::exchange(m_wordsBegunAt, QDateTime());
        if (said.final && said.turn != m_lastCalleeTurn) {
            m_lastCalleeTurn = said.turn;
            ++m_calleeTurns;
        }
        emit event(said);
    });
    connect(agent, &AgentPipeline::agentSpeaking, this, [this](records::AgentSpeaking speaking) {
        speaking.sid = m_facts.sid;
        speaking.at = m_clock.wallTime();
        if (!m_turnsBegunAt.contains(speaking.turn))
            m_turnsBegunAt.insert(speaking.turn, speaking.at);
        emit event(speaking);
    });
    connect(agent, &AgentPipeline::agentProgress, this, [this](records::AgentProgress progress) {
        progress.sid = m_facts.sid;
        progress.at = m_clock.wallTime();
        emit event(progress);
    });
    connect(agent, &AgentPipeline::connectionsReady, this, [this] { note(u"connections_ready"_s); });
    connect(agent, &AgentPipeline::agentTurn, this, [this](records::AgentTurn turn) {
        turn.sid = m_facts.sid;
        turn.at = m_clock.wallTime();
        turn.begunAt = m_turnsBegunAt.take(turn.turn);
        if (!turn.heard.isEmpty())
            ++m_agentTurns;
        emit event(turn);
        // The callee talked into the goodbye: the pipeline took it back, and so do we. (What is cut because the sound is over
        // is no such thing.)
        if (turn.interrupted && m_ending && !m_hungUp && !m_streamOver && !m_finished && m_endReason == u"agent_ended"_s) {
            m_ending = false;
            m_endReason.clear();
            m_goodbyeTimer->stop();
            m_silence.goOn();
        }
    });
    connect(agent, &AgentPipeline::toolCalled, this, &LiveCall::onToolCalled);
    connect(agent, &AgentPipeline::incident, this, &LiveCall::onIncident);
    connect(agent, &AgentPipeline::ended, this, [this](const QString &reason) { hangUp(reason); });

    connect(&m_silence, &SilenceWatch::askStillThere, this, [this] { m_agent->say(m_settings.stillThere); });
    connect(&m_silence, &SilenceWatch::giveUp, this,
            [this] { endPolitely(u"callee_silent"_s, m_settings.silentGoodbye); });
    connect(&m_silence, &SilenceWatch::deadAir, this, [this](std::chrono::milliseconds, bool understood) {
        const QString silence = u"Nobody was heard for %1 s after the callee stopped speaking. "_s.arg(seconds(m_settings.deadAir));
        emitIncident(understood ? Error{Fault::Program, u"dead_air"_s, silence + u"The turn's times show which step was late."_s}
                                : Error{Fault::Vendor, u"dead_air"_s,
                                        silence + u"The transcriber understood no word of what they said; if it was no noise, "
                                                  "check DEEPGRAM_MODEL and LANGUAGE."_s});
    });
}

void LiveCall::attachStream(std::unique_ptr<telephony::MediaTransport> transport)
{
    Q_ASSERT(!m_hadStream && m_agent);
    m_hadStream = true;
    m_transport = std::move(transport);
    m_streamStartedAt = m_clock.now();
    m_lastMediaAt = *m_streamStartedAt;
    apply(StreamStarted{});
    if (m_finished)
        return;
    note(u"stream_started"_s);

    connect(m_transport.get(), &telephony::MediaTransport::audioReceived, this, [this] {
        m_lastMediaAt = m_clock.now();
        m_gapShown = false;
    });
    connect(m_transport.get(), &telephony::MediaTransport::closed, this, &LiveCall::onStreamClosed);
    m_agent->attach(m_transport.get());
    m_mediaTimer->startRepeating(kMediaCheckPeriod);

    if (m_greetingMode == config::GreetingMode::AgentFirst) {
        m_agent->greet();
    } else {
        m_greetingDue = true;
        m_greetTimer->start(m_settings.nobodySpeaks);
    }

    m_warningTimer->start(m_settings.timeLimitWarning);
    m_limitTimer->start(m_settings.timeLimit);
}

void LiveCall::onStreamClosed(bool orderly)
{
    m_streamOver = true;
    m_mediaTimer->stop();
    m_greetTimer->stop();
    m_greetingDue = false;
    m_silence.stop();
    m_agent->detach();
    if (m_finished || m_transferred)
        return;
    if (!orderly && !m_hungUp) {
        emitIncident({Fault::Carrier, u"media_lost"_s,
                      u"The carrier's media connection broke in mid-call. It cannot be restored, so the call is being ended; dial again if needed."_s});
        hangUp(u"media_lost"_s);
        return;
    }
    // The callback that says "completed" may still be under way, or lost.
    m_statusTimer->start(m_settings.statusGrace);
}

void LiveCall::checkMedia()
{
    const auto gap = m_clock.now() - m_lastMediaAt;
    if (gap <= kMediaCheckPeriod)
        emit alive();
    if (gap >= m_settings.mediaGapEnds) {
        m_mediaTimer->stop();
        emitIncident({Fault::Carrier, u"media_stopped"_s,
                      u"The carrier sent no sound for %1 s, so the call is being ended. Dial again if needed."_s.arg(
                          seconds(m_settings.mediaGapEnds))});
        hangUp(u"media_stopped"_s);
    } else if (gap >= m_settings.mediaGapShown && !m_gapShown) {
        m_gapShown = true;
        emitIncident({Fault::Carrier, u"media_gap"_s,
                      u"The carrier has sent no sound for %1 s. The call goes on; it is ended after %2 s."_s.arg(
                          seconds(m_settings.mediaGapShown)).arg(seconds(m_settings.mediaGapEnds))});
    }
}

void LiveCall::onToolCalled(const pipeline::ToolCall &call)
{
    bool answerNeeded = true;
    if (call.name == "transfer_call"_L1) {
        const auto to = E164Number::parse(call.arguments[u"to"_s].toString(), m_facts.to.region());
        // Callees can talk a model into much: it may transfer only where the operator's own calls may go.
        if (to && m_transferRule(*to, m_facts.from)) {
            auto *job = m_network.transfer(m_facts.sid, *to, m_facts.from, this);
            connect(job, &telephony::HangUpJob::finished, this, [this, call, to = *to](const Result<Done> &done) {
                if (m_finished)
                    return;
                QJsonObject result;
                if (done) {
                    m_transferred = true;
                    m_statusTimer->start(m_settings.statusPeriod);
                    m_endReason = u"transferred"_s;
                    result[u"output"_s] = u"transferred to "_s + to.value();
                } else {
                    result[u"error"_s] = done.error().message;
                    emitIncident(done.error());
                }
                emit event(records::ToolCalled{m_facts.sid, call.turn, call.name, call.arguments, result, m_clock.wallTime()});
                m_agent->answerTool({call.turn, call.id, call.name, result, !done});
            });
            return;
        }
    }
    const QJsonObject result = runTool(call, &answerNeeded);
    emit event(records::ToolCalled{m_facts.sid, call.turn, call.name, call.arguments, result, m_clock.wallTime()});
    m_agent->answerTool({call.turn, call.id, call.name, result, answerNeeded});
}

QJsonObject LiveCall::runTool(const pipeline::ToolCall &call, bool *answerNeeded)
{
    if (call.name == "end_call"_L1) {
        *answerNeeded = false;
        endPolitely(u"agent_ended"_s, {});
        return {{u"output"_s, u"the call ends after your last words"_s}};
    }
    if (call.name == "do_not_call"_L1) {
        *answerNeeded = false;
        emit doNotCallAsked();
        endPolitely(u"do_not_call"_s, {}); // holds whatever they say into the goodbye
        return {{u"output"_s, u"this number will not be called again; the call ends after your last words"_s}};
    }
    if (call.name == "send_digits"_L1) {
        const auto tones = audio::dtmfTones(call.arguments[u"digits"_s].toString());
        if (!tones)
            return {{u"error"_s, tones.error().message}};
        m_agent->playTones(*tones);
        return {{u"output"_s, u"sent"_s}};
    }
    if (call.name == "transfer_call"_L1)
        return {{u"error"_s, u"that is not a phone number that may be dialed"_s}};
    return {{u"error"_s, u"there is no function of this name"_s}};
}

void LiveCall::onIncident(const Error &error, bool fatal)
{
    emitIncident(error);
    if (fatal && !m_ending)
        endPolitely(error.code, m_hadStream ? m_settings.apology : QString());
}

void LiveCall::endPolitely(const QString &reason, const QString &lastWords)
{
    if (m_hungUp || m_finished)
        return;
    if (!m_agent || !m_transport) {
        hangUp(reason);
        return;
    }
    m_ending = true;
    m_endReason = reason;
    m_silence.stop();
    m_goodbyeTimer->start(m_settings.goodbyeGrace);
    m_agent->end(reason, lastWords);
}

void LiveCall::hangUp(const QString &reason)
{
    if (m_hungUp || m_finished || m_transferred)
        return;
    m_endReason = reason;
    endAtCarrier();
}

void LiveCall::endAtCarrier()
{
    m_hungUp = true;
    m_goodbyeTimer->stop();
    m_greetTimer->stop();
    m_greetingDue = false;
    m_warningTimer->stop();
    m_limitTimer->stop();
    m_silence.stop();
    auto *job = m_network.hangUp(m_facts.sid, m_state == CallState::InProgress, this);
    connect(job, &telephony::HangUpJob::finished, this, [this](const Result<Done> &done) {
        if (m_finished)
            return;
        if (!done) {
            if (std::exchange(m_endTrouble, done.error().message) != done.error().message) // once, however long it lasts
                emitIncident(done.error());
            m_statusTimer = m_clock.makeTimer([this] { endAtCarrier(); });
            m_statusTimer->start(kHangUpRetry);
            return;
        }
        m_endTrouble.clear();
        m_statusTimer = m_clock.makeTimer([this] { askCarrier(); });
        m_statusTimer->start(m_settings.statusGrace);
    });
}

void LiveCall::askCarrier()
{
    if (m_finished)
        return;
    if (++m_statusAsked > kStatusQuestions) {
        emitIncident({Fault::Carrier, u"status_unknown"_s,
                      u"The carrier reported no end of this call and did not answer when asked. Check the call in its console."_s});
        m_endKnown = false;
        apply(CarrierLostCall{});
        return;
    }
    auto *job = m_network.fetch(m_facts.sid, this);
    connect(job, &telephony::FetchCallJob::finished, this, [this](const Result<telephony::CarrierCall> &call) {
        if (m_finished)
            return;
        if (call) {
            m_statusAsked = 0; // only silence is counted: a call may wait in the carrier's queue for hours
            telephony::CallProgress progress;
            progress.sid = m_facts.sid;
            progress.status = call->status;
            progress.durationSeconds = call->durationSeconds;
            if (m_state == CallState::Queued && call->status != telephony::CallStatus::Queued)
                emitIncident(unheardCallbacks());
            onProgress(progress);
        } else if (call.error().code == "carrier_unknown_call"_L1) {
            apply(CarrierLostCall{});
        }
        if (m_finished)
            return;
        if (call && m_hungUp)
            endAtCarrier(); // it took the request and the call goes on
        else
            m_statusTimer->start(statusPeriod());
    });
}

void LiveCall::endAsDead()
{
    emitIncident({Fault::Carrier, u"call_dead"_s,
                  u"Nothing was heard of this call for %1 s, so it has lost its place among the live calls and is being ended."_s.arg(
                      std::chrono::duration<double>(m_settings.lease).count())});
    hangUp(u"call_dead"_s);
}

void LiveCall::emitIncident(const Error &error)
{
    emit event(records::IncidentHappened{m_facts.sid, error, m_clock.wallTime()});
}

void LiveCall::finish()
{
    for (Timer *timer : {m_greetTimer.get(), m_warningTimer.get(), m_limitTimer.get(), m_mediaTimer.get(), m_goodbyeTimer.get(), m_statusTimer.get()})
        timer->stop();
    m_silence.stop();
    m_finished = true; // an end of the call that waited for last words comes out of detach(), and is no reason to hang up any more
    if (m_agent)
        m_agent->detach(); // what was playing is accounted for before the last event
    if (m_transport)
        m_transport->close();

    records::CallEnded ended;
    ended.sid = m_facts.sid;
    ended.status = toWord(m_state);
    ended.reason = m_endReason.isEmpty() ? reasonOf(m_state, m_answeredAt.has_value(), m_agent != nullptr) : m_endReason;
    if (m_answeredAt)
        ended.durationS = m_carrierSeconds ? *m_carrierSeconds : seconds(*m_endedAt - *m_answeredAt);
    if (m_firstAudioAt) { // nobody is heard before the stream starts, and a stream is an answered call
        ended.answerToFirstAudioMs = milliseconds(*m_firstAudioAt - *m_answeredAt);
        ended.streamToFirstAudioMs = milliseconds(*m_firstAudioAt - *m_streamStartedAt);
    }
    ended.calleeTurns = m_calleeTurns;
    ended.agentTurns = m_agentTurns;
    ended.at = m_clock.wallTime();
    emit event(ended);
    emit finished();
}

} // namespace engine::calls
