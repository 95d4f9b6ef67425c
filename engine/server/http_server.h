#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "engine/server/handlers.h"
#include "engine/server/http_message.h"
#include "engine/server/limits.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QString>

#include <memory>

class QSslCertificate;
class QSslKey;

namespace engine::server {

/// The embedded HTTP and WebSocket server: listens, limits, routes. Knows no domain words. Engine thread.
class HttpServer : public QObject
{
    Q_OBJECT
public:
    using Handler = server::Handler;
    using UpgradeGuard = server::UpgradeGuard;
    using UpgradeHandler = server::UpgradeHandler;

    HttpServer(const Limits &limits, Clock &clock, QObject *parent = nullptr);
    ~HttpServer() override;

    /// @param pattern  a path; a segment `*` matches any one segment and is captured, e.g. "/api/calls/*/hangup".
    ///                 Other methods on a known path get 405 with `Allow`; unknown paths 404.
    void route(const QByteArray &method, const QString &pattern, Handler handler);
    /// A WebSocket endpoint (GET with Upgrade). Without an Upgrade header the path answers 426.
    void upgrade(const QString &pattern, UpgradeGuard guard, UpgradeHandler handler);

    /// From now on connections speak TLS with this certificate (its chain after it) and key: https and wss. Before listen().
    void useTls(const QList<QSslCertificate> &certificateChain, const QSslKey &privateKey);
    /// @return the port that listens, or an Error (code "port_in_use", "address_unusable", Fault::Settings) with what
    /// to do
    [[nodiscard]] Result<quint16> listen(const QHostAddress &address, quint16 port);
    /// Stops accepting; open connections go on.
    void stopListening();
    int openConnections() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace engine::server
