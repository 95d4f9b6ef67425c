#include "app/engine_thread.h"
#include "tests/support/test_program.h"
#include "tests/support/text_files.h"
#include "ui/main_window.h"
#include "ui/models/call_list_model.h"
#include "ui/models/settings_model.h"
#include "ui/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

/// Saved settings on their way into the engine: the real window, the real engine, the practice line.
class TestSettingsInUse : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void savedSettingsTakeEffect();
    void aLiveCallIsNotDisturbed();
    void aPortInUseLeavesTheOldSettingsInUse();
    void fromPracticeToARealAccountAndBack();
    void whatTheWindowWasSwitchedToStays();
    void voicesAndASampleComeFromThePracticeLine();
    void aKeyIsTestedBeforeItIsSaved();

private:
    template <typename T>
    T *child(const char *name) const
    {
        auto *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("the window has no %s", name);
        return found;
    }
    QUrl listeningOn() const { return QUrl(m_link->facts().listeningOn); }
    QAbstractItemModel *calls() const { return child<QListView>("callList")->model(); }
    void save(const engine::config::EnvChanges &changes);

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::models::EngineLink> m_link;
    std::unique_ptr<ui::models::SettingsModel> m_model;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<app::EngineThread> m_engine;
    int m_taken = 0; // counted on this thread; a spy of Qt 6.4 would count on the engine's
};

void TestSettingsInUse::init()
{
    QApplication::setStyle("Fusion");
    QDir().mkpath(DIALDESK_SCREENSHOTS);
    m_dir = std::make_unique<QTemporaryDir>();
    support::writeFile(m_dir->filePath(".env"), "PORT=0\nDIALDESK_CALLS_PER_SECOND=20\nDIALDESK_DATA_DIR=" +
                                                       m_dir->filePath("data").toUtf8() + '\n');
    engine::config::SettingsStore store(m_dir->filePath(".env"), {});
    QVERIFY(store.read());
    app::Setup setup;
    setup.settings = store;
    setup = app::withConfig(setup, *store.check());

    m_settings = std::make_unique<QSettings>(m_dir->filePath("window.ini"), QSettings::IniFormat);
    m_theme = std::make_unique<ui::Theme>();
    m_link = std::make_unique<ui::models::EngineLink>();
    m_model = std::make_unique<ui::models::SettingsModel>(store);
    m_window = std::make_unique<ui::MainWindow>(*m_link, *m_theme, *m_settings);
    m_window->useSettings(*m_model);
    m_engine = std::make_unique<app::EngineThread>(setup);
    ui::models::EngineLink *link = m_link.get();
    m_taken = 0;
    connect(m_engine.get(), &app::EngineThread::settingsTaken, link, [this] { ++m_taken; });
    connect(m_engine.get(), &app::EngineThread::ready, link, [this](engine::Engine *engine) {
        m_link->attach(engine);
        m_engine->open();
    });
    connect(m_model.get(), &ui::models::SettingsModel::saved, link, [this](const engine::config::Config &config) {
        m_link->reportSettingsWaiting();
        m_engine->applySettings(config);
    });
    connect(m_engine.get(), &app::EngineThread::replacing, link, [this] {
        if (m_link->detach())
            m_engine->replace();
    });
    connect(m_engine.get(), &app::EngineThread::replaced, link, &ui::models::EngineLink::attach);
    connect(m_engine.get(), &app::EngineThread::settingsTaken, link, &ui::models::EngineLink::reportSettingsTaken);
    connect(m_engine.get(), &app::EngineThread::failed, link, &ui::models::EngineLink::reportTrouble);
    m_engine->start();
    m_window->resize(ui::MainWindow::kFirstSize);
    m_window->show();
    QTRY_VERIFY_WITH_TIMEOUT(!m_link->facts().listeningOn.isEmpty(), 10'000);
}

void TestSettingsInUse::cleanup()
{
    QSignalSpy stopped(m_link.get(), &ui::models::EngineLink::stopped);
    m_link->shutDown();
    QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, 12'000);
    m_engine.reset();
    m_window.reset();
    m_link.reset();
}

void TestSettingsInUse::save(const engine::config::EnvChanges &changes)
{
    for (auto change = changes.cbegin(); change != changes.cend(); ++change)
        m_model->setValue(change.key(), change.value());
    QVERIFY(m_model->save());
}

void TestSettingsInUse::savedSettingsTakeEffect()
{
    QTest::keyClick(m_window.get(), Qt::Key_Comma, Qt::ControlModifier);
    auto *dialog = child<QWidget>("settingsDialog");
    QTRY_VERIFY(dialog->isVisible());
    m_window->openSetting("DIALDESK_MAX_CALLS");
    auto *field = child<QLineEdit>("DIALDESK_MAX_CALLS");
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, "7");
    QTest::mouseClick(child<QAbstractButton>("saveSettings"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(m_taken, 1, 10'000);
    QTRY_COMPARE(m_link->facts().maxCalls, 7);
    QTRY_COMPARE(child<QAbstractButton>("readinessLight")->text(), u"Ready to dial"_s);
    QVERIFY(!child<QWidget>("settingsBanner")->isVisible());

    QTest::keyClicks(child<QLineEdit>("toNumber"), "4155550102"); // and the new engine dials
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(calls()->rowCount(), 1, 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(!calls()->index(0, 0).data(ui::models::CallListModel::LiveRole).toBool(), 10'000);
}

void TestSettingsInUse::aLiveCallIsNotDisturbed()
{
    QTest::keyClicks(child<QLineEdit>("toNumber"), "4155550115"); // rings for eight seconds
    QTest::mouseClick(child<QAbstractButton>("dialButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(
        calls()->rowCount() == 1 && calls()->index(0, 0).data(ui::models::CallListModel::LiveRole).toBool(), 10'000);
    save({{"DIALDESK_MAX_CALLS", "7"}});
    QTRY_COMPARE(child<QLabel>("settingsNews")->text(),
                 u"The settings are saved and take effect when the live call is over."_s);
    QVERIFY(child<QWidget>("settingsBanner")->isVisible());
    QVERIFY(m_window->grab().save(QString("%1/settings_waiting_light.png").arg(DIALDESK_SCREENSHOTS)));
    QCOMPARE(m_taken, 0);
    QVERIFY(calls()->index(0, 0).data(ui::models::CallListModel::LiveRole).toBool());

    QTest::mouseClick(child<QAbstractButton>("hangUpButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(m_taken, 1, 10'000);
    QTRY_COMPARE(m_link->facts().maxCalls, 7);
    QVERIFY(!child<QWidget>("settingsBanner")->isVisible());
    QVERIFY(!calls()->index(0, 0).data(ui::models::CallListModel::LiveRole).toBool());
}

void TestSettingsInUse::aPortInUseLeavesTheOldSettingsInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    save({{"PORT", QString::number(other.serverPort())}});
    QTRY_COMPARE_WITH_TIMEOUT(m_taken, 1, 10'000);
    QTRY_VERIFY(child<QWidget>("settingsBanner")->isVisible());
    QVERIFY(child<QLabel>("settingsNews")->text().contains(QString::number(other.serverPort())));
    QTRY_VERIFY(!listeningOn().isEmpty() && listeningOn().port() != other.serverPort());
    QTRY_COMPARE(child<QAbstractButton>("readinessLight")->text(), u"Ready to dial"_s);

    other.close(); // and with the port free, saving once more takes it
    save({{"DIALDESK_MAX_CALLS", "7"}});
    QTRY_COMPARE_WITH_TIMEOUT(m_taken, 2, 10'000);
    QTRY_COMPARE(listeningOn().port(), m_model->value("PORT").toInt());
    QTRY_VERIFY(!child<QWidget>("settingsBanner")->isVisible());
}

void TestSettingsInUse::fromPracticeToARealAccountAndBack()
{
    QVERIFY(m_link->facts().practice);
    // An account at a closed port: nothing is asked of anybody.
    save({{"TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"},
          {"TWILIO_AUTH_TOKEN", "t"},
          {"TWILIO_FROM_NUMBER", "+14155550142"},
          {"TWILIO_API_BASE_URL", "http://127.0.0.1:9"},
          {"DEEPGRAM_BASE_URL", "http://127.0.0.1:9"},
          {"GOOGLE_API_BASE_URL", "http://127.0.0.1:9"},
          {"CARTESIA_BASE_URL", "http://127.0.0.1:9"},
          {"LOCAL_SERVER_URL", "https://desk.invalid"}});
    QTRY_VERIFY_WITH_TIMEOUT(m_link->facts().started && !m_link->facts().practice, 10'000);
    QTRY_VERIFY(!child<QWidget>("practiceBanner")->isVisible());
    QCOMPARE(m_link->facts().fromNumber, u"+14155550142"_s);
    save({{"TWILIO_AUTH_TOKEN", {}}});
    QTRY_VERIFY_WITH_TIMEOUT(m_link->facts().practice, 10'000);
    QTRY_VERIFY(child<QWidget>("practiceBanner")->isVisible());
}

void TestSettingsInUse::whatTheWindowWasSwitchedToStays()
{
    using engine::config::Environment;
    m_link->setEnvironment(Environment::Production);
    QTRY_COMPARE(m_link->facts().environment, Environment::Production);
    save({{"DIALDESK_MAX_CALLS", "7"}});
    QTRY_COMPARE_WITH_TIMEOUT(m_link->facts().maxCalls, 7, 10'000);
    QCOMPARE(m_link->facts().environment, Environment::Production);
}

void TestSettingsInUse::voicesAndASampleComeFromThePracticeLine()
{
    QSignalSpy voices(m_link.get(), &ui::models::EngineLink::voicesListed);
    QSignalSpy sample(m_link.get(), &ui::models::EngineLink::sampleSpoken);
    m_window->openSetting("CARTESIA_VOICE_ID");
    QTRY_COMPARE_WITH_TIMEOUT(voices.count(), 1, 10'000);
    auto *list = child<QListView>("voiceList");
    QVERIFY(list->model()->rowCount() >= 4);
    QTest::keyClicks(child<QLineEdit>("voiceSearch"), "katie");
    QCOMPARE(list->model()->rowCount(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
    QCOMPARE(child<QLineEdit>("CARTESIA_VOICE_ID")->text(), u"f786b574-daa5-4673-aa0c-cbe3e8534c02"_s);
    QTest::mouseClick(child<QAbstractButton>("playSample"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(sample.count(), 1, 15'000);
    const auto spoken = sample[0][0].value<engine::Result<engine::speech::SpeechSample>>();
    QVERIFY2(spoken, qPrintable(spoken ? QString() : spoken.error().message));
    QVERIFY(spoken->pcm.size() > 2 * engine::speech::SpeechSample::kRateHz); // a second at least
    m_model->revert("CARTESIA_VOICE_ID");
}

void TestSettingsInUse::aKeyIsTestedBeforeItIsSaved()
{
    m_window->openSetting("CARTESIA_API_KEY");
    auto *field = child<QLineEdit>("CARTESIA_API_KEY");
    QTRY_VERIFY(field->hasFocus());
    auto *said = child<QLabel>("CARTESIA_API_KEYSaid");
    auto *test = child<QAbstractButton>("CARTESIA_API_KEYTest");
    QTest::keyClicks(field, "bad");
    test->setFocus();
    QTest::keyClick(test, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(said->property("tone").toString(), QString("bad"), 10'000);
    QVERIFY(test->hasFocus()); // where the keyboard is, it stays
    QVERIFY2(said->text().contains("CARTESIA_API_KEY"), qPrintable(said->text()));
    field->selectAll();
    QTest::keyClicks(field, "good-key");
    QTest::mouseClick(test, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(said->property("tone").toString(), QString("good"), 10'000);
    m_model->revert("CARTESIA_API_KEY");
}

DIALDESK_TEST(TestSettingsInUse)
#include "tst_settings_in_use.moc"
