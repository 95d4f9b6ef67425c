#include "app/engine_thread.h"
#include "tests/support/test_program.h"
#include "ui/main_window.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using ui::models::CallListModel;
using ui::models::TranscriptModel;

/// The real window on the real engine, calling the practice line of this process.
class TestMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void isReadyOnThePracticeLine();
    void impossibleNumbersAreRefusedInWords();
    void aCallIsDialedWatchedAndHungUp();
    void interruptedWordsAreSeen();
    void aRefusalStandsBesideDialUntilRead();
    void switchingTheEnvironmentAsks();
    void closingWithLiveCallsAsks();
    void foldsWhenNarrow();

private:
    template <typename T>
    T *child(const char *name) const
    {
        auto *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("the window has no %s", name);
        return found;
    }
    QAbstractItemModel *transcript() const { return child<QListView>("transcriptView")->model(); }
    int linesOf(TranscriptModel::Kind kind) const;
    bool hasCutWords() const;
    void dial(const QString &digits);
    void hangUpAndWait();
    void savePictures(const QString &name);

    QTemporaryDir m_directory;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::models::EngineLink> m_link;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<app::EngineThread> m_engine;
};

void TestMainWindow::initTestCase()
{
    QApplication::setStyle("Fusion");
    QDir().mkpath(DIALDESK_SCREENSHOTS);
}

void TestMainWindow::init()
{
    app::Setup setup;
    setup.practice = true;
    setup.config.server.port = 0;
    setup.config.limits.callsPerSecond = 20;
    m_settings = std::make_unique<QSettings>(m_directory.filePath("window.ini"), QSettings::IniFormat);
    m_settings->clear();
    m_theme = std::make_unique<ui::Theme>();
    m_link = std::make_unique<ui::models::EngineLink>();
    m_window = std::make_unique<ui::MainWindow>(*m_link, *m_theme, *m_settings);
    m_engine = std::make_unique<app::EngineThread>(setup);
    connect(m_engine.get(), &app::EngineThread::ready, m_link.get(), [this](engine::Engine *engine) {
        m_link->attach(engine);
        m_engine->open();
    });
    connect(m_window.get(), &ui::MainWindow::closed, m_link.get(), &ui::models::EngineLink::shutDown);
    m_engine->start();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QTRY_COMPARE(child<QAbstractButton>("readinessLight")->text(), QString("Ready to dial"));
}

void TestMainWindow::cleanup()
{
    QSignalSpy stopped(m_link.get(), &ui::models::EngineLink::stopped);
    m_link->shutDown();
    QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, 12'000);
    m_engine.reset();
    m_window.reset();
    m_link.reset();
    m_theme.reset();
}

int TestMainWindow::linesOf(TranscriptModel::Kind kind) const
{
    int count = 0;
    for (int row = 0; transcript() && row < transcript()->rowCount(); ++row)
        count += transcript()->index(row, 0).data(TranscriptModel::KindRole).toInt() == int(kind) ? 1 : 0;
    return count;
}

bool TestMainWindow::hasCutWords() const
{
    for (int row = 0; transcript() && row < transcript()->rowCount(); ++row)
        if (!transcript()->index(row, 0).data(TranscriptModel::CutRole).toString().isEmpty())
            return true;
    return false;
}

void TestMainWindow::dial(const QString &digits)
{
    auto *field = child<QLineEdit>("toNumber");
    field->clear();
    QTest::keyClicks(field, digits);
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    QTRY_COMPARE(child<QListView>("callList")->model()->rowCount(), 1);
}

void TestMainWindow::hangUpAndWait()
{
    QTest::mouseClick(child<QAbstractButton>("hangUpButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!child<QListView>("callList")->model()->index(0, 0).data(CallListModel::LiveRole).toBool(),
                             10'000);
    QVERIFY(!child<QAbstractButton>("hangUpButton")->isVisible());
}

void TestMainWindow::savePictures(const QString &name)
{
    for (const auto &[appearance, word] :
         {std::pair(ui::Theme::Appearance::Light, "light"), {ui::Theme::Appearance::Dark, "dark"}}) {
        m_theme->setAppearance(appearance);
        QApplication::processEvents();
        QVERIFY(m_window->grab().save(QString("%1/%2_%3.png").arg(DIALDESK_SCREENSHOTS, name, word)));
    }
    m_theme->setAppearance(ui::Theme::Appearance::System);
}

void TestMainWindow::isReadyOnThePracticeLine()
{
    QVERIFY(child<QWidget>("practiceBanner")->isVisible());
    QCOMPARE(child<QComboBox>("fromNumber")->currentText(), QString("(415) 555-0199"));
    QVERIFY(child<QWidget>("environmentSwitch")->isEnabled());
    for (QWidget *widget : m_window->findChildren<QWidget *>())
        if ((qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget)) && widget->isVisible() &&
            !widget->objectName().startsWith("qt_") && !qobject_cast<QComboBox *>(widget->parentWidget()))
            QVERIFY2(!widget->accessibleName().isEmpty() ||
                         (qobject_cast<QAbstractButton *>(widget) &&
                          !qobject_cast<QAbstractButton *>(widget)->text().isEmpty()),
                     qPrintable(widget->objectName() + " has no name for screen readers"));
    savePictures("start");
}

void TestMainWindow::impossibleNumbersAreRefusedInWords()
{
    auto *field = child<QLineEdit>("toNumber");
    QTest::keyClicks(field, "415555");
    QTest::keyClick(m_window.get(), Qt::Key_Return, Qt::ControlModifier);
    bool said = false;
    for (const QLabel *label : m_window->findChildren<QLabel *>())
        said = said || (label->isVisible() && label->text() == "This number is too short for United States.");
    QVERIFY(said);
    QCOMPARE(child<QListView>("callList")->model()->rowCount(), 0);
}

void TestMainWindow::aCallIsDialedWatchedAndHungUp()
{
    dial("4155550100");
    QTRY_COMPARE_WITH_TIMEOUT(
        child<QListView>("callList")->model()->index(0, 0).data(CallListModel::StateTextRole).toString(),
        QString("In progress"), 15'000);
    QTRY_VERIFY_WITH_TIMEOUT(linesOf(TranscriptModel::Kind::Callee) >= 2 && linesOf(TranscriptModel::Kind::Agent) >= 1,
                             40'000);
    QVERIFY(child<QAbstractButton>("hangUpButton")->isVisible());
    savePictures("call");
    hangUpAndWait();
    QVERIFY(child<QListView>("callList")
                ->model()
                ->index(0, 0)
                .data(CallListModel::LineRole)
                .toString()
                .contains("ended by you"));
}

void TestMainWindow::interruptedWordsAreSeen()
{
    dial("4155550101");
    QTRY_VERIFY_WITH_TIMEOUT(hasCutWords(), 60'000);
    savePictures("interrupted");
    hangUpAndWait();
}

void TestMainWindow::aRefusalStandsBesideDialUntilRead()
{
    QTest::keyClicks(child<QLineEdit>("toNumber"), "4155550100");
    child<QComboBox>("fromNumber")->setEditText("+442079460018"); // not a number of the practice account
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    auto *error = child<QLabel>("dialError");
    QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), 10'000);
    QVERIFY(error->text().size() > 20);
    savePictures("refused");
    QTest::mouseClick(error->parentWidget()->findChild<QAbstractButton *>(), Qt::LeftButton);
    QVERIFY(!error->isVisible());
    QVERIFY(child<QAbstractButton>("dialButton")->isEnabled());
}

void TestMainWindow::switchingTheEnvironmentAsks()
{
    auto *production = child<QAbstractButton>("productionButton");
    QTest::mouseClick(production, Qt::LeftButton);
    QVERIFY(!production->isChecked());
    auto *box = child<QMessageBox>("environmentConfirmation");
    QTRY_VERIFY(box->isVisible());
    QVERIFY(box->informativeText().contains("AGENT_NAME"));
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::AcceptRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(production->isChecked());
    QTRY_VERIFY(child<QAbstractButton>("readinessLight")->text() == "1 thing to fix");
    savePictures("production");
}

void TestMainWindow::closingWithLiveCallsAsks()
{
    dial("4155550115");
    QSignalSpy closed(m_window.get(), &ui::MainWindow::closed);
    QVERIFY(!m_window->close());
    auto *box = child<QMessageBox>("closeConfirmation");
    QTRY_VERIFY(box->isVisible());
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(closed.count(), 1);
}

void TestMainWindow::foldsWhenNarrow()
{
    auto *facts = child<QWidget>("factsPanel");
    auto *field = child<QLineEdit>("toNumber");
    QVERIFY(!facts->isVisible()); // no call, no facts
    dial("4155550115");
    m_window->resize(1360, 860);
    QTRY_VERIFY(facts->isVisible());
    m_window->resize(1000, 860);
    QTRY_VERIFY(!facts->isVisible() && field->isVisible());
    m_window->resize(700, 600);
    QTRY_VERIFY(!field->isVisible());
    QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(field->isVisible());
    savePictures("narrow_new_call");
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QTRY_VERIFY(!field->isVisible() && child<QListView>("transcriptView")->isVisible());
    savePictures("narrow");
}

DIALDESK_TEST(TestMainWindow)
#include "tst_main_window.moc"
