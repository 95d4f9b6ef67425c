#include "engine/vendors.h"

#include "engine/dialogue/gemini/gemini_model.h"
#include "engine/dialogue/openai/openai_model.h"
#include "engine/speech/cartesia/cartesia_client.h"
#include "engine/speech/deepgram/deepgram_client.h"

using namespace Qt::StringLiterals;

namespace engine {

namespace {

/// Flux: confidence from which the model may start thinking ahead of the callee's last word.
constexpr double kEagerEndOfTurn = 0.5;

} // namespace

Vendors::Vendors(const config::Config &config, net::HttpClient &http, net::WebSocketFactory &sockets, Clock &clock)
    : m_config(config), m_http(http), m_sockets(sockets), m_clock(clock)
{}

std::unique_ptr<speech::SpeechToText> Vendors::makeSpeechToText(const CallSid &sid)
{
    speech::deepgram::DeepgramSettings settings;
    settings.apiKey = m_config.deepgram.apiKey;
    settings.baseUrl = m_config.deepgram.baseUrl;
    settings.model = m_config.deepgram.model;
    settings.language = m_config.agent.language;
    settings.tag = sid.value();
    settings.eagerEndOfTurnThreshold = kEagerEndOfTurn;
    return speech::deepgram::makeDeepgram(settings, m_sockets, m_clock);
}

std::unique_ptr<speech::TextToSpeech> Vendors::makeTextToSpeech(const CallSid &sid)
{
    speech::cartesia::CartesiaSettings settings;
    settings.apiKey = m_config.cartesia.apiKey;
    settings.baseUrl = m_config.cartesia.baseUrl;
    settings.model = m_config.cartesia.model;
    settings.voiceId = m_config.cartesia.voiceId;
    settings.language = m_config.agent.language;
    settings.contextPrefix = sid.value();
    return std::make_unique<speech::cartesia::CartesiaClient>(settings, m_sockets, m_clock);
}

std::unique_ptr<dialogue::LanguageModel> Vendors::makeLanguageModel(const CallSid &)
{
    if (m_config.modelProvider == config::ModelProvider::OpenAi) {
        dialogue::openai::OpenAiSettings settings;
        settings.apiKey = m_config.openAi.apiKey;
        settings.baseUrl = m_config.openAi.baseUrl;
        settings.model = m_config.openAi.model;
        return std::make_unique<dialogue::openai::OpenAiModel>(settings, m_http);
    }
    dialogue::gemini::GeminiSettings settings;
    settings.apiKey = m_config.gemini.apiKey;
    settings.baseUrl = m_config.gemini.baseUrl;
    settings.model = m_config.gemini.model;
    return std::make_unique<dialogue::gemini::GeminiModel>(settings, m_http);
}

QString Vendors::voiceKey() const
{
    return QStringList{m_config.cartesia.baseUrl.toString(), m_config.cartesia.model, m_config.cartesia.voiceId, m_config.agent.language}.join(u'|');
}

} // namespace engine
