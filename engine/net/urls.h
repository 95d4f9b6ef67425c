#pragma once

#include <QUrl>

namespace engine::net {

/// `base` with `path` appended to whatever path it has. Pure.
///
/// @param base  an address of the settings, with or without a trailing slash
/// @param path  begins with a slash, e.g. "/v1beta/models"
[[nodiscard]] QUrl urlBelow(const QUrl &base, const QString &path);

/// The WebSocket address that belongs to a base address of the settings: https becomes wss, http becomes ws, and `path`
/// is appended to whatever path the base has. Pure.
///
/// @param base  e.g. https://api.deepgram.com, with or without a trailing slash
/// @param path  begins with a slash, e.g. "/v1/listen"
[[nodiscard]] QUrl webSocketUrl(const QUrl &base, const QString &path);

} // namespace engine::net
