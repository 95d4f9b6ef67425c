#include "engine/config/keep_secrets.h"
#include "tests/support/fake_secret_store.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::config;
using namespace std::chrono_literals;
using support::FakeSecretStore;

/// Changed secrets on their way into a keychain.
class TestKeepSecrets : public QObject
{
    Q_OBJECT

private slots:
    void allAreWrittenOrRemoved();
    void aRefusalIsSaidOnce();
    void aMissingKeychainIsNoProblem();
    void aKeychainThatHangsRefuses();
    void nothingToKeepIsDone();

private:
    SecretsKept keep(FakeSecretStore &store, const EnvChanges &secrets, std::chrono::milliseconds patience = 10s)
    {
        std::optional<SecretsKept> result;
        auto *job = keepSecrets(store, secrets, patience, this);
        connect(job, &KeepSecretsJob::finished, this, [&result](const SecretsKept &kept) { result = kept; });
        if (result) // never from within
            return {{}, {}, {"finished too early"}};
        if (!QTest::qWaitFor([&result] { return result.has_value(); }, 10'000))
            return {{}, {}, {"never finished"}};
        return *result;
    }
};

void TestKeepSecrets::allAreWrittenOrRemoved()
{
    FakeSecretStore store;
    store.secrets = {{"GOOGLE_API_KEY", "old"}, {"CARTESIA_API_KEY", "old"}, {"DEEPGRAM_API_KEY", "stays"}};
    const SecretsKept kept = keep(store, {{"GOOGLE_API_KEY", "new"}, {"CARTESIA_API_KEY", ""}});
    QCOMPARE(kept, (SecretsKept{{"CARTESIA_API_KEY", "GOOGLE_API_KEY"}, {}, {}}));
    QCOMPARE(store.secrets, (QHash<QString, QByteArray>{{"GOOGLE_API_KEY", "new"}, {"DEEPGRAM_API_KEY", "stays"}}));
}

void TestKeepSecrets::aRefusalIsSaidOnce()
{
    FakeSecretStore store;
    store.refusal = Error{Fault::Program, "keychain_failed", "It is locked."};
    const SecretsKept kept = keep(store, {{"GOOGLE_API_KEY", "a"}, {"CARTESIA_API_KEY", "b"}});
    QCOMPARE(kept, (SecretsKept{{}, {"CARTESIA_API_KEY", "GOOGLE_API_KEY"}, {"It is locked."}}));
}

void TestKeepSecrets::aMissingKeychainIsNoProblem()
{
    FakeSecretStore store;
    store.refusal = Error{Fault::Program, "keychain_missing", "There is none."};
    QCOMPARE(keep(store, {{"GOOGLE_API_KEY", "a"}}), (SecretsKept{{}, {"GOOGLE_API_KEY"}, {}}));
}

void TestKeepSecrets::aKeychainThatHangsRefuses()
{
    FakeSecretStore store;
    store.hangs = true;
    const SecretsKept kept = keep(store, {{"GOOGLE_API_KEY", "a"}}, 1ms);
    QCOMPARE(kept.refused, QStringList{"GOOGLE_API_KEY"});
    QCOMPARE(kept.problems.size(), 1);
    QVERIFY2(kept.problems[0].startsWith("The keychain of this desktop did not answer."), qPrintable(kept.problems[0]));
}

void TestKeepSecrets::nothingToKeepIsDone()
{
    FakeSecretStore store;
    QCOMPARE(keep(store, {}), SecretsKept());
}

DIALDESK_TEST(TestKeepSecrets)
#include "tst_keep_secrets.moc"
