#pragma once

#include "engine/base/clock.h"
#include "engine/server/body_reader.h"
#include "engine/server/handlers.h"
#include "engine/server/limits.h"
#include "engine/server/request_head.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <variant>

class QTcpSocket;

namespace engine::server {

class Connection;
class Exchange;
class VettedSocket;

/// What a connection asks of the server it belongs to, which outlives it.
class ConnectionHost
{
public:
    struct NoUpgrade
    {
    };             ///< no WebSocket lives at this address: an ordinary request
    struct Upgrade ///< let in
    {
        Request request;
        UpgradeHandler handler;
    };
    using UpgradeVerdict = std::variant<NoUpgrade, Upgrade, Response>;

    virtual ~ConnectionHost() = default;
    /// A head asked for a WebSocket.
    virtual UpgradeVerdict judgeUpgrade(Request request) = 0;
    /// Does the handshake on a socket whose unread bytes start with the head; owns the socket from now on.
    /// @param early  what the peer sent after the head already
    virtual void takeOver(std::unique_ptr<QTcpSocket> wire, Upgrade upgrade, const QByteArray &early) = 0;
    /// Gives QHttpServer a connection.
    virtual void introduce(VettedSocket &socket) = 0;
    /// Shows QHttpServer one whole request, which must come back through Connection::requestParsed() before this
    /// returns.
    virtual void deliver(Connection &from, VettedSocket &to, const QByteArray &bytes) = 0;
    /// A request is ready for its route.
    virtual void dispatch(Request request, Responder responder) = 0;
};

/// One client connection: lets one whole request at a time through to QHttpServer, within the limits, and refuses what
/// breaks them.
///
/// Bytes are read only while a request is awaited, so a client cannot make us hold more than one request and one socket
/// buffer; requests sent ahead wait in the kernel. Deletes itself when the peer has gone. Engine thread; owned by the
/// GuardedTcpServer.
class Connection final : public QObject
{
    Q_OBJECT
public:
    Connection(std::unique_ptr<QTcpSocket> wire, const Limits &limits, Clock &clock, ConnectionHost &host,
               QObject *parent);
    ~Connection() override;

    /// QHttpServer has parsed what deliver() showed it.
    void requestParsed(std::unique_ptr<Exchange> exchange, const QByteArray &body);
    /// Introduces itself to QHttpServer now instead of at the first request: afterwards the listening server may close.
    void introduce();

private:
    class ReplySink;
    class ReplyStream;
    enum class State
    {
        Idle,      ///< between requests
        Head,      ///< some of a head is here
        Body,      ///< some of a body is here, or awaited
        Answering, ///< the route has it
        Streaming, ///< the answer comes piece by piece
        Flushing,  ///< the answer is on its way
        Leaving,   ///< said all we have to say; reading on a little, so that the peer gets to see it
        Gone       ///< closed or handed over
    };

    void readOn();
    void readHead();
    void headComplete(qsizetype headBytes);
    /// @return whether the socket was handed over or refused
    bool upgraded(Request &request, qsizetype headBytes);
    void readBody();
    void bodyComplete();
    void answer(quint64 serial, const Response &response);
    /// @return whether this request is still waiting for its answer
    bool beginStream(quint64 serial, const Response &head);
    bool isStreaming(quint64 serial) const { return m_state == State::Streaming && serial == m_serial; }
    void writeChunk(const QByteArray &bytes);
    void endStream();
    void refuse(const Response &response);
    void flushOn();
    void endOurSide();
    void leave();
    void discard();
    void deadlinePassed();
    void gone();

    const Limits m_limits;
    ConnectionHost &m_host;
    std::unique_ptr<QTcpSocket> m_wire;
    std::unique_ptr<Timer> m_deadline;
    QPointer<VettedSocket> m_vetted; ///< made for the first request; QHttpServer may delete it
    std::unique_ptr<Exchange> m_exchange;
    State m_state = State::Idle;
    RequestHead m_head;
    BodyReader m_body = BodyReader::ofLength(0);
    Request m_request;
    quint64 m_serial = 0; ///< of the request being answered, so that an old responder cannot answer a new request
    bool m_sentEnd = false;
    qint64 m_discarded = 0;
};

} // namespace engine::server
