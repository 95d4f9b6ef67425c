// The menus of the main window; each action calls what the window can do anyway.
#include "ui/main_window.h"
#include "ui/pages/call_page.h"
#include "ui/pages/dial_panel.h"
#include "ui/pages/left_column.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_view.h"

#include <QActionGroup>
#include <QMenuBar>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

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

void MainWindow::makeCallMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Call"));
    menu->addAction(tr("&New call"), QKeySequence::New, this, &MainWindow::newCall);
    QAction *dial = menu->addAction(tr("&Dial"), this, [this] { m_leftColumn->dialPanel().dial(); });
    dial->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    m_hangUpAction = menu->addAction(tr("&Hang up"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H), this,
                                     [this] { m_callPage->hangUp(); });
    menu->addSeparator();
    menu->addAction(tr("&Copy conversation"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                    [this] { m_callPage->transcript()->copyAll(); });
    menu->addSeparator();
    menu->addAction(tr("&Find in conversation"), QKeySequence::Find, this, [this] { m_callPage->find(); });
    menu->addAction(tr("Find ne&xt"), QKeySequence::FindNext, this, [this] { m_callPage->findNext(1); });
    menu->addAction(tr("Find pre&vious"), QKeySequence::FindPrevious, this, [this] { m_callPage->findNext(-1); });
    menu->addSeparator();
    m_playAction = menu->addAction(tr("&Play or pause the recording"), QKeySequence(Qt::CTRL | Qt::Key_Space), this,
                                   [this] { m_callPage->playOrPause(); });
    m_exportAction = menu->addAction(tr("&Export call …"), QKeySequence(Qt::CTRL | Qt::Key_E), this,
                                     [this] { exportCall(m_callPage->shown()); });
    m_deleteAction = menu->addAction(tr("De&lete call …"), this, [this] { deleteCall(m_callPage->shown()); });
    menu->addSeparator();
    menu->addAction(tr("Copy call S&ID"), this, &MainWindow::copyCallSid);
    menu->addAction(tr("Copy public &address"), this, &MainWindow::copyAddress);
    menu->addSeparator();
    QAction *notToCall = menu->addAction(tr("N&umbers not to call …"), this, &MainWindow::showNumbersNotToCall);
    notToCall->setObjectName(u"numbersNotToCall"_s);
    m_settingsAction =
        menu->addAction(tr("&Settings …"), QKeySequence(Qt::CTRL | Qt::Key_Comma), this, [this] { openSetting(); });
    m_settingsAction->setMenuRole(QAction::PreferencesRole);
    m_settingsAction->setEnabled(false);
    menu->addSeparator();
    QAction *quit = menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    quit->setMenuRole(QAction::QuitRole);
}

void MainWindow::makeViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    m_historyAction =
        menu->addAction(tr("&History"), QKeySequence(Qt::CTRL | Qt::Key_H), this, &MainWindow::toggleHistory);
    m_historyAction->setCheckable(true);
    menu->addSeparator();
    menu->addAction(tr("&Previous call"), QKeySequence(Qt::CTRL | Qt::Key_PageUp), this, [this] { moveSelection(-1); });
    menu->addAction(tr("&Next call"), QKeySequence(Qt::CTRL | Qt::Key_PageDown), this, [this] { moveSelection(1); });
    menu->addAction(tr("&Look at the call"), QKeySequence(Qt::Key_Escape), this, &MainWindow::lookAtCall);
    menu->addSeparator();

    m_factsWanted = m_settings.value(kFactsKey, true).toBool();
    QAction *facts = menu->addAction(tr("&Answer times"));
    facts->setCheckable(true);
    facts->setChecked(m_factsWanted);
    connect(facts, &QAction::toggled, this, [this](bool wanted) {
        m_factsWanted = wanted;
        m_settings.setValue(kFactsKey, wanted);
        fold();
    });

    QMenu *looks = menu->addMenu(tr("App&earance"));
    auto *group = new QActionGroup(this);
    for (const auto &[appearance, text] :
         {std::pair(Theme::Appearance::System, tr("As the &system")), std::pair(Theme::Appearance::Light, tr("&Light")),
          std::pair(Theme::Appearance::Dark, tr("&Dark"))}) {
        if (m_settings.value(kAppearanceKey).toString() == wordOf(appearance))
            m_theme.setAppearance(appearance);
        QAction *action = looks->addAction(text, this, [this, wanted = appearance] {
            m_theme.setAppearance(wanted);
            m_settings.setValue(kAppearanceKey, wordOf(wanted));
        });
        action->setCheckable(true);
        action->setActionGroup(group);
        action->setChecked(m_theme.appearance() == appearance);
    }
}

void MainWindow::makeHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(tr("&Readiness"), this, &MainWindow::showReadiness);
    QAction *about = menu->addAction(tr("&About Dialdesk"), this, &MainWindow::showAbout);
    about->setMenuRole(QAction::AboutRole);
}

} // namespace ui
