#pragma once

#include "engine/calls/agent_pipeline.h"
#include "engine/calls/call_settings.h"
#include "engine/calls/call_state.h"
#include "engine/calls/silence_watch.h"
#include "engine/records/events.h"
#include "engine/telephony/phone_network.h"

#include <QMap>
#include <QObject>

#include <functional>
#include <memory>

namespace engine::telephony {
class MediaTransport;
}

namespace engine::calls {

/// What a call was placed with; it keeps these to its end, whatever the settings become meanwhile.
struct CallFacts
{
    CallSid sid;
    E164Number to;
    E164Number from;
    config::Environment environment = config::Environment::Local;
    bool practice = false;
    QMap<QString, QString> customData;
};

/// Whether a number may be called from another: the operator's limits and the do-not-call list.
using NumberRule = std::function<Result<Done>(const E164Number &to, const E164Number &from)>;
inline Result<Done> anyNumber(const E164Number &, const E164Number &)
{
    return Done{};
}

/// One call the carrier knows, from the moment it is queued until its last event.
///
/// Follows the carrier's word through the state machine of call_state.h; side effects hang on the transition (enter). In local mode
/// it owns the agent and the media; in production the agent lives elsewhere and only the states are followed.
/// Engine thread; owned by the CallDesk, which deletes it later after finished().
class LiveCall : public QObject
{
    Q_OBJECT
public:
    /// @param agent  null in production
    LiveCall(const CallFacts &facts, std::unique_ptr<AgentPipeline> agent, const CallSettings &settings,
             config::GreetingMode greetingMode, telephony::PhoneNetwork &network, Clock &clock, QObject *parent = nullptr);
    ~LiveCall() override;

    const CallFacts &facts() const { return m_facts; }
    CallState state() const { return m_state; }
    bool hasStream() const { return m_hadStream; }
    /// Whether the carrier said how it ended; else the call was given up without its word.
    bool isEndKnown() const { return m_endKnown; }

    /// Decides where the agent may transfer the callee to; without a rule anywhere.
    void setTransferRule(const NumberRule &rule) { m_transferRule = rule; }
    /// Announces the call and starts getting ready. Once, right after the signals are connected.
    void start();
    void onProgress(const telephony::CallProgress &progress);
    /// The callee's sound is here. Takes ownership of the transport.
    void attachStream(std::unique_ptr<telephony::MediaTransport> transport);
    /// Ends the call now, whatever it is doing. @param reason  for the record, e.g. "operator"
    void hangUp(const QString &reason);
    /// Nothing was heard of it for too long: tells so, and ends it.
    void endAsDead();
    /// Tells of a step others took for this call: records::CallNoted.
    void note(const QString &what, const QString &text = {});
    /// How loud both sides are now; nullopt without sound of our own.
    [[nodiscard]] std::optional<records::CallLevel> level() const;

signals:
    void event(const engine::records::Event &event);
    /// A sign of life: the carrier's word while no sound is due, sound while it is.
    void alive();
    /// The callee asked not to be called again.
    void doNotCallAsked();
    /// The last event has been emitted; nothing more will come.
    void finished();

private:
    void apply(const CallEvent &event);
    void enter(CallState state);
    void connectAgent();
    void onStreamClosed(bool orderly);
    void onToolCalled(const pipeline::ToolCall &call);
    QJsonObject runTool(const pipeline::ToolCall &call, bool *answerNeeded);
    void onIncident(const Error &error, bool fatal);
    void checkMedia();
    void endAtCarrier();
    void askCarrier();
    bool isSoundDue() const;
    std::chrono::milliseconds statusPeriod() const;
    void endPolitely(const QString &reason, const QString &lastWords);
    void emitIncident(const Error &error);
    void finish();

    CallFacts m_facts;
    std::unique_ptr<AgentPipeline> m_agent;
    CallSettings m_settings;
    config::GreetingMode m_greetingMode;
    telephony::PhoneNetwork &m_network;
    NumberRule m_transferRule = anyNumber;
    Clock &m_clock;
    std::unique_ptr<telephony::MediaTransport> m_transport;
    SilenceWatch m_silence;
    std::unique_ptr<Timer> m_greetTimer;
    std::unique_ptr<Timer> m_warningTimer; // before the time limit
    std::unique_ptr<Timer> m_limitTimer;
    std::unique_ptr<Timer> m_mediaTimer;
    std::unique_ptr<Timer> m_goodbyeTimer;
    std::unique_ptr<Timer> m_statusTimer;

    CallState m_state = CallState::Queued;
    bool m_announced = false;
    bool m_hadStream = false;
    bool m_streamOver = false;
    bool m_greetingDue = false; // callee_first, and nobody has said anything yet
    bool m_ending = false;      // the agent is saying its last words
    bool m_hungUp = false;      // the carrier was asked to end the call
    bool m_transferred = false; // the callee talks to somebody else now; the call is not ours to end
    bool m_finished = false;
    bool m_gapShown = false;
    bool m_endKnown = true;
    int m_statusAsked = 0;
    QString m_endTrouble; ///< why the carrier could not be asked to end the call, as last told; "" when it could
    QString m_endReason;
    std::optional<Clock::TimePoint> m_answeredAt;
    std::optional<Clock::TimePoint> m_streamStartedAt;
    std::optional<Clock::TimePoint> m_firstAudioAt;
    std::optional<Clock::TimePoint> m_endedAt;
    std::optional<int> m_carrierSeconds;
    Clock::TimePoint m_lastMediaAt{};
    int m_calleeTurns = 0;
    int m_agentTurns = 0;
    int m_lastCalleeTurn = 0;
    QDateTime m_wordsBegunAt;             // of the callee, not final yet
    QMap<int, QDateTime> m_turnsBegunAt; // of the agent, not over yet
};

} // namespace engine::calls
