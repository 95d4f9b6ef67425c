#pragma once

#include "engine/records/call_store.h"

#include <QTimer>
#include <QWidget>

class QDateEdit;
class QLineEdit;

namespace ui {
class Theme;
}
namespace ui::widgets {
class ChoiceBox;
}

namespace ui::pages {

/// Which calls of the history one wants to see: words, outcome, days.
class HistoryFilter : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the filter
    explicit HistoryFilter(const Theme &theme, QWidget *parent = nullptr);

    /// What is chosen now; days are those of this computer's time zone.
    [[nodiscard]] engine::records::CallFilter filter() const;
    /// Nothing is narrowed.
    bool isOpen() const;
    void clear();
    void focusWords();

signals:
    /// A moment after the last key, at once for choices.
    void changed();

private:
    void makeDays();

    QTimer m_typing;
    QLineEdit *m_words = nullptr;
    widgets::ChoiceBox *m_outcome = nullptr;
    widgets::ChoiceBox *m_days = nullptr;
    QWidget *m_between = nullptr;
    QDateEdit *m_from = nullptr;
    QDateEdit *m_to = nullptr;
};

} // namespace ui::pages
