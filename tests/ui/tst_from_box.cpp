#include "tests/support/test_program.h"
#include "ui/theme.h"
#include "ui/widgets/from_box.h"

#include <QLineEdit>

using ui::widgets::FromBox;

/// The list of caller ids under a person's hands.
class TestFromBox : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_box = std::make_unique<FromBox>(m_theme);
        m_box->setNumbers(kTwo, "(415) 555-0199");
    }
    void theUsualNumberStandsInTheField();
    void namesAreInTheListAndNotInTheField();
    void aNumberTypedSurvivesANewList();
    void aChoiceSurvivesANewListThatHasIt();
    void anotherUsualNumberReplacesAChoice();
    void aChosenNumberThatIsGoneGivesWay();

private:
    const QList<FromBox::Number> kTwo = {{"(415) 555-0199", "Front desk"}, {"(415) 555-0123", ""}};
    ui::Theme m_theme;
    std::unique_ptr<FromBox> m_box;
};

void TestFromBox::theUsualNumberStandsInTheField()
{
    QCOMPARE(m_box->currentText(), QString("(415) 555-0199"));
    QCOMPARE(m_box->count(), 2);
}

void TestFromBox::namesAreInTheListAndNotInTheField()
{
    QCOMPARE(m_box->itemText(0), QString("(415) 555-0199"));
    QCOMPARE(m_box->itemData(0).toString(), QString("Front desk"));
    QCOMPARE(m_box->itemData(0, Qt::AccessibleTextRole).toString(), QString("(415) 555-0199 Front desk"));
}

void TestFromBox::aNumberTypedSurvivesANewList()
{
    m_box->lineEdit()->selectAll();
    QTest::keyClicks(m_box->lineEdit(), "+442079460018");
    m_box->setNumbers({{"(415) 555-0123", "Back office"}}, "(415) 555-0199");
    QCOMPARE(m_box->currentText(), QString("+442079460018"));
}

void TestFromBox::aChoiceSurvivesANewListThatHasIt()
{
    m_box->setCurrentIndex(1);
    m_box->setNumbers({{"(415) 555-0123", "Back office"}, {"(415) 555-0199", ""}}, "(415) 555-0199");
    QCOMPARE(m_box->currentText(), QString("(415) 555-0123"));
}

void TestFromBox::anotherUsualNumberReplacesAChoice()
{
    m_box->setCurrentIndex(1);
    m_box->setNumbers(kTwo, "(415) 555-0155");
    QCOMPARE(m_box->currentText(), QString("(415) 555-0155"));
}

void TestFromBox::aChosenNumberThatIsGoneGivesWay()
{
    m_box->setCurrentIndex(1);
    m_box->setNumbers({{"(415) 555-0199", ""}}, "(415) 555-0199");
    QCOMPARE(m_box->currentText(), QString("(415) 555-0199"));
}

DIALDESK_TEST(TestFromBox)
#include "tst_from_box.moc"
