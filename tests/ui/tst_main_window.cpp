#include "tests/support/test_program.h"
#include "tests/ui/window_rig.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_view.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QRegularExpression>
#include <QScreen>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTextBrowser>

#include <algorithm>
#include <functional>

using ui::models::CallListModel;
using ui::models::TranscriptModel;

/// The real window on the real engine, calling the practice line of this process. One window for all, and one call that
/// is looked at in every way: calls take their real time.
class TestMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();

    void isReadyOnThePracticeLine();
    void impossibleNumbersAreRefusedInWords();
    void aLinkFillsTheFieldAndDialsNothing();
    void aCallIsDialedAndWatched();
    void interruptedWordsAreSeen();
    void whatWasSaidIsFound();
    void anAnswersChartOpens();
    void theDetailsTellHowItWent();
    void theCallIsHungUp();
    void aNumberDialedIsOfferedAgain();
    void aRefusalStandsBesideDialUntilRead();
    void switchingTheEnvironmentAsks();
    void firstWindowFitsTheScreen();
    void foldsWhenNarrow();
    void closingWithLiveCallsAsks();

private:
    template <typename T>
    T *child(const char *name) const
    {
        return m_rig->child<T>(name);
    }
    QAbstractItemModel *calls() const { return child<QListView>("callList")->model(); }
    QAbstractItemModel *transcript() const { return child<QListView>("transcriptView")->model(); }
    /// The rows of the conversation a test is true for.
    QList<int> rowsWhere(const std::function<bool(const QModelIndex &)> &test) const;
    int linesOf(TranscriptModel::Kind kind) const;
    QString callData(int role) const { return calls()->index(0, 0).data(role).toString(); }
    void dial(const QString &digits);
    void answerBox(const char *name, QMessageBox::ButtonRole role);
    void savePictures(const QString &name) { m_rig->savePictures(name); }

    QTemporaryDir m_directory;
    std::unique_ptr<WindowRig> m_rig;
};

void TestMainWindow::initTestCase()
{
    m_rig = std::make_unique<WindowRig>(m_directory.path());
    QVERIFY(m_rig->start());
}

void TestMainWindow::cleanupTestCase()
{
    QVERIFY(m_rig->stop());
}

QList<int> TestMainWindow::rowsWhere(const std::function<bool(const QModelIndex &)> &test) const
{
    QList<int> rows;
    for (int row = 0; transcript() && row < transcript()->rowCount(); ++row)
        if (test(transcript()->index(row, 0)))
            rows.append(row);
    return rows;
}

int TestMainWindow::linesOf(TranscriptModel::Kind kind) const
{
    const auto isKind = [kind](const QModelIndex &index) {
        return index.data(TranscriptModel::KindRole).toInt() == int(kind);
    };
    return static_cast<int>(rowsWhere(isKind).size());
}

void TestMainWindow::dial(const QString &digits)
{
    const int before = calls()->rowCount();
    auto *field = child<QLineEdit>("toNumber");
    field->clear();
    QTest::keyClicks(field, digits);
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    QTRY_COMPARE(calls()->rowCount(), before + 1);
}

void TestMainWindow::answerBox(const char *name, QMessageBox::ButtonRole role)
{
    auto *box = child<QMessageBox>(name);
    QTRY_VERIFY(box->isVisible());
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == role)
            QTest::mouseClick(button, Qt::LeftButton);
}

void TestMainWindow::isReadyOnThePracticeLine()
{
    QVERIFY(child<QWidget>("practiceBanner")->isVisible());
    QCOMPARE(child<QComboBox>("fromNumber")->currentText(), QString("(415) 555-0199"));
    QVERIFY(child<QWidget>("environmentSwitch")->isEnabled());
    for (QWidget *widget : m_rig->window->findChildren<QWidget *>())
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
    const auto says = [this](const QString &sentence) {
        for (const QLabel *label : m_rig->window->findChildren<QLabel *>())
            if (label->isVisible() && label->text() == sentence)
                return true;
        return false;
    };
    auto *field = child<QLineEdit>("toNumber");
    QTest::keyClicks(field, "415555");
    QTest::keyClick(m_rig->window.get(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(says("This number is too short for United States."));
    field->clear();
    QTest::keyClicks(field, QString(40, '7'));
    QTest::keyClick(m_rig->window.get(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(says("This number is too long for United States."));
    QCOMPARE(calls()->rowCount(), 0);
    field->clear();
}

void TestMainWindow::aLinkFillsTheFieldAndDialsNothing()
{
    m_rig->window->setNumber("tel:%2B1-415-555-0101");
    QCOMPARE(child<QLineEdit>("toNumber")->text(), QString("(415) 555-0101"));
    QTest::qWait(0);
    QCOMPARE(calls()->rowCount(), 0);
}

void TestMainWindow::aCallIsDialedAndWatched()
{
    QTest::keyClick(m_rig->window.get(), Qt::Key_Return, Qt::ControlModifier); // the number of the link
    QTRY_COMPARE(calls()->rowCount(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(callData(CallListModel::StateTextRole), QString("In progress"), 15'000);
    // Words turn from queued to heard while the agent is still speaking them.
    const auto halfHeard = [](const QModelIndex &index) {
        return index.data(TranscriptModel::KindRole).toInt() == int(TranscriptModel::Kind::Agent) &&
               !index.data(TranscriptModel::SettledRole).toString().isEmpty() &&
               !index.data(TranscriptModel::PendingRole).toString().isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!rowsWhere(halfHeard).isEmpty(), 20'000);
    QVERIFY(linesOf(TranscriptModel::Kind::Callee) >= 1);
    QTRY_VERIFY(calls()->index(0, 0).data(CallListModel::AgentLevelRole).toDouble() > -60.0);
    QVERIFY(child<QAbstractButton>("hangUpButton")->isVisible());
    savePictures("call");
}

void TestMainWindow::interruptedWordsAreSeen()
{
    const auto isCut = [](const QModelIndex &index) {
        return !index.data(TranscriptModel::CutRole).toString().isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!rowsWhere(isCut).isEmpty(), 60'000);
    savePictures("interrupted");
}

void TestMainWindow::whatWasSaidIsFound()
{
    QTest::keyClick(m_rig->window.get(), Qt::Key_F, Qt::ControlModifier);
    auto *field = child<QLineEdit>("searchField");
    auto *count = child<QLabel>("searchCount");
    QTRY_VERIFY(field->isVisible());
    QTest::keyClicks(field, "HELLO");
    const QStringList counted = count->text().split(" of ");
    QVERIFY2(counted.size() == 2 && counted[0] == counted[1], qPrintable(count->text())); // the newest of them
    savePictures("search");
    field->clear();
    QTest::keyClicks(field, "no such words");
    QCOMPARE(count->text(), QString("not found"));
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
}

void TestMainWindow::anAnswersChartOpens()
{
    auto *view = child<ui::widgets::TranscriptView>("transcriptView");
    const auto isAnswer = [](const QModelIndex &index) { return index.data(TranscriptModel::LatencyRole).isValid(); };
    QTRY_VERIFY_WITH_TIMEOUT(!rowsWhere(isAnswer).isEmpty(), 20'000);
    const QModelIndex answer = transcript()->index(rowsWhere(isAnswer).back(), 0);
    view->setCurrentIndex(answer);
    const int height = view->visualRect(answer).height();
    QTest::keyClick(view, Qt::Key_Return);
    QTRY_VERIFY(view->visualRect(answer).height() > height + 40);
    savePictures("chart");
}

void TestMainWindow::theDetailsTellHowItWent()
{
    auto *tabs = child<QTabBar>("callTabs");
    tabs->setCurrentIndex(1);
    auto *details = child<QTextBrowser>("callDetails");
    QTRY_VERIFY(details->isVisible());
    const QString text = details->toPlainText();
    for (const char *words : {"Ringing", "In progress", "Media stream started", "<Stream url=", "***"})
        QVERIFY2(text.contains(words), words);
    savePictures("details");
    tabs->setCurrentIndex(0);
}

void TestMainWindow::theCallIsHungUp()
{
    auto *button = child<QAbstractButton>("hangUpButton");
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!calls()->index(0, 0).data(CallListModel::LiveRole).toBool(), 10'000);
    QTRY_VERIFY(!button->isVisible());
    QVERIFY(callData(CallListModel::LineRole).contains("ended by you"));
}

void TestMainWindow::aNumberDialedIsOfferedAgain()
{
    auto *menu = child<QMenu>("recentMenu");
    QVERIFY(child<QAbstractButton>("recentButton")->isVisible());
    emit menu->aboutToShow();
    QCOMPARE(menu->actions().first()->text(), QString("(415) 555-0101"));
    child<QLineEdit>("toNumber")->clear();
    menu->actions().first()->trigger();
    QCOMPARE(child<QLineEdit>("toNumber")->text(), QString("(415) 555-0101"));
    QCOMPARE(m_rig->settings->value("dial/recentNumbers").toStringList(), QStringList("+14155550101"));
    menu->actions().last()->trigger();
    QVERIFY(!child<QAbstractButton>("recentButton")->isVisible());
}

void TestMainWindow::aRefusalStandsBesideDialUntilRead()
{
    child<QLineEdit>("toNumber")->clear();
    QTest::keyClicks(child<QLineEdit>("toNumber"), "4155550100");
    const QString from = child<QComboBox>("fromNumber")->currentText();
    child<QComboBox>("fromNumber")->setEditText("+442079460018"); // not a number of the practice account
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    auto *error = child<QLabel>("dialError");
    QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), 10'000);
    QVERIFY(error->text().size() > 20);
    savePictures("refused");
    QTest::mouseClick(error->parentWidget()->findChild<QAbstractButton *>(), Qt::LeftButton);
    QVERIFY(!error->isVisible());
    QVERIFY(child<QAbstractButton>("dialButton")->isEnabled());
    child<QComboBox>("fromNumber")->setEditText(from);
}

void TestMainWindow::switchingTheEnvironmentAsks()
{
    auto *production = child<QAbstractButton>("productionButton");
    QTest::mouseClick(production, Qt::LeftButton);
    QVERIFY(!production->isChecked());
    QVERIFY(child<QMessageBox>("environmentConfirmation")->informativeText().contains("AGENT_NAME"));
    answerBox("environmentConfirmation", QMessageBox::AcceptRole);
    QTRY_VERIFY(production->isChecked());
    QTRY_VERIFY(child<QAbstractButton>("readinessLight")->text() == "1 thing to fix");
    savePictures("production");
    auto *local = child<QAbstractButton>("localButton");
    QTRY_VERIFY(!m_rig->window->findChild<QMessageBox *>("environmentConfirmation"));
    QTest::mouseClick(local, Qt::LeftButton);
    answerBox("environmentConfirmation", QMessageBox::AcceptRole);
    QTRY_VERIFY(local->isChecked());
}

void TestMainWindow::firstWindowFitsTheScreen()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath("window.ini"), QSettings::IniFormat);
    ui::Theme theme;
    ui::models::EngineLink link;
    const ui::MainWindow window(link, theme, settings);
    const QSize screen = window.screen()->availableSize();
    QCOMPARE(window.width(), std::min(ui::MainWindow::kFirstSize.width(), screen.width()));
    QVERIFY(window.height() < screen.height());
    if (QGuiApplication::platformName() == "offscreen")
        QVERIFY(screen.width() < ui::MainWindow::kFirstSize.width()); // so that this can fail
}

void TestMainWindow::foldsWhenNarrow()
{
    auto *facts = child<QWidget>("factsPanel");
    auto *field = child<QLineEdit>("toNumber");
    m_rig->window->activateWindow(); // after the questions of the test before
    QVERIFY(QTest::qWaitForWindowActive(m_rig->window.get()));
    dial("4155550115");
    m_rig->window->resize(ui::MainWindow::kFirstSize);
    QTRY_VERIFY(facts->isVisible());
    const auto texts = [facts] {
        QStringList all;
        for (const auto *label : facts->findChildren<QLabel *>())
            all.append(label->text());
        return all.join('\n');
    };
    // This person lets it ring.
    QTRY_VERIFY_WITH_TIMEOUT(texts().contains(QRegularExpression("Time limit\n(10:00|9:[0-5][0-9]) left")), 20'000);
    m_rig->window->resize(1000, 860);
    QTRY_VERIFY(!facts->isVisible() && field->isVisible());
    m_rig->window->resize(700, 600);
    QTRY_VERIFY(!field->isVisible());
    QTest::keyClick(m_rig->window.get(), Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(field->isVisible());
    savePictures("narrow_new_call");
    QTest::keyClick(m_rig->window.get(), Qt::Key_Escape);
    QTRY_VERIFY(!field->isVisible() && child<QListView>("transcriptView")->isVisible());
    savePictures("narrow");
    m_rig->window->resize(ui::MainWindow::kFirstSize);
    QTRY_VERIFY(field->isVisible());
}

void TestMainWindow::closingWithLiveCallsAsks()
{
    QVERIFY(calls()->index(0, 0).data(CallListModel::LiveRole).toBool()); // it rings for eight seconds
    QSignalSpy closed(m_rig->window.get(), &ui::MainWindow::closed);
    QVERIFY(!m_rig->window->close());
    answerBox("closeConfirmation", QMessageBox::DestructiveRole);
    QTRY_COMPARE(closed.count(), 1);
}

DIALDESK_TEST(TestMainWindow)
#include "tst_main_window.moc"
