#include "engine/checks/self_probe.h"

#include "engine/checks/self_proof.h"
#include "engine/net/urls.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::checks {

namespace {

constexpr auto kAnswerTimeout = 8s;

/// ngrok shows a page of its own to whoever looks like a browser.
const net::HeaderList &probeHeaders()
{
    static const net::HeaderList headers = {{"User-Agent", "Dialdesk"}, {"ngrok-skip-browser-warning", "1"}};
    return headers;
}

} // namespace

SelfProbe::SelfProbe(const QUrl &base, const Secret &key, net::HttpClient &http, net::WebSocketFactory &sockets,
                     Random &random, QObject *parent)
    : CheckJob(parent), m_base(base), m_key(key), m_http(http), m_sockets(sockets), m_random(random)
{
    askHealth();
}

/// A new nonce each time, so that no cache can answer.
QUrl SelfProbe::withNonce(const QUrl &url)
{
    m_nonce = m_random.hex(kNonceBytes);
    QUrl asked = url;
    asked.setQuery(u"nonce="_s + QString::fromLatin1(m_nonce));
    return asked;
}

void SelfProbe::askHealth()
{
    net::HttpRequest request;
    request.url = withNonce(net::urlBelow(m_base, u"/healthz"_s));
    request.headers = probeHeaders();
    request.timeout = kAnswerTimeout;
    connect(m_http.send(request, this), &net::HttpJob::finished, this, &SelfProbe::takeHealth);
}

void SelfProbe::takeHealth(const Result<net::HttpResponse> &response)
{
    const QString address = m_base.toString();
    if (!response)
        return conclude(failure(Fault::Settings, u"public_url_unreachable"_s,
                                u"%1 could not be reached from this computer: %2 Check that the tunnel or proxy runs "
                                "and leads here."_s.arg(address, response.error().message)));
    const QJsonObject body = QJsonDocument::fromJson(response->body).object();
    if (body.value("proof"_L1).toString().toLatin1() != proofOf(m_key, m_nonce))
        return conclude(failure(Fault::Settings, u"public_url_foreign"_s,
                                u"%1 answers, but it is not this Dialdesk (status %2). Let the tunnel or proxy lead to "
                                "this server's port, or correct LOCAL_SERVER_URL."_s.arg(address)
                                    .arg(response->status)));
    openSocket();
}

void SelfProbe::openSocket()
{
    auto *socket = m_sockets.create(this);
    const auto noSocket = [this](const QString &why) {
        conclude(
            failure(Fault::Settings, u"public_url_no_websocket"_s,
                    u"%1 answers, but WebSockets do not get through (%2), and a call's sound comes by one. Let the "
                    "proxy pass the Upgrade and Connection headers on."_s.arg(m_base.toString(), why)));
    };
    connect(socket, &net::WebSocket::textReceived, this, [this, noSocket](const QString &text) {
        if (text.toLatin1() != proofOf(m_key, m_nonce))
            return noSocket(u"something else answered"_s);
        conclude(net::CheckNote{u"%1 leads here, for requests and for sound."_s.arg(m_base.toString())});
    });
    connect(socket, &net::WebSocket::closed, this, [noSocket](const net::SocketClosed &why) {
        noSocket(why.httpStatus != 0    ? u"status %1"_s.arg(why.httpStatus)
                 : why.reason.isEmpty() ? u"the connection broke"_s
                                        : why.reason);
    });
    socket->open(withNonce(net::webSocketUrl(m_base, u"/healthz/socket"_s)), probeHeaders());
}

} // namespace engine::checks
