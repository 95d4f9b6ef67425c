#include "engine/net/qt_http_client.h"

#include <QHash>
#include <QIODevice>
#include <QLoggingCategory>
#include <QNetworkAccessManager>
#include <QNetworkCookieJar>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace engine::net {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcNet, "dialdesk.net")

namespace {

/// A collected body beyond this ends the request with "too_large".
constexpr qint64 kMaxBodyBytes = 4 * 1024 * 1024;
/// Bytes of a streamed body Qt may hold before we read them; the network waits beyond.
constexpr qint64 kReadBufferBytes = 1024 * 1024;
/// Connections a QNetworkAccessManager opens to one host (fixed in Qt 6.4).
constexpr int kConnectionsPerLane = 6;
/// More lanes than this are not made: the next request waits inside Qt.
constexpr size_t kMaxLanes = 32;
constexpr int kMaxRedirects = 5;

QByteArray originOf(const QUrl &url)
{
    const bool tls = url.scheme() == "https"_L1;
    return url.scheme().toLatin1() + "://" + url.host().toLatin1() + ':' + QByteArray::number(url.port(tls ? 443 : 80));
}

bool isSafeToRepeat(const QByteArray &method)
{
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

/// The body of a request that must not be sent twice. Qt repeats a request whose connection drops before the answer,
/// whatever its method, by rewinding the body; this one cannot be rewound, so Qt reports ContentReSendError instead.
class OneShotBody final : public QIODevice
{
public:
    OneShotBody(QByteArray body, QObject *parent) : QIODevice(parent), m_body(std::move(body))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_body.size() - m_sent + QIODevice::bytesAvailable(); }
    bool atEnd() const override { return m_sent == m_body.size(); }
    bool isUntouched() const { return m_sent == 0 && !m_body.isEmpty(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (atEnd())
            return -1;
        const qint64 count = std::min(maxSize, m_body.size() - m_sent);
        std::copy_n(m_body.constData() + m_sent, count, data);
        m_sent += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_body;
    qint64 m_sent = 0;
};

QNetworkRequest toQt(const HttpRequest &request)
{
    QNetworkRequest qt(request.url);
    for (const auto &[name, value] : request.headers)
        qt.setRawHeader(name, value);
    qt.setTransferTimeout(static_cast<int>(request.timeout.count()));
    qt.setMaximumRedirectsAllowed(kMaxRedirects);
    qt.setAttribute(QNetworkRequest::RedirectPolicyAttribute, isSafeToRepeat(request.method)
                                                                  ? QNetworkRequest::SameOriginRedirectPolicy
                                                                  : QNetworkRequest::ManualRedirectPolicy);
    qt.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    qt.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    qt.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    qt.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    return qt;
}

QNetworkReply *start(QNetworkAccessManager &manager, const HttpRequest &request)
{
    QNetworkRequest qt = toQt(request);
    if (request.method == "GET")
        return manager.get(qt);
    if (isSafeToRepeat(request.method))
        return manager.sendCustomRequest(qt, request.method, request.body);

    auto *body = new OneShotBody(request.body, nullptr);
    qt.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    qt.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    QNetworkReply *reply =
        request.method == "POST" ? manager.post(qt, body) : manager.sendCustomRequest(qt, request.method, body);
    body->setParent(reply);
    return reply;
}

/// Whether nothing of a request's body has left, so that what it asks for cannot have been done.
bool isUnsent(const QNetworkReply &reply)
{
    for (const QObject *child : reply.children())
        if (const auto *body = dynamic_cast<const OneShotBody *>(child))
            return body->isUntouched();
    return false;
}

class QtHttpJob final : public HttpJob
{
public:
    QtHttpJob(QNetworkReply *reply, const HttpRequest &request, std::shared_ptr<int> underWay, QObject *parent)
        : HttpJob(parent), m_reply(reply), m_host(request.url.host()), m_streaming(request.streaming),
          m_underWay(std::move(underWay))
    {
        ++*m_underWay;
        if (m_streaming)
            m_reply->setReadBufferSize(kReadBufferBytes);
        connect(m_reply, &QNetworkReply::socketStartedConnecting, this, [this] { m_newConnection = true; });
        connect(m_reply, &QNetworkReply::metaDataChanged, this, &QtHttpJob::readHead);
        connect(m_reply, &QNetworkReply::readyRead, this, &QtHttpJob::readBody);
        connect(m_reply, &QNetworkReply::finished, this, &QtHttpJob::readEnd);
    }

    ~QtHttpJob() override { release(); }

private:
    bool deliversData() const { return m_streaming && m_response.status / 100 == 2; }

    void readHead()
    {
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        // Redirects being followed pass through here with their own status; headers of 1xx answers do not.
        if (status == 0 || m_headSeen || m_reply->attribute(QNetworkRequest::RedirectionTargetAttribute).isValid())
            return;
        m_headSeen = true;
        takeHead(status);
        if (m_streaming)
            emit headersReceived(m_response);
    }

    void takeHead(int status)
    {
        m_response.status = status;
        m_response.connectionReused = !m_newConnection;
        m_response.headers.clear();
        for (const auto &[name, value] : m_reply->rawHeaderPairs())
            m_response.headers.emplaceBack(name, value);
    }

    void readBody()
    {
        if (!m_reply || !m_reply->isOpen()) // closed: aborted by the timeout
            return;
        const QByteArray bytes = m_reply->readAll();
        if (bytes.isEmpty())
            return;
        if (deliversData()) {
            emit data(bytes);
            return;
        }
        m_response.body += bytes;
        if (m_response.body.size() > kMaxBodyBytes)
            end(failure(Fault::Vendor, u"too_large"_s,
                        u"%1 answered with more than %2 MiB, which is no answer Dialdesk asked for."_s.arg(m_host).arg(
                            kMaxBodyBytes / (1024 * 1024))));
    }

    void readEnd()
    {
        const QPointer<QtHttpJob> alive(this);
        const QNetworkReply::NetworkError error = m_reply->error();
        QString words = m_reply->errorString();
        if (!words.endsWith(u'.')) // a system's error is no sentence yet
            words += u'.';
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const bool unsent = isUnsent(*m_reply);
        readBody();
        if (!alive || m_ended)
            return;

        // Codes from 201 on (content, server) stand for an HTTP status, which is a value here; those below it and the
        // re-send error mean that the answer is not whole.
        const bool broken = (error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied) ||
                            error == QNetworkReply::ContentReSendError || status == 0;
        if (!broken) {
            takeHead(status);
            end(m_response);
        } else if (unsent) {
            end(failure(Fault::Vendor, u"not_sent"_s, u"%1 could not be reached: %2"_s.arg(m_host, words)));
        } else if (error == QNetworkReply::OperationCanceledError || error == QNetworkReply::TimeoutError) {
            // Nobody but the transfer timeout cancels a reply that is still connected to us.
            end(failure(Fault::Vendor, u"timeout"_s, u"%1 did not answer in time."_s.arg(m_host)));
        } else {
            end(failure(Fault::Vendor, u"unreachable"_s, u"%1 could not be reached: %2"_s.arg(m_host, words)));
        }
    }

    void end(Result<HttpResponse> result)
    {
        if (m_ended)
            return;
        m_ended = true;
        release();
        deleteLater();
        emit finished(result);
    }

    void release()
    {
        if (m_released)
            return;
        m_released = true;
        --*m_underWay;
        if (!m_reply)
            return;
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }

    QPointer<QNetworkReply> m_reply; // ours until release(); goes with its manager when the client ends first
    QString m_host;
    HttpResponse m_response;
    bool m_streaming;
    bool m_headSeen = false;
    bool m_newConnection = false;
    bool m_ended = false;
    bool m_released = false;
    std::shared_ptr<int> m_underWay; // requests of this host in the same lane
};

} // namespace

struct QtHttpClient::Lane
{
    QNetworkAccessManager manager;
    QHash<QByteArray, std::shared_ptr<int>> underWay; // by origin
    bool neededLately = true;

    std::shared_ptr<int> &count(const QByteArray &origin)
    {
        auto &counter = underWay[origin];
        if (!counter)
            counter = std::make_shared<int>(0);
        return counter;
    }
    /// No job is left that holds one of its counters.
    bool isIdle() const
    {
        return std::ranges::all_of(underWay, [](const auto &counter) { return counter.use_count() == 1; });
    }
};

QtHttpClient::QtHttpClient(QObject *parent, std::chrono::milliseconds kept) : HttpClient(parent)
{
    m_idleCheck.setInterval(kept);
    connect(&m_idleCheck, &QTimer::timeout, this, &QtHttpClient::dropIdleLanes);
}

QtHttpClient::~QtHttpClient() = default;

QtHttpClient::Lane &QtHttpClient::laneFor(const QByteArray &origin)
{
    for (const auto &lane : m_lanes)
        if (*lane->count(origin) < kConnectionsPerLane) {
            lane->neededLately = true;
            return *lane;
        }
    if (m_lanes.size() >= kMaxLanes) {
        qCWarning(lcNet) << "more than" << kMaxLanes * kConnectionsPerLane << "requests to" << origin << "at once";
        return *m_lanes.back();
    }
    m_lanes.push_back(std::make_unique<Lane>());
    m_lanes.back()->manager.setAutoDeleteReplies(false);
    if (m_lanes.size() > 1 && !m_idleCheck.isActive())
        m_idleCheck.start();
    return *m_lanes.back();
}

void QtHttpClient::dropIdleLanes()
{
    const auto first = m_lanes.begin() + 1;
    m_lanes.erase(
        std::remove_if(first, m_lanes.end(),
                       [](const auto &lane) { return !std::exchange(lane->neededLately, false) && lane->isIdle(); }),
        m_lanes.end());
    if (m_lanes.size() == 1)
        m_idleCheck.stop();
}

HttpJob *QtHttpClient::send(const HttpRequest &request, QObject *parent)
{
    const QByteArray origin = originOf(request.url);
    Lane &lane = laneFor(origin);
    return new QtHttpJob(start(lane.manager, request), request, lane.count(origin), parent);
}

void QtHttpClient::preconnect(const QUrl &url)
{
    QNetworkAccessManager &manager = laneFor(originOf(url)).manager;
    if (url.scheme() == "https"_L1)
        manager.connectToHostEncrypted(url.host(), static_cast<quint16>(url.port(443)));
    else
        manager.connectToHost(url.host(), static_cast<quint16>(url.port(80)));
}

} // namespace engine::net
