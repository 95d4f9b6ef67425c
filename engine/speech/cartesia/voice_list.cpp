#include "engine/speech/cartesia/voice_list.h"

#include "engine/speech/cartesia/cartesia_errors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace engine::speech::cartesia {

namespace {

constexpr auto kPageSize = "100"_L1; // the most the vendor gives at once
constexpr int kMostPages = 30;       // a vendor that always has more does not keep us asking for ever

/// The language as exactly as it is told: the locale the voice is at home in, or the bare language.
QString languageOf(const QJsonObject &voice)
{
    for (const QJsonValue &locale : voice["locales"_L1].toArray())
        if (locale["is_native"_L1].toBool() && !locale["locale"_L1].toString().isEmpty())
            return locale["locale"_L1].toString();
    return voice["language"_L1].toString();
}

} // namespace

Result<VoicePage> parseVoicePage(const QByteArray &json)
{
    const QJsonObject answer = QJsonDocument::fromJson(json).object();
    if (!answer["data"_L1].isArray())
        return failure(Fault::Vendor, u"voices_bad_answer"_s,
                       u"Cartesia answered the question for its voices with something that is no list of voices."_s);
    VoicePage page;
    for (const QJsonValue &value : answer["data"_L1].toArray()) {
        const QJsonObject object = value.toObject();
        const QString tagline = object["tagline"_L1].toString();
        const Voice voice{object["id"_L1].toString(), object["name"_L1].toString(),
                          tagline.isEmpty() ? object["description"_L1].toString() : tagline, languageOf(object),
                          object["gender"_L1].toString()};
        if (!voice.id.isEmpty())
            page.voices.append(voice);
    }
    page.hasMore = answer["has_more"_L1].toBool() && !page.voices.isEmpty();
    return page;
}

net::HttpRequest voicePageRequest(const CartesiaSettings &settings, const QString &after)
{
    QUrlQuery query{{u"limit"_s, kPageSize}};
    if (!after.isEmpty())
        query.addQueryItem(u"starting_after"_s, after);
    net::HttpRequest request;
    request.url = QUrl(settings.baseUrl.toString() + u"/voices"_s);
    request.url.setQuery(query);
    request.headers = handshakeHeaders(settings);
    return request;
}

CartesiaVoiceListJob::CartesiaVoiceListJob(CartesiaSettings settings, net::HttpClient &http, QObject *parent)
    : VoiceListJob(parent), m_settings(std::move(settings)), m_http(http)
{
    ask();
}

void CartesiaVoiceListJob::ask()
{
    ++m_pages;
    auto *job = m_http.send(voicePageRequest(m_settings, m_voices.isEmpty() ? QString() : m_voices.last().id), this);
    connect(job, &net::HttpJob::finished, this, &CartesiaVoiceListJob::onAnswered);
}

void CartesiaVoiceListJob::onAnswered(const Result<net::HttpResponse> &response)
{
    if (!response)
        return finish(tl::unexpected(response.error()));
    if (response->status != 200) // a status means the same on every path of the vendor
        return finish(tl::unexpected(lossOf(net::SocketClosed{false, response->status, 0, {}}).error));
    const auto page = parseVoicePage(response->body);
    if (!page)
        return finish(tl::unexpected(page.error()));
    m_voices.append(page->voices);
    if (page->hasMore && m_pages < kMostPages)
        ask();
    else
        finish(m_voices);
}

void CartesiaVoiceListJob::finish(const Result<QList<Voice>> &voices)
{
    emit finished(voices);
    deleteLater();
}

} // namespace engine::speech::cartesia
