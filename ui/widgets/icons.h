#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace ui::widgets {

/// An icon of resources/icons in one colour. @param size  device-independent pixels; @param scale  of the screen
[[nodiscard]] QPixmap iconPixmap(const QString &name, const QColor &color, int size, qreal scale);
[[nodiscard]] QIcon icon(const QString &name, const QColor &color);
/// The program's own, in its own colours.
[[nodiscard]] QIcon programIcon();

} // namespace ui::widgets
