#include "engine/practice/webhook_job.h"

#include "engine/practice/alert_codes.h"
#include "engine/twilio/signature.h"

#include <QHostAddress>
#include <QNetworkInterface>
#include <QSslSocket>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kWebhookConnectTimeout = 5s;
constexpr auto kTotalTimeout = 15s;
constexpr int kConnectTries = 2;
constexpr qsizetype kMaxHeadBytes = 16 * 1024;
constexpr qsizetype kMaxAnswerBytes = 64 * 1024; // one byte more is read, so that the reader of the document can tell

enum class Completeness
{
    Incomplete,
    Complete,
    Broken
};

/// Undoes chunked transfer coding (RFC 9112 section 7.1).
Completeness readChunked(QByteArrayView data, QByteArray &body)
{
    body.clear();
    for (;;) {
        const qsizetype lineEnd = data.indexOf("\r\n");
        if (lineEnd < 0)
            return data.size() > 1024 ? Completeness::Broken : Completeness::Incomplete;
        const QByteArray sizeText = data.first(lineEnd).toByteArray().split(';').first().trimmed();
        bool isNumber = false;
        const qlonglong size = sizeText.toLongLong(&isNumber, 16);
        if (!isNumber || size < 0 || size > kMaxAnswerBytes + 1)
            return Completeness::Broken;
        if (size == 0)
            return Completeness::Complete;
        const auto chunkSize = static_cast<qsizetype>(size);
        if (data.size() < lineEnd + 2 + chunkSize + 2)
            return Completeness::Incomplete;
        body += data.sliced(lineEnd + 2, chunkSize);
        data = data.sliced(lineEnd + 2 + chunkSize + 2);
        if (body.size() > kMaxAnswerBytes)
            return Completeness::Complete;
    }
}

/// Reads an HTTP/1.1 answer from all that came so far.
///
/// @param ended  the peer has closed, which completes an answer that gave no length
Completeness readAnswer(QByteArrayView received, bool ended, WebhookOutcome &answer)
{
    const qsizetype headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return ended || received.size() > kMaxHeadBytes ? Completeness::Broken : Completeness::Incomplete;
    const QList<QByteArray> lines = received.first(headEnd).toByteArray().split('\n');
    const QList<QByteArray> statusLine = lines.first().trimmed().split(' ');
    if (statusLine.size() < 2 || !statusLine.first().startsWith("HTTP/1."))
        return Completeness::Broken;
    answer.status = statusLine.at(1).toInt();
    if (answer.status < 200 || answer.status > 599)
        return Completeness::Broken;

    qsizetype length = -1;
    bool chunked = false;
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return Completeness::Broken;
        const QByteArray name = line.first(colon).trimmed().toLower();
        const QByteArray value = line.sliced(colon + 1).trimmed();
        if (name == "content-type")
            answer.contentType = value;
        else if (name == "transfer-encoding")
            chunked = value.toLower() == "chunked";
        else if (name == "content-length")
            length = value.toLongLong();
    }
    const QByteArrayView rest = received.sliced(headEnd + 4);
    if (answer.status == 204)
        return Completeness::Complete;
    if (chunked)
        return readChunked(rest, answer.body);
    if (length >= 0 && rest.size() >= length) {
        answer.body = rest.first(length).toByteArray();
        return Completeness::Complete;
    }
    answer.body = rest.toByteArray();
    if (rest.size() > kMaxAnswerBytes)
        return Completeness::Complete;
    if (!ended)
        return Completeness::Incomplete;
    return length >= 0 ? Completeness::Broken : Completeness::Complete;
}

/// Twilio drops the port of an https webhook before signing and keeps that of an http one (twilio.md section 3.2).
QByteArray signedForm(QUrl url)
{
    url.setFragment({});
    url.setUserInfo({});
    if (url.scheme() == "https"_L1)
        url.setPort(-1);
    return url.toEncoded();
}

QByteArray uuid(Random &random)
{
    QByteArray text = random.hex(16);
    for (const int position : {20, 16, 12, 8})
        text.insert(position, '-');
    return text;
}

} // namespace

bool isThisMachine(const QString &host)
{
    const QHostAddress address(host);
    return host == "localhost"_L1 || address.isLoopback() || QNetworkInterface::allAddresses().contains(address);
}

WebhookJob::WebhookJob(WebhookRequest request, const LineContext &context, QObject *parent)
    : QObject(parent), m_request(std::move(request)), m_authToken(context.settings.authToken),
      m_idempotencyToken(uuid(context.random)), m_url(m_request.url, QUrl::StrictMode),
      m_connectDeadline(context.clock.makeTimer([this] { connectFailed(); })),
      m_totalDeadline(
          context.clock.makeTimer([this] { fail(alert::kRetrievalFailure, u"No whole answer within 15 s"_s); }))
{
    m_url.setFragment({});
    if (m_request.method == "GET" && !m_request.parameters.isEmpty()) {
        const QString added = QString::fromLatin1(twilio::buildForm(m_request.parameters));
        m_url.setQuery(m_url.hasQuery() ? m_url.query(QUrl::FullyEncoded) + u'&' + added : added, QUrl::StrictMode);
    }
    if (m_url.path().isEmpty())
        m_url.setPath(u"/"_s);
}

WebhookJob::~WebhookJob() = default;

void WebhookJob::start()
{
    m_totalDeadline->start(kTotalTimeout);
    QMetaObject::invokeMethod(this, &WebhookJob::connectToHost, Qt::QueuedConnection);
}

void WebhookJob::connectToHost()
{
    const bool secure = m_url.scheme() == "https"_L1;
    if (!m_url.isValid() || (!secure && m_url.scheme() != "http"_L1) || m_url.host().isEmpty())
        return fail(alert::kInvalidUrl, u"Not a usable address"_s);
    if (!isThisMachine(m_url.host()))
        return fail(alert::kConnectFailure,
                    u"The practice line stays on this machine and does not ask %1"_s.arg(m_url.host()));

    ++m_tries;
    m_received.clear();
    const quint16 port = static_cast<quint16>(m_url.port(secure ? 443 : 80));
    if (secure) {
        auto *socket = new QSslSocket(this);
        m_socket = socket;
        // The host is this machine; a server's certificate names its public address and cannot match.
        socket->setPeerVerifyMode(QSslSocket::VerifyNone);
        connect(socket, &QSslSocket::encrypted, this, &WebhookJob::onConnected);
        socket->connectToHostEncrypted(m_url.host(), port);
    } else {
        m_socket = new QTcpSocket(this);
        connect(m_socket, &QTcpSocket::connected, this, &WebhookJob::onConnected);
        m_socket->connectToHost(m_url.host(), port);
    }
    connect(m_socket, &QTcpSocket::readyRead, this, &WebhookJob::onReadyRead);
    connect(m_socket, &QTcpSocket::disconnected, this, &WebhookJob::onDisconnected);
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this, socket = m_socket] {
        if (socket == m_socket && m_connectDeadline->isActive())
            connectFailed();
    });
    m_connectDeadline->start(kWebhookConnectTimeout);
}

void WebhookJob::connectFailed()
{
    m_connectDeadline->stop();
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater();
    if (m_tries < kConnectTries)
        QMetaObject::invokeMethod(this, &WebhookJob::connectToHost, Qt::QueuedConnection);
    else
        fail(alert::kConnectFailure, u"No connection: %1"_s.arg(m_socket->errorString()));
}

QByteArray WebhookJob::requestBytes() const
{
    const bool isGet = m_request.method == "GET";
    const QByteArray body = isGet ? QByteArray() : twilio::buildForm(m_request.parameters);
    const QByteArray signature =
        twilio::twilioSignature(m_authToken, signedForm(m_url), isGet ? twilio::FormPairs() : m_request.parameters);
    QByteArray bytes =
        m_request.method + ' ' + m_url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\n";
    bytes += "Host: " + m_url.host(QUrl::FullyEncoded).toLatin1() + ':' + QByteArray::number(m_url.port(80)) + "\r\n";
    bytes += "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nConnection: close\r\n";
    bytes += "X-Twilio-Signature: " + signature + "\r\n";
    bytes += "I-Twilio-Idempotency-Token: " + m_idempotencyToken + "\r\n";
    if (!isGet) {
        bytes += "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n";
        bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    }
    return bytes + "\r\n" + body;
}

void WebhookJob::onConnected()
{
    m_connectDeadline->stop();
    m_socket->write(requestBytes());
}

void WebhookJob::onReadyRead()
{
    m_received += m_socket->read(kMaxHeadBytes + kMaxAnswerBytes + 1 - m_received.size());
    WebhookOutcome answer;
    switch (readAnswer(m_received, false, answer)) {
    case Completeness::Incomplete:
        return;
    case Completeness::Broken:
        return fail(alert::kProtocolViolation, u"The answer is not HTTP"_s);
    case Completeness::Complete:
        return finish(answer);
    }
}

void WebhookJob::onDisconnected()
{
    if (m_done)
        return;
    m_received += m_socket->readAll().left(kMaxHeadBytes + kMaxAnswerBytes + 1 - m_received.size());
    WebhookOutcome answer;
    if (readAnswer(m_received, true, answer) == Completeness::Complete)
        finish(answer);
    else
        fail(alert::kProtocolViolation, u"The connection closed before the answer was complete"_s);
}

void WebhookJob::fail(int code, const QString &text)
{
    WebhookOutcome outcome;
    outcome.errorCode = code;
    outcome.errorText = text;
    finish(outcome);
}

void WebhookJob::finish(const WebhookOutcome &outcome)
{
    if (m_done)
        return;
    m_done = true;
    m_connectDeadline->stop();
    m_totalDeadline->stop();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
    WebhookOutcome told = outcome;
    if (told.errorCode == 0 && (told.status < 200 || told.status > 299)) {
        told.errorCode = alert::kRetrievalFailure;
        told.errorText = u"Got HTTP %1 response"_s.arg(told.status);
    }
    deleteLater();
    emit finished(told);
}

} // namespace engine::practice
