#pragma once

#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/net/check_job.h"
#include "engine/net/web_socket.h"

namespace engine::checks {

/// Whether a public address leads to this very process: fetches our own /healthz through it, then opens a WebSocket at
/// /healthz/socket, each with a nonce only we can prove. The same way a carrier's webhooks and media streams take.
///
/// Errors "public_url_unreachable", "public_url_foreign" (somebody else answers), "public_url_no_websocket". Engine
/// thread.
class SelfProbe final : public net::CheckJob
{
    Q_OBJECT
public:
    /// @param base  without trailing slash
    /// @param key   what /healthz proves with
    SelfProbe(const QUrl &base, const Secret &key, net::HttpClient &http, net::WebSocketFactory &sockets,
              Random &random, QObject *parent);

private:
    QUrl withNonce(const QUrl &url);
    void askHealth();
    void takeHealth(const Result<net::HttpResponse> &response);
    void openSocket();

    QUrl m_base;
    Secret m_key;
    net::HttpClient &m_http;
    net::WebSocketFactory &m_sockets;
    Random &m_random;
    QByteArray m_nonce; // of the question under way
};

} // namespace engine::checks
