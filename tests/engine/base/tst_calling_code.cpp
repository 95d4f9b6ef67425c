#include "engine/base/calling_code.h"
#include "tests/support/test_program.h"

using namespace engine;

Q_DECLARE_METATYPE(engine::Tariff)

class TestCallingCode : public QObject
{
    Q_OBJECT

private slots:
    void ofNumbersAndCountries()
    {
        QCOMPARE(callingCodeOf(*E164Number::parse("+14155550142")), QString("+1"));
        QCOMPARE(callingCodeOf(*E164Number::parse("+442079460018")), QString("+44"));
        QCOMPARE(callingCodeOf(E164Number()), QString());
        QCOMPARE(callingCodeOfCountry("GB"), QString("+44"));
        QCOMPARE(callingCodeOfCountry("us"), QString("+1"));
        QCOMPARE(callingCodeOfCountry("XX"), QString());
        QCOMPARE(callingCodeOfCountry("Mars"), QString());
    }

    void tariffs_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<Tariff>("tariff");
        QTest::newRow("ordinary") << "+14155550142" << Tariff::Ordinary;
        QTest::newRow("toll free") << "+18002255288" << Tariff::Ordinary;
        QTest::newRow("american premium rate") << "+19002345678" << Tariff::PremiumRate;
        QTest::newRow("british premium rate") << "+449098790000" << Tariff::PremiumRate;
        QTest::newRow("iridium") << "+881612345678" << Tariff::SatelliteOrWorldwide;
        QTest::newRow("inmarsat") << "+870773111632" << Tariff::SatelliteOrWorldwide;
        QTest::newRow("worldwide premium rate") << "+979123456789" << Tariff::SatelliteOrWorldwide;
    }
    void tariffs()
    {
        QFETCH(QString, number);
        const auto parsed = E164Number::parse(number);
        QVERIFY(parsed);
        QTEST(tariffOf(*parsed), "tariff");
    }
};

DIALDESK_TEST(TestCallingCode)
#include "tst_calling_code.moc"
