#pragma once

#include "engine/server/http_message.h"

namespace engine::server {

/// The part of a response that a `Range` header asks for (RFC 9110, section 14): 206 with the part, 416 when it lies
/// behind the end, else the whole. Of several ranges none is understood, which the RFC allows. Pure.
[[nodiscard]] Response rangeOf(const Response &whole, QByteArrayView range);

} // namespace engine::server
