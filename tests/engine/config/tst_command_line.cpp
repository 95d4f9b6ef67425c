#include "engine/config/command_line.h"
#include "tests/support/test_program.h"


using namespace engine::config;
using namespace Qt::StringLiterals;

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryOption();
    void helpAndVersionLeaveWithSuccess();
    void helpTeachesEveryOption();
    void refusesWrongUse_data();
    void refusesWrongUse();
    void aNumberAloneIsNeverDialed();

private:
    static tl::expected<CommandLine, PrintAndLeave> parse(const QStringList &arguments)
    {
        return parseCommandLine(QStringList{"dialdesk"} + arguments, "dialdesk", "1.2.3");
    }
};

void TestCommandLine::readsEveryOption()
{
    const auto line = parse({"--server", "--practice", "--env-file", "other.env", "--port", "0", "--bind=0.0.0.0", "--data-dir", "/tmp/d", "--dial",
                             "(415) 555-0100", "--from", "+14155550199", "--data", "customer_name=Robin", "--data", "note=a=b", "--wait", "--json"});
    QVERIFY(line.has_value());
    CommandLine expected;
    expected.server = true;
    expected.practice = true;
    expected.envFile = "other.env";
    expected.settings = {{"PORT", "0"}, {"BIND_ADDRESS", "0.0.0.0"}, {"DIALDESK_DATA_DIR", "/tmp/d"}};
    expected.dial = "(415) 555-0100";
    expected.from = "+14155550199";
    expected.data = {{"customer_name", "Robin"}, {"note", "a=b"}};
    expected.wait = true;
    expected.json = true;
    QCOMPARE(*line, expected);
}

void TestCommandLine::helpAndVersionLeaveWithSuccess()
{
    QCOMPARE(parse({"--help"}).error().exitCode, 0);
    QCOMPARE(parse({"-h"}).error().exitCode, 0);
    QCOMPARE(parse({"--version"}).error(), (PrintAndLeave{"dialdesk 1.2.3\n", 0}));
}

void TestCommandLine::helpTeachesEveryOption()
{
    const QString help = parse({"--help"}).error().text;
    for (const QString option : {"--server", "--env-file", "--port", "--bind", "--practice", "--dial", "--from", "--data", "--wait", "--json",
                                  "--data-dir", "--help", "--version", "env.example", "+14155550100"})
        QVERIFY2(help.contains(option), qPrintable(option));
}

void TestCommandLine::refusesWrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown option") << QStringList{"--fly"};
    QTest::newRow("value missing") << QStringList{"--port"};
    QTest::newRow("dial without a number") << QStringList{"--dial", ""};
    QTest::newRow("wait alone") << QStringList{"--wait"};
    QTest::newRow("from alone") << QStringList{"--from", "+14155550199"};
    QTest::newRow("json without wait") << QStringList{"--dial", "+14155550100", "--json"};
    QTest::newRow("data without a value") << QStringList{"--dial", "+14155550100", "--data", "name"};
    QTest::newRow("data without a name") << QStringList{"--dial", "+14155550100", "--data", "=x"};
    QTest::newRow("two numbers") << QStringList{"+14155550100", "+14155550101"};
}

void TestCommandLine::refusesWrongUse()
{
    QFETCH(QStringList, arguments);
    const auto line = parse(arguments);
    QVERIFY(!line.has_value());
    QCOMPARE(line.error().exitCode, 2);
    QVERIFY(line.error().text.startsWith("dialdesk: "));
    QVERIFY(line.error().text.contains("--help"));
}

void TestCommandLine::aNumberAloneIsNeverDialed()
{
    const auto line = parse({"tel:+14155550142"});
    QVERIFY(line.has_value());
    QCOMPARE(line->number, u"tel:+14155550142"_s);
    QCOMPARE(line->dial, QString());
}

DIALDESK_TEST(TestCommandLine)
#include "tst_command_line.moc"
