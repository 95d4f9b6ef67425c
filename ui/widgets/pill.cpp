#include "ui/widgets/pill.h"

#include <QStyle>
#include <QVariant>

namespace ui::widgets {

Pill::Pill(QWidget *parent) : QLabel(parent)
{
    setProperty("pill", QStringLiteral("quiet"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Pill::show(const QString &text, const QString &color)
{
    setText(text);
    setStyleProperty(this, "pill", color);
    show();
}

void setStyleProperty(QWidget *widget, const char *name, const QVariant &value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace ui::widgets
