#pragma once

#include "engine/base/ids.h"
#include "engine/idempotency.h"
#include "engine/server/http_server.h"

namespace engine {

class Engine;
class EventStream;
class HistoryRoutes;

/// The routes people and programs use: /dialout, /api/*, /healthz, /readyz, /metrics (contract.md section 3).
/// Engine thread; owned by the Engine, which outlives it.
class HttpApi : public QObject
{
    Q_OBJECT
public:
    HttpApi(server::HttpServer &server, Engine &engine, EventStream &events, const Secret &apiKey, Clock &clock);
    ~HttpApi() override;

private:
    using Handler = server::HttpServer::Handler;
    /// Wraps a handler so that strangers are refused first.
    Handler guarded(Handler handler) const;
    void dialOut(const server::Request &request, server::Responder responder);
    void hangUp(const server::Request &request, server::Responder responder);

    Engine &m_engine;
    Secret m_apiKey;
    Idempotency m_idempotency;
    std::unique_ptr<HistoryRoutes> m_history;
};

} // namespace engine
