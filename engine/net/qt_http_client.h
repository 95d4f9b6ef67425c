#pragma once

#include "engine/net/http_client.h"

#include <QTimer>

#include <chrono>
#include <memory>
#include <vector>

namespace engine::net {

/// HttpClient over QNetworkAccessManager.
///
/// - Connections are shared and kept alive. A manager opens at most six HTTP/1.1 connections to a host and queues what
///   is beyond, which would let one call wait for another; so a second manager takes over when six requests to a host
///   are under way. Each has a thread; one that nobody needs any more goes, but for the first.
/// - A request that is not idempotent (POST, PATCH) is sent once: neither redirects nor Qt's own repetition after a
///   connection dropped before the answer apply to it. Placing a call twice costs more than an error.
/// - Other requests follow redirects within the same origin only, so that credentials go nowhere else.
///
/// Engine thread; owned by the engine and outlives every job it made.
class QtHttpClient final : public HttpClient
{
    Q_OBJECT
public:
    /// @param kept  a manager that was not needed for so long, or up to twice as long, goes
    explicit QtHttpClient(QObject *parent = nullptr, std::chrono::milliseconds kept = std::chrono::minutes(1));
    ~QtHttpClient() override;

    HttpJob *send(const HttpRequest &request, QObject *parent) override;
    void preconnect(const QUrl &url) override;

private:
    struct Lane;
    Lane &laneFor(const QByteArray &origin);
    void dropIdleLanes();

    std::vector<std::unique_ptr<Lane>> m_lanes;
    QTimer m_idleCheck; ///< runs while there are more lanes than the first
};

} // namespace engine::net
