#include "tests/support/test_program.h"
#include "ui/widgets/number_field.h"

#include <QClipboard>
#include <QGuiApplication>

using ui::widgets::NumberField;

/// Typing and pasting numbers.
class TestNumberField : public QObject
{
    Q_OBJECT
private slots:
    void formatsWhileTyped()
    {
        NumberField field;
        field.setHomeRegion("US");
        QTest::keyClicks(&field, "415555");
        QCOMPARE(field.text(), QString("415-555"));
        QVERIFY(!field.entry().number);
        QTest::keyClicks(&field, "0101");
        QCOMPARE(field.text(), QString("(415) 555-0101"));
        QCOMPARE(field.entry().number->value(), QString("+14155550101"));
    }

    void aDigitIsCorrectedInTheMiddle()
    {
        NumberField field;
        field.setHomeRegion("US");
        QTest::keyClicks(&field, "4155550101");
        field.setCursorPosition(9); // behind the last 5 of "(415) 555"
        QTest::keyClick(&field, Qt::Key_Backspace);
        QTest::keyClicks(&field, "6");
        QCOMPARE(field.text(), QString("(415) 556-0101"));
        QCOMPARE(field.cursorPosition(), 9);
    }

    void everythingCanBeTakenBack()
    {
        NumberField field;
        field.setHomeRegion("US");
        QTest::keyClicks(&field, "4155550101");
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(&field, Qt::Key_Backspace);
        QCOMPARE(field.text(), QString());
        QCOMPARE(field.entry().problem, engine::NumberProblem::Missing);
    }

    void pastedRubbishLeavesTheNumber()
    {
        NumberField field;
        field.setHomeRegion("US");
        QGuiApplication::clipboard()->setText("Phone: +44 20 7946 0018 (ask for Robin)\n");
        field.paste();
        QCOMPARE(field.text(), QString("+44 20 7946 0018"));
        QCOMPARE(field.entry().region, QString("GB"));
    }

    void aLongNumberKeepsItsPlus()
    {
        NumberField field;
        field.setHomeRegion("US");
        QFont large = field.font();
        large.setPixelSize(20);
        field.setFont(large);
        const auto left = [&field] {
            return field.width() - field.fontMetrics().horizontalAdvance(field.text()) - field.textMargins().right();
        };
        QTest::keyClicks(&field, "4155550101");
        field.resize(600, 40);
        const int name = field.textMargins().right();
        field.resize(field.width() - left() + 30, 40); // just wide enough for "United States"
        QCOMPARE(field.textMargins().right(), name);
        QCOMPARE(field.toolTip(), QString());

        field.clear();
        QTest::keyClicks(&field, "+14155550101");
        QVERIFY(field.textMargins().right() < name); // "US"
        QVERIFY(left() > 0);
        QCOMPARE(field.toolTip(), QString("United States"));
        QCOMPARE(field.accessibleDescription(), QString("United States"));
    }

    void aMegabyteIsTakenWithoutHarm()
    {
        NumberField field;
        field.setHomeRegion("US");
        QGuiApplication::clipboard()->setText(QString(1'000'000, u'7'));
        field.paste();
        QCOMPARE(field.entry().problem, engine::NumberProblem::TooLong);
        QVERIFY(field.text().size() < 5'000);
    }

    void aTelLinkIsReadAsItsNumber()
    {
        NumberField field;
        field.setHomeRegion("US");
        field.setNumberText("tel:%2B44%2020%207946%200018");
        QCOMPARE(field.text(), QString("+44 20 7946 0018"));
        field.setNumberText("TEL:+1-415-555-0101");
        QCOMPARE(field.entry().number->value(), QString("+14155550101"));
    }

    void aNumberGivenBeforeTheCountryIsKnown()
    {
        NumberField field;
        field.setNumberText("4155550101");
        QVERIFY(!field.entry().number);
        field.setHomeRegion("US");
        QCOMPARE(field.text(), QString("(415) 555-0101"));
        QVERIFY(field.entry().number);
    }
};

DIALDESK_TEST(TestNumberField)
#include "tst_number_field.moc"
