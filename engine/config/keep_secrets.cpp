#include "engine/config/keep_secrets.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

class KeepingSecrets final : public KeepSecretsJob
{
public:
    KeepingSecrets(SecretStore &store, const EnvChanges &secrets, std::chrono::milliseconds patience, QObject *parent)
        : KeepSecretsJob(parent), m_description(store.description())
    {
        m_result.refused = secrets.keys();
        for (auto secret = secrets.cbegin(); secret != secrets.cend(); ++secret) {
            ChangeSecretJob *change = secret->isEmpty() ? store.remove(secret.key(), this)
                                                        : store.write(secret.key(), Secret(secret->toUtf8()), this);
            connect(change, &ChangeSecretJob::finished, this,
                    [this, name = secret.key()](const Result<Done> &done) { onAnswer(name, done); });
        }
        m_unanswered = secrets.size();
        connect(&m_timer, &QTimer::timeout, this, &KeepingSecrets::giveUp);
        m_timer.setSingleShot(true);
        m_timer.start(m_unanswered == 0 ? std::chrono::milliseconds(0) : patience);
    }

private:
    void onAnswer(const QString &name, const Result<Done> &done)
    {
        if (m_over)
            return;
        if (done) {
            m_result.refused.removeOne(name);
            m_result.kept.append(name);
        } else if (done.error().code != "keychain_missing"_L1 && !m_result.problems.contains(done.error().message)) {
            m_result.problems.append(done.error().message);
        }
        if (--m_unanswered == 0)
            finish();
    }
    void giveUp()
    {
        if (m_unanswered > 0)
            m_result.problems.append(u"%1 did not answer. Unlock it and save again, or leave the keys in .env."_s.arg(
                QString(m_description).replace(0, 1, m_description.left(1).toUpper())));
        finish();
    }
    void finish()
    {
        m_over = true;
        m_timer.stop();
        emit finished(m_result);
        deleteLater();
    }

    QString m_description;
    SecretsKept m_result;
    qsizetype m_unanswered = 0;
    bool m_over = false;
    QTimer m_timer;
};

} // namespace

KeepSecretsJob *keepSecrets(SecretStore &store, const EnvChanges &secrets, std::chrono::milliseconds patience,
                            QObject *parent)
{
    return new KeepingSecrets(store, secrets, patience, parent);
}

} // namespace engine::config
