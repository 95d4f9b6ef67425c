#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

/// A TCP server on a free loopback port that keeps what every client sends and answers only what the test tells it to.
class RawServer : public QTcpServer
{
public:
    RawServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                ++connections;
                clients.append(socket);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                    received += socket->readAll();
                    if (onBytes)
                        onBytes(socket);
                });
            }
        });
    }

    int port() const { return serverPort(); }

    int connections = 0;
    QByteArray received; ///< from all clients together
    QList<QPointer<QTcpSocket>> clients;
    std::function<void(QTcpSocket *)> onBytes;
};
