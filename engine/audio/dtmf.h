#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

namespace engine::audio {

/// The tones of phone keys, to be played into a call (ITU-T Q.23; made by spandsp).
///
/// Each key sounds for 100 ms, followed by 100 ms of silence.
/// @param digits  0-9, *, #, A-D; w or a comma is a pause of 0.5 s; at most 64 characters
/// @return mu-law at 8000 Hz, or an Error (code "digits_invalid") for anything else
[[nodiscard]] Result<QByteArray> dtmfTones(const QString &digits);

} // namespace engine::audio
