#include "engine/dialogue/gemini/gemini_model.h"

using namespace Qt::StringLiterals;

namespace engine::dialogue::gemini {

namespace {

QString describe(const Thinking &thinking)
{
    return thinking.level.isEmpty() ? u"its own thinking setting"_s : u"thinking level %1"_s.arg(thinking.level);
}

} // namespace

GeminiModel::GeminiModel(GeminiSettings settings, net::HttpClient &http, QObject *parent)
    : LanguageModel(parent), m_settings(std::move(settings)), m_http(http),
      m_thinking(quickestThinking(m_settings.model))
{
}

void GeminiModel::warmUp()
{
    net::HttpRequest request;
    request.url = listUrl(m_settings);
    request.headers = {{"x-goog-api-key", m_settings.apiKey.reveal()}};
    request.timeout = m_settings.idleTimeout;
    // Not a child: aborting it with us would close the very connection it warmed.
    auto *job = m_http.send(request, &m_http);
    connect(job, &net::HttpJob::finished, this, [this](const Result<net::HttpResponse> &response) {
        if (!response || response->status / 100 == 2)
            return;
        const Error error = refusal(response->status, response->body, m_settings);
        if (error.code == "model_refused"_L1)
            emit refused(error);
    });
}

ModelJob *GeminiModel::generate(const ModelRequest &request, QObject *parent)
{
    net::HttpRequest post;
    post.method = "POST";
    post.url = streamUrl(m_settings);
    post.headers = {{"x-goog-api-key", m_settings.apiKey.reveal()}, {"Content-Type", "application/json"}};
    post.body = encodeRequest(request, m_settings, m_thinking);
    post.timeout = m_settings.idleTimeout;
    post.streaming = true;
    return new StreamedAnswer(
        m_http, post, std::make_unique<GeminiAnswerReader>(m_settings, ++m_requests),
        [self = QPointer(this), settings = m_settings, sent = m_thinking](int status, const QByteArray &body) {
            return self ? self->refusedWith(status, body, sent) : refusal(status, body, settings);
        },
        parent);
}

/// Which thinking levels a model takes changes behind its name; a refused one is replaced, and the responder simply
/// asks again.
Error GeminiModel::refusedWith(int status, const QByteArray &body, const Thinking &sent)
{
    const auto next = status == 400 ? nextThinking(sent, body) : std::nullopt;
    if (!next)
        return refusal(status, body, m_settings);
    if (m_thinking == sent) // a second request of the race may have moved on already
        m_thinking = *next;
    return {Fault::Vendor, u"model_busy"_s,
            u"Gemini model %1 does not take %2; Dialdesk goes on with %3."_s.arg(m_settings.model, describe(sent),
                                                                                 describe(m_thinking))};
}

} // namespace engine::dialogue::gemini
