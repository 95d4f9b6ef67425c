#include "engine/destination_rule.h"
#include "tests/support/test_program.h"

using namespace engine;

class TestDestinationRule : public QObject
{
    Q_OBJECT

private slots:
    void whereCallsMayGo_data();
    void whereCallsMayGo();
    void aRefusalSaysWhatToAdd();

private:
    static Result<Done> check(const QString &to, const QStringList &allowed, bool practice = false,
                              const QString &from = QStringLiteral("+14155550199"))
    {
        return checkDestination(*E164Number::parse(to), *E164Number::parse(from), {allowed}, practice);
    }
};

void TestDestinationRule::whereCallsMayGo_data()
{
    QTest::addColumn<QString>("to");
    QTest::addColumn<QStringList>("allowed");
    QTest::addColumn<bool>("practice");
    QTest::addColumn<bool>("fine");
    const auto row = [](const char *name, const char *to, const QStringList &allowed, bool fine,
                        bool practice = false) { QTest::newRow(name) << to << allowed << practice << fine; };
    row("the caller id's country", "+12125550142", {}, true);
    row("another country", "+442079460018", {}, false);
    row("a country that is listed", "+442079460018", {"+1", "+44"}, true);
    row("one that is not", "+33145678901", {"+1", "+44"}, false);
    row("the caller id's own is not listed", "+12125550142", {"+44"}, false);
    row("a part of a country", "+442079460018", {"+4420"}, true);
    row("another part", "+441614960018", {"+4420"}, false);
    row("everywhere", "+33145678901", {"*"}, true);

    row("premium rate at home", "+19002345678", {}, false);
    row("premium rate of a listed country", "+449098790000", {"+44"}, false);
    row("premium rate, everywhere", "+19002345678", {"*"}, false);
    row("premium rate by its beginning", "+19002345678", {"+1", "+1900"}, true);
    row("satellite, everywhere", "+881612345678", {"*"}, false);
    row("satellite by a shorter beginning", "+881612345678", {"+8"}, false);
    row("satellite by its code", "+881612345678", {"+1", "+881"}, true);

    row("a practice number on the practice line", "+14155550114", {"+44"}, true, true);
    row("the same number on a real line", "+14155550114", {"+44"}, false);
    row("any other number on the practice line", "+33145678901", {}, false, true);
}

void TestDestinationRule::whereCallsMayGo()
{
    QFETCH(QString, to);
    QFETCH(QStringList, allowed);
    QFETCH(bool, practice);
    QFETCH(bool, fine);
    const auto checked = check(to, allowed, practice);
    QCOMPARE(checked.has_value(), fine);
    if (!checked) {
        QCOMPARE(checked.error().code, QString("destination_not_allowed"));
        QCOMPARE(checked.error().fault, Fault::Settings);
    }
}

void TestDestinationRule::aRefusalSaysWhatToAdd()
{
    QVERIFY(check("+442079460018", {}).error().message.contains("add +44 to ALLOWED_COUNTRIES"));
    QVERIFY(check("+19002345678", {}).error().message.contains("+1900, to ALLOWED_COUNTRIES"));
    QVERIFY(check("+881612345678", {"*"}).error().message.contains("add +881 to ALLOWED_COUNTRIES"));
    // What a sentence says to add, works.
    QVERIFY(check("+442079460018", {"+1", "+44"}));
    QVERIFY(check("+19002345678", {"+1900"}));
}

DIALDESK_TEST(TestDestinationRule)
#include "tst_destination_rule.moc"
