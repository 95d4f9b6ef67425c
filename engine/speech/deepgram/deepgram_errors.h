#pragma once

#include "engine/net/web_socket.h"
#include "engine/speech/connection_loss.h"
#include "engine/speech/deepgram/deepgram_codec.h"

namespace engine::speech::deepgram {

/// What the end of a connection means: HTTP status of a refused handshake, or close code and reason. Pure.
[[nodiscard]] Loss lossOf(const net::SocketClosed &closed);
/// What an Error message means. Pure.
[[nodiscard]] Loss lossOf(const ServerError &error);

} // namespace engine::speech::deepgram
