#include "tests/support/fake_secret_store.h"
#include "tests/support/test_program.h"
#include "tests/support/text_files.h"
#include "ui/models/settings_model.h"
#include "ui/models/voice_list_model.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using engine::config::SettingsStore;
using ui::models::SettingsModel;

using support::contentOf;
using support::writeFile;

class TestSettingsModel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void onlyWhatDiffersIsAChange();
    void problemsStandBesideTheirSetting();
    void secretsAreHintedAtOnly();
    void changedSecretsGoIntoTheKeychain();
    void aClearedSecretLeavesBothPlaces();
    void aKeychainThatRefusesLeavesThemInTheFile();
    void withoutAKeychainSecretsStandInTheFile();
    void valuesFromElsewhereAreLocked();
    void thePromptStandsInTheSetting();
    void thePromptStandsInItsFile();
    void aNewPromptFileTakesThePromptOver();
    void aPromptChangedByOthersIsNotOverwrittenUnasked();
    void thePromptsLineEndsStay();
    void trialsFollowThePracticeLine();
    void variablesAndPreview();
    void voicesAreFoundByWords();

private:
    QString path(const QString &name = ".env") const { return m_dir->filePath(name); }
    std::unique_ptr<SettingsModel> model(const QByteArray &env, engine::config::Sources fixed = {},
                                         bool practice = false, engine::config::SecretStore *keychain = nullptr)
    {
        writeFile(path(), env);
        fixed.directory = m_dir->path();
        auto made = std::make_unique<SettingsModel>(SettingsStore(path(), fixed), practice, keychain);
        [[maybe_unused]] const auto read = made->reload();
        return made;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestSettingsModel::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestSettingsModel::onlyWhatDiffersIsAChange()
{
    auto settings = model("LANGUAGE=de\n");
    settings->setValue("LANGUAGE", "fr");
    QVERIFY(settings->isChanged());
    settings->setValue("LANGUAGE", "de");
    QVERIFY(!settings->isChanged());
    settings->setValue("PORT", "7860"); // the default, as it is without a word in the file
    QVERIFY(!settings->isChanged());
    settings->setValue("PORT", "7861");
    QSignalSpy saved(settings.get(), &SettingsModel::saved);
    QVERIFY(settings->save());
    QCOMPARE(saved.count(), 1);
    QCOMPARE(saved[0][0].value<engine::config::Config>().server.port, 7861);
    QVERIFY(!settings->isChanged());
    QCOMPARE(contentOf(path()), QByteArray("LANGUAGE=de\nPORT=7861\n"));
}

void TestSettingsModel::problemsStandBesideTheirSetting()
{
    auto settings = model("PORT=1\n");
    QSignalSpy checked(settings.get(), &SettingsModel::checked);
    settings->setValue("PORT", "many");
    QTRY_COMPARE(checked.count(), 1);
    QCOMPARE(settings->problemOf("PORT"), engine::config::load({{{"PORT", "many"}}, {}, {}, {}}).error().first());
    QCOMPARE(settings->firstProblem(), u"PORT"_s);
    QVERIFY(!settings->save());
    QVERIFY(!settings->trial());
    QCOMPARE(contentOf(path()), QByteArray("PORT=1\n"));
    settings->setValue("PORT", "2");
    QTRY_VERIFY(settings->problemOf("PORT").isEmpty());
    QVERIFY(settings->save());
}

void TestSettingsModel::secretsAreHintedAtOnly()
{
    auto settings = model("DEEPGRAM_API_KEY=0123456789abcdefab12\nCARTESIA_API_KEY=short\n");
    QCOMPARE(settings->hint("DEEPGRAM_API_KEY"), u"Set, ends with …ab12"_s);
    QCOMPARE(settings->hint("CARTESIA_API_KEY"), u"Set"_s);
    QCOMPARE(settings->hint("GOOGLE_API_KEY"), QString());
    QCOMPARE(settings->value("DEEPGRAM_API_KEY"), QString());
    settings->setValue("DEEPGRAM_API_KEY", "new");
    settings->setValue("CARTESIA_API_KEY", {});
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path()), QByteArray("DEEPGRAM_API_KEY=new\nCARTESIA_API_KEY=\n"));
}

void TestSettingsModel::changedSecretsGoIntoTheKeychain()
{
    support::FakeSecretStore keychain;
    auto settings = model("LANGUAGE=de\nDEEPGRAM_API_KEY=old # ours\n", {}, false, &keychain);
    QCOMPARE(settings->secretPlace(), QString());
    QTRY_COMPARE(settings->secretPlace(), keychain.description());
    QSignalSpy saved(settings.get(), &SettingsModel::saved);
    settings->setValue("DEEPGRAM_API_KEY", "0123456789abcdefghijnew1");
    settings->setValue("GOOGLE_API_KEY", "0123456789abcdefghijnew2");
    settings->setValue("LANGUAGE", "fr");
    QVERIFY(settings->save());
    QVERIFY(settings->isSaving() && saved.isEmpty());
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY(!settings->isSaving() && !settings->isChanged());
    QCOMPARE(contentOf(path()), QByteArray("LANGUAGE=fr\nDEEPGRAM_API_KEY= # ours\n"));
    QCOMPARE(keychain.secrets.value("DEEPGRAM_API_KEY"), QByteArray("0123456789abcdefghijnew1"));
    QCOMPARE(keychain.secrets.value("GOOGLE_API_KEY"), QByteArray("0123456789abcdefghijnew2"));
    // In use at once, and seen as what it is.
    const auto config = saved[0][0].value<engine::config::Config>();
    QCOMPARE(config.deepgram.apiKey.reveal(), QByteArray("0123456789abcdefghijnew1"));
    QCOMPARE(settings->hint("DEEPGRAM_API_KEY"), u"Set, ends with …new1, in the keychain"_s);
}

void TestSettingsModel::aClearedSecretLeavesBothPlaces()
{
    support::FakeSecretStore keychain;
    keychain.secrets = {{"DEEPGRAM_API_KEY", "older"}};
    auto settings = model("DEEPGRAM_API_KEY=old\n", {}, false, &keychain);
    QTRY_VERIFY(!settings->secretPlace().isEmpty());
    settings->setValue("DEEPGRAM_API_KEY", {});
    QVERIFY(settings->save());
    QTRY_VERIFY(!settings->isSaving());
    QCOMPARE(contentOf(path()), QByteArray("DEEPGRAM_API_KEY=\n"));
    QVERIFY(keychain.secrets.isEmpty());
    QVERIFY(!settings->isStored("DEEPGRAM_API_KEY"));
}

void TestSettingsModel::aKeychainThatRefusesLeavesThemInTheFile()
{
    support::FakeSecretStore keychain;
    auto settings = model("LANGUAGE=de\n", {}, false, &keychain);
    QTRY_VERIFY(!settings->secretPlace().isEmpty());
    keychain.refusal = engine::Error{engine::Fault::Program, "keychain_failed", "The keychain is locked."};
    QSignalSpy saved(settings.get(), &SettingsModel::saved);
    QSignalSpy refused(settings.get(), &SettingsModel::keychainRefused);
    settings->setValue("DEEPGRAM_API_KEY", "new");
    QVERIFY(settings->save());
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(contentOf(path()), QByteArray("LANGUAGE=de\nDEEPGRAM_API_KEY=new\n"));
    QCOMPARE(refused.count(), 1);
    const QString sentence = refused[0][0].toString();
    QVERIFY2(sentence.startsWith("The keychain is locked. ") && sentence.contains("DEEPGRAM_API_KEY"), qPrintable(sentence));
}

void TestSettingsModel::withoutAKeychainSecretsStandInTheFile()
{
    support::FakeSecretStore keychain;
    keychain.refusal = engine::Error{engine::Fault::Program, "keychain_missing", "There is none."};
    auto settings = model("", {}, false, &keychain);
    QSignalSpy known(settings.get(), &SettingsModel::secretPlaceChanged);
    QTRY_COMPARE(known.count(), 1);
    QCOMPARE(settings->secretPlace(), QString());
    settings->setValue("DEEPGRAM_API_KEY", "new");
    QVERIFY(settings->save());
    QVERIFY(!settings->isSaving());
    QCOMPARE(contentOf(path()), QByteArray("DEEPGRAM_API_KEY=new\n"));
}

void TestSettingsModel::valuesFromElsewhereAreLocked()
{
    engine::config::Sources fixed;
    fixed.environment = {{"LANGUAGE", "fr"}, {"GOOGLE_API_KEY", "0123456789abcdefghij"}};
    fixed.commandLine = {{"PORT", "9"}};
    auto settings = model("LANGUAGE=de\nPORT=1\n", fixed);
    QCOMPARE(settings->value("LANGUAGE"), u"fr"_s);
    QVERIFY(settings->lockedBecause("LANGUAGE").contains("environment variable LANGUAGE"));
    QVERIFY(settings->lockedBecause("PORT").contains("command line"));
    QVERIFY(settings->lockedBecause("GREETING").isEmpty());
    QCOMPARE(settings->value("GOOGLE_API_KEY"), QString());
    QCOMPARE(settings->hint("GOOGLE_API_KEY"), u"Set, ends with …ghij"_s);
}

void TestSettingsModel::thePromptStandsInTheSetting()
{
    auto settings = model("SYSTEM_PROMPT='Be kind.'\n");
    QCOMPARE(settings->prompt().text(), u"Be kind."_s);
    settings->setPrompt("Be brief.\nAnd 'kind'.");
    QVERIFY(settings->isChanged());
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path()), QByteArray("SYSTEM_PROMPT='Be brief.\nAnd \\'kind\\'.'\n"));
}

void TestSettingsModel::thePromptStandsInItsFile()
{
    writeFile(path("p.txt"), "Be kind.\n");
    auto settings = model("SYSTEM_PROMPT_FILE=p.txt\n");
    QCOMPARE(settings->prompt().text(), u"Be kind.\n"_s);
    QCOMPARE(settings->prompt().file(), path("p.txt"));
    settings->setPrompt("Be brief.\n");
    QSignalSpy saved(settings.get(), &SettingsModel::saved);
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path("p.txt")), QByteArray("Be brief.\n"));
    QCOMPARE(contentOf(path()), QByteArray("SYSTEM_PROMPT_FILE=p.txt\n"));
    QCOMPARE(saved[0][0].value<engine::config::Config>().agent.systemPrompt, u"Be brief.\n"_s);

    settings->setValue("SYSTEM_PROMPT_FILE", {}); // back into the settings
    QCOMPARE(settings->prompt().text(), u"Be brief.\n"_s);
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path()), QByteArray("SYSTEM_PROMPT_FILE=\nSYSTEM_PROMPT=\"Be brief.\n\"\n"));
}

void TestSettingsModel::aNewPromptFileTakesThePromptOver()
{
    auto settings = model("SYSTEM_PROMPT=Kind.\n");
    settings->setValue("SYSTEM_PROMPT_FILE", "new.txt");
    QVERIFY(settings->prompt().fileIsNew());
    QCOMPARE(settings->prompt().text(), u"Kind."_s);
    QVERIFY2(settings->save(), qPrintable(settings->problemOf("SYSTEM_PROMPT_FILE")));
    QCOMPARE(contentOf(path("new.txt")), QByteArray("Kind."));
    QCOMPARE(contentOf(path()), QByteArray("SYSTEM_PROMPT=\nSYSTEM_PROMPT_FILE=new.txt\n"));
}

void TestSettingsModel::aPromptChangedByOthersIsNotOverwrittenUnasked()
{
    writeFile(path("p.txt"), "Be kind.");
    auto settings = model("SYSTEM_PROMPT_FILE=p.txt\n");
    settings->setPrompt("Mine.");
    writeFile(path("p.txt"), "Theirs.");
    QVERIFY(!settings->save());
    QVERIFY(settings->otherProblems().value(0).contains("changed by another program"));
    QCOMPARE(contentOf(path("p.txt")), QByteArray("Theirs."));
    QCOMPARE(settings->prompt().text(), u"Mine."_s);
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path("p.txt")), QByteArray("Mine."));
}

void TestSettingsModel::trialsFollowThePracticeLine()
{
    auto settings = model("");
    QVERIFY(settings->trial()->practice);
    settings->setValue("TWILIO_ACCOUNT_SID", "AC1");
    settings->setValue("TWILIO_AUTH_TOKEN", "t");
    settings->setValue("CARTESIA_API_KEY", "c");
    const auto trial = settings->trial();
    QVERIFY(trial && !trial->practice);
    QCOMPARE(trial->config.cartesia.apiKey, engine::Secret("c"));
    QVERIFY(model("TWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=t\n", {}, true)->trial()->practice);
}

void TestSettingsModel::thePromptsLineEndsStay()
{
    writeFile(path("p.txt"), "One.\r\nTwo.\r\n");
    auto settings = model("SYSTEM_PROMPT_FILE=p.txt\n");
    settings->setPrompt("One.\nTwo.\n"); // as an editor gives it
    QVERIFY(!settings->isChanged());
    settings->setPrompt("One.\nThree.\n");
    QVERIFY(settings->save());
    QCOMPARE(contentOf(path("p.txt")), QByteArray("One.\r\nThree.\r\n"));
}

void TestSettingsModel::variablesAndPreview()
{
    QCOMPARE(ui::models::variablesIn("{{ a }} and {{b}}, {{a}} {c} {{}"), (QStringList{"a", "b"}));
    QCOMPARE(ui::models::previewOf("Hello {{name}}, {{due_date}}.", {{"name", "Robin"}}),
             u"Hello Robin, [due date]."_s);
}

void TestSettingsModel::voicesAreFoundByWords()
{
    ui::models::VoiceListModel voices;
    ui::models::VoiceFilter found;
    found.setSourceModel(&voices);
    QAbstractItemModelTester voicesTester(&voices, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester foundTester(&found, QAbstractItemModelTester::FailureReportingMode::QtTest);
    voices.setVoices(
        {{"1", "Reading Lady", "Calm narrator", "en-GB", "feminine"}, {"2", "Jörg", "Brisk", "de", "masculine"}});
    QCOMPARE(found.rowCount(), 2);
    QCOMPARE(found.index(0, 0).data(ui::models::VoiceListModel::DetailRole).toString(),
             u"English (United Kingdom) · female · Calm narrator"_s);
    found.setSearch("lady english");
    QCOMPARE(found.rowCount(), 1);
    found.setSearch("german JÖRG");
    QCOMPARE(found.index(0, 0).data(ui::models::VoiceListModel::IdRole).toString(), u"2"_s);
    found.setSearch("german lady");
    QCOMPARE(found.rowCount(), 0);
    found.setSearch({});
    QCOMPARE(found.rowCount(), 2);
}

DIALDESK_TEST(TestSettingsModel)
#include "tst_settings_model.moc"
