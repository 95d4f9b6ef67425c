#include "tests/bench/call_load.h"

#include "tests/bench/process_under_test.h"

#include <QJsonDocument>
#include <QNetworkReply>

#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace bench {

namespace {

constexpr auto kConnectWithin = 5s;
constexpr auto kProbeEvery = 100ms;

} // namespace

CallLoad::CallLoad(const QUrl &server, const QStringList &numbers) : m_server(server), m_numbers(numbers)
{
    m_clock.start();
    connect(&m_events, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { take(QJsonDocument::fromJson(text.toUtf8()).object()); });
    connect(&m_dialTimer, &QTimer::timeout, this, &CallLoad::dialNext);
    connect(&m_probeTimer, &QTimer::timeout, this, &CallLoad::probe);
}

bool CallLoad::follow()
{
    QUrl url = m_server;
    url.setScheme(u"ws"_s);
    url.setPath(u"/api/events"_s);
    m_events.open(url);
    if (!waitUntil([this] { return m_events.state() == QAbstractSocket::ConnectedState; }, kConnectWithin))
        return false;
    m_probeTimer.start(kProbeEvery);
    return true;
}

void CallLoad::keep(int calls, double perSecond)
{
    m_wanted = calls;
    m_dialTimer.start(std::chrono::milliseconds(static_cast<int>(1000.0 / perSecond)));
}

void CallLoad::stop()
{
    m_wanted = 0;
    m_dialTimer.stop();
    for (const QString &sid : std::as_const(m_calls)) {
        QUrl url = m_server;
        url.setPath(u"/api/calls/%1/hangup"_s.arg(sid));
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        QNetworkReply *reply = m_http.post(request, QByteArray());
        connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
    }
}

void CallLoad::dialNext()
{
    if (underWay() >= m_wanted)
        return;
    QUrl url = m_server;
    url.setPath(u"/dialout"_s);
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const QString number = m_numbers[m_dialed++ % m_numbers.size()];
    ++m_dialing;
    QNetworkReply *reply = m_http.post(request, QJsonDocument(QJsonObject{{u"to_number"_s, number}}).toJson());
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        --m_dialing;
        if (reply->error() != QNetworkReply::NoError)
            ++refused;
    });
}

void CallLoad::probe()
{
    if (std::exchange(m_probing, true))
        return;
    QUrl url = m_server;
    url.setPath(u"/healthz"_s);
    QElapsedTimer timer;
    timer.start();
    QNetworkReply *reply = m_http.get(QNetworkRequest(url));
    connect(reply, &QNetworkReply::finished, this, [this, reply, timer] {
        reply->deleteLater();
        m_probing = false;
        if (reply->error() == QNetworkReply::NoError)
            roundTripsMs.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    });
}

void CallLoad::take(const QJsonObject &event)
{
    count();
    const QString kind = event["event"_L1].toString();
    const QString sid = event["call_sid"_L1].toString();
    if (kind == "call.state"_L1) {
        const QString state = event["state"_L1].toString();
        if (state == "queued"_L1)
            m_calls.insert(sid);
        else if (state == "in-progress"_L1)
            m_talking.insert(sid);
    } else if (kind == "call.ended"_L1) {
        m_calls.remove(sid);
        m_talking.remove(sid);
        ++ends[event["status"_L1].toString() + u'/' + event["reason"_L1].toString()];
        if (const QJsonValue first = event["stream_to_first_audio_ms"_L1]; first.isDouble())
            firstAudioMs.push_back(first.toDouble());
    } else if (kind == "incident"_L1) {
        ++incidents[event["fault"_L1].toString() + u'/' + event["code"_L1].toString()];
    } else if (kind == "agent.turn"_L1) {
        TurnSample turn;
        const QJsonObject latency = event["latency_ms"_L1].toObject();
        for (auto it = latency.begin(); it != latency.end(); ++it)
            if (it.key() != "total"_L1)
                turn.stepsMs.insert(it.key(), it.value().toDouble());
        turn.totalMs = latency["total"_L1].toDouble();
        turn.rule = event["rule"_L1].toString();
        turn.clearMs = event["clear_ms"_L1].toDouble(-1);
        turns.push_back(turn);
    }
}

void CallLoad::count()
{
    m_callSeconds = callSeconds();
    m_countedAt = static_cast<double>(m_clock.elapsed()) / 1000.0;
}

double CallLoad::callSeconds() const
{
    return m_callSeconds +
           static_cast<double>(talking()) * (static_cast<double>(m_clock.elapsed()) / 1000.0 - m_countedAt);
}

void CallLoad::restart()
{
    count();
    m_callSeconds = 0;
    turns.clear();
    firstAudioMs.clear();
    roundTripsMs.clear();
    incidents.clear();
    ends.clear();
    refused = 0;
}

} // namespace bench
