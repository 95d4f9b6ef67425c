#pragma once

#include "ui/models/engine_link.h"
#include "ui/models/history_model.h"
#include "ui/pages/left_column.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {
class Theme;
}
namespace ui::widgets {
class CallListView;
}

namespace ui::pages {

class HistoryFilter;

/// All calls of this and earlier runs, searched and filtered; the call chosen opens beside it. Asks the engine's
/// history through the link. Lives on the window's thread.
class HistoryPage : public QWidget
{
    Q_OBJECT
public:
    /// Both outlive the page.
    HistoryPage(models::EngineLink &link, const Theme &theme, QWidget *parent = nullptr);

    /// Looks for the newest calls and waits for words.
    void open();
    /// It is gone from the history.
    void remove(const engine::CallSid &sid);
    /// @param rows  1: the next older one
    void moveSelection(int rows);
    /// As of the left column, in whose place it stands.
    void setWidth(LeftColumn::Width width);

signals:
    void callSelected(const engine::CallSid &sid);
    /// The person pointed at a call and wants to look at it.
    void callClicked();
    void exportAsked(const engine::records::CallFilter &filter);
    void closeAsked();

private:
    QWidget *makeHead(const Theme &theme);
    QWidget *makeFoot();
    void search();
    void onEvent(const engine::records::Event &event);
    void onState();
    void onPageAsked(const engine::records::CallFilter &filter);
    void selectAgain();

    models::EngineLink &m_link;
    models::HistoryModel m_model;
    engine::CallSid m_selected;
    QTimer m_refresh; // when calls end while one looks
    HistoryFilter *m_filter = nullptr;
    QWidget *m_head = nullptr;
    QWidget *m_foot = nullptr;
    widgets::CallListView *m_list = nullptr;
    QLabel *m_empty = nullptr;
    QPushButton *m_clear = nullptr;
    QPushButton *m_export = nullptr;
};

} // namespace ui::pages
