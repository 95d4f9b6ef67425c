#include "app/kept_secrets.h"

#include <QEventLoop>
#include <QTimer>

using namespace Qt::StringLiterals;
using engine::Result;
using engine::Secret;
using engine::config::ReadSecretJob;

namespace app {

KeptSecrets readKeptSecrets(engine::config::SecretStore &store, const QStringList &names,
                            std::chrono::milliseconds patience)
{
    KeptSecrets secrets;
    QEventLoop loop;
    QObject asking; // whoever has not answered when this goes is not listened to any more
    qsizetype waiting = names.size();
    for (const QString &name : names)
        QObject::connect(store.read(name, &asking), &ReadSecretJob::finished, &asking,
                         [&, name](const Result<Secret> &secret) {
                             if (!secret) {
                                 // A desktop without a keychain is nothing to talk about; one that refuses says so
                                 // once, not for every key.
                                 if (secret.error().code != "keychain_missing"_L1 &&
                                     !secrets.problems.contains(secret.error().message))
                                     secrets.problems.append(secret.error().message);
                             } else if (!secret->isEmpty()) {
                                 secrets.values.insert(name, QString::fromUtf8(secret->reveal()));
                             }
                             if (--waiting == 0)
                                 loop.quit();
                         });
    QTimer::singleShot(patience, &loop, [&] {
        secrets.problems.append(
            u"%1 did not answer within %2 s, so keys kept there are missing. Unlock it and start again."_s.arg(
                store.description().replace(0, 1, store.description().left(1).toUpper()),
                QString::number(std::chrono::duration<double>(patience).count())));
        loop.quit();
    });
    if (waiting > 0)
        loop.exec();
    return secrets;
}

} // namespace app
