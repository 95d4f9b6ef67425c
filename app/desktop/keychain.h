#pragma once

#include "engine/config/secret_store.h"

#include <memory>

namespace app {

/// The keychain of the desktop (GNOME Keyring, KWallet) through QtKeychain. Never stores anything in clear instead.
/// Main thread.
class Keychain final : public engine::config::SecretStore
{
public:
    /// @return null without a session bus, where asking would only wait
    [[nodiscard]] static std::unique_ptr<Keychain> ofThisSession();

    QString description() const override;
    engine::config::ReadSecretJob *read(const QString &settingName, QObject *parent) override;
    engine::config::ChangeSecretJob *write(const QString &settingName, const engine::Secret &secret,
                                           QObject *parent) override;
    engine::config::ChangeSecretJob *remove(const QString &settingName, QObject *parent) override;
};

} // namespace app
