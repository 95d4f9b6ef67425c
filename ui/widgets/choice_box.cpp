#include "ui/widgets/choice_box.h"

#include "ui/theme.h"
#include "ui/widgets/icons.h"

#include <QPainter>
#include <QStyle>
#include <QWheelEvent>

using namespace Qt::StringLiterals;

namespace ui::widgets {

ChoiceBox::ChoiceBox(const Theme &theme, QWidget *parent) : QComboBox(parent), m_theme(theme) {}

void ChoiceBox::paintEvent(QPaintEvent *event)
{
    QComboBox::paintEvent(event);
    QPainter painter(this);
    const QRect place = QStyle::visualRect(layoutDirection(), rect(), {width() - 28, (height() - 16) / 2, 16, 16});
    painter.drawPixmap(place.topLeft(), iconPixmap(u"chevron_down"_s, m_theme.tokens().muted, 16, devicePixelRatioF()));
}

void ChoiceBox::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

} // namespace ui::widgets
