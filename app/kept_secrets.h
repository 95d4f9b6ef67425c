#pragma once

#include "engine/config/secret_store.h"

#include <QHash>
#include <QStringList>

#include <chrono>

namespace app {

/// What a secret store knew of the secrets asked for.
struct KeptSecrets
{
    QHash<QString, QString> values; ///< by setting name; without those it does not hold
    QStringList problems;           ///< for the operator: it refused, or did not answer
};

/// Asks for all of them at once and waits, because nothing else can begin before the settings are known. Needs a
/// QCoreApplication whose event loop does not run yet.
/// @param patience  a keychain may hang, or wait for a person to unlock it
[[nodiscard]] KeptSecrets readKeptSecrets(engine::config::SecretStore &store, const QStringList &names,
                                          std::chrono::milliseconds patience = std::chrono::milliseconds(2000));

} // namespace app
