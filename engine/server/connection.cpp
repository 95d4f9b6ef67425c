#include "engine/server/connection.h"

#include "engine/server/qt_http_bridge.h"
#include "engine/server/router.h"
#include "engine/server/vetted_socket.h"

#include <QSslSocket>
#include <QTcpSocket>

#include <sys/socket.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::server {

namespace {

/// How much more than one head the socket may buffer: room to notice that a head is too large.
constexpr qint64 kReadSlackBytes = 4 * 1024;
/// After a refusal the peer may still be sending. Closing at once would reset the connection and take the refusal with
/// it (RFC 9112 section 9.6), so this much is read and thrown away, for this long at most.
constexpr qint64 kLeavingBytes = 4 * 1024 * 1024;
constexpr auto kLeavingTime = 2s;
/// A peer that leaves this much of a streamed body unread is given up.
constexpr qint64 kMaxUnsentBytes = 8 * 1024 * 1024;

QHostAddress plainPeer(const QTcpSocket &socket)
{
    // A dual-stack listener sees IPv4 peers as ::ffff:a.b.c.d; rules about addresses want a.b.c.d.
    bool isIpv4 = false;
    const quint32 address = socket.peerAddress().toIPv4Address(&isIpv4);
    return isIpv4 ? QHostAddress(address) : socket.peerAddress();
}

/// The request as QHttpServer sees it: nothing left to decide about its length. Headers are not repeated, routes get
/// ours.
QByteArray canonical(const RequestHead &head, const QByteArray &body)
{
    return head.method + ' ' + head.target + " HTTP/1.1\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\n\r\n" + body;
}

} // namespace

/// A body in pieces, as long as the connection is still at the same request.
class Connection::ReplyStream final : public BodyStream
{
public:
    ReplyStream(Connection &connection, quint64 serial) : m_connection(&connection), m_serial(serial) {}
    ~ReplyStream() override
    {
        if (!isGone())
            m_connection->m_wire->abort();
    }
    void write(const QByteArray &bytes) override
    {
        if (!isGone())
            m_connection->writeChunk(bytes);
    }
    void finish() override
    {
        if (!isGone())
            m_connection->endStream();
    }
    bool isGone() const override { return !m_connection || !m_connection->isStreaming(m_serial); }
    qint64 unsentBytes() const override { return isGone() ? 0 : m_connection->m_wire->bytesToWrite(); }

private:
    QPointer<Connection> m_connection;
    quint64 m_serial;
};

/// Answers through the connection as long as that is still at the same request.
class Connection::ReplySink final : public Responder::Sink
{
public:
    ReplySink(Connection &connection, quint64 serial) : m_connection(&connection), m_serial(serial) {}
    void send(const Response &response) override
    {
        if (m_connection)
            m_connection->answer(m_serial, response);
    }
    std::unique_ptr<BodyStream> stream(const Response &head) override
    {
        if (!m_connection || !m_connection->beginStream(m_serial, head))
            return nullptr;
        return std::make_unique<ReplyStream>(*m_connection, m_serial);
    }

private:
    QPointer<Connection> m_connection;
    quint64 m_serial;
};

Connection::Connection(std::unique_ptr<QTcpSocket> wire, const Limits &limits, Clock &clock, ConnectionHost &host,
                       QObject *parent)
    : QObject(parent), m_limits(limits), m_host(host), m_wire(std::move(wire)),
      m_deadline(clock.makeTimer([this] { deadlinePassed(); }))
{
    m_wire->setReadBufferSize(m_limits.maxHeaderBytes + kReadSlackBytes);
    m_wire->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_wire.get(), &QTcpSocket::readyRead, this, &Connection::readOn);
    connect(m_wire.get(), &QTcpSocket::bytesWritten, this, &Connection::flushOn);
    connect(m_wire.get(), &QTcpSocket::disconnected, this, &Connection::gone);
    m_deadline->start(m_limits.requestTimeout);
}

Connection::~Connection()
{
    // The order matters to QHttpServer: it must know that the socket is dead before its responder goes, and lose the
    // responder before the socket.
    if (m_wire)
        m_wire->disconnect(this);
    if (m_vetted)
        m_vetted->hangUp();
    m_exchange.reset();
}

void Connection::introduce()
{
    if (m_vetted)
        return;
    m_vetted = new VettedSocket(*m_wire, this);
    connect(m_vetted, &VettedSocket::closeAsked, this, [this] {
        if (m_state != State::Leaving && m_state != State::Gone)
            leave();
    });
    m_host.introduce(*m_vetted);
}

void Connection::readOn()
{
    switch (m_state) {
    case State::Idle:
        if (m_wire->bytesAvailable() == 0)
            return;
        m_state = State::Head;
        m_deadline->start(m_limits.requestTimeout);
        [[fallthrough]];
    case State::Head:
        readHead();
        return;
    case State::Body:
        readBody();
        return;
    case State::Leaving:
        discard();
        return;
    case State::Answering:
    case State::Streaming:
    case State::Flushing:
        return; // stays in the socket until its turn
    case State::Gone:
        return;
    }
}

void Connection::readHead()
{
    QByteArray bytes = m_wire->peek(m_limits.maxHeaderBytes + 1);
    if (bytes.startsWith("\r\n")) {
        // RFC 9112 section 2.2: one empty line before a request is forgiven.
        m_wire->read(2);
        bytes = m_wire->peek(m_limits.maxHeaderBytes + 1);
    }
    const HeadScan scan = scanHead(bytes);
    if (scan.found == HeadScan::Found::Garbage)
        refuse(badRequest(u"This is no HTTP request; this address speaks plain HTTP/1.1."_s));
    else if (bytes.size() > m_limits.maxHeaderBytes &&
             (scan.found == HeadScan::Found::Nothing || scan.size > m_limits.maxHeaderBytes))
        refuse(errorResponse(431, u"headers_too_large"_s,
                             u"The request's headers are larger than %1 bytes; send fewer or shorter ones."_s.arg(
                                 m_limits.maxHeaderBytes)));
    else if (scan.found == HeadScan::Found::Head)
        headComplete(scan.size);
}

void Connection::headComplete(qsizetype headBytes)
{
    auto head = parseRequestHead(m_wire->peek(headBytes), m_limits);
    if (!head) {
        m_wire->read(headBytes);
        refuse(head.error());
        return;
    }
    m_head = *std::move(head);
    Request request{
        m_head.method, m_head.target, decodedPath(m_head.target), m_head.headers, {}, plainPeer(*m_wire), {}};
    // With a body or in HTTP/1.0 an Upgrade means nothing (RFC 9110 section 7.8).
    const bool mayUpgrade = m_head.http11 && !m_head.hasBody() && headerLists(m_head.headers, "Upgrade", "websocket");
    if (mayUpgrade && upgraded(request, headBytes))
        return;

    m_wire->read(headBytes);
    m_request = std::move(request);
    m_state = State::Body;
    m_body = m_head.chunked ? BodyReader::chunked(m_limits.maxBodyBytes) : BodyReader::ofLength(m_head.contentLength);
    if (m_head.expectsContinue && m_head.hasBody() && m_wire->bytesAvailable() == 0) {
        m_wire->write("HTTP/1.1 100 Continue\r\n\r\n");
        m_wire->flush();
    }
    readBody();
}

bool Connection::upgraded(Request &request, qsizetype headBytes)
{
    auto verdict = m_host.judgeUpgrade(request);
    if (const auto *refusal = std::get_if<Response>(&verdict)) {
        m_wire->read(headBytes);
        refuse(*refusal);
        return true;
    }
    if (!std::holds_alternative<ConnectionHost::Upgrade>(verdict))
        return false;
    m_state = State::Gone;
    m_wire->disconnect(this);
    m_deadline->stop();
    const QByteArray headCopy = m_wire->read(headBytes);
    const QByteArray early = m_wire->readAll();
    for (qsizetype i = headCopy.size(); i-- > 0;)
        m_wire->ungetChar(headCopy[i]);
    deleteLater();
    m_host.takeOver(std::move(m_wire), std::get<ConnectionHost::Upgrade>(std::move(verdict)), early);
    return true;
}

void Connection::readBody()
{
    while (m_body.state() == BodyReader::State::Reading && m_wire->bytesAvailable() > 0) {
        const QByteArray bytes = m_wire->peek(m_wire->bytesAvailable());
        m_wire->read(m_body.push(bytes));
    }
    switch (m_body.state()) {
    case BodyReader::State::Reading:
        return;
    case BodyReader::State::Complete:
        bodyComplete();
        return;
    case BodyReader::State::TooLarge:
        refuse(bodyTooLarge(m_limits));
        return;
    case BodyReader::State::Malformed:
        refuse(badRequest(u"The request's chunked body is not well-formed."_s));
        return;
    }
}

void Connection::bodyComplete()
{
    m_deadline->stop();
    m_state = State::Answering;
    introduce();
    m_host.deliver(*this, *m_vetted, canonical(m_head, m_body.take()));
    if (m_state == State::Answering && !m_exchange)
        refuse(badRequest(u"The request could not be understood."_s));
}

void Connection::requestParsed(std::unique_ptr<Exchange> exchange, const QByteArray &body)
{
    m_exchange = std::move(exchange);
    m_request.body = body;
    m_host.dispatch(std::exchange(m_request, {}), Responder(std::make_unique<ReplySink>(*this, ++m_serial)));
}

void Connection::answer(quint64 serial, const Response &response)
{
    if (m_state != State::Answering || serial != m_serial || !m_exchange)
        return;
    Response full = response;
    if (!m_head.keepAlive)
        full.headers.emplaceBack("Connection", "close");
    else if (!m_head.http11)
        full.headers.emplaceBack("Connection", "keep-alive");
    m_state = State::Flushing;
    m_deadline->start(m_limits.idleTimeout);
    m_vetted->setHeadOnly(m_head.method == "HEAD");
    m_exchange->write(full);
    m_exchange.reset();
    m_wire->flush();
    flushOn();
}

bool Connection::beginStream(quint64 serial, const Response &head)
{
    if (m_state != State::Answering || serial != m_serial || !m_exchange)
        return false;
    m_state = State::Streaming;
    // HTTP/1.0 knows no chunks: there the end of the body is the end of the connection.
    m_head.keepAlive = m_head.keepAlive && m_head.http11;
    m_wire->write(toStreamingWire(head, m_head.http11, m_head.keepAlive));
    m_wire->flush();
    return true;
}

void Connection::writeChunk(const QByteArray &bytes)
{
    if (bytes.isEmpty() || m_head.method == "HEAD")
        return; // an empty chunk would end the body
    m_wire->write(m_head.http11 ? QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n" : bytes);
    m_wire->flush();
    if (m_wire->bytesToWrite() > kMaxUnsentBytes)
        m_wire->abort();
}

void Connection::endStream()
{
    if (m_head.http11 && m_head.method != "HEAD")
        m_wire->write("0\r\n\r\n");
    m_state = State::Flushing;
    m_deadline->start(m_limits.idleTimeout);
    m_exchange.reset(); // QHttpServer has nothing to write, and may see the next request
    m_wire->flush();
    flushOn();
}

void Connection::refuse(const Response &response)
{
    m_wire->write(toClosingWire(response));
    m_wire->flush();
    leave();
}

void Connection::flushOn()
{
    if (m_state == State::Gone)
        return;
    if (m_wire->bytesToWrite() > 0) {
        if (m_state == State::Flushing)
            m_deadline->start(m_limits.idleTimeout); // the peer takes bytes, if slowly
        return;
    }
    if (m_state == State::Leaving && !m_sentEnd) {
        m_sentEnd = true;
        endOurSide();
    } else if (m_state == State::Flushing && !m_head.keepAlive) {
        leave();
    } else if (m_state == State::Flushing) {
        m_state = State::Idle;
        m_deadline->start(m_limits.idleTimeout);
        // Later, so that a client with a thousand requests in one packet cannot make us recurse a thousand deep.
        if (m_wire->bytesAvailable() > 0)
            QMetaObject::invokeMethod(this, &Connection::readOn, Qt::QueuedConnection);
    }
}

void Connection::endOurSide()
{
    // TLS says goodbye in its own words (close_notify), and only QSslSocket can say them; then it closes both sides.
    if (auto *secure = qobject_cast<QSslSocket *>(m_wire.get()); secure && secure->isEncrypted())
        secure->disconnectFromHost();
    else
        ::shutdown(static_cast<int>(m_wire->socketDescriptor()), SHUT_WR);
}

void Connection::leave()
{
    m_state = State::Leaving;
    m_deadline->start(kLeavingTime);
    flushOn();
    if (m_state == State::Leaving)
        discard();
}

void Connection::discard()
{
    m_discarded += m_wire->readAll().size();
    if (m_discarded > kLeavingBytes)
        m_wire->abort();
}

void Connection::deadlinePassed()
{
    switch (m_state) {
    case State::Head:
    case State::Body:
        refuse(errorResponse(408, u"request_timeout"_s,
                             u"The request was not complete within %1 seconds."_s.arg(m_limits.requestTimeout / 1s)));
        return;
    case State::Idle:
        leave();
        return;
    case State::Answering:
    case State::Streaming:
    case State::Flushing:
    case State::Leaving:
        m_wire->abort();
        return;
    case State::Gone:
        return;
    }
}

void Connection::gone()
{
    m_state = State::Gone;
    m_deadline->stop();
    if (m_vetted)
        m_vetted->hangUp();
    m_exchange.reset();
    deleteLater();
}

} // namespace engine::server
