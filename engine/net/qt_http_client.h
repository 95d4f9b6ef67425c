#pragma once

#include "engine/net/http_client.h"

#include <memory>
#include <vector>

class QNetworkAccessManager;

namespace engine::net {

/// HttpClient over QNetworkAccessManager.
///
/// - Connections are shared and kept alive. A manager opens at most six HTTP/1.1 connections to a host and queues what
/// is beyond,
///   which would let one call wait for another; so a second manager takes over when six requests to a host are under
///   way.
/// - A request that is not idempotent (POST, PATCH) is sent once: neither redirects nor Qt's own repetition after a
/// connection
///   dropped before the answer apply to it. Placing a call twice costs more than an error.
/// - Other requests follow redirects within the same origin only, so that credentials go nowhere else.
///
/// Engine thread; owned by the engine and outlives every job it made.
class QtHttpClient final : public HttpClient
{
    Q_OBJECT
public:
    explicit QtHttpClient(QObject *parent = nullptr);
    ~QtHttpClient() override;

    HttpJob *send(const HttpRequest &request, QObject *parent) override;
    void preconnect(const QUrl &url) override;

private:
    struct Lane;
    Lane &laneFor(const QByteArray &origin);

    std::vector<std::unique_ptr<Lane>> m_lanes;
};

} // namespace engine::net
