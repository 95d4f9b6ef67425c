#include "customer_server.h"

#include "engine/twilio/media_stream_codec.h"

#include <QJsonDocument>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketCorsAuthenticator>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {

QByteArray headerValue(const QByteArray &head, const QByteArray &name)
{
    for (const QByteArray &line : head.split('\n'))
        if (line.toLower().startsWith(name.toLower() + ':'))
            return line.sliced(name.size() + 1).trimmed();
    return {};
}

} // namespace

CustomerServer::CustomerServer() : m_sockets(u"customer"_s, QWebSocketServer::NonSecureMode)
{
    m_http.listen(QHostAddress::LocalHost);
    m_sockets.listen(QHostAddress::LocalHost);
    connect(&m_http, &QTcpServer::newConnection, this, &CustomerServer::onConnection);
    connect(&m_sockets, &QWebSocketServer::newConnection, this, &CustomerServer::onStream);
    connect(&m_sockets, &QWebSocketServer::originAuthenticationRequired, this,
            [this](QWebSocketCorsAuthenticator *authenticator) { authenticator->setAllowed(acceptsStreams); });
}

CustomerServer::~CustomerServer() = default;

QString CustomerServer::httpUrl(const QString &path) const
{
    return u"http://127.0.0.1:%1%2"_s.arg(m_http.serverPort()).arg(path);
}

QString CustomerServer::streamUrl() const
{
    return u"ws://127.0.0.1:%1/ws"_s.arg(m_sockets.serverPort());
}

void CustomerServer::onConnection()
{
    while (QTcpSocket *socket = m_http.nextPendingConnection()) {
        auto received = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, received] {
            *received += socket->readAll();
            const qsizetype headEnd = received->indexOf("\r\n\r\n");
            if (headEnd < 0)
                return;
            const QByteArray head = received->first(headEnd);
            const QByteArray body = received->sliced(headEnd + 4);
            if (body.size() < headerValue(head, "Content-Length").toInt())
                return;
            Webhook webhook{head.split(' ').value(1), headerValue(head, "X-Twilio-Signature"),
                            engine::twilio::parseForm(body)};
            webhooks.append(webhook);
            Reply reply{204, {}, {}};
            if (!webhook.path.startsWith("/status"))
                reply = answer ? answer(webhook) : Reply{404, "text/plain", "no script"};
            QByteArray bytes = "HTTP/1.1 " + QByteArray::number(reply.status) + " X\r\n";
            if (!reply.contentType.isEmpty())
                bytes += "Content-Type: " + reply.contentType + "\r\n";
            bytes += "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n" + reply.body;
            socket->write(bytes);
        });
    }
}

void CustomerServer::onStream()
{
    m_stream.reset(m_sockets.nextPendingConnection());
    streamSignature = m_stream->request().rawHeader("X-Twilio-Signature");
    connect(m_stream.get(), &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { messages.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
    connect(m_stream.get(), &QWebSocket::aboutToClose, this, [this] { sawCloseFrame = true; });
    connect(m_stream.get(), &QWebSocket::disconnected, this, [this] {
        streamClosed = true;
        streamCloseCode = m_stream->closeCode();
    });
}

QList<CustomerServer::Webhook> CustomerServer::to(const QByteArray &path) const
{
    QList<Webhook> found;
    std::copy_if(webhooks.begin(), webhooks.end(), std::back_inserter(found),
                 [&](const Webhook &webhook) { return webhook.path.startsWith(path); });
    return found;
}

QList<CustomerServer::Webhook> CustomerServer::callbacks() const
{
    QList<Webhook> found = to("/status");
    std::sort(found.begin(), found.end(), [](const Webhook &a, const Webhook &b) {
        return a.value("SequenceNumber").toInt() < b.value("SequenceNumber").toInt();
    });
    return found;
}

QList<QJsonObject> CustomerServer::eventsNamed(const QString &event) const
{
    QList<QJsonObject> found;
    std::copy_if(messages.begin(), messages.end(), std::back_inserter(found),
                 [&](const QJsonObject &message) { return message.value("event"_L1).toString() == event; });
    return found;
}

QString CustomerServer::streamSid() const
{
    return eventsNamed(u"start"_s).value(0).value("streamSid"_L1).toString();
}

void CustomerServer::sendAudio(int bytes)
{
    m_stream->sendTextMessage(
        QString::fromUtf8(engine::twilio::buildMedia(engine::StreamSid(streamSid()), QByteArray(bytes, '\x10'))));
}

void CustomerServer::sendMark(const QString &name)
{
    m_stream->sendTextMessage(
        QString::fromUtf8(engine::twilio::buildMark(engine::StreamSid(streamSid()), name.toUtf8())));
}

void CustomerServer::sendClear()
{
    m_stream->sendTextMessage(QString::fromUtf8(engine::twilio::buildClear(engine::StreamSid(streamSid()))));
}

void CustomerServer::closeStream()
{
    m_stream->close();
}
