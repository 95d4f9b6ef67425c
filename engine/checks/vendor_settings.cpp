#include "engine/checks/vendor_settings.h"

namespace engine::checks {

namespace {

/// Flux: confidence from which the model may start thinking ahead of the callee's last word.
constexpr double kEagerEndOfTurn = 0.5;

} // namespace

speech::deepgram::DeepgramSettings deepgramSettings(const config::DeepgramConfig &config, const QString &language)
{
    speech::deepgram::DeepgramSettings settings;
    settings.apiKey = config.apiKey;
    settings.baseUrl = config.baseUrl;
    settings.model = config.model;
    settings.language = language;
    settings.eagerEndOfTurnThreshold = kEagerEndOfTurn;
    return settings;
}

dialogue::gemini::GeminiSettings geminiSettings(const config::GeminiConfig &config)
{
    dialogue::gemini::GeminiSettings settings;
    settings.apiKey = config.apiKey;
    settings.baseUrl = config.baseUrl;
    settings.model = config.model;
    return settings;
}

dialogue::openai::OpenAiSettings openAiSettings(const config::OpenAiConfig &config)
{
    dialogue::openai::OpenAiSettings settings;
    settings.apiKey = config.apiKey;
    settings.baseUrl = config.baseUrl;
    settings.model = config.model;
    return settings;
}

speech::cartesia::CartesiaSettings cartesiaSettings(const config::CartesiaConfig &config, const QString &language)
{
    speech::cartesia::CartesiaSettings settings;
    settings.apiKey = config.apiKey;
    settings.baseUrl = config.baseUrl;
    settings.model = config.model;
    settings.voiceId = config.voiceId;
    settings.language = language;
    return settings;
}

twilio::TwilioSettings twilioSettings(const config::TwilioConfig &config)
{
    twilio::TwilioSettings settings;
    settings.accountSid = config.accountSid;
    settings.authToken = config.authToken;
    settings.apiKeySid = config.apiKeySid;
    settings.apiKeySecret = config.apiKeySecret;
    settings.baseUrl = config.baseUrl;
    return settings;
}

} // namespace engine::checks
