#pragma once

#include "engine/base/ids.h"
#include "engine/server/http_server.h"

namespace engine {

/// /healthz and /healthz/socket: that the server is alive and, to a nonce, that it is this very one
/// (checks/self_proof.h). Open to everybody: they tell nothing else. Engine thread; owned by the Engine.
class SelfRoutes
{
public:
    SelfRoutes(server::HttpServer &server, const Secret &proofKey);
};

} // namespace engine
