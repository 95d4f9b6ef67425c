#pragma once

#include "ui/models/engine_link.h"

#include <QFrame>

#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ui {
class Theme;
}

namespace ui::pages {

class CheckRow;

/// Everything calls need, each with what was found and the button that mends it; hangs below the readiness light.
///
/// A child of the window rather than a window of its own: it stays where it hangs, and closes on Escape, on a click
/// elsewhere and when the focus goes elsewhere. Lives on the window's thread.
class ReadinessPanel : public QFrame
{
    Q_OBJECT
public:
    /// @param theme  outlives the panel; @param window  owns it
    ReadinessPanel(const Theme &theme, QWidget *window);

    void setFacts(const models::DeskFacts &facts);
    /// Opens below `anchor`, or closes.
    void toggleBelow(QWidget *anchor);

    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void checkAgainAsked(engine::checks::CheckId id);
    void checkAllAsked();
    void settingAsked(const QString &name);
    void copyAsked(const QString &text);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void mend(const engine::checks::Check &check);
    void place();

    const Theme &m_theme;
    models::DeskFacts m_facts;
    QWidget *m_anchor = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_trouble = nullptr;
    QPushButton *m_all = nullptr;
    QVBoxLayout *m_rows = nullptr;
    std::vector<CheckRow *> m_checkRows; // children, one for each check
};

} // namespace ui::pages
