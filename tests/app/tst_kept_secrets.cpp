#include "app/kept_secrets.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>

using namespace engine;
using namespace engine::config;
using namespace std::chrono_literals;

namespace {

/// A keychain that holds what the test put there, refuses, or never answers.
class FakeStore final : public SecretStore
{
public:
    QHash<QString, QByteArray> secrets;
    std::optional<Error> refusal;
    bool hangs = false;
    QStringList asked;

    QString description() const override { return "the keychain of this desktop"; }
    ReadSecretJob *read(const QString &name, QObject *parent) override
    {
        asked.append(name);
        auto *job = new ReadSecretJob(parent);
        if (!hangs)
            QMetaObject::invokeMethod(
                job,
                [this, job, name] {
                    emit job->finished(refusal ? Result<Secret>(tl::unexpected(*refusal))
                                               : Result<Secret>(Secret(secrets.value(name))));
                    job->deleteLater();
                },
                Qt::QueuedConnection);
        return job;
    }
    ChangeSecretJob *write(const QString &, const Secret &, QObject *parent) override
    {
        return new ChangeSecretJob(parent);
    }
    ChangeSecretJob *remove(const QString &, QObject *parent) override { return new ChangeSecretJob(parent); }
};

} // namespace

class TestKeptSecrets : public QObject
{
    Q_OBJECT

private slots:
    void whatIsThereComesBack();
    void nothingAskedIsNothingWaitedFor();
    void aRefusalIsSaidOnce();
    void aDesktopWithoutAKeychainIsNoProblem();
    void aKeychainThatHangsIsNotWaitedForLong();
};

void TestKeptSecrets::whatIsThereComesBack()
{
    FakeStore store;
    store.secrets = {{"DEEPGRAM_API_KEY", "dg-key"}};
    const auto kept = app::readKeptSecrets(store, {"GOOGLE_API_KEY", "DEEPGRAM_API_KEY"});
    QCOMPARE(kept.values, (QHash<QString, QString>{{"DEEPGRAM_API_KEY", "dg-key"}}));
    QCOMPARE(kept.problems, QStringList());
    QCOMPARE(store.asked, QStringList({"GOOGLE_API_KEY", "DEEPGRAM_API_KEY"}));
}

void TestKeptSecrets::nothingAskedIsNothingWaitedFor()
{
    FakeStore store;
    store.hangs = true;
    const auto kept = app::readKeptSecrets(store, {}, std::chrono::hours(1));
    QVERIFY(kept.values.isEmpty() && kept.problems.isEmpty());
}

void TestKeptSecrets::aRefusalIsSaidOnce()
{
    FakeStore store;
    store.refusal = Error{Fault::Program, "keychain_failed", "The keychain of this desktop refused: locked."};
    QCOMPARE(app::readKeptSecrets(store, {"A", "B", "C"}).problems, QStringList(store.refusal->message));
}

void TestKeptSecrets::aDesktopWithoutAKeychainIsNoProblem()
{
    FakeStore store;
    store.refusal = Error{Fault::Program, "keychain_missing", "This desktop has no keychain."};
    QCOMPARE(app::readKeptSecrets(store, {"A"}).problems, QStringList());
}

void TestKeptSecrets::aKeychainThatHangsIsNotWaitedForLong()
{
    FakeStore store;
    store.hangs = true;
    QElapsedTimer timer;
    timer.start();
    const auto kept = app::readKeptSecrets(store, {"A", "B"}, 50ms);
    QVERIFY(timer.elapsed() >= 49);
    QCOMPARE(kept.problems.size(), 1);
    QVERIFY2(kept.problems[0].startsWith("The keychain of this desktop did not answer within 0.05 s"),
             qPrintable(kept.problems[0]));
}

DIALDESK_TEST(TestKeptSecrets)
#include "tst_kept_secrets.moc"
