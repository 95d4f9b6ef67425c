#include "engine/calls/agent_pipeline.h"

#include "engine/audio/level_meter.h"
#include "engine/dialogue/prompt_template.h"
#include "engine/dialogue/responder_processor.h"
#include "engine/dialogue/sentence_processor.h"
#include "engine/dialogue/speakable.h"
#include "engine/recording/call_recorder.h"
#include "engine/speech/speaker_processor.h"
#include "engine/speech/transcriber_processor.h"
#include "engine/telephony/media_transport.h"
#include "engine/telephony/playout_processor.h"
#include "engine/turns/turn_processor.h"
#include "engine/turns/voice_activity_processor.h"

using namespace Qt::StringLiterals;

namespace engine::calls {

using namespace pipeline;

namespace {

std::vector<dialogue::ToolDeclaration> toolsFor(const config::AgentConfig &config)
{
    const auto text = [](const QString &description) {
        return QJsonObject{{u"type"_s, u"string"_s}, {u"description"_s, description}};
    };
    const auto object = [](const QString &name, const QJsonObject &property) {
        return QJsonObject{{u"type"_s, u"object"_s},
                           {u"properties"_s, QJsonObject{{name, property}}},
                           {u"required"_s, QJsonArray{name}}};
    };
    std::vector<dialogue::ToolDeclaration> tools;
    tools.push_back({u"end_call"_s,
                     u"Ends the phone call after your last words have been heard. Say goodbye in the same answer."_s,
                     object(u"reason"_s, text(u"Why the call ends, in a few words"_s))});
    tools.push_back({u"do_not_call"_s,
                     u"Puts the person's number on the list of numbers that are never called again, and ends the call after your last words. "
                     "Use it whenever the person asks not to be called any more. Say that they will not be called again, and goodbye, in "
                     "the same answer."_s,
                     object(u"reason"_s, text(u"What the person said, in a few words"_s))});
    if (config.transferEnabled)
        tools.push_back({u"transfer_call"_s, u"Connects the callee to a person at another phone number and leaves the call."_s,
                         object(u"to"_s, text(u"The number to connect to, with its country code"_s))});
    if (config.sendDigitsEnabled)
        tools.push_back({u"send_digits"_s, u"Presses phone keys, for example in a menu. w is a pause of half a second."_s,
                         object(u"digits"_s, text(u"0-9, *, #, A-D and w"_s))});
    return tools;
}

constexpr auto kFirstWords = "first_words"_L1;
constexpr milliseconds kMeterWindow{100};

/// Replaces the model's answer to the callee's first words by the greeting, when one is set.
class FirstWords final : public Processor
{
public:
    explicit FirstWords(const QString &greeting) : Processor(kFirstWords), m_greeting(greeting) {}

    void downstream(const Frame &frame) override
    {
        if (const auto *turn = std::get_if<UserTurn>(&frame); turn && !m_greeting.isEmpty()) {
            UserTurn answered = *turn;
            answered.fixedReply = m_greeting;
            if (turn->speculative)
                m_guessed = turn->turn; // it may be taken back, and the greeting with it
            else
                m_greeting.clear();
            pushDownstream(answered);
            return;
        }
        if (const auto *resolved = std::get_if<SpeculationResolved>(&frame);
            resolved && resolved->confirmed && resolved->turn == m_guessed)
            m_greeting.clear();
        // Speech of the call's own (the greeting after nobody spoke) greets as well.
        if (const auto *sentence = std::get_if<Sentence>(&frame); sentence && sentence->text == m_greeting)
            m_greeting.clear();
        pushDownstream(frame);
    }

private:
    QString m_greeting;
    TurnId m_guessed = 0;
};

} // namespace

class AgentPipeline::Listener final : public Observer
{
public:
    explicit Listener(AgentPipeline &agent) : m_agent(agent) {}

    void onFrame(const Frame &frame, Direction, const QString &to) override
    {
        if (to == m_agent.m_turns->name())
            beforeTurns(frame);
        else if (to == kFirstWords)
            behindTurns(frame);
    }

private:
    /// The last word of a turn makes the turn: behind that step it would count as said into the next one.
    void beforeTurns(const Frame &frame)
    {
        if (const auto *transcript = std::get_if<Transcript>(&frame))
            m_agent.onTranscript(*transcript);
    }
    /// An answer that needs no thinking is audible before its turn has come to the end of the pipeline.
    void behindTurns(const Frame &frame)
    {
        if (const auto *turn = std::get_if<UserTurn>(&frame)) {
            m_guess = turn->speculative ? std::optional(*turn) : std::nullopt;
            if (!turn->speculative)
                m_agent.onUserTurn(*turn);
        } else if (const auto *resolved = std::get_if<SpeculationResolved>(&frame)) {
            const auto guess = std::exchange(m_guess, std::nullopt);
            if (resolved->confirmed && guess && guess->turn == resolved->turn)
                m_agent.onUserTurn(*guess);
        }
    }

    std::optional<UserTurn> m_guess;
    AgentPipeline &m_agent;
};

AgentPipeline::AgentPipeline(const CallSid &sid, const config::AgentConfig &config, const CallSettings &settings,
                             const QMap<QString, QString> &customData, const AgentParts &parts, QObject *parent)
    : QObject(parent), m_sid(sid), m_config(config), m_settings(settings), m_parts(parts), m_meter(parts.clock),
      m_listener(std::make_unique<Listener>(*this)), m_calleeDbfs(audio::kSilenceDbfs)
{
    QJsonObject data;
    for (auto it = customData.cbegin(); it != customData.cend(); ++it)
        data.insert(it.key(), it.value());
    m_systemPrompt = dialogue::systemPrompt(config.systemPrompt, data).text;
    m_greeting = dialogue::speakable(dialogue::fillTemplate(config.greeting, data).text, config.language);

    const auto add = [this]<typename T>(std::unique_ptr<T> processor) {
        T *raw = processor.get();
        m_pipeline.add(std::move(processor));
        return raw;
    };
    const auto *ears = add(std::make_unique<turns::VoiceActivityProcessor>(parts.vadWeights, turns::VadSettings{}, parts.clock));
    m_transcriber = add(std::make_unique<speech::TranscriberProcessor>(parts.factory.makeSpeechToText(sid), parts.clock));
    m_turns = add(std::make_unique<turns::TurnProcessor>(turns::TurnSettings{}, parts.clock));
    add(std::make_unique<FirstWords>(m_greeting));
    dialogue::ResponderSettings responder;
    responder.systemPrompt = m_systemPrompt;
    responder.tools = toolsFor(config);
    responder.fillerText = settings.filler;
    responder.language = config.language;
    m_responder = add(std::make_unique<dialogue::ResponderProcessor>(parts.factory.makeLanguageModel(sid), responder, parts.clock));
    dialogue::SentenceSettings sentences;
    sentences.language = config.language;
    add(std::make_unique<dialogue::SentenceProcessor>(parts.clock, sentences));
    m_speaker = add(std::make_unique<speech::SpeakerProcessor>(parts.factory.makeTextToSpeech(sid), parts.phrases,
                                                               parts.factory.voiceKey(), parts.clock));
    m_playout = add(std::make_unique<telephony::PlayoutProcessor>(parts.clock));

    m_pipeline.addObserver(&m_meter);
    m_pipeline.addObserver(m_listener.get());
    connect(&m_pipeline, &Pipeline::reachedEnd, this, &AgentPipeline::onReachedEnd);
    connect(&m_pipeline, &Pipeline::reachedStart, this, &AgentPipeline::onReachedStart);
    connect(ears, &turns::VoiceActivityProcessor::levelMeasured, this, [this](double dbfs) { m_calleeDbfs = dbfs; });
    connect(m_transcriber, &speech::TranscriberProcessor::ready, this, &AgentPipeline::onVendorReady);
    connect(m_speaker, &speech::SpeakerProcessor::ready, this, &AgentPipeline::onVendorReady);
}

AgentPipeline::~AgentPipeline()
{
    m_pipeline.removeObserver(&m_meter);
    m_pipeline.removeObserver(m_listener.get());
}

void AgentPipeline::prepare()
{
    m_transcriber->start();
    m_responder->start();
    m_speaker->start();
    QStringList phrases = {m_settings.filler, m_settings.stillThere, m_settings.silentGoodbye, m_settings.timeGoodbye,
                           m_settings.apology};
    if (!m_greeting.isEmpty())
        phrases.prepend(m_greeting);
    else if (m_config.greetingMode == config::GreetingMode::AgentFirst)
        prepareGreeting();
    m_speaker->prepare(phrases);
}

void AgentPipeline::prepareGreeting()
{
    m_greetingModel = m_parts.factory.makeLanguageModel({});
    dialogue::ModelRequest request;
    request.systemPrompt = m_systemPrompt;
    dialogue::Message seed;
    seed.text = u"(call connected)"_s;
    request.messages.push_back(seed);
    auto *job = m_greetingModel->generate(request, this);
    connect(job, &dialogue::ModelJob::finished, this, [this](const Result<dialogue::ModelAnswer> &answer) {
        // Without it the model answers after pick-up, which is slower but no failure.
        if (answer && m_greeting.isEmpty()) {
            m_greeting = dialogue::speakable(answer->message.text, m_config.language);
            if (!m_greeting.isEmpty())
                m_speaker->prepare({m_greeting});
        }
        // Behind its own signal, but never later than this agent.
        dialogue::LanguageModel *model = m_greetingModel.release();
        model->setParent(this);
        model->deleteLater();
    });
}

void AgentPipeline::attach(telephony::MediaTransport *transport)
{
    if (m_parts.recordings)
        record(transport);
    m_playout->attach(transport);
    connect(transport, &telephony::MediaTransport::audioReceived, this,
            [this](const QByteArray &mulaw, milliseconds streamTime) {
                m_pipeline.pushDownstream(CalleeAudio{mulaw, streamTime, m_parts.clock.now()});
            });
    connect(transport, &telephony::MediaTransport::digitReceived, this,
            [this](char digit) { m_pipeline.pushDownstream(CalleeDigit{digit}); });
}

void AgentPipeline::record(telephony::MediaTransport *transport)
{
    m_recorder = std::make_unique<recording::CallRecorder>(m_sid, *m_parts.recordings);
    connect(transport, &telephony::MediaTransport::audioReceived, this, [this](const QByteArray &mulaw, milliseconds streamTime) {
        if (m_recorder)
            m_recorder->calleeSaid(mulaw, streamTime);
    });
    connect(m_playout, &telephony::PlayoutProcessor::heard, this, [this](TurnId turn, const QByteArray &mulaw, milliseconds ago) {
        if (m_recorder)
            m_recorder->calleeHeard(turn, mulaw, ago);
    });
}

void AgentPipeline::detach()
{
    // Whatever is being thought or said is accounted for as far as it was heard, and costs nothing more.
    m_turns->stop();
    m_pipeline.pushDownstream(Interrupted{m_turns->currentTurn()});
    m_playout->detach();
    m_transcriber->stop();
    m_speaker->stop();
    m_recorder.reset();
}

void AgentPipeline::greet()
{
    if (!m_greeting.isEmpty()) {
        say(m_greeting);
        return;
    }
    UserTurn turn;
    turn.turn = m_turns->openTurn();
    turn.rule = u"nobody_spoke"_s;
    m_pipeline.pushDownstream(turn);
}

void AgentPipeline::say(const QString &sentence, bool interruptible)
{
    const TurnId turn = m_turns->openTurn();
    m_pipeline.pushDownstream(Sentence{turn, sentence, interruptible});
    m_pipeline.pushDownstream(ModelDone{turn, {}});
}

void AgentPipeline::end(const QString &reason, const QString &lastWords)
{
    if (!lastWords.isEmpty())
        say(lastWords, false);
    m_pipeline.pushDownstream(EndOfCall{reason});
}

void AgentPipeline::note(const QString &text)
{
    m_responder->addNote(text);
}

void AgentPipeline::answerTool(const ToolResult &result)
{
    m_pipeline.pushUpstream(result);
}

void AgentPipeline::playTones(const QByteArray &mulaw)
{
    const TurnId turn = m_turns->openTurn();
    m_pipeline.pushDownstream(AgentAudio{turn, mulaw});
    m_pipeline.pushDownstream(SpeechDone{turn});
}

records::CallLevel AgentPipeline::level() const
{
    return {{}, m_calleeDbfs, m_playout->levelDbfs(kMeterWindow)};
}

void AgentPipeline::onVendorReady()
{
    if (m_connectionsReady || !m_transcriber->isReady() || !m_speaker->isReady())
        return;
    m_connectionsReady = true;
    emit connectionsReady();
}

void AgentPipeline::onTranscript(const Transcript &transcript)
{
    using Kind = Transcript::Kind;
    const bool final = transcript.kind == Kind::Final || transcript.kind == Kind::EndOfTurn;
    if (transcript.text.isEmpty() || (!final && transcript.kind != Kind::Interim))
        return;
    emit calleeHeard();
    records::CalleeSaid said;
    said.turn = m_turns->nextTurn();
    said.text = transcript.text;
    said.final = final;
    if (final && m_recorder)
        said.recordingMs = static_cast<double>(m_recorder->beginOfWords().count());
    emit calleeSaid(said);
}

void AgentPipeline::onUserTurn(const UserTurn &turn)
{
    if (turn.speechEndedAt != TimePoint{})
        emit answerDue(turn.speechEndedAt);
}

void AgentPipeline::onVoiceEdge(const VoiceEdge &edge)
{
    if (edge.kind == VoiceEdge::Kind::Started) {
        if (m_recorder)
            m_recorder->calleeBegan(edge.speech); // in their sound, whenever it arrived
        emit calleeHeard();
    } else if (edge.kind == VoiceEdge::Kind::Stopped) {
        if (m_recorder)
            m_recorder->calleeStopped();
        emit calleeStopped(edge.speech);
    }
}

void AgentPipeline::onReachedEnd(const Frame &frame)
{
    std::visit(Overloaded{
                   [this](const VoiceEdge &edge) { onVoiceEdge(edge); },
                   [this](const Sentence &sentence) {
                       m_spokenCharacters[sentence.turn] += static_cast<int>(sentence.text.size());
                       records::AgentSpeaking speaking;
                       speaking.turn = sentence.turn;
                       speaking.text = sentence.text;
                       emit agentSpeaking(speaking);
                   },
                   [this](const ToolCall &call) { emit toolCalled(call); },
                   [this](const Incident &incident) { emit this->incident(incident.error, incident.fatal); },
                   [this](const EndOfCall &end) { emit ended(end.reason); },
                   [](const auto &) {},
               },
               frame);
}

void AgentPipeline::onReachedStart(const Frame &frame)
{
    std::visit(Overloaded{
                   [this](const AgentAudible &audible) {
                       if (audible.kind == AgentAudible::Kind::Started || audible.kind == AgentAudible::Kind::Resumed)
                           emit agentAudible();
                       else if (audible.kind == AgentAudible::Kind::Held)
                           emit agentHeld();
                       else if (audible.kind == AgentAudible::Kind::Finished)
                           emit agentFinished();
                   },
                   [this](const AgentProgress &progress) {
                       records::AgentProgress told;
                       told.turn = progress.turn;
                       told.heard = progress.heard;
                       emit agentProgress(told);
                   },
                   [this](const AgentHeard &heard) {
                       records::AgentTurn turn;
                       turn.turn = heard.turn;
                       turn.heard = heard.heard;
                       turn.cut = heard.cut;
                       turn.interrupted = heard.interrupted;
                       turn.audioHeardMs = static_cast<double>(heard.audioHeard.count());
                       turn.rule = m_meter.ruleOf(heard.turn);
                       const ModelUsage usage = m_meter.usageOf(heard.turn);
                       turn.promptTokens = usage.promptTokens;
                       turn.outputTokens = usage.outputTokens;
                       turn.connectionReused = usage.connectionReused;
                       turn.spokenCharacters = m_spokenCharacters.take(heard.turn);
                       turn.latency = m_meter.take(heard.turn);
                       if (const auto from = m_recorder ? m_recorder->beginOfTurn(heard.turn) : std::nullopt)
                           turn.recordingMs = static_cast<double>(from->count());
                       emit agentTurn(turn);
                   },
                   [this](const Incident &incident) { emit this->incident(incident.error, incident.fatal); },
                   [](const auto &) {},
               },
               frame);
}

} // namespace engine::calls
