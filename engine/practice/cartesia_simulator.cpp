#include "engine/practice/cartesia_simulator.h"

#include "engine/base/random.h"
#include "engine/practice/cartesia_voices.h"

#include <QJsonDocument>
#include <QWebSocket>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHalfDyingScenario = 113;
constexpr auto kHalfDiesAfter = std::chrono::seconds(8); // in mid-conversation: what is rendered ahead of it goes through
constexpr qsizetype kMaxHalfDead = 1024;
constexpr int kSocketsPerContext = 10;
constexpr int kMaxTokenSeconds = 3600;

/// The key, by any of the four ways.
QByteArray offeredKey(const server::Request &request, const QueryParameters &query)
{
    const QByteArray authorization = request.header("Authorization").trimmed();
    if (authorization.toLower().startsWith("bearer "))
        return authorization.mid(7).trimmed();
    if (request.hasHeader("X-API-Key"))
        return request.header("X-API-Key").trimmed();
    if (const auto key = query.first(u"api_key"))
        return key->toUtf8();
    return query.first(u"access_token").value_or(QString()).toUtf8();
}

} // namespace

CartesiaSimulator::CartesiaSimulator(server::HttpServer &server, Clock &clock, Random &random, Voice &voice,
                                     ScenarioBoard &board, const CartesiaSettings &settings, QObject *parent)
    : QObject(parent), m_clock(clock), m_random(random), m_voice(voice), m_board(board), m_settings(settings)
{
    server.upgrade(
        u"/tts/websocket"_s,
        [this](const server::Request &request) -> std::optional<server::Response> {
            const auto version = admit(request);
            if (!version)
                return version.error();
            if (m_openSockets >= kSocketsPerContext * m_settings.concurrency)
                return errorResponse(
                    {429, u"concurrency_limited"_s, u"Too many requests"_s, u"Too many open connections."_s}, *version);
            return std::nullopt;
        },
        [this](std::unique_ptr<QWebSocket> socket, const server::Request &request) {
            const auto version = admit(request);
            if (!version)
                return;
            auto *session =
                new CartesiaSession(std::move(socket), *version, *this, m_clock, m_random, m_voice, m_settings, this);
            ++m_openSockets;
            connect(session, &QObject::destroyed, this, [this] { --m_openSockets; });
        });

    server.route("GET", u"/voices"_s, [this](const server::Request &request, server::Responder responder) {
        const auto version = admit(request);
        if (!version)
            return responder.send(version.error());
        const auto page = voicesPage(QueryParameters(request.target), *version);
        responder.send(page ? jsonResponse(*page) : errorResponse(page.error(), *version));
    });
    server.route("GET", u"/voices/*"_s, [this](const server::Request &request, server::Responder responder) {
        const auto version = admit(request);
        if (!version)
            return responder.send(version.error());
        const auto voiceFound = voiceById(request.captures.value(0), *version);
        responder.send(voiceFound ? jsonResponse(*voiceFound) : errorResponse(voiceFound.error(), *version));
    });
    server.route("POST", u"/tts/bytes"_s, [this](const server::Request &request, server::Responder responder) {
        answerBytes(request, std::move(responder));
    });
    server.route("POST", u"/access-token"_s, [this](const server::Request &request, server::Responder responder) {
        const auto version = admit(request);
        if (!version)
            return responder.send(version.error());
        const QJsonObject body = QJsonDocument::fromJson(request.body).object();
        const int seconds = body.value("expires_in"_L1).toInt(kMaxTokenSeconds);
        if (!body.value("grants"_L1).isObject() || seconds < 1 || seconds > kMaxTokenSeconds)
            return responder.send(errorResponse({400, u"invalid_request"_s, u"Invalid request"_s,
                                                 u"`grants` is required and `expires_in` may be at most 3600."_s},
                                                *version));
        responder.send(jsonResponse({{u"token"_s, QString::fromLatin1("practice-" + m_random.hex(24))}}));
    });
}

CartesiaSimulator::~CartesiaSimulator()
{
    // Sessions report to this object when they end, so they must go before its members do.
    qDeleteAll(findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly));
}

bool CartesiaSimulator::takePlace()
{
    if (m_activeContexts >= m_settings.concurrency)
        return false;
    ++m_activeContexts;
    return true;
}

void CartesiaSimulator::contextEnded(const QString &contextId, const QString &transcript)
{
    emit contextSpoken(contextId, transcript);
}

bool CartesiaSimulator::halfDies(const QString &contextId)
{
    const QString callSid = contextId.left(contextId.lastIndexOf(u'-'));
    if (m_board.scenarioOf(callSid) != kHalfDyingScenario || m_halfDead.contains(callSid))
        return false;
    const auto answeredAt = m_board.answeredAt(callSid);
    if (!answeredAt || m_clock.now() - *answeredAt < kHalfDiesAfter)
        return false;
    if (m_halfDead.size() >= kMaxHalfDead)
        m_halfDead.clear();
    m_halfDead.insert(callSid);
    return true;
}

server::Response CartesiaSimulator::jsonResponse(const QJsonObject &body, int status)
{
    server::Response response;
    response.status = status;
    response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    response.headers = {{"X-Request-Id", m_random.hex(16)}};
    return response;
}

server::Response CartesiaSimulator::errorResponse(const CartesiaError &error, CartesiaVersion version)
{
    if (version >= CartesiaVersion::March2026) {
        const QString requestId = QString::fromLatin1(m_random.hex(16));
        server::Response response = jsonResponse({{u"error_code"_s, error.code},
                                                  {u"title"_s, error.title},
                                                  {u"message"_s, error.message},
                                                  {u"request_id"_s, requestId},
                                                  {u"doc_url"_s, QJsonValue::Null}},
                                                 error.status);
        response.headers = {{"X-Request-Id", requestId.toLatin1()}};
        return response;
    }
    server::Response response = jsonResponse({}, error.status);
    response.contentType = "text/plain; charset=utf-8";
    response.body = (error.title + u": "_s + error.message).toUtf8();
    return response;
}

tl::expected<CartesiaVersion, server::Response> CartesiaSimulator::admit(const server::Request &request)
{
    const QueryParameters query(request.target);
    // In the query it wins over the header.
    const QString date =
        query.first(u"cartesia_version").value_or(QString::fromLatin1(request.header("Cartesia-Version").trimmed()));
    const auto version = cartesiaVersion(date);
    const QByteArray key = offeredKey(request, query);
    if (key.isEmpty() || key == "bad")
        return tl::unexpected(
            errorResponse({401, u"unauthorized"_s, u"Unauthorized"_s, u"The API key is missing or not valid."_s},
                          version.value_or(CartesiaVersion::August2026)));
    if (!version)
        return tl::unexpected(errorResponse({400, u"invalid_version"_s, u"Invalid version"_s,
                                             u"`Cartesia-Version` is missing or is not a version of this API."_s},
                                            CartesiaVersion::August2026));
    return *version;
}

void CartesiaSimulator::answerBytes(const server::Request &request, server::Responder responder)
{
    const auto version = admit(request);
    if (!version)
        return responder.send(version.error());
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (!document.isObject())
        return responder.send(
            errorResponse({400, u"invalid_json"_s, u"Invalid JSON"_s, u"The body is not a JSON object."_s}, *version));
    const auto asked = parseBytesRequest(document.object(), *version);
    if (!asked)
        return responder.send(errorResponse(asked.error(), *version));
    if (!takePlace())
        return responder.send(errorResponse(
            {429, u"concurrency_limited"_s, u"Too many requests"_s, u"Too many concurrent requests."_s}, *version));

    auto later = std::make_shared<server::Responder>(std::move(responder));
    m_voice.say(Speaker::Agent, asked->transcript, this,
                [this, later, format = asked->format](const std::shared_ptr<const Utterance> &utterance) {
                    leavePlace();
                    const RenderedSpeech speech = renderSpeech(*utterance, format);
                    const bool wav = format.container == SpeechFormat::Container::Wav;
                    server::Response response;
                    response.contentType = wav ? "audio/wav" : "application/octet-stream";
                    response.body = wav ? withWavHeader(speech, format) : speech.bytes;
                    response.headers = {{"X-Request-Id", m_random.hex(16)}};
                    later->send(response);
                });
}

} // namespace engine::practice
