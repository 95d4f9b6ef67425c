#include "app/engine_thread.h"
#include "tests/support/test_program.h"
#include "ui/main_window.h"
#include "ui/pages/dial_panel.h"
#include "ui/pages/readiness_panel.h"
#include "ui/pages/top_bar.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimeZone>

using engine::checks::Check;
using engine::checks::CheckId;
using engine::checks::CheckState;
using engine::checks::Fix;

/// The readiness light and its panel: on the real window and engine with the practice line, and with facts of the test.
class TestReadinessPanel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void lights_data();
    void lights();
    void aRefusedKeyIsShownAndMended();
    void thePanelIsReachedAndLeftByKeys();
    void eachFixDoesWhatItSays();
    void fromListsTheAccountsNumbersWithTheirNames();
    void theAddressSaysWhatBecameOfIt();

private:
    struct Desk
    {
        explicit Desk(const QString &settingsFile) : settings(settingsFile, QSettings::IniFormat)
        {
            window.resize(ui::MainWindow::kFirstSize);
            window.show();
        }
        ~Desk()
        {
            QSignalSpy stopped(&link, &ui::models::EngineLink::stopped);
            link.shutDown();
            if (engine && stopped.isEmpty())
                stopped.wait(12'000);
        }
        /// A new engine with this key, as after a change of settings.
        void start(const char *deepgramKey)
        {
            app::Setup setup;
            setup.practice = true;
            setup.config.server.port = 0;
            setup.config.deepgram.apiKey = engine::Secret(deepgramKey);
            engine.reset();
            engine = std::make_unique<app::EngineThread>(setup);
            QObject::connect(engine.get(), &app::EngineThread::ready, &link, [this](engine::Engine *made) {
                link.attach(made);
                engine->open();
            });
            engine->start();
        }
        template <typename T>
        T *child(const char *name) const
        {
            auto *found = window.findChild<T *>(name);
            if (!found)
                qFatal("the window has no %s", name);
            return found;
        }
        QString light() const { return child<QAbstractButton>("readinessLight")->text(); }
        QPushButton *fixOf(const char *row) const { return child<QWidget>(row)->findChild<QPushButton *>(); }

        QSettings settings;
        ui::Theme theme;
        ui::models::EngineLink link;
        ui::MainWindow window{link, theme, settings};
        std::unique_ptr<app::EngineThread> engine;
    };
    void savePictures(Desk &desk, const QString &name);
    static ui::models::DeskFacts badDay();

    QTemporaryDir m_directory;
};

void TestReadinessPanel::initTestCase()
{
    QApplication::setStyle("Fusion");
    QDir().mkpath(DIALDESK_SCREENSHOTS);
}

void TestReadinessPanel::savePictures(Desk &desk, const QString &name)
{
    for (const auto &[appearance, word] :
         {std::pair(ui::Theme::Appearance::Light, "light"), {ui::Theme::Appearance::Dark, "dark"}}) {
        desk.theme.setAppearance(appearance);
        QApplication::processEvents();
        QVERIFY(desk.window.grab().save(QString("%1/%2_%3.png").arg(DIALDESK_SCREENSHOTS, name, word)));
    }
}

ui::models::DeskFacts TestReadinessPanel::badDay()
{
    const QDateTime at(QDate(2026, 3, 2), QTime(10, 44, 8), QTimeZone::utc());
    using std::chrono::milliseconds;
    ui::models::DeskFacts facts;
    facts.started = true;
    facts.listeningOn = "http://127.0.0.1:7860";
    facts.publicAddress = QUrl("https://desk-7f2a.ngrok.app");
    facts.fromNumber = "+14155550199";
    facts.homeRegion = "US";
    facts.readiness.ownNumbers = {
        {"+14155550199", "Front desk"}, {"+14155550123", "(415) 555-0123"}, {"+442079460018", "London"}};
    const auto add = [&](CheckId id, CheckState state, const char *sentence, const Fix &fix = {}) {
        facts.readiness.checks.append({id, state, sentence, std::nullopt, fix, at, at, milliseconds(310)});
    };
    add(CheckId::PublicAddress, CheckState::Bad,
        "No public address leads here. Start a tunnel with 'ngrok http 7860', or set LOCAL_SERVER_URL to the https "
        "address of this server.",
        {Fix::Kind::CopyCommand, "ngrok http 7860"});
    add(CheckId::Account, CheckState::Warning,
        "The Twilio account “Bright Dental” is active, but only 1.20 USD are left. Calls stop when nothing is: top it "
        "up "
        "in the Twilio console.");
    add(CheckId::Numbers, CheckState::Good, "Calls come from +14155550199, one of the account's 3 numbers.");
    add(CheckId::Transcriber, CheckState::Bad, "Deepgram refused the key (401): set DEEPGRAM_API_KEY to a valid key.",
        {Fix::Kind::OpenSetting, "DEEPGRAM_API_KEY"});
    add(CheckId::Model, CheckState::Checking, "");
    add(CheckId::Voice, CheckState::Good, "Cartesia accepts the key; the voice is British Reading Lady.");
    return facts;
}

void TestReadinessPanel::lights_data()
{
    QTest::addColumn<QList<int>>("states");
    QTest::addColumn<QString>("words");
    const auto of = [](std::initializer_list<CheckState> states) {
        QList<int> list;
        for (const CheckState state : states)
            list.append(int(state));
        return list;
    };
    QTest::newRow("none known") << of({}) << "Checking …";
    QTest::newRow("good") << of({CheckState::Good, CheckState::Good}) << "Ready to dial";
    QTest::newRow("warned") << of({CheckState::Good, CheckState::Warning}) << "Ready, with a warning";
    QTest::newRow("asking") << of({CheckState::Warning, CheckState::Checking}) << "Checking …";
    QTest::newRow("one") << of({CheckState::Bad, CheckState::Checking}) << "1 thing to fix";
    QTest::newRow("two") << of({CheckState::Bad, CheckState::Good, CheckState::Bad}) << "2 things to fix";
}

void TestReadinessPanel::lights()
{
    QFETCH(QList<int>, states);
    QFETCH(QString, words);
    ui::models::DeskFacts facts;
    facts.started = true;
    QCOMPARE(facts.light().text, QString("Starting …"));
    facts.listeningOn = "http://127.0.0.1:7860";
    for (const int state : states)
        facts.readiness.checks.append(Check{.state = CheckState(state)});
    QCOMPARE(facts.light().text, words);
    QCOMPARE(facts.readyToDial(), words.startsWith("Ready"));
}

void TestReadinessPanel::aRefusedKeyIsShownAndMended()
{
    Desk desk(m_directory.filePath("mended.ini"));
    desk.start("bad");
    QTRY_COMPARE_WITH_TIMEOUT(desk.light(), QString("1 thing to fix"), 10'000);
    QTest::keyClicks(desk.child<QLineEdit>("toNumber"), "4155550100");
    auto *dial = desk.child<QAbstractButton>("dialButton");
    QVERIFY(!dial->property("ready").toBool()); // not green

    QTest::mouseClick(desk.child<QAbstractButton>("readinessLight"), Qt::LeftButton);
    auto *panel = desk.child<QWidget>("readinessPanel");
    QVERIFY(panel->isVisible());
    bool said = false;
    for (const QLabel *label : panel->findChildren<QLabel *>())
        said = said || label->text().contains("DEEPGRAM_API_KEY");
    QVERIFY(said);
    QTRY_VERIFY(desk.fixOf("check_voice")->isHidden()); // in order
    savePictures(desk, "readiness_refused_key");
    QTest::mouseClick(desk.fixOf("check_transcriber"), Qt::LeftButton);
    auto *box = desk.child<QMessageBox>("settingPlace");
    QTRY_VERIFY(box->isVisible());
    QVERIFY(box->text().contains("DEEPGRAM_API_KEY"));
    box->close();

    desk.start("a better key");
    QTRY_COMPARE_WITH_TIMEOUT(desk.light(), QString("Ready to dial"), 10'000);
    QVERIFY(dial->property("ready").toBool());
    QTest::mouseClick(desk.child<QAbstractButton>("readinessLight"), Qt::LeftButton);
    savePictures(desk, "readiness_ready");
    QStringList lights;
    connect(&desk.link, &ui::models::EngineLink::factsChanged, this, [&] { lights.append(desk.light()); });
    QTest::mouseClick(desk.child<QAbstractButton>("checkAllButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(lights.contains("Checking …") && lights.last() == "Ready to dial", 10'000);
}

void TestReadinessPanel::thePanelIsReachedAndLeftByKeys()
{
    Desk desk(m_directory.filePath("keys.ini"));
    QVERIFY(QTest::qWaitForWindowExposed(&desk.window));
    desk.window.activateWindow();
    auto *panel = desk.child<ui::pages::ReadinessPanel>("readinessPanel");
    panel->setFacts(badDay());
    desk.child<ui::pages::TopBar>("topBar")->setFacts(badDay());
    desk.child<ui::pages::DialPanel>("dialPanel")->setFacts(badDay());
    auto *light = desk.child<QAbstractButton>("readinessLight");
    light->setFocus();
    QTest::keyClick(light, Qt::Key_Space);
    QVERIFY(panel->isVisible());
    QTRY_COMPARE(QApplication::focusWidget(), desk.fixOf("check_public_address")); // the first thing to mend
    for (const QPushButton *button : panel->findChildren<QPushButton *>())
        QVERIFY(!button->isVisible() || !button->accessibleName().isEmpty() || !button->text().isEmpty());
    QVERIFY(desk.fixOf("check_transcriber")->accessibleName().contains("DEEPGRAM_API_KEY"));
    savePictures(desk, "readiness_bad_day");
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!panel->isVisible());
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget *>(light));

    QTest::mouseClick(light, Qt::LeftButton);
    QVERIFY(panel->isVisible());
    QTest::mouseClick(light, Qt::LeftButton);
    QVERIFY(!panel->isVisible());
    QTest::mouseClick(light, Qt::LeftButton);
    QTest::mouseClick(desk.child<QWidget>("transcriptView"), Qt::LeftButton); // elsewhere
    QVERIFY(!panel->isVisible());
}

void TestReadinessPanel::eachFixDoesWhatItSays()
{
    Desk desk(m_directory.filePath("fixes.ini"));
    QVERIFY(QTest::qWaitForWindowExposed(&desk.window));
    auto *panel = desk.child<ui::pages::ReadinessPanel>("readinessPanel");
    panel->setFacts(badDay());
    panel->toggleBelow(desk.child<QWidget>("readinessLight"));
    QSignalSpy again(panel, &ui::pages::ReadinessPanel::checkAgainAsked);
    QSignalSpy setting(panel, &ui::pages::ReadinessPanel::settingAsked);

    QTest::mouseClick(desk.fixOf("check_public_address"), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), QString("ngrok http 7860"));
    QTest::mouseClick(desk.fixOf("check_account"), Qt::LeftButton);
    QCOMPARE(again.count(), 1);
    QCOMPARE(again.first().first().value<CheckId>(), CheckId::Account);
    QVERIFY(panel->isVisible());
    QTest::mouseClick(desk.fixOf("check_transcriber"), Qt::LeftButton);
    QCOMPARE(setting.first().first().toString(), QString("DEEPGRAM_API_KEY"));
    QVERIFY(!panel->isVisible()); // the setting is what one looks at now
}

void TestReadinessPanel::fromListsTheAccountsNumbersWithTheirNames()
{
    Desk desk(m_directory.filePath("from.ini"));
    QVERIFY(QTest::qWaitForWindowExposed(&desk.window));
    desk.child<ui::pages::DialPanel>("dialPanel")->setFacts(badDay());
    auto *from = desk.child<QComboBox>("fromNumber");
    QCOMPARE(from->currentText(), QString("(415) 555-0199"));
    QCOMPARE(from->count(), 3);
    QCOMPARE(from->itemData(0).toString(), QString("Front desk"));
    QCOMPARE(from->itemData(1).toString(), QString()); // nobody named it: Twilio calls it by its number
    QCOMPARE(from->itemText(2), QString("+44 20 7946 0018"));
    from->showPopup();
    QVERIFY(from->view()->window()->grab().save(QString(DIALDESK_SCREENSHOTS) + "/from_list_light.png"));
    from->hidePopup();
}

void TestReadinessPanel::theAddressSaysWhatBecameOfIt()
{
    Desk desk(m_directory.filePath("address.ini"));
    desk.start("fine");
    auto *address = desk.child<QAbstractButton>("publicAddress");
    QTRY_VERIFY(address->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(desk.light(), QString("Ready to dial"), 10'000);
    QVERIFY(address->text().startsWith("http://127.0.0.1:"));
    QTest::mouseClick(address, Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), address->text());

    auto *bar = desk.child<ui::pages::TopBar>("topBar");
    ui::models::DeskFacts facts = badDay();
    bar->setFacts(facts);
    QCOMPARE(address->text(), QString("https://desk-7f2a.ngrok.app · lost since 10:44"));
    QVERIFY(address->toolTip().contains("ngrok http 7860"));
    facts.publicAddress.clear();
    bar->setFacts(facts);
    QCOMPARE(address->text(), QString("No public address"));
    QTest::mouseClick(address, Qt::LeftButton); // there is nothing to copy, but something to do
    QVERIFY(desk.child<QWidget>("readinessPanel")->isVisible());
}

DIALDESK_TEST(TestReadinessPanel)
#include "tst_readiness_panel.moc"
