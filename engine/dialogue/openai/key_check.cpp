#include "engine/dialogue/openai/key_check.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace engine::dialogue::openai {

Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response, const OpenAiSettings &settings)
{
    const QString server = settings.baseUrl.host();
    if (!response)
        return failure(Fault::Vendor, u"model_unreachable"_s,
                       u"The model server %1 could not be reached: %2 Check OPENAI_BASE_URL, and that the server "
                       "runs."_s.arg(server, response.error().message));
    if (response->status == 404)
        return net::CheckNote{
            u"The model server %1 answers, but lists no models: whether it offers %2 shows with the first call."_s.arg(
                server, settings.model),
            true};
    if (response->status == 429)
        return net::CheckNote{refusal(response->status, response->body, settings).message, true};
    if (response->status != 200)
        return tl::unexpected(refusal(response->status, response->body, settings));

    const QJsonValue data = QJsonDocument::fromJson(response->body).object().value("data"_L1);
    if (!data.isArray())
        return failure(Fault::Settings, u"model_unreachable"_s,
                       u"What answers at %1 is no model server. Check OPENAI_BASE_URL."_s.arg(server));
    const QJsonArray models = data.toArray();
    for (const QJsonValue &model : models)
        if (model["id"_L1].toString() == settings.model)
            return net::CheckNote{u"The model server %1 answers and offers %2."_s.arg(server, settings.model)};
    // A llama-server answers with the one model it has loaded, whatever name it is asked for.
    if (isLocal(settings) && models.size() == 1)
        return net::CheckNote{u"The model server on this computer answers with %1."_s.arg(
            models.first()["id"_L1].toString().section(u'/', -1))};
    return net::CheckNote{
        u"The model server %1 does not list the model %2. Check OPENAI_MODEL."_s.arg(server, settings.model), true,
        u"OPENAI_MODEL"_s};
}

net::CheckJob *checkKey(const OpenAiSettings &settings, net::HttpClient &http, QObject *parent)
{
    net::HttpRequest request;
    request.url = modelsUrl(settings);
    if (!settings.apiKey.isEmpty())
        request.headers = {{"Authorization", "Bearer " + settings.apiKey.reveal()}};
    request.timeout = settings.idleTimeout;
    return new net::HttpCheck(
        http, request, [settings](const Result<net::HttpResponse> &response) { return keyVerdict(response, settings); },
        parent);
}

} // namespace engine::dialogue::openai
