#pragma once

#include "engine/config/config.h"

namespace engine::config {

/// Reads a certificate (its chain after it) and its private key, both PEM, and checks that they can serve: both
/// readable, the key without a password, the two belonging together, the certificate not over.
/// @return what the server needs, or every problem, each a sentence naming the setting and the file
[[nodiscard]] tl::expected<TlsConfig, QStringList> readTlsFiles(const QString &certificatePath, const QString &keyPath);

} // namespace engine::config
