#include "ui/models/settings_model.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::models {

using engine::config::EnvChanges;
using engine::config::SettingOrigin;

namespace {

constexpr auto kUnlockPatience = 60s; // a person looks for the password of the keychain
constexpr auto kCheckDelay = 150ms;   // typing goes on while a prompt of a megabyte is looked at
constexpr qsizetype kLongSecret = 20; // from here on four characters tell nothing
constexpr qsizetype kShownOfSecret = 4;
const QString kPrompt = u"SYSTEM_PROMPT"_s;
const QString kPromptFile = u"SYSTEM_PROMPT_FILE"_s;

} // namespace

SettingsModel::SettingsModel(engine::config::SettingsStore store, bool practiceAsked, engine::config::SecretStore *keychain,
                             QObject *parent)
    : QObject(parent), m_store(std::move(store)), m_practiceAsked(practiceAsked), m_keychain(keychain)
{
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(kCheckDelay);
    connect(&m_checkSoon, &QTimer::timeout, this, &SettingsModel::check);
    takePrompt();
    findKeychain();
}

/// Whether there is a keychain is known when it has answered a first question.
void SettingsModel::findKeychain()
{
    if (!m_keychain)
        return;
    connect(m_keychain->read(engine::config::secretNames().front(), this), &engine::config::ReadSecretJob::finished, this,
            [this](const engine::Result<engine::Secret> &answer) {
                m_keychainThere = answer || answer.error().code != "keychain_missing"_L1;
                emit secretPlaceChanged();
            });
}

QString SettingsModel::secretPlace() const
{
    return m_keychainThere ? m_keychain->description() : QString();
}

engine::Result<engine::Done> SettingsModel::reload()
{
    m_changes.clear();
    const auto read = m_store.read();
    takePrompt();
    check();
    emit reloaded();
    return read;
}

QString SettingsModel::value(const QString &name) const
{
    if (name == kPrompt)
        return m_prompt.text();
    if (const auto change = m_changes.constFind(name); change != m_changes.cend())
        return *change;
    return engine::config::isSecretSetting(name) ? QString() : m_store.value(name);
}

QString SettingsModel::defaultValue(const QString &name) const
{
    return engine::config::defaultValues().value(name);
}

QString SettingsModel::hint(const QString &name) const
{
    const QString secret = m_store.value(name).trimmed();
    if (secret.isEmpty())
        return {};
    const QString hint = secret.size() < kLongSecret ? tr("Set") : tr("Set, ends with …%1").arg(secret.last(kShownOfSecret));
    return m_store.originOf(name) == SettingOrigin::Keychain ? tr("%1, in the keychain").arg(hint) : hint;
}

QString SettingsModel::lockedBecause(const QString &name) const
{
    switch (m_store.originOf(name)) {
    case SettingOrigin::CommandLine:
        return tr("Given on the command line, which wins over the file.");
    case SettingOrigin::Environment:
        return tr("Comes from the environment variable %1, which wins over the file.").arg(name);
    case SettingOrigin::File:
    case SettingOrigin::Keychain:
    case SettingOrigin::Default:
        break;
    }
    return {};
}

void SettingsModel::setValue(const QString &name, const QString &value)
{
    const QString stored = m_store.value(name);
    const bool asBefore = value == stored || (stored.isEmpty() && value == defaultValue(name));
    if (asBefore)
        m_changes.remove(name);
    else
        m_changes.insert(name, value);
    if (name == kPromptFile) {
        QString draft = m_prompt.text();
        draft.remove(u'\r');
        takePrompt();
        if (m_prompt.file().isEmpty() && m_prompt.text().isEmpty())
            m_prompt.setText(draft); // what stood in the file moves into the setting
        emit edited(kPrompt);
    }
    emit edited(name);
    m_checkSoon.start();
}

void SettingsModel::revert(const QString &name)
{
    m_changes.remove(name);
    emit edited(name);
    m_checkSoon.start();
}

void SettingsModel::takePrompt()
{
    const QString file = value(kPromptFile).trimmed();
    if (file.isEmpty())
        m_prompt.takeSetting(m_store.value(kPrompt));
    else
        m_prompt.takeFile(m_store.absolutePath(file));
}

void SettingsModel::setPrompt(const QString &text)
{
    m_prompt.setText(text);
    emit edited(kPrompt);
    m_checkSoon.start();
}

QString SettingsModel::promptLockedBecause() const
{
    return m_prompt.file().isEmpty() ? lockedBecause(kPrompt) : QString();
}

EnvChanges SettingsModel::changes() const
{
    EnvChanges all = m_changes;
    if (!m_prompt.file().isEmpty() && m_store.originOf(kPrompt) == SettingOrigin::File)
        all.insert(kPrompt, {}); // one of the two holds the prompt
    else if (m_prompt.file().isEmpty() && m_prompt.isChanged())
        all.insert(kPrompt, m_prompt.text());
    return all;
}

bool SettingsModel::isChanged() const
{
    return !m_changes.isEmpty() || m_prompt.isChanged();
}

tl::expected<engine::config::Config, QStringList> SettingsModel::wouldBe() const
{
    EnvChanges all = changes();
    if (m_prompt.fileIsNew())
        all.insert(kPromptFile, {}); // it will be there by the time the settings are read
    return m_store.check(all);
}

void SettingsModel::check()
{
    m_checkSoon.stop();
    const auto config = wouldBe();
    note(config ? QStringList() : config.error());
}

void SettingsModel::note(const QStringList &problems)
{
    m_problems.clear();
    m_otherProblems.clear();
    for (const QString &sentence : problems) {
        const QString name = engine::config::settingAtFault(sentence);
        if (name.isEmpty())
            m_otherProblems.append(sentence);
        else if (!m_problems.contains(name))
            m_problems.insert(name, sentence);
    }
    emit checked();
}

QString SettingsModel::firstProblem() const
{
    for (const QString &name : engine::config::settingNames())
        if (m_problems.contains(name))
            return name;
    return {};
}

std::optional<engine::Trial> SettingsModel::trial() const
{
    const auto config = wouldBe();
    if (!config)
        return std::nullopt;
    return engine::Trial{*config, m_practiceAsked || !config->twilio.isSet()};
}

bool SettingsModel::save()
{
    if (m_saving)
        return true;
    settle();
    check();
    if (!m_problems.isEmpty() || !m_otherProblems.isEmpty())
        return false;
    if (!m_prompt.file().isEmpty() && m_prompt.isChanged())
        if (const auto written = m_prompt.writeFile(); !written) {
            note({written.error().message});
            return false;
        }
    EnvChanges secrets;
    for (const QString &name : engine::config::secretNames())
        if (m_keychainThere && m_changes.contains(name))
            secrets.insert(name, m_changes.value(name));
    if (secrets.isEmpty())
        return write(changes());
    m_saving = true;
    emit savingChanged();
    connect(engine::config::keepSecrets(*m_keychain, secrets, kUnlockPatience, this),
            &engine::config::KeepSecretsJob::finished, this,
            [this, all = changes()](const engine::config::SecretsKept &kept) { onKept(all, kept); });
    return true;
}

void SettingsModel::onKept(EnvChanges changes, const engine::config::SecretsKept &kept)
{
    m_saving = false;
    for (const QString &name : kept.kept) {
        m_store.setKeptSecret(name, changes.value(name));
        if (m_store.originOf(name) == SettingOrigin::File)
            changes.insert(name, {}); // what stands in the file would win
        else
            changes.remove(name);
    }
    if (write(changes) && !kept.problems.isEmpty())
        emit keychainRefused(tr("%1 These keys stand in %2 instead: %3.")
                                 .arg(kept.problems.join(u' '), m_store.envFile(), kept.refused.join(u", "_s)));
    emit savingChanged();
}

bool SettingsModel::write(const EnvChanges &changes)
{
    const auto config = m_store.save(changes);
    if (!config) {
        note(config.error());
        return false;
    }
    m_changes.clear();
    takePrompt();
    check();
    emit reloaded();
    emit saved(*config);
    return true;
}

} // namespace ui::models
