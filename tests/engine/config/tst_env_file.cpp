#include "engine/config/env_file.h"
#include "tests/support/test_program.h"


using namespace engine::config;
using namespace Qt::StringLiterals;

class TestEnvFile : public QObject
{
    Q_OBJECT

private slots:
    void readsOneLine_data();
    void readsOneLine();
    void theLastOfANameCounts();
    void skipsCommentsAndBlankLines();
    void quotesSpanLines();
    void namesTheLineAtFault_data();
    void namesTheLineAtFault();
    void goodLinesSurviveBadOnes();
    void anyBytesAreRead();
};

void TestEnvFile::readsOneLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << QByteArray("A=value") << "value";
    QTest::newRow("spaces around") << QByteArray("  A  =  value  ") << "value";
    QTest::newRow("export") << QByteArray("export A=value") << "value";
    QTest::newRow("CRLF") << QByteArray("A=value\r\n") << "value";
    QTest::newRow("BOM") << QByteArray("\xEF\xBB\xBF" "A=value") << "value";
    QTest::newRow("empty") << QByteArray("A=") << "";
    QTest::newRow("equals inside") << QByteArray("A=b=c==") << "b=c==";
    QTest::newRow("comment after") << QByteArray("A=value # why") << "value";
    QTest::newRow("only a comment") << QByteArray("A= # why") << "";
    QTest::newRow("hash inside a word") << QByteArray("A=color#7") << "color#7";
    QTest::newRow("double quotes") << QByteArray("A=\"two words\"") << "two words";
    QTest::newRow("hash in quotes") << QByteArray("A=\"a # b\" # c") << "a # b";
    QTest::newRow("escapes") << QByteArray(R"(A="say \"hi\"\n\ttab \\ \$ \q")") << u"say \"hi\"\n\ttab \\ $ \\q"_s;
    QTest::newRow("single quotes") << QByteArray(R"(A='as $it \n is "here"')") << uR"(as $it \n is "here")"_s;
    QTest::newRow("escaped single quote") << QByteArray(R"(A='it\'s')") << "it's";
    QTest::newRow("UTF-8") << QByteArray("A=Gr\xC3\xBC\xC3\x9F Gott") << u"Grüß Gott"_s;
}

void TestEnvFile::readsOneLine()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, expected);
    const EnvFile file = parseEnvFile(line);
    QCOMPARE(file.problems, QStringList());
    QCOMPARE(file.values, (QHash<QString, QString>{{"A", expected}}));
}

void TestEnvFile::theLastOfANameCounts()
{
    QCOMPARE(parseEnvFile("A=1\nB=2\nA=3\n").values, (QHash<QString, QString>{{"A", "3"}, {"B", "2"}}));
}

void TestEnvFile::skipsCommentsAndBlankLines()
{
    const EnvFile file = parseEnvFile("\n# first\n   \n\t# second\nA=1\n");
    QCOMPARE(file.problems, QStringList());
    QCOMPARE(file.values.size(), 1);
}

void TestEnvFile::quotesSpanLines()
{
    const EnvFile file = parseEnvFile("A=\"one\ntwo\"\nB='three\nfour'\nC=5\n");
    QCOMPARE(file.problems, QStringList());
    QCOMPARE(file.values.value("A"), u"one\ntwo"_s);
    QCOMPARE(file.values.value("B"), u"three\nfour"_s);
    QCOMPARE(file.values.value("C"), u"5"_s);
}

void TestEnvFile::namesTheLineAtFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("line");
    QTest::newRow("no equals sign") << QByteArray("A=1\nnonsense\nB=2") << "2";
    QTest::newRow("no name") << QByteArray("=value") << "1";
    QTest::newRow("name with a space") << QByteArray("\n\nTWO WORDS=1") << "3";
    QTest::newRow("name that starts with a digit") << QByteArray("1A=1") << "1";
    QTest::newRow("quote never closed") << QByteArray("A=1\nB=\"open\nC=2\n") << "2";
    QTest::newRow("text after the quote") << QByteArray("A=\"x\" y") << "1";
}

void TestEnvFile::namesTheLineAtFault()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, line);
    const EnvFile file = parseEnvFile(text);
    QCOMPARE(file.problems.size(), 1);
    QVERIFY2(file.problems.first().contains(u"ine "_s + line), qPrintable(file.problems.first()));
}

void TestEnvFile::goodLinesSurviveBadOnes()
{
    const EnvFile file = parseEnvFile("A=1\nnonsense\nB=2\nmore\n");
    QCOMPARE(file.problems.size(), 2);
    QCOMPARE(file.values, (QHash<QString, QString>{{"A", "1"}, {"B", "2"}}));
}

void TestEnvFile::anyBytesAreRead()
{
    QByteArray junk;
    for (int i = 0; i < 4096; ++i)
        junk.append(static_cast<char>((i * 7919 + i / 3) & 0xFF));
    for (qsizetype length = 0; length < junk.size(); length += 13) {
        const EnvFile file = parseEnvFile(junk.left(length));
        QVERIFY(file.values.size() + file.problems.size() <= length + 1);
    }
}

DIALDESK_TEST(TestEnvFile)
#include "tst_env_file.moc"
