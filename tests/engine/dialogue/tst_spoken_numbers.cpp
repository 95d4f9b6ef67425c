#include "engine/dialogue/spoken_numbers.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

class TestSpokenNumbers : public QObject
{
    Q_OBJECT
private slots:
    void cardinals_data();
    void cardinals();
    void ordinals_data();
    void ordinals();
    void years_data();
    void years();
    void writtenNumbers_data();
    void writtenNumbers();
    void digits();
};

void TestSpokenNumbers::cardinals_data()
{
    QTest::addColumn<qint64>("number");
    QTest::addColumn<QString>("words");
    const auto row = [](qint64 number, const QString &words) {
        QTest::addRow("%lld", static_cast<long long>(number)) << number << words;
    };
    row(0, u"zero"_s);
    row(7, u"seven"_s);
    row(12, u"twelve"_s);
    row(19, u"nineteen"_s);
    row(20, u"twenty"_s);
    row(21, u"twenty-one"_s);
    row(40, u"forty"_s);
    row(99, u"ninety-nine"_s);
    row(100, u"one hundred"_s);
    row(101, u"one hundred one"_s);
    row(342, u"three hundred forty-two"_s);
    row(1000, u"one thousand"_s);
    row(1234, u"one thousand two hundred thirty-four"_s);
    row(10'000, u"ten thousand"_s);
    row(999'999, u"nine hundred ninety-nine thousand nine hundred ninety-nine"_s);
    row(1'000'001, u"one million one"_s);
    row(2'500'000'000, u"two billion five hundred million"_s);
    row(3'000'000'000'000, u"three trillion"_s);
    row(-15, u"minus fifteen"_s);
}

void TestSpokenNumbers::cardinals()
{
    QFETCH(qint64, number);
    QFETCH(QString, words);
    QCOMPARE(cardinal(number), words);
}

void TestSpokenNumbers::ordinals_data()
{
    QTest::addColumn<qint64>("number");
    QTest::addColumn<QString>("words");
    const auto row = [](qint64 number, const QString &words) {
        QTest::addRow("%lld", static_cast<long long>(number)) << number << words;
    };
    row(0, u"zeroth"_s);
    row(1, u"first"_s);
    row(2, u"second"_s);
    row(3, u"third"_s);
    row(4, u"fourth"_s);
    row(5, u"fifth"_s);
    row(8, u"eighth"_s);
    row(9, u"ninth"_s);
    row(11, u"eleventh"_s);
    row(12, u"twelfth"_s);
    row(13, u"thirteenth"_s);
    row(20, u"twentieth"_s);
    row(21, u"twenty-first"_s);
    row(30, u"thirtieth"_s);
    row(42, u"forty-second"_s);
    row(69, u"sixty-ninth"_s);
    row(100, u"one hundredth"_s);
    row(103, u"one hundred third"_s);
    row(1000, u"one thousandth"_s);
}

void TestSpokenNumbers::ordinals()
{
    QFETCH(qint64, number);
    QFETCH(QString, words);
    QCOMPARE(ordinal(number), words);
}

void TestSpokenNumbers::years_data()
{
    QTest::addColumn<int>("year");
    QTest::addColumn<QString>("words");
    const auto row = [](int year, const QString &words) { QTest::addRow("%d", year) << year << words; };
    row(1066, u"ten sixty-six"_s);
    row(1900, u"nineteen hundred"_s);
    row(1905, u"nineteen oh five"_s);
    row(1999, u"nineteen ninety-nine"_s);
    row(2000, u"two thousand"_s);
    row(2005, u"two thousand five"_s);
    row(2010, u"twenty ten"_s);
    row(2026, u"twenty twenty-six"_s);
    row(2100, u"twenty-one hundred"_s);
    row(800, u"eight hundred"_s);
}

void TestSpokenNumbers::years()
{
    QFETCH(int, year);
    QFETCH(QString, words);
    QCOMPARE(yearInWords(year), words);
}

void TestSpokenNumbers::writtenNumbers_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("words");
    const auto row = [](const QString &written, const QString &words) {
        QTest::newRow(qPrintable(written)) << written << words;
    };
    row(u"5"_s, u"five"_s);
    row(u"1,234"_s, u"one thousand two hundred thirty-four"_s);
    row(u"3.14"_s, u"three point one four"_s);
    row(u"0.5"_s, u"zero point five"_s);
    row(u"-3"_s, u"minus three"_s);
    row(u"007"_s, u"zero zero seven"_s);
    row(u"123456"_s, u"one hundred twenty-three thousand four hundred fifty-six"_s);
    row(u"1234567"_s, u"one two three four five six seven"_s);
    row(u"1,234,567"_s, u"one million two hundred thirty-four thousand five hundred sixty-seven"_s);
    row(u"12345678901234567890"_s,
        u"one two three four five six seven eight nine zero one two three four five six seven eight nine zero"_s);
}

void TestSpokenNumbers::writtenNumbers()
{
    QFETCH(QString, written);
    QFETCH(QString, words);
    QCOMPARE(numberInWords(written), words);
}

void TestSpokenNumbers::digits()
{
    QCOMPARE(digitByDigit(u"0142"), u"zero one four two"_s);
    QCOMPARE(digitByDigit(u"(4)-x2"), u"four two"_s);
    QCOMPARE(digitByDigit(u""), QString());
}

DIALDESK_TEST(TestSpokenNumbers)
#include "tst_spoken_numbers.moc"
