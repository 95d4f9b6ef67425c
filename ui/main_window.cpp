#include "ui/main_window.h"

#include "ui/models/settings_model.h"
#include "ui/pages/call_page.h"
#include "ui/pages/dial_panel.h"
#include "ui/pages/do_not_call_dialog.h"
#include "ui/pages/facts_panel.h"
#include "ui/pages/history_page.h"
#include "ui/pages/left_column.h"
#include "ui/pages/practice_banner.h"
#include "ui/pages/questions.h"
#include "ui/pages/readiness_panel.h"
#include "ui/pages/settings/settings_dialog.h"
#include "ui/pages/settings_banner.h"
#include "ui/pages/status_line.h"
#include "ui/pages/top_bar.h"
#include "ui/theme.h"
#include "ui/widgets/icons.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QScreen>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace ui {

using engine::CallSid;
using engine::config::Environment;
using models::CallListModel;
using pages::LeftColumn;

namespace {

constexpr auto kGeometryKey = "window/geometry"_L1;
constexpr std::chrono::milliseconds kRefreshDelay{50};
constexpr QSize kTitleBar{0, 40}; // whose size is known once it is there

} // namespace

MainWindow::MainWindow(models::EngineLink &link, Theme &theme, QSettings &settings, QWidget *parent)
    : QMainWindow(parent), m_link(link), m_theme(theme), m_settings(settings), m_recent(settings)
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Dialdesk"));
    setWindowIcon(widgets::programIcon());
    setMinimumSize(600, 480);
    arrange();
    makeCallMenu();
    makeViewMenu();
    makeHelpMenu();
    connectModels();
    connectHistory();

    applyTheme();
    if (!restoreGeometry(settings.value(kGeometryKey).toByteArray()))
        resize(kFirstSize.boundedTo(screen()->availableSize() - kTitleBar));
    onFactsChanged();
    m_leftColumn->dialPanel().focusNumber();
}

MainWindow::~MainWindow() = default;

void MainWindow::setNumber(const QString &text)
{
    m_leftColumn->dialPanel().setNumber(text);
}

void MainWindow::useSettings(models::SettingsModel &settings)
{
    m_settingsModel = &settings;
    connect(&settings, &models::SettingsModel::keychainRefused, this, [this](const QString &sentence) {
        pages::showFailure(tr("Some keys are not in the keychain"),
                           {engine::Fault::Program, u"keychain_failed"_s, sentence}, this);
    });
    m_settingsAction->setEnabled(true);
}

void MainWindow::openSetting(const QString &name)
{
    if (!m_settingsModel) {
        pages::showWhereSettingsAre(m_link.facts(), name, this);
        return;
    }
    if (!m_settingsDialog) {
        m_settingsDialog = new pages::SettingsDialog(*m_settingsModel, m_link, m_theme, this);
        m_settingsDialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_settingsDialog->show();
    m_settingsDialog->raise();
    m_settingsDialog->activateWindow();
    m_settingsDialog->showSetting(name);
}

void MainWindow::arrange()
{
    auto *center = new QWidget(this);
    center->setObjectName(u"window"_s);
    auto *rows = new QVBoxLayout(center);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    m_topBar = new pages::TopBar(m_theme, center);
    m_banner = new pages::PracticeBanner(center);
    m_settingsBanner = new pages::SettingsBanner(center);
    rows->addWidget(m_topBar);
    rows->addWidget(m_banner);
    rows->addWidget(m_settingsBanner);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    m_leftColumn = new LeftColumn(m_theme, m_book.calls(), m_recent, center);
    m_historyPage = new pages::HistoryPage(m_link, m_theme, center);
    m_historyPage->hide();
    m_callPage = new pages::CallPage(m_theme, center);
    m_factsPanel = new pages::FactsPanel(m_theme, center);
    m_factsPanel->setFixedWidth(metrics::kRightWidth);
    columns->addWidget(m_leftColumn);
    columns->addWidget(m_historyPage);
    columns->addWidget(m_callPage, 1);
    columns->addWidget(m_factsPanel);
    rows->addLayout(columns, 1);
    setCentralWidget(center);
    m_readinessPanel = new pages::ReadinessPanel(m_theme, this);
    m_status = new pages::StatusLine(this);
    setStatusBar(m_status);
}

void MainWindow::connectModels()
{
    connect(&m_theme, &Theme::changed, this, &MainWindow::applyTheme);
    connect(&m_link, &models::EngineLink::factsChanged, this, &MainWindow::onFactsChanged);
    connect(&m_link, &models::EngineLink::event, &m_book, &models::CallBook::apply);
    connect(&m_link, &models::EngineLink::levelsMeasured, this, &MainWindow::onLevelsMeasured);
    connect(&m_link, &models::EngineLink::dialed, this, &MainWindow::onDialed);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshDelay);
    connect(&m_refresh, &QTimer::timeout, this, &MainWindow::refreshCall);
    connect(&m_book.calls(), &CallListModel::callChanged, this, &MainWindow::onCallChanged);
    connect(&m_book.calls(), &CallListModel::liveCountChanged, this, &MainWindow::onCallsChanged);
    connect(&m_link, &models::EngineLink::event, &m_health, &models::VendorHealth::apply);
    connect(&m_health, &models::VendorHealth::changed, m_status, [this] { m_status->setVendors(m_health.vendors()); });
    connect(&m_book, &models::CallBook::incident, this,
            [this](const engine::Error &error) { m_status->showNews(error.message); });
    connect(m_topBar, &pages::TopBar::environmentAsked, this, &MainWindow::onEnvironmentAsked);
    connect(m_topBar, &pages::TopBar::readinessAsked, this, &MainWindow::showReadiness);
    connect(m_topBar, &pages::TopBar::settingsAsked, this, [this] { openSetting(); });
    connect(m_topBar, &pages::TopBar::addressCopyAsked, this, &MainWindow::copyAddress);
    connect(m_readinessPanel, &pages::ReadinessPanel::checkAgainAsked, &m_link,
            [this](engine::checks::CheckId id) { m_link.checkAgain(id); });
    connect(m_readinessPanel, &pages::ReadinessPanel::checkAllAsked, &m_link, [this] { m_link.checkAgain(); });
    connect(m_readinessPanel, &pages::ReadinessPanel::settingAsked, this, &MainWindow::openSetting);
    connect(m_readinessPanel, &pages::ReadinessPanel::copyAsked, this, &MainWindow::copyText);
    connect(m_leftColumn, &LeftColumn::callSelected, this, &MainWindow::showCall);
    connect(m_leftColumn, &LeftColumn::callClicked, this, &MainWindow::lookAtCall);
    connect(m_leftColumn, &LeftColumn::newCallAsked, this, &MainWindow::newCall);
    connect(&m_leftColumn->dialPanel(), &pages::DialPanel::dialAsked, &m_link, &models::EngineLink::dial);
    connect(m_callPage, &pages::CallPage::hangUpAsked, &m_link, &models::EngineLink::hangUp);
}

void MainWindow::applyTheme()
{
    setPalette(m_theme.palette());
    setStyleSheet(m_theme.styleSheet());
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    fold();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    m_link.watchLevels(true);
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    m_link.watchLevels(false); // minimised too: nobody looks at the meters
}

void MainWindow::fold()
{
    m_factsPanel->setVisible(m_factsWanted && width() >= metrics::kFoldFacts && !m_callPage->shown().isEmpty());
    const bool narrow = width() < metrics::kFoldList;
    if (!narrow)
        m_unfolded = false;
    // Unfolded in a narrow window, the left column has all of it: half a conversation beside it helps nobody.
    m_callPage->setVisible(!m_unfolded);
    const auto columnWidth = !narrow      ? LeftColumn::Width::Normal
                             : m_unfolded ? LeftColumn::Width::All
                                          : LeftColumn::Width::Folded;
    m_leftColumn->setWidth(columnWidth);
    m_historyPage->setWidth(columnWidth);
    m_leftColumn->setVisible(!m_historyShown);
    m_historyPage->setVisible(m_historyShown);
    m_topBar->setNarrow(narrow);
}

void MainWindow::onFactsChanged()
{
    const models::DeskFacts &facts = m_link.facts();
    m_banner->setVisible(facts.practice);
    m_topBar->setFacts(facts);
    m_readinessPanel->setFacts(facts);
    m_leftColumn->dialPanel().setFacts(facts);
    m_status->setFacts(facts);
    m_book.calls().setHomeRegion(facts.homeRegion);
    if (m_callPage->shown().isEmpty())
        m_callPage->showNothing(facts.practice);
    onCallsChanged();
    fold();
}

void MainWindow::onCallsChanged()
{
    const int live = m_book.calls().liveCount();
    m_status->setLiveCalls(live);
    m_settingsBanner->show(m_link.facts(), live);
    setWindowTitle(live > 0 ? tr("%1 live – Dialdesk").arg(live) : tr("Dialdesk"));
    enableActions();
}

void MainWindow::onCallChanged(const CallSid &sid)
{
    if (sid == m_toSelect || m_callPage->shown().isEmpty()) {
        m_toSelect = {};
        m_leftColumn->selectCall(sid);
    }
    if (sid == m_callPage->shown() && !m_refresh.isActive())
        m_refresh.start();
}

void MainWindow::refreshCall()
{
    if (const auto *record = m_book.record(m_callPage->shown())) {
        m_callPage->update(*record);
        showFacts(*record);
    }
    enableActions();
}

void MainWindow::showFacts(const engine::records::CallRecord &record)
{
    const models::DeskFacts &facts = m_link.facts();
    m_factsPanel->setRecord(record, record.env == "production"_L1 ? facts.carrierTimeLimit : facts.timeLimit);
}

void MainWindow::enableActions()
{
    m_hangUpAction->setEnabled(m_callPage->canHangUp());
    m_playAction->setEnabled(m_callPage->canPlay());
    m_exportAction->setEnabled(m_callPage->isOver());
    m_deleteAction->setEnabled(m_callPage->isOver());
}

void MainWindow::onLevelsMeasured(const engine::records::CallLevels &levels)
{
    m_book.calls().setLevels(levels);
    const auto shown = std::find_if(levels.begin(), levels.end(),
                                    [this](const auto &level) { return level.sid == m_callPage->shown(); });
    m_factsPanel->setLevel(shown == levels.end() ? engine::records::CallLevel() : *shown);
}

void MainWindow::onDialed(const engine::Result<CallSid> &sid)
{
    m_leftColumn->dialPanel().setAnswer(sid);
    if (!sid) {
        if (!m_leftColumn->dialPanel().isVisible())
            newCall(); // the reason stands there
        return;
    }
    lookAtCall();
    const bool known = m_book.calls().rowOf(*sid) >= 0;
    m_toSelect = known ? CallSid() : *sid;
    m_leftColumn->selectCall(*sid);
}

void MainWindow::showCall(const CallSid &sid)
{
    if (const auto *record = m_book.record(sid)) {
        m_callPage->showCall(*record, m_book.transcript(sid), m_book.calls().homeRegion());
        showFacts(*record);
    } else {
        m_callPage->showNothing(m_link.facts().practice);
    }
    fold();
    enableActions();
}

void MainWindow::newCall()
{
    setHistoryShown(false);
    m_unfolded = width() < metrics::kFoldList;
    fold();
    m_leftColumn->dialPanel().focusNumber();
}

void MainWindow::moveSelection(int rows)
{
    if (m_historyShown)
        m_historyPage->moveSelection(rows);
    else
        m_leftColumn->moveSelection(rows);
}

void MainWindow::lookAtCall()
{
    m_unfolded = false;
    fold();
}

void MainWindow::copyAddress()
{
    const QString address = m_link.facts().publicAddress.toString();
    if (address.isEmpty()) {
        m_status->showNews(tr("There is no public address to copy yet."));
        return;
    }
    copyText(address);
}

void MainWindow::copyCallSid()
{
    if (m_callPage->shown().isEmpty())
        return;
    copyText(m_callPage->shown().value());
}

void MainWindow::copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
    m_status->showNews(tr("Copied %1").arg(text));
}

void MainWindow::onEnvironmentAsked(bool production)
{
    pages::askForEnvironment(m_link.facts(), production, m_book.calls().liveCount(), this, [this, production] {
        m_link.setEnvironment(production ? Environment::Production : Environment::Local);
    });
}

void MainWindow::showReadiness()
{
    m_readinessPanel->toggleBelow(m_topBar->readinessLight());
}

void MainWindow::showNumbersNotToCall()
{
    if (!m_doNotCallDialog) {
        m_doNotCallDialog = new pages::DoNotCallDialog(m_link, this);
        m_doNotCallDialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_doNotCallDialog->show();
    m_doNotCallDialog->raise();
    m_doNotCallDialog->activateWindow();
}

void MainWindow::showAbout()
{
    pages::showAbout(this);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const int live = m_book.calls().liveCount();
    if (live == 0 || m_leaving) {
        event->accept();
        leave();
        return;
    }
    event->ignore();
    pages::askToClose(live, this, [this] {
        m_leaving = true;
        close();
    });
}

void MainWindow::leave()
{
    m_leaving = true;
    m_settings.setValue(kGeometryKey, saveGeometry());
    emit closed();
}

} // namespace ui
