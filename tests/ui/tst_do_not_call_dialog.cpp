#include "app/engine_thread.h"
#include "tests/support/test_program.h"
#include "ui/main_window.h"
#include "ui/models/engine_link.h"
#include "ui/pages/do_not_call_dialog.h"
#include "ui/theme.h"
#include "ui/widgets/number_field.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
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
        auto *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("the window has no %s", name);
        return found;
    }
    void click(const char *button) { QTest::mouseClick(child<QPushButton>(button), Qt::LeftButton); }
    QAbstractItemModel *table() const { return child<QTableView>("doNotCallTable")->model(); }
    QString cell(int row, int column) const { return table()->index(row, column).data().toString(); }
    QString note() const { return child<QLabel>("doNotCallNote")->text(); }
    QByteArray file() const
    {
        QFile file(m_dir.filePath("data/do_not_call.csv"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void savePictures(const QString &name);

    QTemporaryDir m_dir;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::models::EngineLink> m_link;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<app::EngineThread> m_engine;
};

void TestDoNotCallDialog::initTestCase()
{
    QApplication::setStyle("Fusion");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    app::Setup setup;
    setup.practice = true;
    setup.config.server.port = 0;
    setup.config.dataDir = m_dir.filePath("data");
    m_settings = std::make_unique<QSettings>(m_dir.filePath("window.ini"), QSettings::IniFormat);
    m_theme = std::make_unique<ui::Theme>();
    m_link = std::make_unique<ui::models::EngineLink>();
    m_window = std::make_unique<ui::MainWindow>(*m_link, *m_theme, *m_settings);
    m_window->show();
    m_engine = std::make_unique<app::EngineThread>(setup);
    connect(m_engine.get(), &app::EngineThread::ready, m_link.get(), [this](engine::Engine *engine) {
        m_link->attach(engine);
        m_engine->open();
    });
    m_engine->start();
    QTRY_VERIFY_WITH_TIMEOUT(m_link->facts().readyToDial(), 10'000);
}

void TestDoNotCallDialog::cleanupTestCase()
{
    QSignalSpy stopped(m_link.get(), &ui::models::EngineLink::stopped);
    m_link->shutDown();
    QTRY_VERIFY_WITH_TIMEOUT(stopped.count() >= 1, 12'000);
    m_engine.reset();
    m_window.reset();
    m_link.reset();
}

void TestDoNotCallDialog::savePictures(const QString &name)
{
    QDir().mkpath(DIALDESK_SCREENSHOTS);
    for (const auto &[appearance, word] :
         {std::pair(ui::Theme::Appearance::Light, "light"), {ui::Theme::Appearance::Dark, "dark"}}) {
        m_theme->setAppearance(appearance);
        QApplication::processEvents();
        QVERIFY(child<QDialog>("doNotCallDialog")->grab().save(QString("%1/%2_%3.png").arg(DIALDESK_SCREENSHOTS, name, word)));
    }
    m_theme->setAppearance(ui::Theme::Appearance::System);
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
    QSignalSpy dialed(m_link.get(), &ui::models::EngineLink::dialed);
    engine::DialRequest request;
    request.to = "+14155550102";
    m_link->dial(request);
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
    savePictures("do_not_call");
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
    QTRY_VERIFY(!m_window->findChild<QMessageBox *>("callAgainConfirmation"));
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
    m_link->post([](engine::Engine &engine) {
        const DoNotCallEntry entry{*engine::E164Number::parse("+14155550114", {}), QDate(2026, 3, 1), "asked on the phone"};
        (void)engine.doNotCall().add({entry}, engine::records::DoNotCallList::Keep::ThisRun, &engine);
    });
    QTRY_COMPARE(table()->rowCount(), 3);
    click("doNotCallClose");
    QTRY_VERIFY(!m_window->findChild<QDialog *>("doNotCallDialog"));
}

DIALDESK_TEST(TestDoNotCallDialog)
#include "tst_do_not_call_dialog.moc"
