#include "engine/event_stream.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

constexpr qint64 kBacklogBytes = 4 * 1024 * 1024;

} // namespace

void EventStream::add(std::unique_ptr<QWebSocket> socket)
{
    QWebSocket *raw = socket.release();
    raw->setParent(this);
    m_sockets.push_back(raw);
    connect(raw, &QWebSocket::disconnected, this, [this, raw] {
        std::erase(m_sockets, raw);
        raw->deleteLater();
    });
}

void EventStream::send(const records::Event &event)
{
    if (m_sockets.empty())
        return;
    const QString text = QString::fromUtf8(QJsonDocument(records::toJson(event)).toJson(QJsonDocument::Compact));
    const auto sockets = m_sockets; // a failing socket removes itself while we go through them
    for (QWebSocket *socket : sockets) {
        if (socket->bytesToWrite() > kBacklogBytes)
            socket->abort();
        else
            socket->sendTextMessage(text);
    }
}

void EventStream::closeAll()
{
    const auto sockets = m_sockets;
    for (QWebSocket *socket : sockets)
        socket->close(QWebSocketProtocol::CloseCodeGoingAway, u"the server is stopping"_s);
}

} // namespace engine
