#pragma once

#include "engine/base/ids.h"

#include <QByteArray>

/// How this program recognises itself on the far side of a tunnel or a proxy. Pure.
///
///     GET /healthz?nonce=0123456789abcdef0123456789abcdef
///     {"status":"ok","proof":"<HMAC-SHA256 of the nonce, hex>"}
///
/// The key is made anew at every start and never leaves the process, so no other server, no cache and no other Dialdesk
/// can give the proof.
namespace engine::checks {

/// 32 hex digits.
inline constexpr int kNonceBytes = 16;
[[nodiscard]] bool isNonce(const QByteArray &text);

/// @return lower-case hex
[[nodiscard]] QByteArray proofOf(const Secret &key, const QByteArray &nonce);

} // namespace engine::checks
