#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QObject>
#include <QString>
#include <QStringList>

namespace engine::config {

/// One secret being looked up. finished() comes once, never from within the call that made the job; then it deletes
/// itself.
class ReadSecretJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    /// The secret, empty when the store holds none of this name; or Error "keychain_failed" (Fault::Program).
    void finished(const engine::Result<engine::Secret> &secret);
};

/// One secret being kept or removed. finished() comes once, never from within the call that made the job; then it
/// deletes itself.
class ChangeSecretJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    /// Done, or Error "keychain_failed" (Fault::Program).
    void finished(const engine::Result<engine::Done> &done);
};

/// A place for secrets that is safer than a file: the keychain of the desktop. Without one (servers) secrets stay in
/// .env.
///
/// Secrets are named as their settings, see secretNames(). A setting that stands in the command line, the environment
/// or .env wins over the store: whoever moves a secret here takes it out of the file. Lives on the thread that made it;
/// outlives its jobs.
class SecretStore
{
public:
    virtual ~SecretStore() = default;

    /// What the operator calls it, in a sentence: "the keychain of this desktop".
    virtual QString description() const = 0;
    /// @return never null
    [[nodiscard]] virtual ReadSecretJob *read(const QString &settingName, QObject *parent) = 0;
    /// Replaces what was there. @return never null
    [[nodiscard]] virtual ChangeSecretJob *write(const QString &settingName, const Secret &secret, QObject *parent) = 0;
    /// Removing what is not there is a success. @return never null
    [[nodiscard]] virtual ChangeSecretJob *remove(const QString &settingName, QObject *parent) = 0;
};

/// The settings that are secrets, in the order of env.example.
[[nodiscard]] QStringList secretNames();

} // namespace engine::config
