#pragma once

#include "ui/models/call_list_model.h"

#include <QScrollArea>
#include <QTimer>

#include <chrono>
#include <vector>

class QFormLayout;
class QLabel;

namespace ui {
class Theme;
}
namespace ui::widgets {
class AnswerTimesChart;
class LevelBar;
} // namespace ui::widgets

namespace ui::pages {

/// Why a call is fast or slow, and its facts.
class FactsPanel : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the panel
    explicit FactsPanel(const Theme &theme, QWidget *parent = nullptr);

    /// @param timeLimit  how long such a call may last from pick-up on
    void setRecord(const engine::records::CallRecord &record, std::chrono::seconds timeLimit);
    /// How loud the call shown is; silence when it has no sound.
    void setLevel(const engine::records::CallLevel &level);

private:
    struct Fact
    {
        QLabel *name = nullptr;
        QLabel *value = nullptr;
    };
    void updateFacts();
    void setFacts(const std::vector<std::pair<QString, QString>> &facts);

    widgets::AnswerTimesChart *m_chart = nullptr;
    widgets::LevelBar *m_callee = nullptr;
    widgets::LevelBar *m_agent = nullptr;
    QWidget *m_content = nullptr;
    QFormLayout *m_form = nullptr;
    std::vector<Fact> m_facts;
    engine::records::CallRecord m_record;
    std::chrono::seconds m_timeLimit{0};
    QTimer m_second; // while the time left of the call runs
};

} // namespace ui::pages
