#pragma once

#include "engine/call_history.h"
#include "engine/server/http_server.h"

namespace engine {

class Door;

/// The routes of the call history: /api/calls and below, but for hanging up (contract.md section 3).
/// Engine thread; owned by the HttpApi.
class HistoryRoutes : public QObject
{
    Q_OBJECT
public:
    /// All outlive this.
    HistoryRoutes(server::HttpServer &server, Door &door, CallHistory &history, Clock &clock);

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
