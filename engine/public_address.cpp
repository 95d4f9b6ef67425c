#include "engine/public_address.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

namespace {

constexpr auto kAskTimeout = 2000ms;

/// Our port as ngrok writes it: "http://localhost:7860", "localhost:7860" or "7860".
bool leadsTo(quint16 port, const QString &address)
{
    const qsizetype colon = address.lastIndexOf(u':');
    return port != 0 && address.mid(colon + 1).toInt() == port;
}

} // namespace

PublicAddress::PublicAddress(const QUrl &configured, net::HttpClient &http, const QUrl &ngrokApi, QObject *parent)
    : QObject(parent), m_configured(configured), m_http(http), m_ngrokApi(ngrokApi), m_current(configured)
{}

void PublicAddress::setConfigured(const QUrl &base)
{
    m_configured = base;
    remember(base);
}

PublicAddressJob *PublicAddress::find(QObject *parent)
{
    auto *job = new PublicAddressJob(parent);
    if (!m_configured.isEmpty()) {
        QMetaObject::invokeMethod(
            job,
            [job, base = m_configured] {
                emit job->finished(base);
                job->deleteLater();
            },
            Qt::QueuedConnection);
        return job;
    }
    net::HttpRequest request;
    request.url = m_ngrokApi;
    request.timeout = kAskTimeout;
    auto *asking = m_http.send(request, job);
    connect(asking, &net::HttpJob::finished, job, [this, job](const Result<net::HttpResponse> &response) {
        const QUrl base = response && response->status == 200 ? tunnelTo(m_port, response->body) : QUrl();
        // A known address stays: live calls were given it, and their requests are signed for it.
        if (!base.isEmpty())
            remember(base);
        if (base.isEmpty())
            emit job->finished(failure(
                Fault::Settings, u"public_url_missing"_s,
                u"No public address leads here. Start a tunnel with 'ngrok http %1', or set LOCAL_SERVER_URL to the https address of this server."_s
                    .arg(m_port)));
        else
            emit job->finished(base);
        job->deleteLater();
    });
    return job;
}

void PublicAddress::remember(const QUrl &base)
{
    if (base == m_current)
        return;
    m_current = base;
    emit changed(base);
}

QUrl tunnelTo(quint16 port, const QByteArray &json)
{
    const QJsonArray tunnels = QJsonDocument::fromJson(json).object()[u"tunnels"_s].toArray();
    for (const QJsonValue &tunnel : tunnels) {
        const QUrl url(tunnel[u"public_url"_s].toString());
        if (url.scheme() == "https"_L1 && leadsTo(port, tunnel[u"config"_s][u"addr"_s].toString()))
            return url;
    }
    return {};
}

} // namespace engine
