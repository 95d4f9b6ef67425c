#pragma once

#include "engine/dialogue/language_model.h"
#include "engine/dialogue/openai/openai_codec.h"
#include "engine/net/http_client.h"

namespace engine::dialogue::openai {

/// OpenAI, or any server with the same chat-completions protocol, as the agent's mind. Engine thread; one per call.
class OpenAiModel final : public LanguageModel
{
    Q_OBJECT
public:
    /// @param http  outlives this and every job
    OpenAiModel(OpenAiSettings settings, net::HttpClient &http, QObject *parent = nullptr);

    /// Leaves a warm connection behind; a server on this machine is asked for one token so that it loads its model.
    void warmUp() override;
    ModelJob *generate(const ModelRequest &request, QObject *parent) override;

private:
    net::HeaderList headers() const;

    OpenAiSettings m_settings;
    net::HttpClient &m_http;
    int m_requests = 0;
};

} // namespace engine::dialogue::openai
