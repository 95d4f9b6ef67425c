#pragma once

#include "engine/base/ids.h"
#include "engine/dialogue/language_model.h"
#include "engine/speech/speech_to_text.h"
#include "engine/speech/text_to_speech.h"

#include <memory>

namespace engine::calls {

/// Makes the vendors' ends of one call, so that calls know interfaces only. Engine thread; outlives every call.
class AgentFactory
{
public:
    virtual ~AgentFactory() = default;
    [[nodiscard]] virtual std::unique_ptr<speech::SpeechToText> makeSpeechToText(const CallSid &sid) = 0;
    [[nodiscard]] virtual std::unique_ptr<speech::TextToSpeech> makeTextToSpeech(const CallSid &sid) = 0;
    [[nodiscard]] virtual std::unique_ptr<dialogue::LanguageModel> makeLanguageModel(const CallSid &sid) = 0;
    /// Names voice, model and language: phrases rendered under one key may be used by every call with the same key.
    [[nodiscard]] virtual QString voiceKey() const = 0;
};

} // namespace engine::calls
