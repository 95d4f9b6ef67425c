#include "app/kept_secrets.h"
#include "tests/support/fake_secret_store.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>

using namespace engine;
using namespace engine::config;
using namespace std::chrono_literals;
using support::FakeSecretStore;

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
    FakeSecretStore store;
    store.secrets = {{"DEEPGRAM_API_KEY", "dg-key"}};
    const auto kept = app::readKeptSecrets(store, {"GOOGLE_API_KEY", "DEEPGRAM_API_KEY"});
    QCOMPARE(kept.values, (QHash<QString, QString>{{"DEEPGRAM_API_KEY", "dg-key"}}));
    QCOMPARE(kept.problems, QStringList());
    QCOMPARE(store.asked, QStringList({"GOOGLE_API_KEY", "DEEPGRAM_API_KEY"}));
}

void TestKeptSecrets::nothingAskedIsNothingWaitedFor()
{
    FakeSecretStore store;
    store.hangs = true;
    const auto kept = app::readKeptSecrets(store, {}, std::chrono::hours(1));
    QVERIFY(kept.values.isEmpty() && kept.problems.isEmpty());
}

void TestKeptSecrets::aRefusalIsSaidOnce()
{
    FakeSecretStore store;
    store.refusal = Error{Fault::Program, "keychain_failed", "The keychain of this desktop refused: locked."};
    QCOMPARE(app::readKeptSecrets(store, {"A", "B", "C"}).problems, QStringList(store.refusal->message));
}

void TestKeptSecrets::aDesktopWithoutAKeychainIsNoProblem()
{
    FakeSecretStore store;
    store.refusal = Error{Fault::Program, "keychain_missing", "This desktop has no keychain."};
    QCOMPARE(app::readKeptSecrets(store, {"A"}).problems, QStringList());
}

void TestKeptSecrets::aKeychainThatHangsIsNotWaitedForLong()
{
    FakeSecretStore store;
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
