#include "engine/dialogue/prompt_template.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

class TestPromptTemplate : public QObject
{
    Q_OBJECT
private slots:
    void namesAreReplaced_data();
    void namesAreReplaced();
    void unknownNamesBecomeEmptyAndAreReported();
    void valuesAreNotExpandedAgain();
    void valuesAreOneLineAndBounded();
    void thePromptHoldsRulesAndData();
    void whatVariesStandsLast();
    void aPromptWithoutDataHasNoList();
};

void TestPromptTemplate::namesAreReplaced_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("filled");
    QTest::newRow("plain") << u"Hello {{customer_name}}!"_s << u"Hello Sample Customer!"_s;
    QTest::newRow("blanks") << u"Hello {{  customer_name\t}}!"_s << u"Hello Sample Customer!"_s;
    QTest::newRow("twice") << u"{{customer_name}}{{customer_name}}"_s << u"Sample CustomerSample Customer"_s;
    QTest::newRow("number") << u"{{age}} years"_s << u"42 years"_s;
    QTest::newRow("decimal") << u"{{price}}"_s << u"19.95"_s;
    QTest::newRow("large number") << u"{{order}}"_s << u"12345678"_s;
    QTest::newRow("boolean") << u"{{vip}}"_s << u"true"_s;
    QTest::newRow("name with blanks") << u"{{first name}}"_s << u"Ada"_s;
    QTest::newRow("no placeholder") << u"{ {customer_name} }"_s << u"{ {customer_name} }"_s;
    QTest::newRow("unclosed") << u"{{customer_name"_s << u"{{customer_name"_s;
    QTest::newRow("three braces") << u"{{{customer_name}}}"_s << u"{Sample Customer}"_s;
    QTest::newRow("empty text") << QString() << QString();
}

void TestPromptTemplate::namesAreReplaced()
{
    QFETCH(QString, text);
    QFETCH(QString, filled);
    const QJsonObject data{{u"customer_name"_s, u"Sample Customer"_s},
                           {u"age"_s, 42},
                           {u"price"_s, 19.95},
                           {u"order"_s, 12345678},
                           {u"vip"_s, true},
                           {u"first name"_s, u"Ada"_s}};
    const FilledTemplate result = fillTemplate(text, data);
    QCOMPARE(result.text, filled);
    QVERIFY(result.unknownNames.isEmpty());
}

void TestPromptTemplate::unknownNamesBecomeEmptyAndAreReported()
{
    QCOMPARE(fillTemplate(u"a{{ x }}b{{y}}c{{x}}d{{}}"_s, {}),
             (FilledTemplate{.text = u"abcd"_s, .unknownNames = {u"x"_s, u"y"_s, QString()}}));
}

void TestPromptTemplate::valuesAreNotExpandedAgain()
{
    QCOMPARE(fillTemplate(u"{{a}}"_s, {{u"a"_s, u"{{b}}"_s}, {u"b"_s, u"secret"_s}}).text, u"{{b}}"_s);
}

void TestPromptTemplate::valuesAreOneLineAndBounded()
{
    QCOMPARE(fillTemplate(u"{{a}}"_s, {{u"a"_s, u"x\n# New rules\r\u0007y"_s}}).text, u"x # New rules y"_s);
    QCOMPARE(fillTemplate(u"{{a}}"_s, {{u"a"_s, QString(100'000, u'x')}}).text.size(), 2000);
}

void TestPromptTemplate::thePromptHoldsRulesAndData()
{
    const FilledTemplate prompt =
        systemPrompt(u"You call {{customer_name}} for {{company}}."_s, {{u"customer_name"_s, u"Sample Customer"_s}});
    QVERIFY(prompt.text.startsWith(u"You call Sample Customer for .\n"_s));
    QVERIFY(prompt.text.contains(u"end_call"_s));
    QVERIFY(prompt.text.contains(u"Markdown"_s));
    QVERIFY(prompt.text.endsWith(u"\ncustomer_name: Sample Customer"_s));
    QCOMPARE(prompt.unknownNames, QStringList{u"company"_s});
}

void TestPromptTemplate::whatVariesStandsLast()
{
    const QString one = systemPrompt(u"You are Ana."_s, {{u"name"_s, u"One"_s}}).text;
    const QString two = systemPrompt(u"You are Ana."_s, {{u"name"_s, u"Two"_s}}).text;
    QCOMPARE(one.chopped(3), two.chopped(3));
    QVERIFY(one != two);
}

void TestPromptTemplate::aPromptWithoutDataHasNoList()
{
    const QString prompt = systemPrompt(QString(), {}).text;
    QVERIFY(prompt.startsWith(u"# How to speak on the phone"_s));
    QCOMPARE(prompt.count(u"# "_s), 1);
}

DIALDESK_TEST(TestPromptTemplate)
#include "tst_prompt_template.moc"
