#include "engine/config/settings_store.h"

#include "engine/config/env_file.h"
#include "engine/config/secret_store.h"
#include "engine/config/text_file.h"

#include <QDir>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

constexpr qint64 kEnvFileLimit = 8 * 1024 * 1024;
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

/// env.example, compiled in: what a new file begins as.
QByteArray exampleText()
{
    QFile file(u":/env.example"_s);
    const bool open = file.open(QIODevice::ReadOnly);
    Q_ASSERT(open);
    return open ? file.readAll() : QByteArray();
}

bool isSet(const QHash<QString, QString> &values, const QString &name)
{
    return !values.value(name).trimmed().isEmpty(); // empty counts as unset, as in load()
}

} // namespace

SettingsStore::SettingsStore(QString envFile, Sources fixed)
    : m_envFile(std::move(envFile)), m_sources(std::move(fixed))
{
}

Result<Done> SettingsStore::read()
{
    const auto text = readTextFile(m_envFile, kEnvFileLimit);
    m_exists = text.has_value();
    if (!text && text.error().code != "file_missing"_L1)
        return tl::unexpected(text.error());
    if (!text) {
        m_sources.fileValues.clear();
        m_fileProblems.clear();
        return Done{};
    }
    m_text = *text;
    const EnvFile parsed = parseEnvFile(m_text);
    m_sources.fileValues = parsed.values;
    m_fileProblems.clear();
    for (const QString &problem : parsed.problems)
        m_fileProblems.append(u"%1: %2"_s.arg(m_envFile, problem));
    return Done{};
}

SettingOrigin SettingsStore::originOf(const QString &name) const
{
    if (isSet(m_sources.commandLine, name))
        return SettingOrigin::CommandLine;
    if (isSet(m_sources.environment, name))
        return SettingOrigin::Environment;
    if (isSet(m_sources.fileValues, name))
        return SettingOrigin::File;
    return isSet(m_sources.keptSecrets, name) ? SettingOrigin::Keychain : SettingOrigin::Default;
}

QString SettingsStore::value(const QString &name) const
{
    switch (originOf(name)) {
    case SettingOrigin::CommandLine:
        return m_sources.commandLine.value(name);
    case SettingOrigin::Environment:
        return m_sources.environment.value(name);
    case SettingOrigin::File:
        return m_sources.fileValues.value(name);
    case SettingOrigin::Keychain:
        return m_sources.keptSecrets.value(name);
    case SettingOrigin::Default:
        break;
    }
    return {};
}

QString SettingsStore::absolutePath(const QString &path) const
{
    return QDir(m_sources.directory).absoluteFilePath(path);
}

tl::expected<Config, QStringList> SettingsStore::check(const EnvChanges &changes) const
{
    Sources sources = m_sources;
    for (auto change = changes.cbegin(); change != changes.cend(); ++change)
        sources.fileValues.insert(change.key(), change.value());
    auto config = load(sources);
    if (!config)
        return tl::unexpected(m_fileProblems + config.error());
    if (!m_fileProblems.isEmpty())
        return tl::unexpected(m_fileProblems);
    if (m_exists)
        config->envFile = m_envFile;
    return config;
}

tl::expected<Config, QStringList> SettingsStore::save(const EnvChanges &changes)
{
    const auto refused = [](const Error &error) { return tl::unexpected(QStringList{error.message}); };
    const QByteArray lastSeen = m_text;
    if (const auto again = read(); !again)
        return refused(again.error());
    if (!m_exists)
        m_text = lastSeen.isEmpty() ? exampleText() : lastSeen;

    const auto text = editEnvFile(m_text, changes, settingNames());
    if (!text)
        return refused(text.error());
    SettingsStore changed = *this;
    changed.m_text = *text;
    const EnvFile parsed = parseEnvFile(*text);
    changed.m_sources.fileValues = parsed.values;
    changed.m_exists = true;
    auto config = changed.check();
    if (!config)
        return tl::unexpected(config.error());
    if (const auto done = writeTextFile(m_envFile, *text, kOwnerOnly); !done)
        return refused(done.error());
    *this = changed;
    return config;
}

bool isSecretSetting(const QString &name)
{
    return secretNames().contains(name);
}

QString settingAtFault(const QString &sentence)
{
    const auto end = std::find_if(sentence.cbegin(), sentence.cend(),
                                  [](QChar c) { return !c.isUpper() && !c.isDigit() && c != u'_'; });
    const QString word = sentence.first(end - sentence.cbegin());
    return settingNames().contains(word) ? word : QString();
}

const QHash<QString, QString> &defaultValues()
{
    static const QHash<QString, QString> values = [] {
        QHash<QString, QString> set = parseEnvFile(exampleText()).values;
        set.removeIf([](const auto &entry) { return entry.value().isEmpty(); });
        return set;
    }();
    return values;
}

} // namespace engine::config
