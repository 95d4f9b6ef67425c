#include "engine/server/form.h"
#include "tests/support/test_program.h"


using namespace engine::server;

class TestForm : public QObject
{
    Q_OBJECT

private slots:
    void decodesFields_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<FormFields>("fields");

        QTest::newRow("empty") << QByteArray() << FormFields();
        QTest::newRow("as Twilio sends it")
            << QByteArray("CallSid=CA1&To=%2B14155550100&Caller=Ann+Lee&Empty=")
            << FormFields{{"CallSid", "CA1"}, {"To", "+14155550100"}, {"Caller", "Ann Lee"}, {"Empty", ""}};
        QTest::newRow("order and duplicates kept")
            << QByteArray("b=2&a=1&b=3") << FormFields{{"b", "2"}, {"a", "1"}, {"b", "3"}};
        QTest::newRow("name alone") << QByteArray("flag") << FormFields{{"flag", ""}};
        QTest::newRow("empty name") << QByteArray("=v") << FormFields{{"", "v"}};
        QTest::newRow("empty pieces") << QByteArray("&&a=1&") << FormFields{{"a", "1"}};
        QTest::newRow("equals in the value") << QByteArray("a=b=c") << FormFields{{"a", "b=c"}};
        QTest::newRow("encoded separators") << QByteArray("a%3Db=c%26d") << FormFields{{"a=b", "c&d"}};
        QTest::newRow("lower-case hex") << QByteArray("a=%c3%a9") << FormFields{{"a", "\xc3\xa9"}};
        QTest::newRow("stray percent signs stay")
            << QByteArray("a=100%&b=%zz&c=%4&d=%") << FormFields{{"a", "100%"}, {"b", "%zz"}, {"c", "%4"}, {"d", "%"}};
        QTest::newRow("percent then escape") << QByteArray("a=%%41") << FormFields{{"a", "%A"}};
        QTest::newRow("encoded zero byte") << QByteArray("a=x%00y") << FormFields{{"a", QByteArray("x\0y", 3)}};
    }
    void decodesFields()
    {
        QFETCH(QByteArray, body);
        QTEST(parseForm(body), "fields");
    }

    void queryIsWhatFollowsTheQuestionMark()
    {
        QCOMPARE(parseQuery("/api/calls?limit=20&before=CA+1"), (FormFields{{"limit", "20"}, {"before", "CA 1"}}));
        QCOMPARE(parseQuery("/api/calls"), FormFields());
        QCOMPARE(parseQuery("/api/calls?"), FormFields());
        QCOMPARE(parseQuery("/x?a=1?b=2"), (FormFields{{"a", "1?b=2"}}));
    }

    void pathsKeepTheirPlus() { QCOMPARE(percentDecoded("a+b%20c%2Fd%"), QByteArray("a+b c/d%")); }

    void firstValueOfANameIsFound()
    {
        const FormFields fields = parseForm("a=1&a=2&A=3");
        QCOMPARE(fieldValue(fields, "a"), QByteArray("1"));
        QCOMPARE(fieldValue(fields, "A"), QByteArray("3"));
        QVERIFY(!fieldValue(fields, "b"));
    }

    void anyBytesGiveAList()
    {
        QByteArray every;
        for (int i = 0; i < 256; ++i)
            every += static_cast<char>(i);
        for (qsizetype size = 0; size <= every.size(); ++size)
            QVERIFY(parseForm(every.first(size)).size() <= size + 1);
    }
};

DIALDESK_TEST(TestForm)
#include "tst_form.moc"
