#pragma once

#include "engine/config/config.h"

namespace engine::config {

/// Takes the secrets of a configuration out of texts that others wrote: a vendor may quote the key it refuses. Plain
/// value.
class Redaction
{
public:
    Redaction() = default;
    explicit Redaction(const Config &config);

    /// The text with each secret in it replaced by ***.
    [[nodiscard]] QString of(QString text) const;
    [[nodiscard]] Error of(const Error &error) const { return {error.fault, error.code, of(error.message)}; }

private:
    QStringList m_secrets;
};

} // namespace engine::config
