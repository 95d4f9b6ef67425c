#include "tests/chaos/carrier_view.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace chaos {

namespace {

constexpr auto kPeriod = 250ms;

double secondsSince(const QDateTime &time)
{
    return static_cast<double>(time.msecsTo(QDateTime::currentDateTimeUtc())) / 1000.0;
}

} // namespace

bool CarrierCall::isLive() const
{
    return status == "queued"_L1 || status == "ringing"_L1 || status == "in-progress"_L1;
}

CarrierView::CarrierView(const QUrl &carrier, const QString &account, const QByteArray &token, const QUrl &server)
    : m_carrier(carrier.resolved(QUrl(u"/2010-04-01/Accounts/%1/Calls.json?PageSize=1000"_s.arg(account)))),
      m_authorization("Basic " + (account.toLatin1() + ':' + token).toBase64()),
      m_server(server.resolved(QUrl(u"/api/calls?limit=500"_s)))
{
    connect(&m_timer, &QTimer::timeout, this, &CarrierView::look);
    m_timer.start(kPeriod);
}

void CarrierView::serverStarted()
{
    m_isRunning = true;
    m_startedAt = QDateTime::currentDateTimeUtc();
    m_unheldSince.clear();
    for (const QString &sid : std::as_const(m_orphans))
        m_unheldSince.insert(sid, m_startedAt);
}

void CarrierView::serverKilled()
{
    m_isRunning = false;
    m_hasLooked = false;
}

void CarrierView::noteStates()
{
    for (const CarrierCall &call : m_calls)
        if (call.isLive())
            statesAtKills.insert(call.status);
}

void CarrierView::look()
{
    if (std::exchange(m_isLooking, true))
        return;
    QNetworkRequest request(m_carrier);
    request.setRawHeader("Authorization", m_authorization);
    QNetworkReply *reply = m_http.get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply] { takeCarrier(reply); });
}

void CarrierView::takeCarrier(QNetworkReply *reply)
{
    reply->deleteLater();
    const QJsonObject body = QJsonDocument::fromJson(reply->readAll()).object();
    if (reply->error() != QNetworkReply::NoError || !body["calls"_L1].isArray()) {
        m_isLooking = false;
        return;
    }
    m_calls.clear();
    const QJsonArray list = body["calls"_L1].toArray();
    for (const auto &item : list) {
        const QJsonObject call = item.toObject();
        m_calls.push_back({call["sid"_L1].toString(), call["to"_L1].toString(), call["from"_L1].toString(),
                           call["status"_L1].toString(), call["duration"_L1].toString().toDouble()});
    }
    if (!m_isRunning) {
        m_orphans.clear();
        for (const CarrierCall &call : m_calls)
            if (call.isLive())
                m_orphans.insert(call.sid);
        m_hasLooked = true;
        m_isLooking = false;
        return;
    }
    QNetworkReply *held = m_http.get(QNetworkRequest(m_server));
    connect(held, &QNetworkReply::finished, this, [this, held] { takeServer(held); });
}

void CarrierView::takeServer(QNetworkReply *reply)
{
    reply->deleteLater();
    m_isLooking = false;
    const QJsonObject body = QJsonDocument::fromJson(reply->readAll()).object();
    if (reply->error() != QNetworkReply::NoError || !m_isRunning)
        return;
    QSet<QString> held;
    const QJsonArray list = body["calls"_L1].toArray();
    for (const auto &item : list)
        if (item.toObject()["live"_L1].toBool())
            held.insert(item.toObject()["call_sid"_L1].toString());
    compare(held);
}

void CarrierView::compare(const QSet<QString> &held)
{
    QSet<QString> unheld;
    for (const CarrierCall &call : m_calls)
        if (call.isLive() && (m_orphans.contains(call.sid) || !held.contains(call.sid)))
            unheld.insert(call.sid);
    m_unheldSince.removeIf([&unheld](const auto &entry) { return !unheld.contains(entry.key()); });
    for (const QString &sid : unheld)
        if (!m_unheldSince.contains(sid))
            m_unheldSince.insert(sid, QDateTime::currentDateTimeUtc());
    for (const QDateTime &start : std::as_const(m_unheldSince)) {
        m_longest = std::max(m_longest, secondsSince(start));
        if (start == m_startedAt)
            m_slowest = std::max(m_slowest, secondsSince(start));
    }
}

} // namespace chaos
