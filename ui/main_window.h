#pragma once

#include "engine/records/call_store.h"
#include "engine/records/export.h"
#include "ui/models/call_book.h"
#include "ui/models/engine_link.h"
#include "ui/models/recent_numbers.h"
#include "ui/models/vendor_health.h"

#include <QMainWindow>
#include <QPointer>
#include <QSize>
#include <QTimer>

class QSettings;

namespace ui {

class Theme;
namespace models {
class CallExportJob;
class SettingsModel;
} // namespace models
namespace pages {
class CallPage;
class DoNotCallDialog;
class FactsPanel;
class HistoryPage;
class LeftColumn;
class PracticeBanner;
class ReadinessPanel;
class SettingsBanner;
class SettingsDialog;
class StatusLine;
class TopBar;
} // namespace pages

/// The console: top bar, calls, the call one looks at, its facts. Arranges and connects; what it shows comes from the
/// models.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// Of the very first window, where the screen has room for it.
    static constexpr QSize kFirstSize{1360, 860};

    /// All three outlive the window. @param settings  where window size and appearance are kept
    MainWindow(models::EngineLink &link, Theme &theme, QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Fills the number field; dials nothing.
    void setNumber(const QString &text);
    /// Gives the window settings to show and change; without them it only says where they stand.
    /// @param settings  outlives the window
    void useSettings(models::SettingsModel &settings);

public slots:
    /// Opens the settings; @param name  as in .env, the one to turn to, or "" for the first
    void openSetting(const QString &name = {});

signals:
    /// The window has been closed, and its calls may be ended.
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void arrange();
    void connectModels();
    void connectHistory();
    void makeCallMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void applyTheme();
    void fold();

    void onFactsChanged();
    void onCallChanged(const engine::CallSid &sid);
    void onLevelsMeasured(const engine::records::CallLevels &levels);
    void refreshCall();
    void showFacts(const engine::records::CallRecord &record);
    void enableActions();
    void onCallsChanged();
    void onDialed(const engine::Result<engine::CallSid> &sid);
    void onEnvironmentAsked(bool production);
    void showCall(const engine::CallSid &sid);
    void showReadiness();
    void showNumbersNotToCall();
    void showAbout();
    void showToday();
    void toggleHistory();
    void setHistoryShown(bool shown);
    void openPast(const engine::CallSid &sid);
    void deleteCall(const engine::CallSid &sid);
    void exportCall(const engine::CallSid &sid);
    void exportCalls(const engine::records::CallFilter &filter);
    models::CallExportJob *startExport(const QString &path, engine::records::ExportFormat format);
    void newCall();
    void moveSelection(int rows);
    void lookAtCall();
    void copyAddress();
    void copyCallSid();
    void copyText(const QString &text);
    void leave();

    models::EngineLink &m_link;
    Theme &m_theme;
    QSettings &m_settings;
    models::SettingsModel *m_settingsModel = nullptr; // not ours
    QPointer<pages::SettingsDialog> m_settingsDialog;
    QPointer<pages::DoNotCallDialog> m_doNotCallDialog;
    models::CallBook m_book;
    models::RecentNumbers m_recent;
    models::VendorHealth m_health;
    engine::CallSid m_toSelect;   // dialed, its events still to come
    engine::CallSid m_pastWanted; // of the history, chosen last
    QTimer m_refresh;             // of the call shown, not for each of its events
    bool m_leaving = false;
    bool m_unfolded = false; // the left column, in a narrow window
    bool m_factsWanted = true;
    bool m_historyShown = false; // in the place of the left column

    pages::TopBar *m_topBar = nullptr;
    pages::PracticeBanner *m_banner = nullptr;
    pages::SettingsBanner *m_settingsBanner = nullptr;
    pages::LeftColumn *m_leftColumn = nullptr;
    pages::HistoryPage *m_historyPage = nullptr;
    pages::CallPage *m_callPage = nullptr;
    pages::FactsPanel *m_factsPanel = nullptr;
    pages::ReadinessPanel *m_readinessPanel = nullptr;
    pages::StatusLine *m_status = nullptr;
    QAction *m_hangUpAction = nullptr;
    QAction *m_historyAction = nullptr;
    QAction *m_playAction = nullptr;
    QAction *m_exportAction = nullptr;
    QAction *m_deleteAction = nullptr;
    QAction *m_settingsAction = nullptr;
};

} // namespace ui
