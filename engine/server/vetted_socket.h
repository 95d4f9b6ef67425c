#pragma once

#include <QByteArray>
#include <QPointer>
#include <QTcpSocket>

namespace engine::server {

/// The socket QHttpServer is given in place of the real one: it reads only what deliver() hands over, whole vetted
/// requests, and writes through to the wire. So no limit has to be kept between two parsers, and no version of
/// QHttpServer ever sees a byte too many.
///
/// The wire may die first; writes then go nowhere. Engine thread.
class VettedSocket final : public QTcpSocket
{
    Q_OBJECT
public:
    VettedSocket(QTcpSocket &wire, QObject *parent);
    ~VettedSocket() override;

    /// Makes bytes readable and says so.
    void deliver(const QByteArray &bytes);
    /// From now on only a response's head is written, as an answer to HEAD wants it; false writes all again.
    void setHeadOnly(bool headOnly);
    /// The peer has gone, or never mattered: tells QHttpServer, which drops this socket.
    void hangUp();

    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override;
    bool canReadLine() const override;
    void close() override;
    void disconnectFromHost() override;

signals:
    /// QHttpServer wants the connection closed.
    void closeAsked();

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 readLineData(char *data, qint64 maxSize) override;
    qint64 skipData(qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QPointer<QTcpSocket> m_wire;
    QByteArray m_inbox;
    qsizetype m_read = 0; ///< how much of the inbox is gone
    bool m_headOnly = false;
    QByteArray m_headTail; ///< while headOnly: the last bytes written, to find the end of the head
    bool m_headWritten = false;
};

} // namespace engine::server
