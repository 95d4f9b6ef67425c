#pragma once

#include "engine/base/clock.h"
#include "engine/server/connection.h"
#include "engine/server/limits.h"

#include <QSet>
#include <QSslConfiguration>
#include <QTcpServer>

#include <memory>
#include <optional>

namespace engine::server {

/// Accepts connections within their number and puts a guard before each. QHttpServer is bound to it and gets, as this
/// server's "pending connections", the vetted sockets only. Engine thread.
class GuardedTcpServer final : public QTcpServer
{
    Q_OBJECT
public:
    /// @param host  outlives this server
    GuardedTcpServer(const Limits &limits, Clock &clock, ConnectionHost &host);
    ~GuardedTcpServer() override;

    /// Connections accepted from now on speak TLS.
    void useTls(const QSslConfiguration &tls) { m_tls = tls; }
    /// Passes a vetted socket on to QHttpServer.
    void introduce(VettedSocket &socket);
    /// Stops accepting; the connections there go on.
    void stopAccepting();
    /// Counts an object as an open connection until it is destroyed or `closed()` names it.
    void count(QObject &connection);
    void closed(QObject *connection);
    int openConnections() const { return static_cast<int>(m_open.size()); }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    std::unique_ptr<QTcpSocket> wireOf(qintptr descriptor) const;

    const Limits m_limits;
    std::optional<QSslConfiguration> m_tls;
    Clock &m_clock;
    ConnectionHost &m_host;
    std::unique_ptr<Timer> m_resume;
    QSet<QObject *> m_open;
};

} // namespace engine::server
