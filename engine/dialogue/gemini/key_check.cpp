#include "engine/dialogue/gemini/key_check.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace engine::dialogue::gemini {

Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response, const GeminiSettings &settings)
{
    if (!response)
        return failure(Fault::Vendor, u"model_unreachable"_s,
                       u"Gemini could not be reached: %1 Check this computer's network and GOOGLE_API_BASE_URL."_s.arg(
                           response.error().message));
    if (response->status == 429) {
        const Error busy = refusal(response->status, response->body, settings);
        return net::CheckNote{busy.message, true};
    }
    if (response->status != 200) {
        Error error = refusal(response->status, response->body, settings);
        if (response->status == 404)
            error.code = u"model_unknown"_s;
        return tl::unexpected(error);
    }
    const QJsonObject model = QJsonDocument::fromJson(response->body).object();
    if (model.value("name"_L1).toString().isEmpty())
        return failure(Fault::Settings, u"model_unreachable"_s,
                       u"What answers at %1 is not Gemini. Check GOOGLE_API_BASE_URL."_s.arg(settings.baseUrl.host()));
    const QJsonArray methods = model.value("supportedGenerationMethods"_L1).toArray();
    if (!methods.isEmpty() && !methods.contains(u"generateContent"_s))
        return failure(Fault::Settings, u"model_unknown"_s,
                       u"The model %1 holds no conversations. Set GOOGLE_MODEL to one that does, such as "
                       "gemini-3.6-flash."_s.arg(settings.model));
    return net::CheckNote{u"Gemini accepts the key and offers %1."_s.arg(settings.model)};
}

net::CheckJob *checkKey(const GeminiSettings &settings, net::HttpClient &http, QObject *parent)
{
    net::HttpRequest request;
    request.url = modelUrl(settings);
    request.headers = {{"x-goog-api-key", settings.apiKey.reveal()}};
    request.timeout = settings.idleTimeout;
    return new net::HttpCheck(
        http, request, [settings](const Result<net::HttpResponse> &response) { return keyVerdict(response, settings); },
        parent);
}

} // namespace engine::dialogue::gemini
