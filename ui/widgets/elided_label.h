#pragma once

#include <QLabel>

namespace ui::widgets {

/// A line of text that ends in "…" where there is no room, and says all of it in its tooltip then.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
};

} // namespace ui::widgets
