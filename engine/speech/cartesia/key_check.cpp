#include "engine/speech/cartesia/key_check.h"

#include "engine/speech/cartesia/cartesia_errors.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::speech::cartesia {

namespace {

constexpr auto kAnswerTimeout = 8s;

} // namespace

Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response, const CartesiaSettings &settings)
{
    if (!response)
        return tl::unexpected(lossOf(net::SocketClosed{.closeCode = 1006, .reason = response.error().message}).error);
    if (response->status != 200) {
        const Error error =
            lossOf(ErrorMessage{.contextId = {}, .status = response->status, .code = {}, .words = {}}).error;
        if (response->status == 429)
            return net::CheckNote{error.message, true};
        return tl::unexpected(error);
    }
    const QString name = QJsonDocument::fromJson(response->body).object().value("name"_L1).toString();
    if (name.isEmpty())
        return failure(Fault::Settings, u"tts_not_found"_s,
                       u"What answers at %1 is not Cartesia. Check CARTESIA_BASE_URL."_s.arg(settings.baseUrl.host()));
    return net::CheckNote{u"Cartesia accepts the key; the voice is %1."_s.arg(name)};
}

net::CheckJob *checkKey(const CartesiaSettings &settings, net::HttpClient &http, QObject *parent)
{
    net::HttpRequest request;
    request.url = voiceUrl(settings);
    request.headers = handshakeHeaders(settings);
    request.timeout = kAnswerTimeout;
    return new net::HttpCheck(
        http, request, [settings](const Result<net::HttpResponse> &response) { return keyVerdict(response, settings); },
        parent);
}

} // namespace engine::speech::cartesia
