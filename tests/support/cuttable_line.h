#pragma once

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace support {

/// A way to a server on this computer that a test can break in the middle of a conversation.
class CuttableLine
{
public:
    /// @param server  where it leads; host and port are used
    explicit CuttableLine(const QUrl &server)
    {
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this, server] {
            while (QTcpSocket *near = m_server.nextPendingConnection()) {
                auto *far = new QTcpSocket(near);
                passOn(near, far);
                passOn(far, near);
                far->connectToHost(server.host(), static_cast<quint16>(server.port()));
            }
        });
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort())); }

    /// Breaks what is connected; whoever tries again is refused.
    void cut()
    {
        m_server.close();
        for (QTcpSocket *socket : m_server.findChildren<QTcpSocket *>())
            socket->abort();
    }

    /// Stays connected, and takes new connections, but nothing comes through any more.
    void freeze() { m_frozen = true; }

private:
    void passOn(QTcpSocket *from, QTcpSocket *to)
    {
        QObject::connect(from, &QTcpSocket::readyRead, to, [this, from, to] {
            const QByteArray bytes = from->readAll();
            if (!m_frozen)
                to->write(bytes);
        });
        QObject::connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
    }

    QTcpServer m_server;
    bool m_frozen = false;
};

} // namespace support
