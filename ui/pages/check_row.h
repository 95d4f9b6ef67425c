#pragma once

#include "ui/models/engine_link.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {
class Theme;
}

namespace ui::pages {

/// One check of the readiness panel: icon, title, sentence, when it was asked, and its fix.
class CheckRow : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the row
    explicit CheckRow(const Theme &theme, QWidget *parent);

    void setCheck(const engine::checks::Check &check);
    const engine::checks::Check &check() const { return m_check; }

signals:
    void fixAsked();

private:
    void show();

    const Theme &m_theme;
    engine::checks::Check m_check;
    QLabel *m_icon = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_sentence = nullptr;
    QLabel *m_checked = nullptr;
    QPushButton *m_fix = nullptr;
};

} // namespace ui::pages
