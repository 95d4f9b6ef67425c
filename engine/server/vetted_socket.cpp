#include "engine/server/vetted_socket.h"

#include <QHostAddress>

#include <algorithm>
#include <cstring>

namespace engine::server {

VettedSocket::VettedSocket(QTcpSocket &wire, QObject *parent) : QTcpSocket(parent), m_wire(&wire)
{
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
    setPeerAddress(wire.peerAddress());
    setPeerPort(wire.peerPort());
    setLocalAddress(wire.localAddress());
    setLocalPort(wire.localPort());
}

VettedSocket::~VettedSocket()
{
    // Without this the base class would try to abort a connection it does not have.
    setSocketState(QAbstractSocket::UnconnectedState);
    setOpenMode(QIODevice::NotOpen);
}

void VettedSocket::deliver(const QByteArray &bytes)
{
    m_inbox.remove(0, m_read);
    m_read = 0;
    m_inbox.append(bytes);
    emit readyRead();
}

void VettedSocket::setHeadOnly(bool headOnly)
{
    m_headOnly = headOnly;
    m_headWritten = false;
    m_headTail.clear();
}

void VettedSocket::hangUp()
{
    if (state() == QAbstractSocket::UnconnectedState)
        return;
    setSocketState(QAbstractSocket::UnconnectedState);
    emit disconnected();
}

qint64 VettedSocket::bytesAvailable() const
{
    return QTcpSocket::bytesAvailable() + m_inbox.size() - m_read;
}

qint64 VettedSocket::bytesToWrite() const
{
    return m_wire ? m_wire->bytesToWrite() : 0;
}

bool VettedSocket::canReadLine() const
{
    return QTcpSocket::canReadLine() || m_inbox.indexOf('\n', m_read) >= 0;
}

void VettedSocket::close()
{
    emit closeAsked();
}

void VettedSocket::disconnectFromHost()
{
    emit closeAsked();
}

qint64 VettedSocket::readData(char *data, qint64 maxSize)
{
    const auto size = std::min<qint64>(maxSize, m_inbox.size() - m_read);
    std::memcpy(data, m_inbox.constData() + m_read, static_cast<std::size_t>(size));
    m_read += size;
    if (m_read == m_inbox.size()) {
        m_inbox = QByteArray();
        m_read = 0;
    }
    return size; // 0 is "nothing now"; -1 would be the end of the stream
}

qint64 VettedSocket::readLineData(char *data, qint64 maxSize)
{
    const qsizetype newline = m_inbox.indexOf('\n', m_read);
    return readData(data, newline < 0 ? maxSize : std::min<qint64>(maxSize, newline + 1 - m_read));
}

qint64 VettedSocket::skipData(qint64 maxSize)
{
    const auto size = std::min<qint64>(maxSize, m_inbox.size() - m_read);
    m_read += size;
    return size;
}

qint64 VettedSocket::writeData(const char *data, qint64 size)
{
    if (!m_wire)
        return -1;
    if (!m_headOnly) {
        const qint64 written = m_wire->write(data, size);
        return written;
    }
    // The head may come in pieces: look for its end across them.
    for (qint64 i = 0; i < size && !m_headWritten; ++i) {
        m_wire->putChar(data[i]);
        m_headTail = m_headTail.right(3) + data[i];
        m_headWritten = m_headTail == "\r\n\r\n";
    }
    return size;
}

} // namespace engine::server
