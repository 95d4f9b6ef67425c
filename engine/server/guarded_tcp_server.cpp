#include "engine/server/guarded_tcp_server.h"

#include "engine/server/vetted_socket.h"

#include <QSslSocket>
#include <QTcpSocket>

using namespace std::chrono_literals;

namespace engine::server {

namespace {

constexpr int kBacklog = 128;
/// Out of file descriptors, Qt stops accepting for good; this is how soon we try again.
constexpr auto kAcceptRetry = 500ms;

} // namespace

GuardedTcpServer::GuardedTcpServer(const Limits &limits, Clock &clock, ConnectionHost &host)
    : m_limits(limits), m_clock(clock), m_host(host), m_resume(clock.makeTimer([this] { resumeAccepting(); }))
{
    setListenBacklogSize(kBacklog);
    connect(this, &QTcpServer::acceptError, this, [this] { m_resume->start(kAcceptRetry); });
}

GuardedTcpServer::~GuardedTcpServer()
{
    // Before the members they count themselves in.
    qDeleteAll(findChildren<Connection *>(QString(), Qt::FindDirectChildrenOnly));
    for (QObject *connection : std::as_const(m_open))
        connection->disconnect(this);
}

void GuardedTcpServer::introduce(VettedSocket &socket)
{
    addPendingConnection(&socket);
}

void GuardedTcpServer::stopAccepting()
{
    // A closed QTcpServer passes no sockets on, so whoever is here is introduced first.
    for (Connection *connection : findChildren<Connection *>(QString(), Qt::FindDirectChildrenOnly))
        connection->introduce();
    m_resume->stop();
    close();
}

void GuardedTcpServer::count(QObject &connection)
{
    m_open.insert(&connection);
    connect(&connection, &QObject::destroyed, this, &GuardedTcpServer::closed);
}

void GuardedTcpServer::closed(QObject *connection)
{
    m_open.remove(connection);
}

std::unique_ptr<QTcpSocket> GuardedTcpServer::wireOf(qintptr descriptor) const
{
    if (!m_tls) {
        auto wire = std::make_unique<QTcpSocket>();
        return wire->setSocketDescriptor(descriptor) ? std::move(wire) : nullptr;
    }
    auto wire = std::make_unique<QSslSocket>();
    if (!wire->setSocketDescriptor(descriptor))
        return nullptr;
    // A handshake that never ends meets the deadline of the first request.
    wire->setSslConfiguration(*m_tls);
    wire->startServerEncryption();
    return wire;
}

void GuardedTcpServer::incomingConnection(qintptr descriptor)
{
    auto wire = wireOf(descriptor);
    if (!wire)
        return;
    if (openConnections() >= m_limits.maxConnections) {
        wire->abort();
        return;
    }
    count(*new Connection(std::move(wire), m_limits, m_clock, m_host, this));
}

} // namespace engine::server
