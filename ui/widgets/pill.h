#pragma once

#include <QLabel>

namespace ui::widgets {

/// A word on a soft colour. The colour's name ("live", "accent", "warn", "bad", "production", "quiet") is looked up in
/// the style sheet.
class Pill : public QLabel
{
    Q_OBJECT
public:
    explicit Pill(QWidget *parent = nullptr);
    void show(const QString &text, const QString &color);
    using QLabel::show;
};

/// Sets a property the style sheet looks at, and has the sheet looked up again when it changed.
void setStyleProperty(QWidget *widget, const char *name, const QVariant &value);

} // namespace ui::widgets
