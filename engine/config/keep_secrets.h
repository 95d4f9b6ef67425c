#pragma once

#include "engine/config/env_edit.h"
#include "engine/config/secret_store.h"

#include <chrono>

namespace engine::config {

/// What became of secrets that were to go into a SecretStore.
struct SecretsKept
{
    QStringList kept;     ///< by setting name: written, or removed where the new value is empty
    QStringList refused;  ///< the others
    QStringList problems; ///< why, each once; nothing when there simply is no keychain
    bool operator==(const SecretsKept &) const = default;
};

/// Secrets on their way into a store. finished() comes once, never from within keepSecrets(), then the job deletes itself.
class KeepSecretsJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    void finished(const engine::config::SecretsKept &kept);
};

/// Puts changed secrets into a store, all at once.
/// @param secrets   new values by setting name; an empty one removes
/// @param patience  a person may have to unlock the store first; what has not answered by then counts as refused
/// @return never null
[[nodiscard]] KeepSecretsJob *keepSecrets(SecretStore &store, const EnvChanges &secrets, std::chrono::milliseconds patience,
                                          QObject *parent);

} // namespace engine::config
