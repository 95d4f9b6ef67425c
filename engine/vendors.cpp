#include "engine/vendors.h"

#include "engine/checks/vendor_settings.h"
#include "engine/dialogue/gemini/gemini_model.h"
#include "engine/dialogue/openai/openai_model.h"
#include "engine/speech/cartesia/cartesia_client.h"
#include "engine/speech/cartesia/voice_list.h"
#include "engine/speech/deepgram/deepgram_client.h"

using namespace Qt::StringLiterals;

namespace engine {

Vendors::Vendors(const config::Config &config, net::HttpClient &http, net::WebSocketFactory &sockets, Clock &clock)
    : m_config(config), m_http(http), m_sockets(sockets), m_clock(clock)
{}

std::unique_ptr<speech::SpeechToText> Vendors::makeSpeechToText(const CallSid &sid)
{
    auto settings = checks::deepgramSettings(m_config.deepgram, m_config.agent.language);
    settings.tag = sid.value();
    return speech::deepgram::makeDeepgram(settings, m_sockets, m_clock);
}

std::unique_ptr<speech::TextToSpeech> Vendors::makeTextToSpeech(const CallSid &sid)
{
    auto settings = checks::cartesiaSettings(m_config.cartesia, m_config.agent.language);
    settings.contextPrefix = sid.value();
    return std::make_unique<speech::cartesia::CartesiaClient>(settings, m_sockets, m_clock);
}

speech::VoiceListJob *Vendors::listVoices(QObject *parent)
{
    return new speech::cartesia::CartesiaVoiceListJob(
        checks::cartesiaSettings(m_config.cartesia, m_config.agent.language), m_http, parent);
}

speech::SpeechSampleJob *Vendors::speakSample(const QString &text, QObject *parent)
{
    auto settings = checks::cartesiaSettings(m_config.cartesia, m_config.agent.language);
    settings.contextPrefix = u"sample"_s;
    return new speech::SpeechSampleJob(
        std::make_unique<speech::cartesia::CartesiaClient>(settings, m_sockets, m_clock), text, m_clock, parent);
}

std::unique_ptr<dialogue::LanguageModel> Vendors::makeLanguageModel(const CallSid &)
{
    if (m_config.modelProvider == config::ModelProvider::OpenAi)
        return std::make_unique<dialogue::openai::OpenAiModel>(checks::openAiSettings(m_config.openAi), m_http);
    return std::make_unique<dialogue::gemini::GeminiModel>(checks::geminiSettings(m_config.gemini), m_http);
}

QString Vendors::voiceKey() const
{
    return QStringList{m_config.cartesia.baseUrl.toString(), m_config.cartesia.model, m_config.cartesia.voiceId, m_config.agent.language}.join(u'|');
}

} // namespace engine
