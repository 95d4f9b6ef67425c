#include "engine/base/masking.h"
#include "tests/support/test_program.h"

using namespace engine;

class TestMasking : public QObject
{
    Q_OBJECT

private slots:
    void aNumberKeepsItsBeginningAndEnd_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("masked");
        QTest::newRow("north america") << "+14155550100"
                                       << "+1415*****00";
        QTest::newRow("the longest") << "+491511234567890"
                                     << "+4915*********90";
        QTest::newRow("short") << "+4930123"
                               << "+4****23";
        QTest::newRow("shorter than what is hidden") << "123"
                                                     << "***";
        QTest::newRow("nothing") << ""
                                 << "";
    }
    void aNumberKeepsItsBeginningAndEnd()
    {
        QFETCH(QString, number);
        QTEST(maskedNumber(number), "masked");
    }

    void textsLoseTheirNumbersOnly_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("masked");
        const auto row = [](const char *name, const char *text, const char *masked) {
            QTest::newRow(name) << text << masked;
        };
        row("in a sentence", "call to +14155550100 failed", "call to +1415*****00 failed");
        row("two", "+14155550100 from +14155550199.", "+1415*****00 from +1415*****99.");
        row("as people write", "\"(415) 555-0142\" is refused", "\"(415)*******42\" is refused");
        row("with spaces", "0044 20 7946 0018", "0044 **********18");
        row("a SID stays", "CA00000000000000000000000000000001", "CA00000000000000000000000000000001");
        row("an address stays", "from 203.0.113.99 and 127.0.0.1:54321", "from 203.0.113.99 and 127.0.0.1:54321");
        row("a time stays", "2026-11-26T06:31:08.123Z", "2026-11-26T06:31:08.123Z");
        row("amounts stay", "314572800 bytes", "314572800 bytes");
        row("none", "nothing here", "nothing here");
    }
    void textsLoseTheirNumbersOnly()
    {
        QFETCH(QString, text);
        QTEST(maskedNumbers(text), "masked");
    }
};

DIALDESK_TEST(TestMasking)
#include "tst_masking.moc"
