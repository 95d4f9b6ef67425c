#include "tests/support/test_program.h"
#include "tests/ui/window_rig.h"
#include "ui/models/call_list_model.h"
#include "ui/models/transcript_model.h"

#include <QComboBox>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QSlider>
#include <QTemporaryDir>

using ui::models::CallListModel;

/// The history in the real window: what one run of the program dialed, the next one finds, opens, exports and deletes.
class TestHistoryPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();

    void aCallIsDialed();
    void theNextRunShowsItUnderToday();
    void theHistoryFindsIt();
    void itOpensAsItLooked();
    void itsRecordingPlaysFromALine();
    void whatDoesNotMatchSaysWhatToDo();
    void oneCallIsExported();
    void theListIsExported();
    void aFileThatCannotBeWrittenIsTold();
    void itIsDeleted();

private:
    template <typename T>
    T *child(const char *name) const
    {
        return m_rig->child<T>(name);
    }
    void click(const char *button) { m_rig->click(button); }
    void savePictures(const QString &name) { m_rig->savePictures(name); }
    QAbstractItemModel *calls() const { return child<QListView>("callList")->model(); }
    QAbstractItemModel *history() const { return child<QListView>("historyList")->model(); }
    /// Answers the file dialog that is open. @return the path
    QString chooseFile(const QString &name);

    QTemporaryDir m_dir;
    std::unique_ptr<WindowRig> m_rig;
    QString m_sid;
};

void TestHistoryPage::initTestCase()
{
    m_rig = std::make_unique<WindowRig>(m_dir.path());
    QVERIFY(m_rig->start());
}

void TestHistoryPage::cleanupTestCase()
{
    QVERIFY(m_rig->stop());
}

QString TestHistoryPage::chooseFile(const QString &name)
{
    auto *dialog = child<QFileDialog>("exportDialog");
    const QString path = m_dir.filePath(name);
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    return path;
}

void TestHistoryPage::aCallIsDialed()
{
    for (const char *digits : {"4155550106", "4155550102"}) {
        const int before = calls()->rowCount();
        child<QLineEdit>("toNumber")->clear();
        QTest::keyClicks(child<QLineEdit>("toNumber"), digits);
        click("dialButton");
        QTRY_COMPARE_WITH_TIMEOUT(calls()->rowCount(), before + 1, 10'000);
        QTRY_VERIFY_WITH_TIMEOUT(!calls()->index(0, 0).data(CallListModel::LiveRole).toBool(), 30'000);
        if (m_sid.isEmpty())
            m_sid = calls()->index(0, 0).data(CallListModel::SidRole).toString();
    }
    QTRY_VERIFY(child<QAbstractButton>("exportCall")->isVisible() && child<QAbstractButton>("deleteCall")->isVisible());
}

void TestHistoryPage::theNextRunShowsItUnderToday()
{
    QVERIFY(m_rig->stop() && m_rig->start());
    QTRY_COMPARE_WITH_TIMEOUT(calls()->rowCount(), 2, 10'000);
    QCOMPARE(calls()->index(0, 0).data(CallListModel::SectionRole).toString(), QString("TODAY · 2"));
    QCOMPARE(calls()->index(1, 0).data(CallListModel::SidRole).toString(), m_sid);
    QVERIFY(!child<QListView>("callList")->isHidden());
    savePictures("today");
}

void TestHistoryPage::theHistoryFindsIt()
{
    QTest::keyClick(m_rig->window.get(), Qt::Key_H, Qt::ControlModifier);
    QTRY_VERIFY(child<QWidget>("historyPage")->isVisible());
    QVERIFY(!child<QLineEdit>("toNumber")->isVisible());
    QTRY_COMPARE(history()->rowCount(), 2);
    QTest::keyClicks(child<QLineEdit>("historySearch"), "0106");
    QTRY_COMPARE(history()->rowCount(), 1);
    QCOMPARE(history()->index(0, 0).data(CallListModel::SidRole).toString(), m_sid);
    child<QLineEdit>("historySearch")->clear();
    auto *outcome = child<QComboBox>("historyOutcome");
    outcome->setCurrentIndex(outcome->findData("busy"));
    QTRY_VERIFY(history()->rowCount() == 1 &&
                history()->index(0, 0).data(CallListModel::StateTextRole).toString() == "Busy");
    click("historyClear");
    QTRY_COMPARE(history()->rowCount(), 2);
}

void TestHistoryPage::itOpensAsItLooked()
{
    auto *list = child<QListView>("historyList");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(history()->index(1, 0)).center());
    QTRY_COMPARE(child<QLabel>("callNumber")->text(), QString("(415) 555-0106"));
    QVERIFY(child<QLabel>("callState")->text().startsWith("COMPLETED"));
    QVERIFY(child<QListView>("transcriptView")->model()->rowCount() >= 2); // how it was answered, how it ended
    savePictures("history");
}

void TestHistoryPage::itsRecordingPlaysFromALine()
{
    QTRY_VERIFY(child<QWidget>("recordingBar")->isVisible());
    auto *place = child<QSlider>("recordingPlace");
    QVERIFY(place->maximum() > 1'000);
    QCOMPARE(place->value(), 0);
    auto *view = child<QListView>("transcriptView");
    const auto beginOf = [view](int row) {
        return view->model()->index(row, 0).data(ui::models::TranscriptModel::RecordingRole);
    };
    int row = 0;
    while (row < view->model()->rowCount() && !beginOf(row).isValid())
        ++row;
    QVERIFY(row < view->model()->rowCount());
    const QRect line = view->visualRect(view->model()->index(row, 0));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, line.topLeft() + QPoint(40, 22));
    // Where there are no loudspeakers, it stands there and says so.
    QVERIFY(place->value() > 0 && std::abs(place->value() - beginOf(row).toDouble()) < 5'000);
    auto *note = child<QLabel>("recordingNote");
    QVERIFY(note->text().isEmpty() || note->isVisible());
    savePictures("history_recording");
}

void TestHistoryPage::whatDoesNotMatchSaysWhatToDo()
{
    QTest::keyClicks(child<QLineEdit>("historySearch"), "nobodysaidthis");
    auto *empty = child<QLabel>("historyEmpty");
    QTRY_VERIFY(empty->isVisible());
    QTRY_VERIFY2(empty->text().contains("Show all"), qPrintable(empty->text()));
    QVERIFY(!child<QAbstractButton>("exportHistory")->isEnabled());
    savePictures("history_empty");
    click("historyClear");
    QTRY_COMPARE(history()->rowCount(), 2);
}

void TestHistoryPage::oneCallIsExported()
{
    click("exportCall");
    const QString path = chooseFile("one.json");
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(file.readAll()).object()["call_sid"].toString(), m_sid);
}

void TestHistoryPage::theListIsExported()
{
    QTRY_VERIFY(!m_rig->window->findChild<QFileDialog *>("exportDialog"));
    click("exportHistory");
    const QString path = chooseFile("all.json");
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray exported = QJsonDocument::fromJson(file.readAll()).object()["calls"].toArray();
    QCOMPARE(exported.size(), 2);
    QCOMPARE(exported[1].toObject()["call_sid"].toString(), m_sid);
    QTRY_VERIFY(!m_rig->window->findChild<QFileDialog *>("exportDialog"));
}

void TestHistoryPage::aFileThatCannotBeWrittenIsTold()
{
    click("exportCall");
    auto *dialog = child<QFileDialog>("exportDialog");
    emit dialog->fileSelected(m_dir.filePath("nowhere/call.csv")); // gone since it was chosen
    dialog->reject();
    QTRY_VERIFY(m_rig->window->findChild<QMessageBox *>("failureBox"));
    auto *box = child<QMessageBox>("failureBox");
    QVERIFY2(box->informativeText().contains("nowhere"), qPrintable(box->informativeText()));
    box->close();
}

void TestHistoryPage::itIsDeleted()
{
    click("deleteCall");
    auto *box = child<QMessageBox>("deleteConfirmation");
    QTRY_VERIFY(box->isVisible());
    savePictures("history_delete");
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(history()->rowCount(), 1);
    QTRY_COMPARE(calls()->rowCount(), 1);
    click("historyClose");
    QTRY_VERIFY(child<QLineEdit>("toNumber")->isVisible());
    QVERIFY(m_rig->stop() && m_rig->start());
    QTRY_COMPARE_WITH_TIMEOUT(calls()->rowCount(), 1, 10'000);
    QVERIFY(calls()->index(0, 0).data(CallListModel::SidRole).toString() != m_sid);
    QVERIFY(!QFile::exists(m_dir.filePath("data/recordings/" + m_sid + ".wav")));
}

DIALDESK_TEST(TestHistoryPage)
#include "tst_history_page.moc"
