#pragma once

#include <QtGlobal>

#include <chrono>

namespace engine::server {

/// Bounds enforced on the socket, before anything is parsed; see contract.md section 3.
struct Limits
{
    qint64 maxBodyBytes = 64 * 1024;
    qint64 maxHeaderBytes = 16 * 1024;                ///< request line, headers and the empty line after them
    std::chrono::milliseconds requestTimeout{10'000}; ///< from a request's first byte to its last
    std::chrono::milliseconds idleTimeout{
        60'000};               ///< a kept-alive connection without a request; a peer that takes no byte
    int maxConnections = 1024; ///< WebSockets included
    qint64 maxWebSocketMessageBytes = 1024 * 1024;
};

} // namespace engine::server
