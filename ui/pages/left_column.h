#pragma once

#include "engine/base/ids.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {
class Theme;
}
namespace ui::models {
class CallListModel;
class RecentNumbers;
} // namespace ui::models
namespace ui::widgets {
class CallListView;
}

namespace ui::pages {

class DialPanel;

/// What I do next and which calls there are: the dial panel above the list of calls.
class LeftColumn : public QWidget
{
    Q_OBJECT
public:
    enum class Width
    {
        Normal,
        Folded, ///< signs alone
        All     ///< of a narrow window
    };

    /// @param theme, calls, recent  outlive the column
    LeftColumn(const Theme &theme, models::CallListModel &calls, models::RecentNumbers &recent,
               QWidget *parent = nullptr);

    DialPanel &dialPanel() const { return *m_dialPanel; }
    void setWidth(Width width);
    /// Gives this width to a column; @param normal  in pixels
    static void apply(Width width, int normal, QWidget *column);
    /// Nothing happens when the call is not in the list.
    void selectCall(const engine::CallSid &sid);
    /// No call of the list is looked at.
    void clearSelection();
    void moveSelection(int rows);

signals:
    /// The list stands on this call now; empty: on none.
    void callSelected(const engine::CallSid &sid);
    /// The person pointed at a call and wants to look at it.
    void callClicked();
    void newCallAsked();

private:
    void onCallsChanged();
    void applyTheme();

    const Theme &m_theme;
    models::CallListModel &m_calls;
    Width m_width = Width::Normal;
    QPushButton *m_unfold = nullptr;
    DialPanel *m_dialPanel = nullptr;
    QLabel *m_noCalls = nullptr;
    widgets::CallListView *m_list = nullptr;
};

} // namespace ui::pages
