#pragma once

#include "engine/dialogue/gemini/gemini_codec.h"
#include "engine/dialogue/language_model.h"
#include "engine/net/http_client.h"

namespace engine::dialogue::gemini {

/// Google Gemini as the agent's mind, over streamGenerateContent. Remembers for its call which thinking setting the API
/// accepted. Engine thread; one per call.
class GeminiModel final : public LanguageModel
{
    Q_OBJECT
public:
    /// @param http  outlives this and every job
    GeminiModel(GeminiSettings settings, net::HttpClient &http, QObject *parent = nullptr);

    /// Lists one model, which leaves a warm connection behind. Of the answer only a refused key is of interest.
    void warmUp() override;
    ModelJob *generate(const ModelRequest &request, QObject *parent) override;

private:
    Error refusedWith(int status, const QByteArray &body, const Thinking &sent);

    GeminiSettings m_settings;
    net::HttpClient &m_http;
    Thinking m_thinking;
    int m_requests = 0;
};

} // namespace engine::dialogue::gemini
