#include "tests/support/test_program.h"
#include "tests/ui/window_rig.h"
#include "ui/pages/do_not_call_dialog.h"
#include "ui/widgets/number_field.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>

using engine::records::DoNotCallEntry;
using ui::models::DoNotCallModel;
using ui::pages::DoNotCallDialog;

/// The page of numbers that must not be called, in the real window over a real engine.
class TestDoNotCallDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();

    void theMenuOpensAnEmptyList();
    void aNumberIsAddedByHand();
    void aNumberThatIsNoneIsRefusedInWords();
    void aListedNumberIsNotDialed();
    void aFileIsImported();
    void aFileThatCannotBeReadAddsNothing();
    void theSearchLooksInNumbersAndReasons();
    void aNumberIsTakenOffAfterAQuestion();
    void whatOthersAddAppears();

private:
    template <typename T>
    T *child(const char *name) const
    {
        return m_rig->child<T>(name);
    }
    void click(const char *button) { m_rig->click(button); }
    QAbstractItemModel *table() const { return child<QTableView>("doNotCallTable")->model(); }
    QString cell(int row, int column) const { return table()->index(row, column).data().toString(); }
    QString note() const { return child<QLabel>("doNotCallNote")->text(); }
    QByteArray file() const
    {
        QFile file(m_dir.filePath("data/do_not_call.csv"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_dir;
    std::unique_ptr<WindowRig> m_rig;
};

void TestDoNotCallDialog::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_rig = std::make_unique<WindowRig>(m_dir.path());
    QVERIFY(m_rig->start());
}

void TestDoNotCallDialog::cleanupTestCase()
{
    QVERIFY(m_rig->stop());
}

void TestDoNotCallDialog::theMenuOpensAnEmptyList()
{
    child<QAction>("numbersNotToCall")->trigger();
    QTRY_VERIFY(child<QDialog>("doNotCallDialog")->isVisible());
    QTRY_VERIFY(child<QLabel>("doNotCallEmpty")->text().startsWith("Every number may be called."));
    QVERIFY(!child<QTableView>("doNotCallTable")->isVisible());
    QVERIFY(!child<QPushButton>("doNotCallRemove")->isEnabled());
}

void TestDoNotCallDialog::aNumberIsAddedByHand()
{
    QAbstractItemModelTester tester(table());
    QTest::keyClicks(child<QLineEdit>("doNotCallNumber"), "4155550102");
    QTest::keyClicks(child<QLineEdit>("doNotCallWhy"), "asked by mail");
    click("doNotCallAdd");
    QTRY_COMPARE(table()->rowCount(), 1);
    QCOMPARE(cell(0, DoNotCallModel::Number), QString("(415) 555-0102"));
    QCOMPARE(cell(0, DoNotCallModel::Since), QLocale().toString(QDate::currentDate(), QLocale::ShortFormat));
    QCOMPARE(cell(0, DoNotCallModel::Why), QString("asked by mail"));
    QTRY_COMPARE(note(), QString("(415) 555-0102 is not called any more."));
    QVERIFY2(file().contains("+14155550102," + QDate::currentDate().toString(Qt::ISODate).toLatin1() + ",asked by mail"), file());
    QVERIFY(child<QLineEdit>("doNotCallNumber")->text().isEmpty());
}

void TestDoNotCallDialog::aNumberThatIsNoneIsRefusedInWords()
{
    auto *field = child<QLineEdit>("doNotCallNumber");
    QTest::keyClicks(field, "415");
    QVERIFY(!child<QPushButton>("doNotCallAdd")->isEnabled());
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY2(note().endsWith('.') && !note().contains("not called any more"), qPrintable(note()));
    QCOMPARE(table()->rowCount(), 1);
    field->clear();
}

void TestDoNotCallDialog::aListedNumberIsNotDialed()
{
    QSignalSpy dialed(m_rig->link.get(), &ui::models::EngineLink::dialed);
    engine::DialRequest request;
    request.to = "+14155550102";
    m_rig->link->dial(request);
    QTRY_COMPARE(dialed.count(), 1);
    const auto answer = dialed[0][0].value<engine::Result<engine::CallSid>>();
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, QString("do_not_call"));
    QVERIFY2(answer.error().message.contains("asked by mail") && answer.error().message.contains("Numbers not to call"),
             qPrintable(answer.error().message));
}

void TestDoNotCallDialog::aFileIsImported()
{
    const QString path = m_dir.filePath("numbers.csv");
    QFile numbers(path);
    QVERIFY(numbers.open(QIODevice::WriteOnly));
    numbers.write("number,date,reason\n+442079460018,2026-03-01,\"wrote to us, twice\"\n(415) 555-0102,,\nnobody,,\n415-555-0107\n");
    numbers.close();
    child<DoNotCallDialog>("doNotCallDialog")->importFile(path);
    QTRY_COMPARE(table()->rowCount(), 3);
    QTRY_COMPARE(note(), QString("2 numbers of numbers.csv were added. One was there already. Line 4 holds no number."));
    QCOMPARE(cell(2, DoNotCallModel::Number), QString("+44 20 7946 0018")); // the oldest is the last
    QCOMPARE(cell(2, DoNotCallModel::Why), QString("wrote to us, twice"));
    m_rig->savePictures("do_not_call", child<QDialog>("doNotCallDialog"));
}

void TestDoNotCallDialog::aFileThatCannotBeReadAddsNothing()
{
    child<DoNotCallDialog>("doNotCallDialog")->importFile(m_dir.filePath("gone.csv"));
    QVERIFY2(note().startsWith("gone.csv cannot be read") && note().endsWith("Nothing was added."), qPrintable(note()));
    QCOMPARE(table()->rowCount(), 3);
}

void TestDoNotCallDialog::theSearchLooksInNumbersAndReasons()
{
    auto *search = child<QLineEdit>("doNotCallSearch");
    for (const char *words : {"2079460018", "7946 0018", "Twice"}) {
        search->setText(words);
        QCOMPARE(table()->rowCount(), 1);
        QCOMPARE(cell(0, DoNotCallModel::Why), QString("wrote to us, twice"));
    }
    search->setText("nobody");
    QVERIFY(child<QLabel>("doNotCallEmpty")->isVisible());
    search->clear();
    QCOMPARE(table()->rowCount(), 3);
}

void TestDoNotCallDialog::aNumberIsTakenOffAfterAQuestion()
{
    auto *view = child<QTableView>("doNotCallTable");
    view->setFocus();
    view->selectRow(2);
    QTest::keyClick(view, Qt::Key_Delete);
    auto *box = child<QMessageBox>("callAgainConfirmation");
    QTRY_VERIFY(box->isVisible());
    QVERIFY(box->text().contains("+44 20 7946 0018"));
    box->close(); // no
    QTRY_VERIFY(!m_rig->window->findChild<QMessageBox *>("callAgainConfirmation"));
    QCOMPARE(table()->rowCount(), 3);

    click("doNotCallRemove");
    box = child<QMessageBox>("callAgainConfirmation");
    QTRY_VERIFY(box->isVisible());
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(table()->rowCount(), 2);
    QTRY_COMPARE(note(), QString("+44 20 7946 0018 can be called again."));
    QVERIFY2(!file().contains("+442079460018"), file());
}

void TestDoNotCallDialog::whatOthersAddAppears()
{
    m_rig->link->post([](engine::Engine &engine) {
        const DoNotCallEntry entry{*engine::E164Number::parse("+14155550114", {}), QDate(2026, 3, 1), "asked on the phone"};
        (void)engine.doNotCall().add({entry}, engine::records::DoNotCallList::Keep::ThisRun, &engine);
    });
    QTRY_COMPARE(table()->rowCount(), 3);
    click("doNotCallClose");
    QTRY_VERIFY(!m_rig->window->findChild<QDialog *>("doNotCallDialog"));
}

DIALDESK_TEST(TestDoNotCallDialog)
#include "tst_do_not_call_dialog.moc"
