#pragma once

#include "ui/models/call_book.h"
#include "ui/models/engine_link.h"

#include <QMainWindow>
#include <QTimer>

class QFrame;
class QLabel;
class QListView;
class QPushButton;
class QSettings;

namespace ui {

class Theme;
namespace widgets {
class CallDelegate;
class EnvironmentSwitch;
} // namespace widgets
namespace pages {
class CallPage;
class DialPanel;
class FactsPanel;
} // namespace pages

/// The console: top bar, calls, the call one looks at, its facts. Arranges and connects; what it shows comes from the
/// models.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// All three outlive the window. @param settings  where window size and appearance are kept
    MainWindow(models::EngineLink &link, Theme &theme, QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Fills the number field; dials nothing.
    void setNumber(const QString &text);

signals:
    /// The window has been closed, and its calls may be ended.
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeTopBar();
    QWidget *makeBanner();
    QWidget *makeLeftColumn();
    void makeStatusBar();
    void makeMenus();
    void applyTheme();
    void fold();

    void onFactsChanged();
    void onCallChanged(const engine::CallSid &sid);
    void onCallsChanged();
    void onDialed(const engine::Result<engine::CallSid> &sid);
    void onEnvironmentAsked(bool production);
    void showReadiness();
    void showCurrentCall();
    void selectCall(const engine::CallSid &sid);
    void moveSelection(int rows);
    void newCall();
    void lookAtCall();
    void copyAddress();
    void copyCallSid();
    void about();
    void leave();

    models::EngineLink &m_link;
    Theme &m_theme;
    QSettings &m_settings;
    models::CallBook m_book;
    engine::CallSid m_toSelect; // dialed, its events still to come
    QTimer m_second;
    bool m_leaving = false;
    bool m_unfolded = false; // the left column, in a narrow window
    bool m_factsWanted = true;

    QLabel *m_title = nullptr;
    widgets::EnvironmentSwitch *m_environment = nullptr;
    QPushButton *m_readiness = nullptr;
    QPushButton *m_address = nullptr;
    QFrame *m_banner = nullptr;
    QWidget *m_leftColumn = nullptr;
    QPushButton *m_unfold = nullptr;
    pages::DialPanel *m_dialPanel = nullptr;
    QListView *m_list = nullptr;
    QLabel *m_noCalls = nullptr;
    widgets::CallDelegate *m_callDelegate = nullptr;
    pages::CallPage *m_callPage = nullptr;
    pages::FactsPanel *m_factsPanel = nullptr;
    QLabel *m_listening = nullptr;
    QLabel *m_news = nullptr;
    QLabel *m_callCount = nullptr;
    QAction *m_hangUpAction = nullptr;
};

} // namespace ui
