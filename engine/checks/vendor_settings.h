#pragma once

#include "engine/config/config.h"
#include "engine/dialogue/gemini/gemini_codec.h"
#include "engine/dialogue/openai/openai_codec.h"
#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/deepgram/deepgram_settings.h"
#include "engine/twilio/twilio_rest.h"

/// The configuration in each vendor's own terms: one place, so that a check asks for exactly what a call will. Pure.
namespace engine::checks {

[[nodiscard]] speech::deepgram::DeepgramSettings deepgramSettings(const config::DeepgramConfig &config,
                                                                  const QString &language);
[[nodiscard]] dialogue::gemini::GeminiSettings geminiSettings(const config::GeminiConfig &config);
[[nodiscard]] dialogue::openai::OpenAiSettings openAiSettings(const config::OpenAiConfig &config);
[[nodiscard]] speech::cartesia::CartesiaSettings cartesiaSettings(const config::CartesiaConfig &config,
                                                                  const QString &language);
[[nodiscard]] twilio::TwilioSettings twilioSettings(const config::TwilioConfig &config);

} // namespace engine::checks
