#pragma once

#include "engine/config/keep_secrets.h"
#include "engine/config/settings_store.h"
#include "engine/engine.h"
#include "ui/models/prompt_draft.h"

#include <QMap>
#include <QObject>
#include <QTimer>

#include <optional>

namespace ui::models {

/// The settings as the operator is changing them: what stands in the file, what would be written, and what is wrong
/// with it, in the words of engine::config::load().
///
/// Reads and writes the file, so it lives on the window's thread. A stored secret never leaves it: only hint() tells of
/// one.
class SettingsModel : public QObject
{
    Q_OBJECT
public:
    /// @param practiceAsked  the practice line is used whatever the settings say
    /// @param keychain  where changed secrets go; null: into the file with everything else. Outlives this
    explicit SettingsModel(engine::config::SettingsStore store, bool practiceAsked = false,
                           engine::config::SecretStore *keychain = nullptr, QObject *parent = nullptr);

    /// Forgets every change and reads the file again.
    [[nodiscard]] engine::Result<engine::Done> reload();

    QString file() const { return m_store.envFile(); }
    bool fileExists() const { return m_store.fileExists(); }
    /// Where changed secrets go, e.g. "the keychain of this desktop"; "" for the file.
    [[nodiscard]] QString secretPlace() const;

    /// As changed, or as it stands; "" for a secret that was not changed, and where only the default is left.
    [[nodiscard]] QString value(const QString &name) const;
    [[nodiscard]] QString defaultValue(const QString &name) const;
    [[nodiscard]] bool isChanged(const QString &name) const { return m_changes.contains(name); }
    /// Whether a value is stored; what can be said of a secret without showing it: "" or "Set, ends with …ab12".
    [[nodiscard]] bool isStored(const QString &name) const { return !m_store.value(name).isEmpty(); }
    [[nodiscard]] QString hint(const QString &name) const;
    /// Why the value cannot be changed here: it comes from a source that wins over the file. "" when it can.
    [[nodiscard]] QString lockedBecause(const QString &name) const;

    void setValue(const QString &name, const QString &value);
    void revert(const QString &name);

    const PromptDraft &prompt() const { return m_prompt; }
    void setPrompt(const QString &text);
    [[nodiscard]] QString promptLockedBecause() const;

    /// Before isChanged() is asked for good: what was typed a moment ago may still be on its way here.
    void settle() { emit settling(); }
    [[nodiscard]] bool isChanged() const;
    /// What is wrong with one setting, a sentence; "" when nothing is.
    [[nodiscard]] QString problemOf(const QString &name) const { return m_problems.value(name); }
    /// What is wrong besides single settings: the file itself.
    const QStringList &otherProblems() const { return m_otherProblems; }
    /// The first setting with a problem; "" when there is none.
    [[nodiscard]] QString firstProblem() const;

    /// The settings as they would be, to try a key or a voice; nothing while something is wrong with them.
    [[nodiscard]] std::optional<engine::Trial> trial() const;

    /// Writes what was changed: secrets into the keychain if there is one that takes them, everything else into the file. Then
    /// saved() comes: before this returns, or, when a keychain is asked, later, unless something is wrong by then.
    /// @return false: nothing is lost, and the problems say why
    bool save();
    /// The keychain is being asked; it may be waiting for a person to unlock it.
    bool isSaving() const { return m_saving; }

signals:
    /// Whoever still holds back what was typed hands it in now.
    void settling();
    /// A setting has another value now; for the prompt its name is SYSTEM_PROMPT.
    void edited(const QString &name);
    /// All values may be others: the file was read again.
    void reloaded();
    /// The problems are up to date with the values.
    void checked();
    void saved(const engine::config::Config &config);
    /// isSaving() is another.
    void savingChanged();
    /// secretPlace() is another.
    void secretPlaceChanged();
    /// The keychain did not take every secret; those stand in the file.
    void keychainRefused(const QString &sentence);

private:
    [[nodiscard]] engine::config::EnvChanges changes() const;
    [[nodiscard]] tl::expected<engine::config::Config, QStringList> wouldBe() const;
    void note(const QStringList &problems);
    void findKeychain();
    void onKept(engine::config::EnvChanges changes, const engine::config::SecretsKept &kept);
    bool write(const engine::config::EnvChanges &changes);
    void takePrompt();
    void check();

    engine::config::SettingsStore m_store;
    bool m_practiceAsked = false;
    engine::config::SecretStore *m_keychain = nullptr; // not ours
    bool m_keychainThere = false;
    bool m_saving = false;
    engine::config::EnvChanges m_changes; // the prompt's apart
    PromptDraft m_prompt;
    QMap<QString, QString> m_problems;
    QStringList m_otherProblems;
    QTimer m_checkSoon;
};

} // namespace ui::models
