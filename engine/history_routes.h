#pragma once

#include "engine/call_history.h"
#include "engine/server/http_server.h"

namespace engine {

/// The routes of the call history: /api/calls and below, but for hanging up (contract.md section 3).
/// Engine thread; owned by the HttpApi.
class HistoryRoutes : public QObject
{
    Q_OBJECT
public:
    using Handler = server::HttpServer::Handler;
    using Guard = std::function<Handler(Handler)>;

    /// @param history, clock  outlive this
    /// @param guard  wraps a handler so that strangers are refused first
    HistoryRoutes(server::HttpServer &server, CallHistory &history, Clock &clock, const Guard &guard);

private:
    void listCalls(const server::Request &request, server::Responder responder);
    void showCall(const server::Request &request, server::Responder responder);
    void removeCall(const server::Request &request, server::Responder responder);
    void recording(const server::Request &request, server::Responder responder);
    void exportCall(const server::Request &request, server::Responder responder);
    void exportList(const server::Request &request, server::Responder responder);

    CallHistory &m_history;
    Clock &m_clock;
};

} // namespace engine
