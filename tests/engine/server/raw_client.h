#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QTcpSocket>

/// A client that says exactly the bytes a test wants and keeps every byte it gets.
class RawClient : public QTcpSocket
{
public:
    explicit RawClient(quint16 port)
    {
        connect(this, &QTcpSocket::readyRead, this, [this] { received += readAll(); });
        connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }

    bool isClosed() const { return state() == QAbstractSocket::UnconnectedState; }
    /// The status of the first answer, 0 while there is none.
    int status() const { return received.startsWith("HTTP/1.1 ") ? received.mid(9, 3).toInt() : 0; }
    int answers() const { return static_cast<int>(received.count("HTTP/1.1 ")); }
    QByteArray body() const { return received.mid(received.indexOf("\r\n\r\n") + 4); }
    /// How often a header line came, any letter case: newer Qt writes names in small letters.
    int headerLines(const QByteArray &line) const
    {
        return static_cast<int>(received.toLower().count("\r\n" + line.toLower() + "\r\n"));
    }

    QByteArray received;
};
