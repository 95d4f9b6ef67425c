#pragma once

#include "ui/models/engine_link.h"
#include "ui/models/recent_numbers.h"

#include <QWidget>

class QFrame;
class QLabel;
class QMenu;
class QPushButton;

namespace ui {
class Theme;
}

namespace ui::widgets {
class FromBox;
class NameValueRows;
class NumberField;
} // namespace ui::widgets

namespace ui::pages {

/// Whom to call, from which number, what the agent should know; and Dial.
class DialPanel : public QWidget
{
    Q_OBJECT
public:
    /// @param theme, recent  outlive the panel
    DialPanel(const Theme &theme, models::RecentNumbers &recent, QWidget *parent = nullptr);

    void setFacts(const models::DeskFacts &facts);
    /// Fills the field, from a link or the command line; dials nothing.
    void setNumber(const QString &text);
    void focusNumber();
    /// Dials what stands in the fields, or says beside the button why not.
    void dial();
    /// The answer to dialAsked(): an error stays until it is read.
    void setAnswer(const engine::Result<engine::CallSid> &sid);

signals:
    void dialAsked(const engine::DialRequest &request);

private:
    void showOwnNumbers();
    void updateHint();
    void updateButton();
    void showError(const QString &sentence);
    void applyTheme();
    void fillRecentMenu();

    const Theme &m_theme;
    models::RecentNumbers &m_recent;
    models::DeskFacts m_facts;
    widgets::NumberField *m_number = nullptr;
    QPushButton *m_recentButton = nullptr;
    QMenu *m_recentMenu = nullptr;
    QLabel *m_numberHint = nullptr;
    widgets::FromBox *m_from = nullptr;
    widgets::NameValueRows *m_data = nullptr;
    QPushButton *m_dial = nullptr;
    QLabel *m_state = nullptr;
    QFrame *m_errorCard = nullptr;
    QLabel *m_error = nullptr;
    QPushButton *m_errorRead = nullptr;
    bool m_dialing = false;
    bool m_complain = false; ///< a short number is called so only once somebody meant to be done with it
};

} // namespace ui::pages
