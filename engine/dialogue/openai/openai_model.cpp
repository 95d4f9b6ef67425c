#include "engine/dialogue/openai/openai_model.h"

namespace engine::dialogue::openai {

namespace {

/// Loading a model from disk takes a while.
constexpr std::chrono::milliseconds kLoadTimeout{30'000};
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

} // namespace

OpenAiModel::OpenAiModel(OpenAiSettings settings, net::HttpClient &http, QObject *parent)
    : LanguageModel(parent), m_settings(std::move(settings)), m_http(http)
{
}

net::HeaderList OpenAiModel::headers() const
{
    net::HeaderList headers = {{"Content-Type", "application/json"}};
    if (!m_settings.apiKey.isEmpty())
        headers.append({"Authorization", "Bearer " + m_settings.apiKey.reveal()});
    return headers;
}

void OpenAiModel::warmUp()
{
    net::HttpRequest request;
    request.headers = headers();
    if (isLocal(m_settings)) {
        request.method = "POST";
        request.url = chatUrl(m_settings);
        request.body = encodeWarmUp(m_settings);
        request.timeout = kLoadTimeout;
    } else {
        request.url = modelsUrl(m_settings);
        request.timeout = m_settings.idleTimeout;
    }
    // Not a child: aborting it with us would close the very connection it warmed.
    auto *job = m_http.send(request, &m_http);
    connect(job, &net::HttpJob::finished, this, [this](const Result<net::HttpResponse> &response) {
        // Only the key: other refusals may be of this request alone, which is not the one that counts.
        if (response && (response->status == kUnauthorized || response->status == kForbidden))
            emit refused(refusal(response->status, response->body, m_settings));
    });
}

ModelJob *OpenAiModel::generate(const ModelRequest &request, QObject *parent)
{
    net::HttpRequest post;
    post.method = "POST";
    post.url = chatUrl(m_settings);
    post.headers = headers();
    post.body = encodeRequest(request, m_settings);
    post.timeout = m_settings.idleTimeout;
    post.streaming = true;
    return new StreamedAnswer(
        m_http, post, std::make_unique<OpenAiAnswerReader>(m_settings, ++m_requests),
        [settings = m_settings](int status, const QByteArray &body) { return refusal(status, body, settings); },
        parent);
}

} // namespace engine::dialogue::openai
