#pragma once

#include "ui/models/engine_link.h"

#include <QWidget>

class QPushButton;

namespace ui {
class Theme;
}
namespace ui::widgets {
class EnvironmentSwitch;
}

namespace ui::pages {

/// What holds for every call: the environment of the next ones, whether they can be placed, and where this server is
/// reached. Asks; changes nothing by itself. Lives on the window's thread.
class TopBar : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the bar
    explicit TopBar(const Theme &theme, QWidget *parent = nullptr);

    void setFacts(const models::DeskFacts &facts);
    /// What opens the readiness panel, and where that hangs.
    QWidget *readinessLight() const;
    /// In a narrow window the address gives way.
    void setNarrow(bool narrow);
    /// Whether the history is what the window shows on the left.
    void setHistoryShown(bool shown);

signals:
    void environmentAsked(bool production);
    void readinessAsked();
    void addressCopyAsked();
    void historyAsked();
    void settingsAsked();

private:
    void showReadiness();
    void showAddress();
    void applyTheme();

    const Theme &m_theme;
    models::DeskFacts m_facts;
    bool m_narrow = false;
    widgets::EnvironmentSwitch *m_environment = nullptr;
    QPushButton *m_readiness = nullptr;
    QPushButton *m_address = nullptr;
    QPushButton *m_history = nullptr;
};

} // namespace ui::pages
