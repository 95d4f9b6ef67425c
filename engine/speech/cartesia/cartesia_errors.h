#pragma once

#include "engine/net/web_socket.h"
#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/connection_loss.h"

namespace engine::speech::cartesia {

/// What the end of a connection means. Pure.
[[nodiscard]] Loss lossOf(const net::SocketClosed &closed);
/// What an error message means for its context. Pure.
[[nodiscard]] Loss lossOf(const ErrorMessage &error);

} // namespace engine::speech::cartesia
