#include "engine/dialogue/responder_processor.h"

#include "engine/dialogue/message_sequence.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

using namespace pipeline;

namespace {

QString seconds(milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0);
}

} // namespace

ResponderProcessor::ResponderProcessor(std::unique_ptr<LanguageModel> model, ResponderSettings settings, Clock &clock)
    : Processor(u"responder"_s), m_model(std::move(model)), m_settings(std::move(settings)),
      m_conversation(m_settings.language), m_fillerTimer(clock.makeTimer([this] { onFiller(); })),
      m_raceTimer(clock.makeTimer([this] { onRace(); })), m_giveUpTimer(clock.makeTimer([this] { onGiveUp(); })),
      m_retryTimer(clock.makeTimer([this] { startAttempt(false); })),
      m_toolTimer(clock.makeTimer([this] { onToolTimeout(); }))
{
    // Learned while the phone rings, it ends the call before somebody picks up to hear an apology.
    connect(m_model.get(), &LanguageModel::refused, this, [this](const Error &error) { report(error, true); });
}

ResponderProcessor::~ResponderProcessor()
{
    for (const Attempt &attempt : m_turn.attempts)
        delete attempt.job; // before the model that made it
}

void ResponderProcessor::start()
{
    m_model->warmUp();
}

void ResponderProcessor::addNote(const QString &text)
{
    m_conversation.addNote(text);
}

void ResponderProcessor::downstream(const Frame &frame)
{
    if (const auto *turn = std::get_if<UserTurn>(&frame)) {
        onUserTurn(*turn);
    } else if (const auto *resolved = std::get_if<SpeculationResolved>(&frame)) {
        pushDownstream(frame);
        onSpeculationResolved(*resolved);
    } else if (const auto *interrupted = std::get_if<Interrupted>(&frame)) {
        onInterrupted(interrupted->turn);
        pushDownstream(frame);
    } else {
        pushDownstream(frame);
    }
}

void ResponderProcessor::upstream(const Frame &frame)
{
    if (const auto *result = std::get_if<ToolResult>(&frame)) {
        onToolResult(*result);
        return;
    }
    if (const auto *account = std::get_if<AgentHeard>(&frame))
        m_conversation.heard(*account);
    pushUpstream(frame);
}

// --- turns --------------------------------------------------------------------------------------------------------

void ResponderProcessor::onUserTurn(const UserTurn &turn)
{
    if (m_turn.held) { // the guess was wrong, though nobody said so
        stopAsking();
        m_conversation.removeTurn(m_turn.id);
    } else if (m_turn.asking || !m_turn.openCalls.empty()) {
        // Overtaken without an interruption: what was given out stays, the rest is not wanted any more.
        const bool owesEnd = m_turn.asking || !m_turn.openCalls.empty();
        stopAsking();
        if (owesEnd)
            pushDownstream(ModelDone{.turn = m_turn.id});
    }
    m_turn = {};
    m_turn.id = turn.turn;
    m_turn.held = turn.speculative;
    m_conversation.addUser(turn.turn, turn.text);
    give(turn);
    if (turn.fixedReply.isEmpty()) {
        ask();
    } else {
        give(Sentence{turn.turn, turn.fixedReply});
        give(ModelDone{.turn = turn.turn});
    }
}

void ResponderProcessor::onSpeculationResolved(const SpeculationResolved &resolved)
{
    if (!m_turn.held || m_turn.id != resolved.turn)
        return;
    if (!resolved.confirmed) {
        stopAsking();
        m_conversation.removeTurn(m_turn.id);
        m_turn = {};
        return;
    }
    m_turn.held = false;
    if (m_turn.asking && !m_turn.winner) { // the callee waits only from now on
        m_fillerTimer->start(m_settings.fillerAfter);
        m_giveUpTimer->start(m_settings.giveUpAfter);
    }
    for (HeldFrame &held : std::exchange(m_turn.heldFrames, {})) {
        if (held.upstream)
            pushUpstream(std::move(held.frame));
        else
            pushDownstream(std::move(held.frame));
    }
}

void ResponderProcessor::onInterrupted(TurnId turn)
{
    if (m_turn.id != 0 && m_turn.id <= turn) {
        stopAsking();
        if (m_turn.held)
            m_conversation.removeTurn(m_turn.id);
        m_turn = {};
    }
    m_conversation.interrupted(turn);
}

// --- asking -------------------------------------------------------------------------------------------------------

void ResponderProcessor::ask()
{
    m_request = {.systemPrompt = m_settings.systemPrompt, .messages = m_conversation.messages()};
    if (!m_turn.withoutTools)
        m_request.tools = m_settings.tools;
    m_turn.asking = true;
    m_turn.text.clear();
    m_turn.winner = nullptr;
    m_turn.busyRetries = m_turn.emptyRetries = m_turn.malformedRetries = 0;
    m_turn.lastError = {};
    m_fillerTimer->start(m_settings.fillerAfter);
    m_raceTimer->start(m_settings.raceAfter);
    m_giveUpTimer->start(m_settings.giveUpAfter);
    startAttempt(false);
}

void ResponderProcessor::startAttempt(bool second)
{
    ModelJob *job = m_model->generate(m_request, this);
    m_turn.attempts.push_back({job, second});
    connect(job, &ModelJob::text, this, [this, job](const QString &delta) { onText(job, delta); });
    connect(job, &ModelJob::finished, this,
            [this, job](const Result<ModelAnswer> &answer) { onFinished(job, answer); });
}

void ResponderProcessor::onText(ModelJob *job, const QString &delta)
{
    if (delta.isEmpty())
        return;
    if (!m_turn.winner) {
        const auto attempt = std::find_if(m_turn.attempts.begin(), m_turn.attempts.end(),
                                          [job](const Attempt &candidate) { return candidate.job == job; });
        if (attempt == m_turn.attempts.end())
            return;
        win(*attempt);
    }
    m_turn.text += delta;
    m_turn.spoke = true;
    give(ModelText{.turn = m_turn.id, .text = delta});
}

void ResponderProcessor::onFinished(ModelJob *job, const Result<ModelAnswer> &answer)
{
    const auto found = std::find_if(m_turn.attempts.begin(), m_turn.attempts.end(),
                                    [job](const Attempt &candidate) { return candidate.job == job; });
    if (found == m_turn.attempts.end())
        return;
    const Attempt attempt = *found;
    m_turn.attempts.erase(found); // it deletes itself
    if (answer) {
        if (!m_turn.winner)
            win(attempt);
        succeed(*answer);
    } else if (m_turn.winner == job) {
        breakOff(answer.error());
    } else {
        fail(answer.error());
    }
}

void ResponderProcessor::win(Attempt attempt)
{
    m_turn.winner = attempt.job;
    for (const Attempt &other : std::exchange(m_turn.attempts, {})) {
        if (other.job == attempt.job) {
            m_turn.attempts.push_back(other);
        } else {
            other.job->disconnect(this);
            other.job->deleteLater();
        }
    }
    m_fillerTimer->stop();
    m_raceTimer->stop();
    m_giveUpTimer->stop();
    m_retryTimer->stop();
    if (attempt.second)
        report({Fault::Vendor, u"model_raced"_s,
                u"The model's first answer did not come; a second request made %1 s later was answered first. "
                "If this happens often, look at the vendor's status or choose a faster model."_s.arg(
                    seconds(m_settings.raceAfter))});
}

void ResponderProcessor::succeed(const ModelAnswer &answer)
{
    m_conversation.addAnswer(m_turn.id, answer.message);
    m_turn.answerNeeded = false;
    for (const ModelToolCall &call : answer.message.toolCalls)
        m_turn.openCalls.insert({call.id, call.name});
    if (!m_turn.openCalls.empty())
        m_toolTimer->start(m_settings.toolTimeout);
    const TurnId turn = m_turn.id;
    const std::vector<ModelToolCall> calls = answer.message.toolCalls;
    if (calls.empty()) {
        endAnswer(answer.usage);
        return;
    }
    // The turn is not over: what is said about the results belongs to it, however long they take.
    stopListening();
    m_turn.usage = answer.usage;
    for (const ModelToolCall &call : calls) {
        if (m_turn.id == turn) // an earlier call may have led to the end of the turn
            give(ToolCall{.turn = turn, .id = call.id, .name = call.name, .arguments = call.arguments});
    }
}

/// The answer failed behind words that were given out: they cannot be taken back, nor said again.
void ResponderProcessor::breakOff(const Error &error)
{
    const Message said{.role = Message::Role::Agent, .text = m_turn.text};
    if (error.code == "model_blocked"_L1) {
        m_conversation.addUnrecorded(m_turn.id,
                                     said.text); // what the filter objected to would only stop the next answer too
        say(m_settings.blockedText);
    } else {
        m_conversation.addAnswer(m_turn.id, said);
    }
    endAnswer();
    report(error);
}

/// A request failed before its first word.
void ResponderProcessor::fail(const Error &error)
{
    m_turn.lastError = error;
    if (error.code == "model_refused"_L1) {
        failForGood(error);
        return;
    }
    if (error.code == "model_blocked"_L1) {
        say(m_settings.blockedText);
        endAnswer();
        report(error);
        return;
    }
    if (!m_turn.attempts.empty())
        return; // the other request may still be answered
    const bool empty = error.code == "model_empty"_L1;
    const bool malformed = error.code == "model_malformed_call"_L1;
    if (empty && m_turn.spoke) { // nothing to add to what this turn has said is an answer too
        endAnswer();
    } else if (empty && m_turn.emptyRetries++ == 0) {
        startAttempt(false);
    } else if (malformed && m_turn.malformedRetries < 2) {
        if (m_turn.malformedRetries++ == 1)
            m_request.tools.clear();
        startAttempt(false);
    } else if (empty || malformed) {
        say(m_settings.emptyText);
        endAnswer();
        report(error);
    } else {
        retryBusy(error);
    }
}

void ResponderProcessor::retryBusy(const Error &error)
{
    if (m_turn.busyRetries++ > 0) {
        m_retryTimer->start(m_settings.retryAfter);
        return;
    }
    report(error);
    if (m_turn.asking)
        startAttempt(false);
}

void ResponderProcessor::onFiller()
{
    if (m_turn.held || m_turn.fillerSaid || m_settings.fillerText.isEmpty())
        return;
    m_turn.fillerSaid = true;
    m_conversation.addUnrecorded(m_turn.id, m_settings.fillerText);
    report({Fault::Vendor, u"model_slow"_s,
            u"The model had no first word after %1 s; the person heard \"%2\". "
            "If this happens often, look at the vendor's status or choose a faster model."_s.arg(
                seconds(m_settings.fillerAfter), m_settings.fillerText)});
    give(Sentence{.turn = m_turn.id, .text = m_settings.fillerText});
}

void ResponderProcessor::onRace()
{
    if (m_turn.attempts.size() == 1) // none: a retry is coming anyway
        startAttempt(true);
}

void ResponderProcessor::onGiveUp()
{
    QString text = u"The model gave no answer within %1 s. Look at the vendor's status or choose another model."_s.arg(
        seconds(m_settings.giveUpAfter));
    if (!m_turn.lastError.message.isEmpty())
        text += u" Its last words: "_s + m_turn.lastError.message;
    failForGood({Fault::Vendor, u"model_timeout"_s, text});
}

// --- functions ----------------------------------------------------------------------------------------------------

void ResponderProcessor::onToolResult(const ToolResult &result)
{
    const auto call = m_turn.openCalls.find(result.id);
    if (result.turn != m_turn.id || call == m_turn.openCalls.end())
        return; // of a turn that was interrupted meanwhile
    m_conversation.addToolResult(result.turn, result.id, call->second, result.result);
    m_turn.openCalls.erase(call);
    m_turn.answerNeeded = m_turn.answerNeeded || result.answerNeeded;
    if (!m_turn.openCalls.empty())
        return;
    m_toolTimer->stop();
    if (!m_turn.answerNeeded) {
        give(ModelDone{.turn = m_turn.id, .usage = m_turn.usage});
        return;
    }
    if (++m_turn.toolRounds >= m_settings.toolRounds)
        m_turn.withoutTools = true;
    ask();
}

void ResponderProcessor::onToolTimeout()
{
    const auto calls = m_turn.openCalls;
    for (const auto &[id, name] : calls) {
        report({Fault::Program, u"tool_timeout"_s,
                u"The function %1 gave no result within %2 s; the model was told so."_s.arg(
                    name, seconds(m_settings.toolTimeout))});
        onToolResult({.turn = m_turn.id, .id = id, .name = name, .result = {{u"error"_s, u"no result in time"_s}}});
    }
}

// --- ends ---------------------------------------------------------------------------------------------------------

/// A phrase of ours in the place of the model's words. It is remembered as said, in plain text.
void ResponderProcessor::say(const QString &stockPhrase)
{
    if (stockPhrase.isEmpty())
        return;
    m_conversation.addAnswer(m_turn.id, {.role = Message::Role::Agent, .text = stockPhrase});
    give(Sentence{.turn = m_turn.id, .text = stockPhrase});
}

void ResponderProcessor::stopListening()
{
    cancelAttempts();
    m_turn.asking = false;
    m_turn.winner = nullptr;
    m_turn.text.clear();
}

void ResponderProcessor::endAnswer(const ModelUsage &usage)
{
    stopListening();
    give(ModelDone{.turn = m_turn.id, .usage = usage});
}

void ResponderProcessor::failForGood(const Error &error)
{
    endAnswer();
    report(error, true);
}

void ResponderProcessor::cancelAttempts()
{
    for (const Attempt &attempt : std::exchange(m_turn.attempts, {})) {
        attempt.job->disconnect(this);
        attempt.job->deleteLater(); // it may be the one that is speaking to us
    }
    m_fillerTimer->stop();
    m_raceTimer->stop();
    m_giveUpTimer->stop();
    m_retryTimer->stop();
}

void ResponderProcessor::cancelOpenCalls()
{
    m_toolTimer->stop();
    for (const auto &[id, name] : std::exchange(m_turn.openCalls, {}))
        m_conversation.addToolResult(m_turn.id, id, name, cancelledToolResult());
}

/// Ends all work for the turn. What the answer under way has given out stays in the conversation.
void ResponderProcessor::stopAsking()
{
    cancelAttempts();
    cancelOpenCalls();
    if (!m_turn.text.isEmpty())
        m_conversation.addAnswer(m_turn.id, {.role = Message::Role::Agent, .text = std::exchange(m_turn.text, {})});
    m_turn.asking = false;
    m_turn.winner = nullptr;
}

void ResponderProcessor::give(Frame frame)
{
    if (m_turn.held)
        m_turn.heldFrames.push_back({std::move(frame), false});
    else
        pushDownstream(std::move(frame));
}

void ResponderProcessor::report(const Error &error, bool fatal)
{
    Incident incident{.error = error, .fatal = fatal};
    if (m_turn.held)
        m_turn.heldFrames.push_back({std::move(incident), true});
    else
        pushUpstream(std::move(incident));
}

} // namespace engine::dialogue
