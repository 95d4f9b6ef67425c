#include "engine/config/config.h"
#include "engine/config/env_file.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QSet>
#include <QTemporaryDir>

using namespace engine;
using namespace engine::config;
using namespace Qt::StringLiterals;

class TestConfig : public QObject
{
    Q_OBJECT

private slots:
    void withoutSettingsEverythingIsDefault();
    void commandLineBeatsEnvironmentBeatsFile();
    void anEmptyValueIsUnset();
    void refusesEachWrongValue_data();
    void refusesEachWrongValue();
    void aWrongWordIsToldTheRightOnes();
    void allProblemsAreReportedTogether();
    void environmentIsReadInAnyLetterCase();
    void addressesLoseTheirTrailingSlash();
    void plainHttpIsForThisMachineOnly();
    void thePromptMayComeFromAFile();
    void problemsNeverHoldASecret();
    void saysWhatIsMissingForACall();
    void theExampleFileNamesEverySettingWithItsDefault();

private:
    static tl::expected<Config, QStringList> withFile(const QHash<QString, QString> &values)
    {
        Sources sources;
        sources.fileValues = values;
        return load(sources);
    }
};

void TestConfig::withoutSettingsEverythingIsDefault()
{
    const auto config = load({});
    QVERIFY(config.has_value());
    QCOMPARE(config->environment, Environment::Local);
    QCOMPARE(config->server.port, quint16(7860));
    QCOMPARE(config->server.bindAddress, QHostAddress(u"127.0.0.1"_s));
    QCOMPARE(config->limits.maxCalls, 50);
    QCOMPARE(config->limits.callsPerSecond, 1.0);
    QCOMPARE(config->cartesia.voiceId, u"71a7ad14-091c-4e8e-a314-022ece01c121"_s);
    QVERIFY(!config->twilio.isSet());
}

void TestConfig::commandLineBeatsEnvironmentBeatsFile()
{
    Sources sources;
    sources.fileValues = {{"PORT", "1"}, {"DIALDESK_MAX_CALLS", "1"}, {"LANGUAGE", "de"}};
    sources.environment = {{"PORT", "2"}, {"DIALDESK_MAX_CALLS", "2"}};
    sources.commandLine = {{"PORT", "3"}};
    const auto config = load(sources);
    QVERIFY(config.has_value());
    QCOMPARE(config->server.port, quint16(3));
    QCOMPARE(config->limits.maxCalls, 2);
    QCOMPARE(config->agent.language, u"de"_s);
}

void TestConfig::anEmptyValueIsUnset()
{
    Sources sources;
    sources.fileValues = {{"PORT", "1234"}};
    sources.environment = {{"PORT", "  "}};
    QCOMPARE(load(sources)->server.port, quint16(1234));
}

void TestConfig::refusesEachWrongValue_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    const QList<std::pair<QString, QString>> wrong = {
        {"ENV", "staging"},
        {"PORT", "seven"},
        {"PORT", "65536"},
        {"PORT", "-1"},
        {"PORT", "80.5"},
        {"BIND_ADDRESS", "everywhere"},
        {"LOCAL_SERVER_URL", "dial.example.com"},
        {"LOCAL_SERVER_URL", "ftp://dial.example.com"},
        {"LOCAL_SERVER_URL", "http://dial.example.com"},
        {"LOCAL_SERVER_URL", "https://user:pass@dial.example.com"},
        {"LOCAL_SERVER_URL", "https://dial.example.com?x=1"},
        {"TWILIO_ACCOUNT_SID", "SK00000000000000000000000000000001"},
        {"TWILIO_AUTH_TOKEN", "two words"},
        {"TWILIO_API_KEY_SID", "SK1"},
        {"TWILIO_API_KEY_SECRET", "alone"},
        {"TWILIO_FROM_NUMBER", "+1"},
        {"TWILIO_API_BASE_URL", "api.twilio.com"},
        {"DEEPGRAM_BASE_URL", "wss://api.deepgram.com"},
        {"GOOGLE_API_BASE_URL", "https://host/path"},
        {"CARTESIA_BASE_URL", "https://"},
        {"PIPECAT_CLOUD_REGION", "mars"},
        {"GREETING_MODE", "sometimes"},
        {"LLM_PROVIDER", "oracle"},
        {"AGENT_TOOLS", "end_world"},
        {"DIALDESK_MAX_CALLS", "0"},
        {"DIALDESK_CALLS_PER_SECOND", "0"},
        {"DIALDESK_CALLS_PER_SECOND", "nan"},
        {"SYSTEM_PROMPT_FILE", "/nowhere/prompt.txt"},
    };
    for (const auto &[name, value] : wrong)
        QTest::newRow(qPrintable(name + '=' + value)) << name << value;
}

void TestConfig::refusesEachWrongValue()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const auto config = withFile({{name, value}});
    QVERIFY(!config.has_value());
    QCOMPARE(config.error().size(), 1);
    QVERIFY2(config.error().first().contains(name), qPrintable(config.error().first()));
    QVERIFY(config.error().first().endsWith('.') || config.error().first().endsWith(".)"));
}

void TestConfig::aWrongWordIsToldTheRightOnes()
{
    const auto config = withFile({{"PIPECAT_CLOUD_REGION", "mars"}});
    QVERIFY(!config.has_value());
    QCOMPARE(config.error(), QStringList("PIPECAT_CLOUD_REGION is \"mars\"; it can be us-west, us-east, eu-central or ap-south."));
}

void TestConfig::allProblemsAreReportedTogether()
{
    const auto config = withFile({{"ENV", "staging"}, {"PORT", "x"}, {"DIALDESK_MAX_CALLS", "many"}});
    QVERIFY(!config.has_value());
    QCOMPARE(config.error().size(), 3);
}

void TestConfig::environmentIsReadInAnyLetterCase()
{
    for (const QString word : {"production", "Production", "PRODUCTION"})
        QCOMPARE(withFile({{"ENV", word}})->environment, Environment::Production);
    QCOMPARE(withFile({{"ENV", "Local"}})->environment, Environment::Local);
}

void TestConfig::addressesLoseTheirTrailingSlash()
{
    QCOMPARE(withFile({{"LOCAL_SERVER_URL", "https://dial.example.com/"}})->server.publicUrl, QUrl(u"https://dial.example.com"_s));
    QCOMPARE(withFile({{"LOCAL_SERVER_URL", "https://example.com/desk//"}})->server.publicUrl, QUrl(u"https://example.com/desk"_s));
}

void TestConfig::plainHttpIsForThisMachineOnly()
{
    QCOMPARE(withFile({{"LOCAL_SERVER_URL", "http://127.0.0.1:7860"}})->server.publicUrl, QUrl(u"http://127.0.0.1:7860"_s));
    QVERIFY(!withFile({{"LOCAL_SERVER_URL", "http://192.0.2.1"}}).has_value());
}

void TestConfig::thePromptMayComeFromAFile()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("prompt.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("You are Ava.\nBe kind.\n");
    file.close();
    Sources sources;
    sources.directory = folder.path();
    sources.fileValues = {{"SYSTEM_PROMPT_FILE", "prompt.txt"}};
    const auto config = load(sources);
    QVERIFY(config.has_value());
    QCOMPARE(config->agent.systemPrompt, u"You are Ava.\nBe kind.\n"_s);

    sources.fileValues.insert("SYSTEM_PROMPT", "Something else");
    const auto both = load(sources);
    QVERIFY(!both.has_value());
    QCOMPARE(both.error().size(), 1);
}

void TestConfig::problemsNeverHoldASecret()
{
    const auto config = withFile({{"GOOGLE_API_KEY", "se cret-1"},
                                  {"DEEPGRAM_API_KEY", "se cret-2"},
                                  {"CARTESIA_API_KEY", "se\ncret-3"},
                                  {"TWILIO_AUTH_TOKEN", "se cret-4"},
                                  {"TWILIO_API_KEY_SECRET", "se cret-5"},
                                  {"DIALDESK_API_KEY", "se cret-6"},
                                  {"OPENAI_API_KEY", "se cret-7"}});
    QVERIFY(!config.has_value());
    QVERIFY(config.error().size() >= 7);
    QVERIFY(!config.error().join(' ').contains("cret-"));
}

void TestConfig::saysWhatIsMissingForACall()
{
    const auto names = [](const Config &config, Environment environment) {
        QStringList list;
        for (const MissingSetting &missing : missingForCalls(config, environment)) {
            list.append(missing.name);
            if (missing.sentence.size() < 20)
                return QStringList{"a sentence is missing"};
        }
        return list;
    };
    const Config empty = *load({});
    QCOMPARE(names(empty, Environment::Local),
             (QStringList{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "DEEPGRAM_API_KEY", "CARTESIA_API_KEY", "GOOGLE_API_KEY"}));
    QCOMPARE(names(empty, Environment::Production), (QStringList{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "AGENT_NAME", "ORGANIZATION_NAME"}));

    Config openAi = *withFile({{"LLM_PROVIDER", "openai"}, {"DEEPGRAM_API_KEY", "a"}, {"CARTESIA_API_KEY", "b"},
                               {"TWILIO_ACCOUNT_SID", "AC1"}, {"TWILIO_AUTH_TOKEN", "c"}});
    QCOMPARE(names(openAi, Environment::Local), QStringList{"OPENAI_MODEL"});
    openAi.openAi.model = "local";
    QCOMPARE(names(openAi, Environment::Local), QStringList());
}

void TestConfig::theExampleFileNamesEverySettingWithItsDefault()
{
    QFile file(DIALDESK_SOURCE_DIR "/env.example");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const EnvFile example = parseEnvFile(text);
    QCOMPARE(example.problems, QStringList());

    const QStringList known = settingNames();
    QCOMPARE(QSet<QString>(example.values.keyBegin(), example.values.keyEnd()), QSet<QString>(known.begin(), known.end()));
    // Whatever the example sets is the default: loading it changes nothing.
    Config fromExample = *withFile(example.values);
    QCOMPARE(fromExample, *load({}));
}

DIALDESK_TEST(TestConfig)
#include "tst_config.moc"
