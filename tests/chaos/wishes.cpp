#include "tests/chaos/wishes.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace chaos {

namespace {

constexpr auto kAskAgainAfter = 300ms;
constexpr auto kAnswerWithin = 100s;

} // namespace

Wishes::Wishes(const QUrl &server) : m_url(server.resolved(QUrl(u"/dialout"_s))) {}

void Wishes::add(const QString &to, const QString &from)
{
    m_wishes.push_back({to, from, "wish-" + QByteArray::number(static_cast<qulonglong>(m_wishes.size())), 0, {}, 0});
    ask(m_wishes.back());
}

int Wishes::open() const
{
    return static_cast<int>(
        std::count_if(m_wishes.begin(), m_wishes.end(), [](const Wish &wish) { return wish.status == 0; }));
}

void Wishes::ask(Wish &wish)
{
    ++wish.requests;
    QNetworkRequest request(m_url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("Idempotency-Key", wish.key);
    request.setTransferTimeout(static_cast<int>(std::chrono::milliseconds(kAnswerWithin).count()));
    const QJsonObject body{{u"to_number"_s, wish.to}, {u"from_number"_s, wish.from}};
    QNetworkReply *reply = m_http.post(request, QJsonDocument(body).toJson());
    connect(reply, &QNetworkReply::finished, this, [this, &wish, reply] { take(wish, reply); });
}

void Wishes::take(Wish &wish, QNetworkReply *reply)
{
    reply->deleteLater();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QJsonObject body = QJsonDocument::fromJson(reply->readAll()).object();
    const QString code = body["code"_L1].toString();
    const bool isLater = status == 429 || status == 503 || status == 409 || code == "carrier_busy"_L1 ||
                         code == "carrier_not_reached"_L1;
    // An answer that is not whole is none, whatever its first line said.
    if (body.isEmpty() || isLater) {
        QTimer::singleShot(kAskAgainAfter, this, [this, &wish] { ask(wish); });
        return;
    }
    wish.status = status;
    wish.sid = body["call_sid"_L1].toString();
}

} // namespace chaos
