#pragma once

#include "engine/calls/live_call.h"
#include "engine/speech/phrase_book.h"
#include "engine/turns/silero_vad.h"
#include "tests/support/event_log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_phone_network.h"
#include "tests/support/fake_transport.h"
#include "tests/support/scripted_agent.h"

#include <QCoreApplication>
#include <QPointer>

#include <memory>

/// One call with everything around it played by the test: the carrier, the vendors, the callee and time.
class CallRig
{
public:
    static constexpr auto kGreeting = "Hello, this is the desk.";

    engine::config::AgentConfig config;
    engine::calls::CallSettings settings;
    support::FakeClock clock;
    support::FakePhoneNetwork network;
    support::ScriptedAgentFactory factory{clock};
    engine::speech::PhraseBook phrases;
    support::EventLog log;
    std::unique_ptr<engine::calls::LiveCall> call;
    QPointer<engine::calls::AgentPipeline> agent;
    QPointer<support::FakeTransport> line;
    int finished = 0;

    CallRig() { config.greeting = QString::fromLatin1(kGreeting); }
    ~CallRig()
    {
        call.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // jobs hold timers of the clock
    }

    /// Places the call: it exists at the carrier and waits there.
    void place(engine::config::Environment environment = engine::config::Environment::Local)
    {
        using namespace engine;
        calls::CallFacts facts;
        facts.sid = CallSid(QStringLiteral("CA1"));
        facts.to = *E164Number::parse(QStringLiteral("+14155550100"));
        facts.from = *E164Number::parse(QStringLiteral("+14155550199"));
        facts.environment = environment;
        std::unique_ptr<calls::AgentPipeline> made;
        if (environment == config::Environment::Local)
            made = std::make_unique<calls::AgentPipeline>(facts.sid, config, settings, QMap<QString, QString>(),
                                                          calls::AgentParts{factory, phrases, weights(), clock});
        agent = made.get();
        call = std::make_unique<calls::LiveCall>(facts, std::move(made), settings, config.greetingMode, network, clock);
        QObject::connect(call.get(), &calls::LiveCall::event, call.get(),
                         [this](const records::Event &event) { log.add(event); });
        QObject::connect(call.get(), &calls::LiveCall::finished, call.get(), [this] { ++finished; });
        call->start();
    }

    void carrierSays(engine::telephony::CallStatus status, std::optional<int> seconds = {})
    {
        engine::telephony::CallProgress progress;
        progress.sid = call->facts().sid;
        progress.status = status;
        progress.durationSeconds = seconds;
        call->onProgress(progress);
    }

    /// It rings long enough for all phrases to be rendered, and is answered; the stream starts.
    void answer(std::chrono::milliseconds ringing = std::chrono::seconds(2))
    {
        using engine::telephony::CallStatus;
        carrierSays(CallStatus::Ringing);
        pass(ringing);
        carrierSays(CallStatus::InProgress);
        stream();
    }
    void stream()
    {
        auto transport = std::make_unique<support::FakeTransport>(clock);
        line = transport.get();
        call->attachStream(std::move(transport));
    }

    /// Time passes, and with it arrives the callee's silence, 20 ms at a time.
    void pass(std::chrono::milliseconds time)
    {
        static const QByteArray kSilence(160, '\xff');
        const auto until = clock.now() + time;
        while (clock.now() < until) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock.now());
            clock.advance(std::min(left, std::chrono::milliseconds(20)));
            if (line && m_silence)
                emit line->audioReceived(kSilence, std::chrono::milliseconds(0));
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }
    /// From now on the carrier sends no sound.
    void stopSound() { m_silence = false; }
    void resumeSound() { m_silence = true; }

    /// The callee says something in a turn of its own.
    void calleeSays(const QString &text)
    {
        factory.ears->interim(text);
        pass(std::chrono::milliseconds(100));
        factory.ears->turn(text);
    }
    /// Lets the agent say what it was asked to say by now.
    void listen() { pass(std::chrono::seconds(6)); }

    QString endReason() const { return log.ends().empty() ? QString() : log.ends().front().reason; }
    QString endStatus() const { return log.ends().empty() ? QString() : log.ends().front().status; }

    static std::shared_ptr<const engine::turns::SileroWeights> weights()
    {
        static const auto loaded = engine::turns::SileroWeights::load();
        return *loaded;
    }

private:
    bool m_silence = true;
};

inline const QString kHello = QString::fromLatin1(CallRig::kGreeting);

/// What the model answers: a text, or a text and a wish for a tool.
inline support::ModelStep says(const QString &text)
{
    return {.text = text};
}
inline support::ModelStep usesTool(const QString &text, const QString &name, const QJsonObject &arguments)
{
    return {.text = text, .calls = {{QStringLiteral("call-1"), name, arguments}}};
}
