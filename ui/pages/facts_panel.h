#pragma once

#include "ui/models/call_list_model.h"

#include <QScrollArea>

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

    void setRecord(const engine::records::CallRecord &record);
    /// How loud the call shown is; silence when it has no sound.
    void setLevel(const engine::records::CallLevel &level);

private:
    struct Fact
    {
        QLabel *name = nullptr;
        QLabel *value = nullptr;
    };
    void setFacts(const std::vector<std::pair<QString, QString>> &facts);

    widgets::AnswerTimesChart *m_chart = nullptr;
    widgets::LevelBar *m_callee = nullptr;
    widgets::LevelBar *m_agent = nullptr;
    QWidget *m_content = nullptr;
    QFormLayout *m_form = nullptr;
    std::vector<Fact> m_facts;
};

} // namespace ui::pages
