#include "engine/base/number_entry.h"
#include "tests/support/test_program.h"


using namespace engine;

/// What a number field is told while a person types.
class TestNumberEntry : public QObject
{
    Q_OBJECT
private slots:
    void formatsAsFarAsTyped_data();
    void formatsAsFarAsTyped();
    void readsOrSaysWhyNot_data();
    void readsOrSaysWhyNot();
    void findsANumberInRubbish_data();
    void findsANumberInRubbish();
};

void TestNumberEntry::formatsAsFarAsTyped_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("formatted");
    QTest::newRow("empty") << ""
                           << "US"
                           << "";
    QTest::newRow("american") << "4155550101"
                              << "US"
                              << "(415) 555-0101";
    QTest::newRow("formatted already") << "(415) 555-0101"
                                       << "US"
                                       << "(415) 555-0101";
    QTest::newRow("british") << "+442079460018"
                             << "US"
                             << "+44 20 7946 0018";
    QTest::newRow("plus alone") << "+"
                                << "US"
                                << "+";
    QTest::newRow("letters are left out") << "4a1b5"
                                          << "US"
                                          << "415";
    QTest::newRow("forty digits stay") << QString(40, u'7') << "US" << QString(40, u'7');
    QTest::newRow("no region") << "+14155550101"
                               << ""
                               << "+1 415-555-0101";
}

void TestNumberEntry::formatsAsFarAsTyped()
{
    QFETCH(QString, text);
    QFETCH(QString, region);
    QTEST(formattedAsTyped(text, region), "formatted");
}

void TestNumberEntry::readsOrSaysWhyNot_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("region");
    QTest::addColumn<QString>("number"); // "" when there is none
    QTest::addColumn<int>("problem");
    QTest::addColumn<QString>("country");
    const auto no = [](const char *name, const QString &text, const QString &region, NumberProblem problem,
                       const QString &country) {
        QTest::newRow(name) << text << region << QString() << int(problem) << country;
    };
    const auto yes = [](const char *name, const QString &text, const QString &region, const QString &number,
                        const QString &country) { QTest::newRow(name) << text << region << number << -1 << country; };
    yes("american", "(415) 555-0101", "US", "+14155550101", "US");
    yes("abroad", "+44 20 7946 0018", "US", "+442079460018", "GB");
    yes("no default", "+14155550101", "", "+14155550101", "US");
    no("nothing", "  ", "US", NumberProblem::Missing, "");
    no("words", "call me", "US", NumberProblem::NotANumber, "");
    no("no country", "4155550101", "", NumberProblem::NoCountry, "");
    no("unknown country", "+999 555 0101", "US", NumberProblem::UnknownCountry, "");
    no("short", "415 555", "US", NumberProblem::TooShort, "US");
    no("short abroad", "+44 20", "US", NumberProblem::TooShort, "GB");
    no("long", "415 555 0101 0101", "US", NumberProblem::TooLong, "US");
    no("forty digits", QString(40, u'7'), "US", NumberProblem::TooLong, "US");
}

void TestNumberEntry::readsOrSaysWhyNot()
{
    QFETCH(QString, text);
    QFETCH(QString, region);
    QFETCH(QString, number);
    QFETCH(int, problem);
    const NumberEntry entry = readNumberEntry(text, region);
    QCOMPARE(entry.number ? entry.number->value() : QString(), number);
    if (number.isEmpty())
        QCOMPARE(int(entry.problem), problem);
    QTEST(entry.region, "country");
}

void TestNumberEntry::findsANumberInRubbish_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("number");
    QTest::newRow("sentence") << "Call me: +1 (415) 555-0142, ask for Robin!"
                              << "+14155550142";
    QTest::newRow("link") << "tel:+1-415-555-0142"
                          << "+14155550142";
    QTest::newRow("national in a sentence") << "phone 415-555-0142 (office)"
                                            << "+14155550142";
    QTest::newRow("invisible marks") << QString(QChar(0x202A)) + "+1 415 555 0142" + QChar(0x202C) << "+14155550142";
    QTest::newRow("signature") << "Robin Example\nBright Dental\nT: +44 20 7946 0018\nwww.example.com"
                               << "+442079460018";
    QTest::newRow("none") << "there is nothing here"
                          << "";
    QTest::newRow("a megabyte") << QString(1'000'000, u'x') << "";
    QTest::newRow("zero bytes") << QString(5, QChar(0)) << "";
}

void TestNumberEntry::findsANumberInRubbish()
{
    QFETCH(QString, text);
    const auto found = findNumber(text, "US");
    QTEST(found ? found->value() : QString(), "number");
}

DIALDESK_TEST(TestNumberEntry)
#include "tst_number_entry.moc"
