#include "ui/widgets/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace ui::widgets {

namespace {

QPixmap rendered(const QString &name, const QByteArray &color, int size, qreal scale)
{
    const QString key = u"dialdesk/%1/%2/%3/%4"_s.arg(name, QString::fromLatin1(color)).arg(size).arg(scale);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QSvgRenderer renderer(file.readAll().replace("currentColor", color));
    pixmap = QPixmap(QSize(size, size) * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace

QPixmap iconPixmap(const QString &name, const QColor &color, int size, qreal scale)
{
    return rendered(name, color.name().toLatin1(), size, scale);
}

QIcon icon(const QString &name, const QColor &color)
{
    QIcon result;
    for (const qreal scale : {1.0, 2.0})
        result.addPixmap(iconPixmap(name, color, 18, scale));
    return result;
}

QIcon programIcon()
{
    QIcon result;
    for (const int size : {16, 32, 48, 64, 128, 256})
        result.addPixmap(rendered(u"dialdesk"_s, "currentColor", size, 1.0));
    return result;
}

} // namespace ui::widgets
