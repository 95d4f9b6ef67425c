#include "ui/main_window.h"

#include "ui/pages/call_page.h"
#include "ui/pages/dial_panel.h"
#include "ui/pages/facts_panel.h"
#include "ui/theme.h"
#include "ui/widgets/call_delegate.h"
#include "ui/widgets/environment_switch.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/transcript_view.h"

#include <QActionGroup>
#include <QClipboard>
#include <QCloseEvent>
#include <QCoreApplication>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

using engine::CallSid;
using engine::config::Environment;
using models::CallListModel;

namespace {

constexpr int kFoldedWidth = 64;
constexpr auto kGeometryKey = "window/geometry"_L1;
constexpr auto kAppearanceKey = "window/appearance"_L1;
constexpr auto kFactsKey = "window/answerTimes"_L1;

QString wordOf(Theme::Appearance appearance)
{
    switch (appearance) {
    case Theme::Appearance::Light:
        return u"light"_s;
    case Theme::Appearance::Dark:
        return u"dark"_s;
    case Theme::Appearance::System:
        break;
    }
    return u"system"_s;
}

} // namespace

MainWindow::MainWindow(models::EngineLink &link, Theme &theme, QSettings &settings, QWidget *parent)
    : QMainWindow(parent), m_link(link), m_theme(theme), m_settings(settings)
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Dialdesk"));
    setWindowIcon(widgets::programIcon());
    setMinimumSize(600, 480);
    for (const auto appearance : {Theme::Appearance::Light, Theme::Appearance::Dark})
        if (settings.value(kAppearanceKey).toString() == wordOf(appearance))
            m_theme.setAppearance(appearance);
    m_factsWanted = settings.value(kFactsKey, true).toBool();

    auto *center = new QWidget(this);
    center->setObjectName(u"window"_s);
    auto *rows = new QVBoxLayout(center);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(makeTopBar());
    rows->addWidget(makeBanner());
    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(makeLeftColumn());
    m_callPage = new pages::CallPage(theme, center);
    columns->addWidget(m_callPage, 1);
    m_factsPanel = new pages::FactsPanel(theme, center);
    m_factsPanel->setFixedWidth(metrics::kRightWidth);
    columns->addWidget(m_factsPanel);
    rows->addLayout(columns, 1);
    setCentralWidget(center);
    makeStatusBar();
    makeMenus();

    connect(&m_theme, &Theme::changed, this, &MainWindow::applyTheme);
    connect(&m_link, &models::EngineLink::factsChanged, this, &MainWindow::onFactsChanged);
    connect(&m_link, &models::EngineLink::event, &m_book, &models::CallBook::apply);
    connect(&m_link, &models::EngineLink::dialed, this, &MainWindow::onDialed);
    connect(&m_book.calls(), &CallListModel::callChanged, this, &MainWindow::onCallChanged);
    connect(&m_book.calls(), &CallListModel::liveCountChanged, this, &MainWindow::onCallsChanged);
    connect(&m_book, &models::CallBook::incident, this,
            [this](const engine::Error &error) { m_news->setText(error.message); });
    connect(m_callPage, &pages::CallPage::hangUpAsked, &m_link, &models::EngineLink::hangUp);
    connect(m_dialPanel, &pages::DialPanel::dialAsked, &m_link, &models::EngineLink::dial);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, m_list->viewport(), qOverload<>(&QWidget::update)); // running times

    applyTheme();
    if (!restoreGeometry(settings.value(kGeometryKey).toByteArray()))
        resize(1360, 860);
    onFactsChanged();
    onCallsChanged();
    m_dialPanel->focusNumber();
}

MainWindow::~MainWindow() = default;

void MainWindow::setNumber(const QString &text)
{
    m_dialPanel->setNumber(text);
}

QWidget *MainWindow::makeTopBar()
{
    auto *bar = new QWidget(this);
    bar->setObjectName(u"topBar"_s);
    bar->setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(metrics::kCard, 9, metrics::kCard, 10);
    layout->setSpacing(metrics::kCard);
    m_title = new QLabel(tr("Dialdesk"), bar);
    m_title->setProperty("role", u"title"_s);
    m_environment = new widgets::EnvironmentSwitch(bar);
    m_readiness = new QPushButton(bar);
    m_readiness->setObjectName(u"readinessLight"_s);
    m_address = new QPushButton(bar);
    m_address->setObjectName(u"publicAddress"_s);
    m_address->setLayoutDirection(Qt::RightToLeft); // the sign stands behind the words
    m_address->setToolTip(tr("The public address of this server. Click to copy it."));
    layout->addWidget(m_title);
    layout->addWidget(m_environment);
    layout->addWidget(m_readiness);
    layout->addStretch(1);
    layout->addWidget(m_address);
    connect(m_environment, &widgets::EnvironmentSwitch::asked, this, &MainWindow::onEnvironmentAsked);
    connect(m_readiness, &QPushButton::clicked, this, &MainWindow::showReadiness);
    connect(m_address, &QPushButton::clicked, this, &MainWindow::copyAddress);
    return bar;
}

QWidget *MainWindow::makeBanner()
{
    m_banner = new QFrame(this);
    m_banner->setObjectName(u"practiceBanner"_s);
    auto *layout = new QHBoxLayout(m_banner);
    layout->setContentsMargins(metrics::kCard, 7, metrics::kCard, 7);
    layout->setSpacing(10);
    auto *word = new QLabel(tr("PRACTICE LINE"), m_banner);
    word->setStyleSheet(u"font-weight: 700;"_s);
    auto *text = new QLabel(tr("Calls go to simulated people on this computer. Nothing is dialed, nothing is billed. "
                               "Set a Twilio account in .env to call for real."),
                            m_banner);
    text->setWordWrap(true);
    layout->addWidget(word);
    layout->addWidget(text, 1);
    m_banner->hide();
    return m_banner;
}

QWidget *MainWindow::makeLeftColumn()
{
    m_leftColumn = new QWidget(this);
    m_leftColumn->setObjectName(u"leftColumn"_s);
    m_leftColumn->setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(m_leftColumn);
    layout->setContentsMargins(0, 0, 1, 0);
    layout->setSpacing(0);
    m_unfold = new QPushButton(m_leftColumn);
    m_unfold->setFlat(true);
    m_unfold->setAccessibleName(tr("New call"));
    m_unfold->setToolTip(tr("New call (Ctrl+N)"));
    m_unfold->setFixedHeight(48);
    m_dialPanel = new pages::DialPanel(m_theme, m_leftColumn);
    m_list = new QListView(m_leftColumn);
    m_list->setObjectName(u"callList"_s);
    m_list->setAccessibleName(tr("Calls"));
    m_list->setModel(&m_book.calls());
    m_callDelegate = new widgets::CallDelegate(m_theme, m_list);
    m_list->setItemDelegate(m_callDelegate);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_noCalls = new QLabel(tr("Calls appear here: live ones on top."), m_leftColumn);
    m_noCalls->setProperty("role", u"small"_s);
    m_noCalls->setMargin(metrics::kCard);
    m_noCalls->setWordWrap(true);
    layout->addWidget(m_unfold);
    layout->addWidget(m_dialPanel);
    layout->addWidget(m_noCalls);
    layout->addWidget(m_list, 1);
    connect(m_unfold, &QPushButton::clicked, this, &MainWindow::newCall);
    connect(m_list, &QListView::clicked, this, &MainWindow::lookAtCall);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &MainWindow::showCurrentCall);
    return m_leftColumn;
}

void MainWindow::makeStatusBar()
{
    m_listening = new QLabel(this);
    m_news = new QLabel(this);
    m_callCount = new QLabel(this);
    statusBar()->addWidget(m_listening);
    statusBar()->addWidget(m_news, 1);
    statusBar()->addPermanentWidget(m_callCount);
    statusBar()->setSizeGripEnabled(false);
}

void MainWindow::makeMenus()
{
    QMenu *call = menuBar()->addMenu(tr("&Call"));
    call->addAction(tr("&New call"), QKeySequence::New, this, &MainWindow::newCall);
    QAction *dial = call->addAction(tr("&Dial"), this, [this] { m_dialPanel->dial(); });
    dial->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    m_hangUpAction =
        call->addAction(tr("&Hang up"), QKeySequence(Qt::CTRL | Qt::Key_H), this, [this] { m_callPage->hangUp(); });
    call->addSeparator();
    call->addAction(tr("&Copy conversation"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                    [this] { m_callPage->transcript()->copyAll(); });
    call->addAction(tr("Copy call &SID"), this, &MainWindow::copyCallSid);
    call->addAction(tr("Copy public &address"), this, &MainWindow::copyAddress);
    call->addSeparator();
    QAction *quit = call->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    quit->setMenuRole(QAction::QuitRole);

    QMenu *view = menuBar()->addMenu(tr("&View"));
    view->addAction(tr("&Previous call"), QKeySequence(Qt::CTRL | Qt::Key_PageUp), this, [this] { moveSelection(-1); });
    view->addAction(tr("&Next call"), QKeySequence(Qt::CTRL | Qt::Key_PageDown), this, [this] { moveSelection(1); });
    view->addAction(tr("&Look at the call"), QKeySequence(Qt::Key_Escape), this, &MainWindow::lookAtCall);
    view->addSeparator();
    QAction *facts = view->addAction(tr("&Answer times"));
    facts->setCheckable(true);
    facts->setChecked(m_factsWanted);
    connect(facts, &QAction::toggled, this, [this](bool wanted) {
        m_factsWanted = wanted;
        m_settings.setValue(kFactsKey, wanted);
        fold();
    });
    QMenu *looks = view->addMenu(tr("A&ppearance"));
    auto *group = new QActionGroup(this);
    for (const auto &[appearance, text] :
         {std::pair(Theme::Appearance::System, tr("As the &system")), std::pair(Theme::Appearance::Light, tr("&Light")),
          std::pair(Theme::Appearance::Dark, tr("&Dark"))}) {
        QAction *action = looks->addAction(text, this, [this, wanted = appearance] {
            m_theme.setAppearance(wanted);
            m_settings.setValue(kAppearanceKey, wordOf(wanted));
        });
        action->setCheckable(true);
        action->setChecked(m_theme.appearance() == appearance);
        group->addAction(action);
    }

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Readiness"), this, &MainWindow::showReadiness);
    QAction *aboutAction = help->addAction(tr("&About Dialdesk"), this, &MainWindow::about);
    aboutAction->setMenuRole(QAction::AboutRole);
}

void MainWindow::applyTheme()
{
    setPalette(m_theme.palette());
    setStyleSheet(m_theme.styleSheet());
    const Tokens &t = m_theme.tokens();
    m_address->setIcon(widgets::icon(u"copy"_s, t.muted));
    m_unfold->setIcon(widgets::icon(u"dial"_s, t.live));
    onFactsChanged();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    fold();
}

void MainWindow::fold()
{
    m_factsPanel->setVisible(m_factsWanted && width() >= metrics::kFoldFacts && !m_callPage->shown().isEmpty());
    const bool narrow = width() < metrics::kFoldList;
    if (!narrow)
        m_unfolded = false;
    const bool folded = narrow && !m_unfolded;
    // Unfolded in a narrow window, the left column has all of it: half a conversation beside it helps nobody.
    const bool alone = narrow && m_unfolded;
    m_callPage->setVisible(!alone);
    m_leftColumn->setMinimumWidth(folded ? kFoldedWidth : metrics::kLeftWidth);
    m_leftColumn->setMaximumWidth(folded ? kFoldedWidth : alone ? QWIDGETSIZE_MAX : metrics::kLeftWidth);
    m_dialPanel->setVisible(!folded);
    m_unfold->setVisible(folded);
    m_address->setVisible(!narrow && !m_link.facts().publicAddress.isEmpty());
    m_noCalls->setVisible(!folded && m_book.calls().rowCount() == 0);
    m_callDelegate->setFolded(folded);
}

void MainWindow::onFactsChanged()
{
    const models::DeskFacts &facts = m_link.facts();
    const Tokens &t = m_theme.tokens();
    m_banner->setVisible(facts.practice);
    m_environment->setProduction(facts.environment == Environment::Production);
    m_environment->setEnabled(facts.started);
    m_dialPanel->setFacts(facts);
    m_book.calls().setHomeRegion(facts.homeRegion);

    const QStringList obstacles = facts.obstacles();
    const bool starting = facts.trouble.isEmpty() && (!facts.started || facts.listeningOn.isEmpty());
    if (starting) {
        m_readiness->setText(tr("Starting …"));
        m_readiness->setIcon(widgets::icon(u"queued"_s, t.muted));
        m_readiness->setToolTip({});
    } else if (obstacles.isEmpty()) {
        m_readiness->setText(tr("Ready to dial"));
        m_readiness->setIcon(widgets::icon(u"talking"_s, t.live));
        m_readiness->setToolTip(tr("All settings calls need are there."));
    } else {
        m_readiness->setText(facts.trouble.isEmpty() ? tr("Not ready: %1 missing").arg(obstacles.size())
                                                     : tr("Not working"));
        m_readiness->setIcon(widgets::icon(u"failed"_s, t.bad));
        m_readiness->setToolTip(obstacles.join(u'\n'));
    }
    m_address->setText(facts.publicAddress.toString());
    m_listening->setText(!facts.trouble.isEmpty() ? facts.trouble
                         : facts.listeningOn.isEmpty()
                             ? tr("Starting …")
                             : tr("Listening on %1").arg(QUrl(facts.listeningOn).authority()));
    if (m_callPage->shown().isEmpty())
        m_callPage->showNothing(facts.practice);
    onCallsChanged();
    fold();
}

void MainWindow::onCallsChanged()
{
    const int live = m_book.calls().liveCount();
    const int most = m_link.facts().maxCalls;
    m_callCount->setText(most > 0 ? tr("%1 of %2 calls", "live calls, most at once").arg(live).arg(most) : QString());
    m_noCalls->setVisible(m_book.calls().rowCount() == 0 && m_dialPanel->isVisibleTo(this));
    setWindowTitle(live > 0 ? tr("%1 live – Dialdesk").arg(live) : tr("Dialdesk"));
    if (live > 0 && !m_second.isActive())
        m_second.start();
    else if (live == 0)
        m_second.stop();
    m_hangUpAction->setEnabled(m_callPage->canHangUp());
}

void MainWindow::onCallChanged(const CallSid &sid)
{
    if (sid == m_toSelect || m_callPage->shown().isEmpty()) {
        m_toSelect = {};
        selectCall(sid);
    }
    if (sid != m_callPage->shown())
        return;
    if (const auto *record = m_book.calls().record(sid)) {
        m_callPage->update(*record);
        m_factsPanel->setRecord(*record);
    }
    m_hangUpAction->setEnabled(m_callPage->canHangUp());
}

void MainWindow::onDialed(const engine::Result<CallSid> &sid)
{
    m_dialPanel->setAnswer(sid);
    if (!sid) {
        if (!m_dialPanel->isVisible())
            newCall(); // the reason stands there
        return;
    }
    lookAtCall();
    m_toSelect = *sid;
    selectCall(*sid);
}

void MainWindow::selectCall(const CallSid &sid)
{
    const int row = m_book.calls().rowOf(sid);
    if (row < 0)
        return;
    m_toSelect = {};
    m_list->setCurrentIndex(m_book.calls().index(row));
    m_list->scrollTo(m_book.calls().index(row));
}

void MainWindow::moveSelection(int rows)
{
    const QModelIndex next = m_book.calls().index(std::max(0, m_list->currentIndex().row() + rows));
    if (next.isValid())
        m_list->setCurrentIndex(next);
}

void MainWindow::showCurrentCall()
{
    const CallSid sid(m_list->currentIndex().data(CallListModel::SidRole).toString());
    const auto *record = m_book.calls().record(sid);
    if (!record) {
        m_callPage->showNothing(m_link.facts().practice);
        fold();
        return;
    }
    m_callPage->showCall(*record, m_book.transcript(sid), m_book.calls().homeRegion());
    m_factsPanel->setRecord(*record);
    fold();
    m_hangUpAction->setEnabled(m_callPage->canHangUp());
}

void MainWindow::newCall()
{
    m_unfolded = true;
    fold();
    m_dialPanel->focusNumber();
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
        m_news->setText(tr("There is no public address to copy yet."));
        return;
    }
    QGuiApplication::clipboard()->setText(address);
    m_news->setText(tr("Copied %1").arg(address));
}

void MainWindow::copyCallSid()
{
    if (m_callPage->shown().isEmpty())
        return;
    QGuiApplication::clipboard()->setText(m_callPage->shown().value());
    m_news->setText(tr("Copied %1").arg(m_callPage->shown().value()));
}

void MainWindow::onEnvironmentAsked(bool production)
{
    const models::DeskFacts &facts = m_link.facts();
    auto *box = new QMessageBox(this);
    box->setObjectName(u"environmentConfirmation"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIcon(QMessageBox::NoIcon);
    box->setWindowTitle(production ? tr("Switch to PRODUCTION?") : tr("Switch to LOCAL?"));
    box->setText(u"<b>%1</b>"_s.arg(box->windowTitle()));
    const QString live = m_book.calls().liveCount() > 0 ? u' ' + tr("Calls under way stay as they are.") : QString();
    if (production)
        box->setInformativeText(
            facts.agentName.isEmpty()
                ? tr("The next calls would be held by Pipecat Cloud, but AGENT_NAME and ORGANIZATION_NAME are not set: "
                     "nothing can be dialed until they are.") +
                      live
                : tr("The next calls are held by the agent %1 on Pipecat Cloud, not by this computer.")
                          .arg(facts.agentName) +
                      live);
    else
        box->setInformativeText(tr("This computer holds the conversation of the next calls.") + live);
    QPushButton *yes = box->addButton(production ? tr("Use PRODUCTION") : tr("Use LOCAL"), QMessageBox::AcceptRole);
    QPushButton *no = box->addButton(tr("Cancel"), QMessageBox::RejectRole);
    box->setDefaultButton(production ? no : yes);
    box->setEscapeButton(no);
    connect(yes, &QPushButton::clicked, this,
            [this, production] { m_link.setEnvironment(production ? Environment::Production : Environment::Local); });
    box->open();
}

void MainWindow::showReadiness()
{
    const models::DeskFacts &facts = m_link.facts();
    const QStringList obstacles = facts.obstacles();
    auto *box = new QMessageBox(this);
    box->setObjectName(u"readinessBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Readiness"));
    if (obstacles.isEmpty()) {
        box->setText(u"<b>%1</b>"_s.arg(tr("Ready to dial")));
        box->setInformativeText(facts.practice ? tr("The practice line needs no settings.")
                                               : tr("All settings calls need are there."));
    } else {
        box->setText(u"<b>%1</b>"_s.arg(tr("Before calls can be placed")));
        QString items;
        for (const QString &obstacle : obstacles)
            items += u"<li>%1</li>"_s.arg(obstacle.toHtmlEscaped());
        const QString file =
            facts.envFile.isEmpty() ? tr("a file named .env where Dialdesk is started") : facts.envFile;
        box->setInformativeText(u"<ul>%1</ul><p>%2</p>"_s.arg(
            items, tr("Settings stand in %1; start Dialdesk again after a change.").arg(file.toHtmlEscaped())));
    }
    box->addButton(QMessageBox::Close);
    box->open();
}

void MainWindow::about()
{
    auto *box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Dialdesk"));
    box->setIconPixmap(widgets::programIcon().pixmap(64, 64));
    box->setText(tr("<b>Dialdesk %1</b>").arg(QCoreApplication::applicationVersion()));
    box->setInformativeText(
        tr("Places phone calls that an AI agent holds, and shows every word.<br><br>"
           "Free software under the GNU General Public License, version 3 or later. Built with Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    box->addButton(QMessageBox::Close);
    box->open();
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
    auto *box = new QMessageBox(this);
    box->setObjectName(u"closeConfirmation"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Calls are live"));
    box->setText(u"<b>%1</b>"_s.arg(
        (live == 1 ? tr("A call is still under way") : tr("%n calls are still under way", nullptr, live))));
    box->setInformativeText(live == 1 ? tr("Closing Dialdesk ends it now.") : tr("Closing Dialdesk ends them now."));
    QPushButton *end = box->addButton(tr("End calls and close"), QMessageBox::DestructiveRole);
    QPushButton *stay = box->addButton(tr("Keep talking"), QMessageBox::RejectRole);
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    connect(end, &QPushButton::clicked, this, [this] {
        m_leaving = true;
        close();
    });
    box->open();
}

void MainWindow::leave()
{
    m_leaving = true;
    m_settings.setValue(kGeometryKey, saveGeometry());
    emit closed();
}

} // namespace ui
