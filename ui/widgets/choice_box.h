#pragma once

#include <QComboBox>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// A combo box with an arrow in the theme's colour. Scrolling the page it stands on does not change it.
class ChoiceBox : public QComboBox
{
    Q_OBJECT
public:
    /// @param theme  outlives the box
    explicit ChoiceBox(const Theme &theme, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    const Theme &theme() const { return m_theme; }

private:
    const Theme &m_theme;
};

} // namespace ui::widgets
