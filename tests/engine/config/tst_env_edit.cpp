#include "engine/config/env_edit.h"

#include "engine/base/random.h"
#include "engine/config/config.h"
#include "engine/config/env_file.h"
#include "tests/support/test_program.h"

using namespace engine::config;
using namespace Qt::StringLiterals;

namespace {

const QStringList kOrder = {"A", "B", "C", "D"};

QByteArray edited(const QByteArray &text, const EnvChanges &changes)
{
    const auto result = editEnvFile(text, changes, kOrder);
    return result ? *result : "error: " + result.error().message.toUtf8();
}

} // namespace

class TestEnvEdit : public QObject
{
    Q_OBJECT

private slots:
    void changesOneSetting_data();
    void changesOneSetting();
    void newSettingsGoToTheirNeighbours();
    void everyValueIsReadBack_data();
    void everyValueIsReadBack();
    void randomValuesAreReadBackAndTheRestStays();
    void aBrokenFileIsNotMadeWorse();
    void nothingToChangeChangesNothing();
};

void TestEnvEdit::changesOneSetting_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *name, const char *before, const char *value, const char *after) {
        QTest::newRow(name) << QByteArray(before) << QString::fromUtf8(value) << QByteArray(after);
    };
    row("plain", "A=1\n", "2", "A=2\n");
    row("no line end", "A=1", "2", "A=2");
    row("comment behind", "A=1   # why\n", "2", "A=2   # why\n");
    row("empty with comment behind", "A=  # why\n", "2", "A=2  # why\n");
    row("blanks around", "  A  =  1  \n", "2", "  A  =  2  \n");
    row("export", "export A=1\n", "2", "export A=2\n");
    row("CRLF", "# x\r\nA=1\r\nB=2\r\n", "3", "# x\r\nA=3\r\nB=2\r\n");
    row("byte-order mark",
        "\xEF\xBB\xBF"
        "A=1\n",
        "2",
        "\xEF\xBB\xBF"
        "A=2\n");
    row("needs quotes now", "A=1\n", "two words", "A=\"two words\"\n");
    row("a dollar", "A=1\n", "$5 off", "A='$5 off'\n");
    row("a dollar and a quote", "A=1\n", "it's $5", "A=\"it's \\$5\"\n");
    row("keeps double quotes", "A=\"1\" # why\n", "2", "A=\"2\" # why\n");
    row("keeps single quotes", "A='1'\n", "it's", "A='it\\'s'\n");
    row("line breaks", "A=1\nB=2\n", "x\ny", "A=\"x\ny\"\nB=2\n");
    row("line breaks stay escaped", "A=\"x\\ny\"\n", "y\nz", "A=\"y\\nz\"\n");
    row("line breaks among CRLF", "A=1\r\n", "x\ny", "A=\"x\\ny\"\r\n");
    row("several lines become one", "A='x\ny'\nB=2\n", "z", "A='z'\nB=2\n");
    row("unset", "# about A\nA=1 # why\nB=2\n", "", "# about A\nA= # why\nB=2\n");
    row("unset quoted", "A=\"1\"\n", "", "A=\n");
    row("unset what is not there", "B=2\n", "", "B=2\n");
    row("the last of a name", "A=1\nA=2\n", "3", "A=1\nA=3\n");
    row("unknown lines", "nonsense\nA=1\n???\n", "2", "nonsense\nA=2\n???\n");
    row("not a comment's", "#A=1\nA=1\n", "2", "#A=1\nA=2\n");
    row("not valid UTF-8 elsewhere", "# \xff\xfe\nA=1\n", "2", "# \xff\xfe\nA=2\n");
    row("new, empty file", "", "1", "A=1\n");
    row("new, no line end", "X=1", "2", "X=1\nA=2\n");
    row("new, CRLF", "X=1\r\n", "2", "X=1\r\nA=2\r\n");
}

void TestEnvEdit::changesOneSetting()
{
    QFETCH(QByteArray, before);
    QFETCH(QString, value);
    QTEST(edited(before, {{"A", value}}), "after");
}

void TestEnvEdit::newSettingsGoToTheirNeighbours()
{
    QCOMPARE(edited("# a\nA=\"1\n1\" # x\n\n# d\nD=4\nX=5\n", {{"C", "3"}, {"B", "2"}}),
             QByteArray("# a\nA=\"1\n1\" # x\nB=2\nC=3\n\n# d\nD=4\nX=5\n"));
    QCOMPARE(edited("D=4\nX=5\n", {{"A", "1"}}), QByteArray("D=4\nX=5\nA=1\n"));
}

void TestEnvEdit::everyValueIsReadBack_data()
{
    QTest::addColumn<QString>("value");
    const QStringList nasty = {" ",
                               " x ",
                               "\t",
                               "#",
                               "a #b",
                               "a#b",
                               "'",
                               "\"",
                               "'\"",
                               "\\",
                               "\\\\",
                               "\\n",
                               "x\\",
                               "\"x\"",
                               "'x'",
                               "$HOME",
                               "${A}",
                               "`ls`",
                               "=",
                               "a=b",
                               "export A=1",
                               "\n",
                               "\n\nA=2\n",
                               "x\r\ny",
                               "\r",
                               u"Grüß Gott, 日本語, שלום, 👋"_s,
                               u"\u00a0x\u2028y"_s,
                               u"\ufeff"_s,
                               QString(QChar(0x0001)),
                               QString(QChar(0)),
                               "\\\"",
                               "\\'",
                               "it's \"$5\" \\ # no\n"};
    for (int i = 0; i < nasty.size(); ++i)
        QTest::addRow("%d", i) << nasty[i];
    QString prompt;
    while (prompt.size() < 1024 * 1024)
        prompt += u"You are \"Ava\". It's $5 # off; {{customer_name}} \\ é\n"_s;
    QTest::newRow("1 MB") << prompt;
}

void TestEnvEdit::everyValueIsReadBack()
{
    QFETCH(QString, value);
    for (const char *before :
         {"", "A=1\nB=2\n", "A='1'\nB=2\n", "A=\"1\"\nB=2\n", "A=\"\\n\"\nB=2\n", "A=1\r\nB=2\r\n", "B=2"}) {
        const EnvFile read = parseEnvFile(edited(before, {{"A", value}}));
        QCOMPARE(read.problems, QStringList());
        QVERIFY(read.values.value("A") == value); // QCOMPARE would print a megabyte
        QCOMPARE(read.values.value("B"), QString(QByteArray(before).contains('B') ? "2" : ""));
    }
}

void TestEnvEdit::randomValuesAreReadBackAndTheRestStays()
{
    engine::SeededRandom random(20);
    const QString letters = u"aZ9 \t\n\r#'\"\\$={}n;é€"_s;
    for (int round = 0; round < 3000; ++round) {
        const auto any = [&random, &letters] {
            QString text;
            for (auto length = random.next() % 12; length > 0; --length)
                text += letters[static_cast<qsizetype>(random.next() % quint64(letters.size()))];
            return text;
        };
        const QString first = any(), second = any(), third = any();
        const QByteArray text = edited("# one\nA=0 # why\nX=1\n", {{"A", first}, {"C", second}});
        const QByteArray again = edited(text, {{"C", third}});
        QCOMPARE(parseEnvFile(text).values.value("A"), first);
        QCOMPARE(parseEnvFile(text).values.value("C"), second);
        QCOMPARE(parseEnvFile(again).values.value("A"), first);
        QCOMPARE(parseEnvFile(again).values.value("C"), third);
        QVERIFY(again.startsWith("# one\nA=") && again.contains(" # why\n") && again.contains("\nX=1\n"));
    }
}

void TestEnvEdit::aBrokenFileIsNotMadeWorse()
{
    const auto result = editEnvFile("X=1\nB=\"open\nC=2\n", {{"A", "3"}}, kOrder); // would be part of B
    QVERIFY(!result);
    QCOMPARE(result.error().code, u"env_file_broken"_s);
    QVERIFY2(result.error().message.contains("no closing"), qPrintable(result.error().message));
    // What stands before the fault can still be changed.
    QCOMPARE(edited("A=1\nB=\"open\nC=2\n", {{"A", "5"}}), QByteArray("A=5\nB=\"open\nC=2\n"));
}

void TestEnvEdit::nothingToChangeChangesNothing()
{
    QByteArray junk;
    for (int i = 0; i < 4096; ++i)
        junk.append(static_cast<char>((i * 7919 + i / 3) & 0xFF));
    QCOMPARE(edited(junk, {}), junk);
    for (const QString &name : settingNames())
        QCOMPARE(*editEnvFile(junk, {{name, {}}}, settingNames()), junk);
}

DIALDESK_TEST(TestEnvEdit)
#include "tst_env_edit.moc"
