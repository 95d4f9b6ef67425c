#include "ui/widgets/level_bar.h"

#include "ui/theme.h"

#include <QLocale>
#include <QPainter>
#include <QStyle>

#include <algorithm>
#include <cmath>

namespace ui::widgets {

namespace {

constexpr double kBottomDbfs = -60.0;
constexpr int kLabelHeight = 20;
constexpr int kLevelHeight = 9;
constexpr double kNothing = -100.0;

} // namespace

double meterShare(double dbfs)
{
    return std::clamp(1.0 - dbfs / kBottomDbfs, 0.0, 1.0);
}

LevelBar::LevelBar(const Theme &theme, Side side, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_side(side), m_dbfs(kNothing)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(side == Side::Callee ? tr("Level of the callee") : tr("Level of the agent"));
}

QSize LevelBar::sizeHint() const
{
    return {120, kLabelHeight + 4 + kLevelHeight};
}

void LevelBar::setLevel(double dbfs)
{
    if (dbfs == m_dbfs)
        return;
    m_dbfs = dbfs;
    update();
}

void LevelBar::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(fontOf(metrics::kBaseFont));
    const QRect words(0, 0, width(), kLabelHeight);
    const auto left = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignVCenter;
    const auto right = QStyle::visualAlignment(layoutDirection(), Qt::AlignRight) | Qt::AlignVCenter;
    painter.setPen(t.text);
    painter.drawText(words, int(left), m_side == Side::Callee ? tr("Callee") : tr("Agent"));
    painter.setPen(t.muted);
    painter.drawText(words, int(right),
                     m_dbfs <= kBottomDbfs ? tr("silent") : tr("%1 dBFS").arg(QLocale().toString(std::lround(m_dbfs))));

    const QRectF track(0, kLabelHeight + 4, width(), kLevelHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.dark ? t.line : t.line.lighter(103));
    painter.drawRoundedRect(track, 2, 2);
    QRectF filled = track;
    filled.setWidth(track.width() * meterShare(m_dbfs));
    if (layoutDirection() == Qt::RightToLeft)
        filled.moveRight(track.right());
    painter.setBrush(m_side == Side::Callee ? t.live : t.accent);
    painter.drawRoundedRect(filled, 2, 2);
}

} // namespace ui::widgets
