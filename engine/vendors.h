#pragma once

#include "engine/calls/agent_factory.h"
#include "engine/config/config.h"
#include "engine/net/http_client.h"
#include "engine/net/web_socket.h"
#include "engine/speech/speech_sample.h"
#include "engine/speech/voice.h"

namespace engine {

/// Makes each call's transcriber, model and voice as the configuration names them. With engine.cpp the only place that knows vendors.
/// Engine thread; the references outlive it.
class Vendors final : public calls::AgentFactory
{
public:
    Vendors(const config::Config &config, net::HttpClient &http, net::WebSocketFactory &sockets, Clock &clock);

    std::unique_ptr<speech::SpeechToText> makeSpeechToText(const CallSid &sid) override;
    std::unique_ptr<speech::TextToSpeech> makeTextToSpeech(const CallSid &sid) override;
    std::unique_ptr<dialogue::LanguageModel> makeLanguageModel(const CallSid &sid) override;
    QString voiceKey() const override;

    /// @return never null; answered later
    [[nodiscard]] speech::VoiceListJob *listVoices(QObject *parent);
    /// @return never null; answered later
    [[nodiscard]] speech::SpeechSampleJob *speakSample(const QString &text, QObject *parent);

private:
    config::Config m_config;
    net::HttpClient &m_http;
    net::WebSocketFactory &m_sockets;
    Clock &m_clock;
};

} // namespace engine
