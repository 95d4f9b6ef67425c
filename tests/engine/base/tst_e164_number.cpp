#include "engine/base/e164_number.h"
#include "tests/support/test_program.h"


using engine::E164Number;
using namespace Qt::StringLiterals;

class TestE164Number : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatPeopleWrite_data();
    void readsWhatPeopleWrite();
    void refusesWhatCannotBeDialed_data();
    void refusesWhatCannotBeDialed();
    void knowsItsCountry();
    void isShownAsPeopleWriteIt();
    void hidesItsDigitsInLogs();
};

void TestE164Number::readsWhatPeopleWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("expected");
    QTest::newRow("E.164") << "+14155550142" << "" << "+14155550142";
    QTest::newRow("spaces around") << "  +14155550142\n" << "" << "+14155550142";
    QTest::newRow("national, brackets") << "(415) 555-0142" << "US" << "+14155550142";
    QTest::newRow("national, dashes") << "415-555-0142" << "US" << "+14155550142";
    QTest::newRow("national with trunk 1") << "1 415 555 0142" << "US" << "+14155550142";
    QTest::newRow("dots") << "415.555.0142" << "us" << "+14155550142";
    QTest::newRow("00 prefix, home in Britain") << "0044 20 7946 0018" << "GB" << "+442079460018";
    QTest::newRow("00 prefix, home in Germany") << "0044 20 7946 0018" << "DE" << "+442079460018";
    QTest::newRow("00 prefix, home in America") << "0044 20 7946 0018" << "US" << "+442079460018";
    QTest::newRow("00 prefix, no home") << "0044 20 7946 0018" << "" << "+442079460018";
    QTest::newRow("trunk zero in brackets") << "+44 (0)20 7946 0018" << "" << "+442079460018";
    QTest::newRow("national Britain") << "020 7946 0018" << "GB" << "+442079460018";
    QTest::newRow("tel link") << "tel:+1-415-555-0142" << "" << "+14155550142";
    QTest::newRow("full-width digits") << u"+１４１５５５５０１４２"_s << "" << "+14155550142";
}

void TestE164Number::readsWhatPeopleWrite()
{
    QFETCH(QString, text);
    QFETCH(QString, region);
    QFETCH(QString, expected);
    const auto number = E164Number::parse(text, region);
    QVERIFY2(number.has_value(), number ? "" : qPrintable(number.error().message));
    QCOMPARE(number->value(), expected);
}

void TestE164Number::refusesWhatCannotBeDialed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("code");
    QTest::newRow("empty") << "" << "US" << "number_missing";
    QTest::newRow("blank") << " \t " << "US" << "number_missing";
    QTest::newRow("only a country") << "+1" << "" << "number_impossible";
    QTest::newRow("too short") << "+1415555" << "" << "number_impossible";
    QTest::newRow("too long") << "+141555501420000" << "" << "number_impossible";
    QTest::newRow("forty digits") << QString(40, u'4') << "US" << "number_impossible";
    QTest::newRow("national without a region") << "(415) 555-0142" << "" << "number_impossible";
    QTest::newRow("words") << "call me" << "US" << "number_impossible";
    QTest::newRow("country that is none") << "+9994155550142" << "" << "number_impossible";
    QTest::newRow("emergency") << "911" << "US" << "number_impossible";
    QTest::newRow("a null character") << QString(QChar(0)) + u"+14155550142"_s + QString(QChar(0)) << "" << "number_impossible";
    // Found by fuzzing: its E.164 form was read as another number.
    QTest::newRow("not read as itself") << "+07077775057" << "" << "number_impossible";
}

void TestE164Number::refusesWhatCannotBeDialed()
{
    QFETCH(QString, text);
    QFETCH(QString, region);
    QFETCH(QString, code);
    const auto number = E164Number::parse(text, region);
    QVERIFY(!number.has_value());
    QCOMPARE(number.error().code, code);
    QCOMPARE(number.error().fault, engine::Fault::Settings);
    QVERIFY(number.error().message.endsWith(u'.'));
    QVERIFY(number.error().message.size() < 250);
}

void TestE164Number::knowsItsCountry()
{
    QCOMPARE(E164Number::parse("+442079460018")->region(), u"GB"_s);
    QCOMPARE(E164Number::parse("+14165550142")->region(), u"CA"_s);
    QCOMPARE(E164Number().region(), QString());
}

void TestE164Number::isShownAsPeopleWriteIt()
{
    const auto number = *E164Number::parse("+14155550142");
    QCOMPARE(number.display("US"), u"(415) 555-0142"_s);
    QCOMPARE(number.display("GB"), u"+1 415-555-0142"_s);
}

void TestE164Number::hidesItsDigitsInLogs()
{
    QCOMPARE(E164Number::parse("+14155550142")->masked(), u"+1415*****42"_s);
    QCOMPARE(E164Number::parse("+442079460018")->masked(), u"+4420******18"_s);
    QCOMPARE(E164Number().masked(), QString());
}

DIALDESK_TEST(TestE164Number)
#include "tst_e164_number.moc"
