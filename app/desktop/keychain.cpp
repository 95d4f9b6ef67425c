#include "app/desktop/keychain.h"

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace app {

using engine::Done;
using engine::Fault;
using engine::Result;
using engine::Secret;
using engine::config::ChangeSecretJob;
using engine::config::ReadSecretJob;

namespace {

constexpr auto kService = "dialdesk"_L1; // under which the keychain's own window lists them

engine::Error errorOf(const QKeychain::Job &job)
{
    if (job.error() == QKeychain::NoBackendAvailable || job.error() == QKeychain::NotImplemented)
        return {Fault::Program, u"keychain_missing"_s, u"This desktop has no keychain; keys are kept in .env."_s};
    return {Fault::Program, u"keychain_failed"_s,
            u"The keychain of this desktop refused: %1. Unlock it and try again, or keep the key in .env."_s.arg(
                job.errorString())};
}

// QtKeychain's jobs have no parent and delete themselves at their end: their backends call back into them, whoever
// still listens.

/// Starts a change and passes its end on.
ChangeSecretJob *started(QKeychain::Job *work, QObject *parent)
{
    auto *job = new ChangeSecretJob(parent);
    QObject::connect(work, &QKeychain::Job::finished, job, [job](const QKeychain::Job *ended) {
        const bool done = ended->error() == QKeychain::NoError || ended->error() == QKeychain::EntryNotFound;
        emit job->finished(done ? Result<Done>(Done{}) : tl::unexpected(errorOf(*ended)));
        job->deleteLater();
    });
    work->start();
    return job;
}

} // namespace

std::unique_ptr<Keychain> Keychain::ofThisSession()
{
    return qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") ? nullptr : std::make_unique<Keychain>();
}

QString Keychain::description() const
{
    return u"the keychain of this desktop"_s;
}

ReadSecretJob *Keychain::read(const QString &settingName, QObject *parent)
{
    auto *job = new ReadSecretJob(parent);
    auto *work = new QKeychain::ReadPasswordJob(kService);
    work->setKey(settingName);
    QObject::connect(work, &QKeychain::Job::finished, job, [job, work] {
        if (work->error() == QKeychain::NoError)
            emit job->finished(Secret(work->textData().toUtf8()));
        else if (work->error() == QKeychain::EntryNotFound)
            emit job->finished(Secret());
        else
            emit job->finished(tl::unexpected(errorOf(*work)));
        job->deleteLater();
    });
    work->start();
    return job;
}

ChangeSecretJob *Keychain::write(const QString &settingName, const Secret &secret, QObject *parent)
{
    auto *work = new QKeychain::WritePasswordJob(kService);
    work->setKey(settingName);
    work->setTextData(QString::fromUtf8(secret.reveal()));
    return started(work, parent);
}

ChangeSecretJob *Keychain::remove(const QString &settingName, QObject *parent)
{
    auto *work = new QKeychain::DeletePasswordJob(kService);
    work->setKey(settingName);
    return started(work, parent);
}

} // namespace app
