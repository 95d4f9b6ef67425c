#pragma once

#include "engine/base/ids.h"
#include "engine/dial_request.h"
#include "engine/idempotency.h"
#include "engine/server/http_server.h"

namespace engine {

class Door;
class Engine;
class EventStream;
class HistoryRoutes;

/// The routes people and programs use: /dialout, /api/*, /readyz, /metrics (contract.md section 3).
/// Engine thread; owned by the Engine, which outlives it.
class HttpApi : public QObject
{
    Q_OBJECT
public:
    HttpApi(server::HttpServer &server, Door &door, Engine &engine, EventStream &events, Clock &clock);
    ~HttpApi() override;

private:
    void dialOut(const server::Request &request, server::Responder responder);
    /// Carries the wish out, unless an earlier request with its key has been.
    void dialOnce(const DialRequest &wish, server::Responder responder);
    void dial(const DialRequest &wish, std::shared_ptr<server::Responder> responder);
    void answerDial(const DialRequest &wish, server::Responder &responder, const server::Response &response);
    void hangUp(const server::Request &request, server::Responder responder);

    Engine &m_engine;
    Clock &m_clock;
    Idempotency m_idempotency;
    std::unique_ptr<HistoryRoutes> m_history;
};

} // namespace engine
