#pragma once

#include "engine/twilio/media_stream_codec.h"

#include <optional>

namespace engine::twilio {

/// Reads a `media` message as Twilio writes it, without building a tree of it: it comes fifty times a second for every
/// call. Members may stand in any order, with any white space; each must be there once, as a string without escapes.
///
/// @return nullopt for anything else, right or wrong: the general parser decides about that
[[nodiscard]] std::optional<Media> scanMedia(QByteArrayView json);

} // namespace engine::twilio
