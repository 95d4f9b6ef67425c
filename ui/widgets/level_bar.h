#pragma once

#include <QWidget>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// How loud one side of a line is: its name, the level in words, and a bar from -60 to 0 dBFS.
class LevelBar : public QWidget
{
    Q_OBJECT
public:
    enum class Side
    {
        Callee,
        Agent
    };
    /// @param theme  outlives the bar
    LevelBar(const Theme &theme, Side side, QWidget *parent = nullptr);

    void setLevel(double dbfs);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    Side m_side;
    double m_dbfs;
};

/// Where a level stands on a meter: 0 at -60 dBFS and below, 1 at full scale.
[[nodiscard]] double meterShare(double dbfs);

} // namespace ui::widgets
