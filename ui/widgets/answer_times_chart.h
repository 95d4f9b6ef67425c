#pragma once

#include "ui/models/answer_times.h"

#include <QWidget>

#include <vector>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// One bar an answer: how long it took, and which part of it was listening, words, model and voice.
class AnswerTimesChart : public QWidget
{
    Q_OBJECT
public:
    static constexpr size_t kShown = 8; ///< answers; there is no room for more

    /// @param theme  outlives the chart
    explicit AnswerTimesChart(const Theme &theme, QWidget *parent = nullptr);

    /// @param times  kShown at most
    void setTimes(std::vector<models::AnswerTime> times);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    const Theme &m_theme;
    std::vector<models::AnswerTime> m_times;
};

} // namespace ui::widgets
