#pragma once

#include "engine/calls/agent_factory.h"
#include "engine/calls/call_settings.h"
#include "engine/calls/turn_meter.h"
#include "engine/config/config.h"
#include "engine/pipeline/pipeline.h"
#include "engine/records/call_level.h"
#include "engine/records/events.h"

#include <QMap>
#include <QObject>

#include <memory>

namespace engine::telephony {
class MediaTransport;
class PlayoutProcessor;
} // namespace engine::telephony
namespace engine::turns {
class SileroWeights;
class TurnProcessor;
} // namespace engine::turns
namespace engine::recording {
class CallRecorder;
class RecordingFolder;
} // namespace engine::recording
namespace engine::speech {
class PhraseBook;
class SpeakerProcessor;
class TranscriberProcessor;
} // namespace engine::speech
namespace engine::dialogue {
class ResponderProcessor;
}

namespace engine::calls {

/// What an agent is made of; the references outlive every call.
struct AgentParts
{
    AgentFactory &factory;
    speech::PhraseBook &phrases;
    std::shared_ptr<const turns::SileroWeights> vadWeights;
    Clock &clock;
    recording::RecordingFolder *recordings = nullptr; ///< null: calls are not recorded
};

/// The agent of one call: its ears, its head and its voice, as a pipeline.
///
/// Built and warmed while the phone rings (prepare), connected to the callee at the answer (attach). Everything that happens inside
/// comes out as signals with values. Engine thread; owned by its LiveCall.
class AgentPipeline : public QObject
{
    Q_OBJECT
public:
    /// @param customData  reaches the prompt; see dialogue/prompt_template.h
    AgentPipeline(const CallSid &sid, const config::AgentConfig &config, const CallSettings &settings,
                  const QMap<QString, QString> &customData, const AgentParts &parts, QObject *parent = nullptr);
    ~AgentPipeline() override;

    /// Opens the vendors' connections and renders the fixed phrases, the greeting among them.
    void prepare();
    /// The callee answered. @param transport  not owned; detach() before it goes
    void attach(telephony::MediaTransport *transport);
    void detach();

    /// Speaks first, whoever was meant to: the prepared greeting, or the model's own first words.
    void greet();
    /// Says a fixed sentence in a turn of its own.
    void say(const QString &sentence, bool interruptible = true);
    /// Says `lastWords` (may be empty), lets everything queued be heard, then emits ended(reason).
    void end(const QString &reason, const QString &lastWords);
    /// Tells the model something the callee did not say, with its next answer.
    void note(const QString &text);
    /// Answers a function call the model made.
    void answerTool(const pipeline::ToolResult &result);
    /// Puts sound of our own (DTMF tones) into the agent's voice.
    void playTones(const QByteArray &mulaw);

    /// How loud both sides are now; `sid` is left for the call to fill.
    [[nodiscard]] records::CallLevel level() const;

signals:
    /// Ears and voice are connected to their vendors, for the first time.
    void connectionsReady();
    void calleeHeard();
    /// @param speech  how much of their sound was speech
    void calleeStopped(std::chrono::milliseconds speech = {});
    void answerDue(engine::Clock::TimePoint speechEndedAt);
    /// `sid` and `at` of the values are left for the call to fill.
    void calleeSaid(const engine::records::CalleeSaid &said);
    void agentSpeaking(const engine::records::AgentSpeaking &speaking);
    void agentProgress(const engine::records::AgentProgress &progress);
    void agentTurn(const engine::records::AgentTurn &turn);
    void agentAudible();
    void agentHeld();
    void agentFinished();
    void toolCalled(const engine::pipeline::ToolCall &call);
    void incident(const engine::Error &error, bool fatal);
    void ended(const QString &reason);

private:
    /// Sees the callee's words and turns on their way, where the end of the pipeline would be too late.
    class Listener;
    void onTranscript(const pipeline::Transcript &transcript);
    void onUserTurn(const pipeline::UserTurn &turn);
    void onVoiceEdge(const pipeline::VoiceEdge &edge);
    void onReachedEnd(const pipeline::Frame &frame);
    void onReachedStart(const pipeline::Frame &frame);
    void prepareGreeting();
    void onVendorReady();

    void record(telephony::MediaTransport *transport);

    CallSid m_sid;
    config::AgentConfig m_config;
    CallSettings m_settings;
    AgentParts m_parts;
    TurnMeter m_meter;
    std::unique_ptr<Listener> m_listener;
    std::unique_ptr<recording::CallRecorder> m_recorder; // while the callee's sound is here, when calls are recorded
    pipeline::Pipeline m_pipeline;
    turns::TurnProcessor *m_turns = nullptr;           // in m_pipeline
    speech::TranscriberProcessor *m_transcriber = nullptr;
    dialogue::ResponderProcessor *m_responder = nullptr;
    speech::SpeakerProcessor *m_speaker = nullptr;
    telephony::PlayoutProcessor *m_playout = nullptr;
    std::unique_ptr<dialogue::LanguageModel> m_greetingModel; // only while a greeting is being thought of
    QString m_systemPrompt; // filled in; the custom data at its end
    QString m_greeting;
    QMap<pipeline::TurnId, int> m_spokenCharacters;
    double m_calleeDbfs;
    bool m_connectionsReady = false;
};

} // namespace engine::calls
