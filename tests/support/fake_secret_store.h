#pragma once

#include "engine/config/secret_store.h"

#include <QHash>
#include <QStringList>

#include <optional>

namespace support {

/// A keychain that holds what the test put there, refuses, or never answers.
class FakeSecretStore final : public engine::config::SecretStore
{
public:
    QHash<QString, QByteArray> secrets;
    std::optional<engine::Error> refusal;
    bool hangs = false;
    QStringList asked; ///< names read

    QString description() const override { return QStringLiteral("the keychain of this desktop"); }
    engine::config::ReadSecretJob *read(const QString &name, QObject *parent) override
    {
        asked.append(name);
        auto *job = new engine::config::ReadSecretJob(parent);
        answer(job, [this, name] { return engine::Result<engine::Secret>(engine::Secret(secrets.value(name))); });
        return job;
    }
    engine::config::ChangeSecretJob *write(const QString &name, const engine::Secret &secret, QObject *parent) override
    {
        auto *job = new engine::config::ChangeSecretJob(parent);
        answer(job, [this, name, secret] {
            secrets.insert(name, secret.reveal());
            return engine::Result<engine::Done>(engine::Done{});
        });
        return job;
    }
    engine::config::ChangeSecretJob *remove(const QString &name, QObject *parent) override
    {
        auto *job = new engine::config::ChangeSecretJob(parent);
        answer(job, [this, name] {
            secrets.remove(name);
            return engine::Result<engine::Done>(engine::Done{});
        });
        return job;
    }

private:
    template <typename Job, typename Work>
    void answer(Job *job, Work work)
    {
        if (hangs)
            return;
        QMetaObject::invokeMethod(
            job,
            [this, job, work] {
                if (refusal)
                    emit job->finished(tl::unexpected(*refusal));
                else
                    emit job->finished(work());
                job->deleteLater();
            },
            Qt::QueuedConnection);
    }
};

} // namespace support
