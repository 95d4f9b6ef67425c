#include "engine/practice/deepgram_simulator.h"

#include "engine/base/random.h"
#include "engine/practice/deepgram_flux_session.h"
#include "engine/practice/deepgram_listen_session.h"

#include <QJsonDocument>
#include <QUuid>
#include <QWebSocket>

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kBreakingScenario = 110;
constexpr qsizetype kMaxCallsWatched = 1024;
constexpr std::size_t kBreakingUtterance = 2;

server::Response refusal(const DeepgramRefusal &why, const QByteArray &requestId)
{
    const QJsonObject body{
        {u"err_code"_s, why.code}, {u"err_msg"_s, why.message}, {u"request_id"_s, QString::fromLatin1(requestId)}};
    server::Response response;
    response.status = why.status;
    response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    response.headers = {{"dg-error", why.message.toUtf8()}, {"dg-request-id", requestId}};
    return response;
}

/// The key a client offers: `Token` or `Bearer` in any letter case, or for browsers the subprotocols "token, KEY".
std::optional<QByteArray> offeredKey(const server::Request &request)
{
    const QByteArray authorization = request.header("Authorization").trimmed();
    const qsizetype space = authorization.indexOf(' ');
    if (space > 0) {
        const QByteArray scheme = authorization.left(space).toLower();
        const QByteArray key = authorization.mid(space + 1).trimmed();
        if ((scheme == "token" || scheme == "bearer") && !key.isEmpty())
            return key;
        return std::nullopt;
    }
    const QList<QByteArray> protocols = request.header("Sec-WebSocket-Protocol").split(',');
    if (protocols.size() >= 2 && (protocols[0].trimmed() == "token" || protocols[0].trimmed() == "bearer"))
        return protocols[1].trimmed();
    return std::nullopt;
}

} // namespace

DeepgramSimulator::DeepgramSimulator(server::HttpServer &server, Clock &clock, Random &random, WordPrints &prints,
                                     ScenarioBoard &board, LineFigures &figures, std::chrono::milliseconds latency,
                                     QObject *parent)
    : QObject(parent), m_clock(clock), m_random(random), m_prints(prints), m_board(board), m_figures(figures),
      m_latency(latency)
{
    server.upgrade(
        u"/v1/listen"_s, [this](const server::Request &request) { return guard(request, false); },
        [this](std::unique_ptr<QWebSocket> socket, const server::Request &request) {
            if (const auto asked = parseListenRequest(QueryParameters(request.target)))
                new DeepgramListenSession(*asked, std::move(socket), newRequestId(), surroundings(), this);
        });
    server.upgrade(
        u"/v2/listen"_s, [this](const server::Request &request) { return guard(request, true); },
        [this](std::unique_ptr<QWebSocket> socket, const server::Request &request) {
            if (const auto asked = parseFluxRequest(QueryParameters(request.target)))
                new DeepgramFluxSession(*asked, std::move(socket), newRequestId(), surroundings(), this);
        });
}

DeepgramSimulator::~DeepgramSimulator() = default;

DeepgramSurroundings DeepgramSimulator::surroundings()
{
    return {m_clock, m_prints, m_latency, [this](const QString &tag, const WordEar::Heard &heard) {
                m_figures.wordHeard(tag, heard.utterance.get(), heard.wordIndex);
                return breaksNow(tag, heard);
            }};
}

QByteArray DeepgramSimulator::newRequestId()
{
    const QByteArray hex = m_random.hex(16);
    return hex.left(8) + '-' + hex.mid(8, 4) + "-4" + hex.mid(13, 3) + "-a" + hex.mid(17, 3) + '-' + hex.mid(20);
}

std::optional<server::Response> DeepgramSimulator::guard(const server::Request &request, bool flux)
{
    const auto key = offeredKey(request);
    if (!key || *key == "bad")
        return refusal({401, u"INVALID_AUTH"_s, u"Invalid credentials."_s}, newRequestId());
    const QueryParameters query(request.target);
    if (flux) {
        if (const auto asked = parseFluxRequest(query); !asked)
            return refusal(asked.error(), newRequestId());
    } else {
        if (const auto asked = parseListenRequest(query); !asked)
            return refusal(asked.error(), newRequestId());
    }
    return std::nullopt;
}

bool DeepgramSimulator::breaksNow(const QString &tag, const WordEar::Heard &heard)
{
    if (m_board.scenarioOf(tag) != kBreakingScenario)
        return false;
    if (!m_progress.contains(tag) && m_progress.size() >= kMaxCallsWatched)
        m_progress.erase(m_progress.begin());
    Progress &progress = m_progress[tag];
    if (progress.broken)
        return false;
    const bool known = std::any_of(progress.utterances.begin(), progress.utterances.end(),
                                   [&heard](const auto &utterance) { return utterance.lock() == heard.utterance; });
    if (!known)
        progress.utterances.push_back(heard.utterance);
    // In the middle: at least one word was heard and at least one is still to come.
    progress.broken = progress.utterances.size() >= kBreakingUtterance && !heard.isLastOfUtterance() &&
                      (heard.wordIndex > 0 || heard.utterance->words.size() <= 2);
    return progress.broken;
}

} // namespace engine::practice
