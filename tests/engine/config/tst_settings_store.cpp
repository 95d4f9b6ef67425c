#include "engine/config/settings_store.h"
#include "tests/support/test_program.h"

#include "tests/support/text_files.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace engine::config;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr auto kModeBits = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner |
                           QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup |
                           QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;

} // namespace

using support::contentOf;
using support::writeFile;

class TestSettingsStore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void changesTheFileForItsOwnerOnly();
    void aNewFileBeginsAsTheExample();
    void saysWhereAValueComesFrom();
    void whatOthersChangedMeanwhileStays();
    void aDeletedFileIsWrittenAnewWithAllItHeld();
    void linksAreFollowed();
    void aReadOnlyFileIsLeftAlone();
    void aMissingFolderIsSaid();
    void wrongSettingsAreNotWritten();
    void everyProblemNamesItsSetting();
    void secretsAreKnownByName();

private:
    QString path() const { return m_dir->filePath(".env"); }
    SettingsStore store(const Sources &fixed = {}) const
    {
        SettingsStore made(path(), fixed);
        [[maybe_unused]] const auto read = made.read();
        return made;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestSettingsStore::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestSettingsStore::changesTheFileForItsOwnerOnly()
{
    writeFile(path(), "# mine\nPORT=7000 # here\nNOT_OURS=1\n");
    QVERIFY(QFile::setPermissions(path(), kOwnerOnly | QFileDevice::ReadGroup | QFileDevice::ReadOther));
    SettingsStore settings = store();
    QCOMPARE(settings.check()->server.port, 7000);
    const auto saved = settings.save({{"PORT", "7001"}, {"GREETING", "Hello there"}});
    QVERIFY(saved);
    QCOMPARE(saved->server.port, 7001);
    QCOMPARE(saved->agent.greeting, u"Hello there"_s);
    QCOMPARE(saved->envFile, path());
    QCOMPARE(contentOf(path()), QByteArray("# mine\nPORT=7001 # here\nNOT_OURS=1\nGREETING=\"Hello there\"\n"));
    QCOMPARE(QFile::permissions(path()) & kModeBits & ~(QFileDevice::ReadUser | QFileDevice::WriteUser), kOwnerOnly);
    QCOMPARE(settings.value("PORT"), u"7001"_s);
}

void TestSettingsStore::aNewFileBeginsAsTheExample()
{
    SettingsStore settings = store();
    QVERIFY(!settings.fileExists());
    QVERIFY(settings.save({{"DEEPGRAM_API_KEY", "dg-1"}}));
    const QByteArray text = contentOf(path());
    QVERIFY(text.contains(
        "# Deepgram writes down what the callee says. https://console.deepgram.com\nDEEPGRAM_API_KEY=dg-1\n"));
    QCOMPARE(text.count('\n'), contentOf(DIALDESK_SOURCE_DIR "/env.example").count('\n'));
    QCOMPARE(QFile::permissions(path()) & kModeBits, kOwnerOnly);
}

void TestSettingsStore::saysWhereAValueComesFrom()
{
    writeFile(path(), "PORT=1\nLANGUAGE=de\nGREETING=Hi\nGOOGLE_MODEL=\n");
    Sources fixed;
    fixed.environment = {{"LANGUAGE", "fr"}, {"GREETING", " "}};
    fixed.commandLine = {{"PORT", "2"}};
    const SettingsStore settings = store(fixed);
    QCOMPARE(settings.originOf("PORT"), SettingOrigin::CommandLine);
    QCOMPARE(settings.value("PORT"), u"2"_s);
    QCOMPARE(settings.originOf("LANGUAGE"), SettingOrigin::Environment);
    QCOMPARE(settings.value("LANGUAGE"), u"fr"_s);
    QCOMPARE(settings.originOf("GREETING"), SettingOrigin::File);
    QCOMPARE(settings.originOf("GOOGLE_MODEL"), SettingOrigin::Default);
    QCOMPARE(settings.value("GOOGLE_MODEL"), QString());
    QCOMPARE(defaultValues().value("GOOGLE_MODEL"), load({})->gemini.model);
}

void TestSettingsStore::whatOthersChangedMeanwhileStays()
{
    writeFile(path(), "PORT=1\nLANGUAGE=de\n");
    SettingsStore settings = store();
    writeFile(path(), "# by somebody else\nPORT=2\nLANGUAGE=fr\nGREETING=Hi\n");
    const auto saved = settings.save({{"LANGUAGE", "it"}});
    QVERIFY(saved);
    QCOMPARE(saved->server.port, 2);
    QCOMPARE(contentOf(path()), QByteArray("# by somebody else\nPORT=2\nLANGUAGE=it\nGREETING=Hi\n"));
}

void TestSettingsStore::aDeletedFileIsWrittenAnewWithAllItHeld()
{
    writeFile(path(), "# mine\nPORT=1\nGOOGLE_API_KEY=g\n");
    SettingsStore settings = store();
    QVERIFY(QFile::remove(path()));
    QVERIFY(settings.save({{"PORT", "2"}}));
    QCOMPARE(contentOf(path()), QByteArray("# mine\nPORT=2\nGOOGLE_API_KEY=g\n"));
}

void TestSettingsStore::linksAreFollowed()
{
    const QString target = m_dir->filePath("real.env");
    writeFile(target, "PORT=1\n");
    QVERIFY(QFile::link(target, path()));
    SettingsStore settings = store();
    QVERIFY(settings.save({{"PORT", "2"}}));
    QVERIFY(QFileInfo(path()).isSymLink());
    QCOMPARE(contentOf(target), QByteArray("PORT=2\n"));
}

void TestSettingsStore::aReadOnlyFileIsLeftAlone()
{
    writeFile(path(), "PORT=1\n");
    QVERIFY(QFile::setPermissions(path(), QFileDevice::ReadOwner));
    SettingsStore settings = store();
    const auto saved = settings.save({{"PORT", "2"}});
    QVERIFY(!saved);
    QCOMPARE(saved.error().size(), 1);
    QVERIFY2(saved.error().first().contains("read-only"), qPrintable(saved.error().first()));
    QCOMPARE(contentOf(path()), QByteArray("PORT=1\n"));
    QCOMPARE(settings.value("PORT"), u"1"_s);
}

void TestSettingsStore::aMissingFolderIsSaid()
{
    SettingsStore settings(m_dir->filePath("gone/.env"), {});
    const auto saved = settings.save({{"PORT", "2"}});
    QVERIFY(!saved);
    QVERIFY2(saved.error().first().contains("does not exist"), qPrintable(saved.error().first()));
}

void TestSettingsStore::wrongSettingsAreNotWritten()
{
    writeFile(path(), "PORT=1\n");
    SettingsStore settings = store();
    QVERIFY(!settings.save({{"PORT", "lots"}}));
    QCOMPARE(contentOf(path()), QByteArray("PORT=1\n"));
    writeFile(path(), "PORT=1\nENV=staging\n"); // by somebody else
    const auto saved = settings.save({{"PORT", "2"}});
    QVERIFY(!saved);
    QCOMPARE(settingAtFault(saved.error().first()), u"ENV"_s);
    QCOMPARE(contentOf(path()), QByteArray("PORT=1\nENV=staging\n"));
}

void TestSettingsStore::everyProblemNamesItsSetting()
{
    Sources wrong;
    for (const QString &name : settingNames())
        wrong.fileValues.insert(name, u"§ wrong value"_s);
    const auto config = load(wrong);
    QVERIFY(!config);
    QVERIFY(config.error().size() > 15);
    for (const QString &sentence : config.error())
        QVERIFY2(!settingAtFault(sentence).isEmpty(), qPrintable(sentence));
    QCOMPARE(settingAtFault("TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET belong together."), u"TWILIO_API_KEY_SID"_s);
    QCOMPARE(settingAtFault("ENVIRONMENTAL"), QString());
    QCOMPARE(settingAtFault("Something else."), QString());
}

void TestSettingsStore::secretsAreKnownByName()
{
    QStringList secrets;
    for (const QString &name : settingNames())
        if (isSecretSetting(name))
            secrets.append(name);
    QCOMPARE(secrets, (QStringList{"GOOGLE_API_KEY", "DEEPGRAM_API_KEY", "CARTESIA_API_KEY", "TWILIO_AUTH_TOKEN",
                                   "TWILIO_API_KEY_SECRET", "OPENAI_API_KEY", "DIALDESK_API_KEY"}));
}

DIALDESK_TEST(TestSettingsStore)
#include "tst_settings_store.moc"
