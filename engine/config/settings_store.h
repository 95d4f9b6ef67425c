#pragma once

#include "engine/base/result.h"
#include "engine/config/config.h"
#include "engine/config/env_edit.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace engine::config {

/// Where the value in effect comes from.
enum class SettingOrigin
{
    Default,
    Keychain, ///< a SecretStore
    File,
    Environment,
    CommandLine
};

/// The settings as they stand in their sources, and the way to change those that stand in the .env file.
///
/// What is saved here goes into the file, which only its owner may read. Secrets that a SecretStore took are known here too, and leave
/// the file by a change to "".
/// A plain value; reads and writes files, so it is not for the engine's thread.
class SettingsStore
{
public:
    SettingsStore() = default;
    /// @param envFile  absolute; need not exist yet
    /// @param fixed    environment, command line and directory; its file values are not looked at
    SettingsStore(QString envFile, Sources fixed);

    /// Reads the file again. None is no error: everything in it is then unset.
    [[nodiscard]] Result<Done> read();

    /// Secrets that stand in none of the sources so far; a SecretStore may know them.
    [[nodiscard]] QStringList absentSecrets() const { return engine::config::absentSecrets(m_sources); }
    /// @param secrets  what a SecretStore knew, by setting name
    void setKeptSecrets(const QHash<QString, QString> &secrets) { m_sources.keptSecrets = secrets; }
    /// A SecretStore holds another value now; "" when it holds none.
    void setKeptSecret(const QString &name, const QString &value) { m_sources.keptSecrets.insert(name, value); }

    const QString &envFile() const { return m_envFile; }
    bool fileExists() const { return m_exists; }
    /// Lines of the file that could not be understood.
    const QStringList &fileProblems() const { return m_fileProblems; }
    /// The value in effect as it is written in its source; "" when only the default is left.
    [[nodiscard]] QString value(const QString &name) const;
    [[nodiscard]] SettingOrigin originOf(const QString &name) const;
    /// Where a relative path among the settings leads.
    [[nodiscard]] QString absolutePath(const QString &path) const;

    /// The configuration these changes would give. @return or every problem, as load()
    [[nodiscard]] tl::expected<Config, QStringList> check(const EnvChanges &changes = {}) const;

    /// Writes the changes into the file, mode 0600, keeping what others have changed in it meanwhile; a file that was
    /// deleted is written anew with all it held. Nothing is written when the result would not load.
    /// @return the configuration as it now is, or what to correct first
    [[nodiscard]] tl::expected<Config, QStringList> save(const EnvChanges &changes);

private:
    QString m_envFile;
    Sources m_sources;
    QByteArray m_text; // of the file, as last seen
    bool m_exists = false;
    QStringList m_fileProblems;
};

/// Whether a value must never be shown, logged or exported.
[[nodiscard]] bool isSecretSetting(const QString &name);

/// The setting a sentence of load() is about: the one it begins with; "" when it begins with none.
[[nodiscard]] QString settingAtFault(const QString &sentence);

/// The value of each setting that has a default, as env.example writes it.
[[nodiscard]] const QHash<QString, QString> &defaultValues();

} // namespace engine::config
