#pragma once

#include "engine/base/ids.h"
#include "engine/server/http_server.h"

#include <optional>

namespace engine {

/// Whether a request may use /dialout and /api/*: contract.md section 3.
///
/// With a key set: `Authorization: Bearer KEY`, compared in constant time. Without one: only requests that come straight from this
/// machine. A tunnel forwards from this machine too, so a request with a forwarding header is from outside; and a web page the
/// operator visits can send requests from here, so a foreign Origin, a browser's word that the request crosses sites, or a Host that
/// is not this machine's name (DNS rebinding) is refused. Pure.
/// @return the refusal, or nullopt when the request may pass
[[nodiscard]] std::optional<server::Response> refuseStranger(const server::Request &request, const Secret &apiKey);

/// Whether a proxy or tunnel says that it passed the request on.
[[nodiscard]] bool isForwarded(const server::Request &request);

} // namespace engine
