#include "tests/support/fake_web_socket.h"

#include <QJsonDocument>
#include <QTest>

namespace support {

using engine::net::SocketClosed;

void FakeWebSocket::open(const QUrl &target, const engine::net::HeaderList &with)
{
    if (openAsked)
        QTest::qFail("open() was called twice on one socket", __FILE__, __LINE__);
    openAsked = true;
    url = target;
    headers = with;
}

void FakeWebSocket::sendText(const QByteArray &utf8)
{
    if (m_open)
        texts.append(utf8);
}

void FakeWebSocket::sendBinary(const QByteArray &bytes)
{
    if (m_open)
        binaries.append(bytes);
}

void FakeWebSocket::accept()
{
    if (!openAsked)
        QTest::qFail("accept() before the code under test opened the socket", __FILE__, __LINE__);
    m_open = true;
    emit opened();
}

void FakeWebSocket::refuse(int httpStatus, const QString &reason)
{
    m_over = true;
    emit closed(SocketClosed{false, httpStatus, 1006, reason});
}

void FakeWebSocket::receiveText(const QByteArray &utf8)
{
    if (m_open)
        emit textReceived(QString::fromUtf8(utf8));
}

void FakeWebSocket::receiveBinary(const QByteArray &bytes)
{
    if (m_open)
        emit binaryReceived(bytes);
}

void FakeWebSocket::drop(int closeCode, const QString &reason)
{
    if (m_over)
        return;
    const bool wasOpen = m_open;
    m_over = true;
    m_open = false;
    emit closed(SocketClosed{wasOpen, 0, closeCode, reason});
}

QByteArray FakeWebSocket::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers)
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    return {};
}

QList<QJsonObject> FakeWebSocket::messages() const
{
    QList<QJsonObject> objects;
    for (const QByteArray &text : texts)
        objects.append(QJsonDocument::fromJson(text).object());
    return objects;
}

engine::net::WebSocket *FakeWebSocketFactory::create(QObject *parent)
{
    auto *socket = new FakeWebSocket(parent);
    sockets.append(socket);
    return socket;
}

FakeWebSocket *FakeWebSocketFactory::latest() const
{
    if (sockets.isEmpty() || sockets.last().isNull())
        qFatal("no socket was asked for, or it is deleted");
    return sockets.last();
}

} // namespace support
