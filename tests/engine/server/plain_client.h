#pragma once

#include <QByteArray>
#include <QtEndian>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// A client on a bare descriptor, for what QTcpSocket is too polite to do: ending one direction only, staying after the
/// server's end, connecting with no descriptor to spare.
class PlainClient
{
public:
    PlainClient() : m_descriptor(::socket(AF_INET, SOCK_STREAM, 0)) {}
    ~PlainClient() { ::close(m_descriptor); }
    Q_DISABLE_COPY_MOVE(PlainClient)

    int descriptor() const { return m_descriptor; }
    bool connectTo(quint16 port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = qToBigEndian(port);
        address.sin_addr.s_addr = qToBigEndian(quint32(INADDR_LOOPBACK));
        return ::connect(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    }
    bool say(const QByteArray &bytes)
    {
        return ::send(m_descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size()), 0) == bytes.size();
    }
    void endMySide() { ::shutdown(m_descriptor, SHUT_WR); }
    /// Takes what is there. @return whether the server has ended its side
    bool hasEnded()
    {
        char buffer[4096];
        while (!m_ended) {
            const ssize_t size = ::recv(m_descriptor, buffer, sizeof buffer, MSG_DONTWAIT);
            if (size < 0)
                break;
            received.append(buffer, size);
            m_ended = size == 0;
        }
        return m_ended;
    }

    QByteArray received;

private:
    int m_descriptor;
    bool m_ended = false;
};
