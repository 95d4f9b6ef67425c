#include "ui/widgets/call_delegate.h"

#include "ui/format/call_text.h"
#include "ui/format/time_text.h"
#include "ui/models/call_list_model.h"
#include "ui/theme.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/level_bar.h"

#include <QDateTime>
#include <QPainter>

namespace ui::widgets {

using engine::calls::CallState;
using models::CallListModel;

namespace {

constexpr int kRowHeight = 56;
constexpr int kHeadingHeight = 36;
constexpr int kSign = 22;
constexpr int kTextLeft = 51;
constexpr int kMeterWidth = 28;
constexpr int kMeterHeight = 4;

std::pair<QColor, QColor> colorsOf(format::Tone tone, const Tokens &t)
{
    switch (tone) {
    case format::Tone::Live:
        return {t.live, t.liveSoft};
    case format::Tone::Waiting:
        return {t.warn, t.warnSoft};
    case format::Tone::Bad:
        return {t.bad, t.badSoft};
    case format::Tone::Quiet:
        break;
    }
    return {t.muted, t.background};
}

/// Two small bars, the callee's above the agent's.
void paintMeters(QPainter *painter, const QRectF &area, const QModelIndex &index, Qt::LayoutDirection direction,
                 const Tokens &t)
{
    const auto bar = [&](double y, int role, const QColor &color) {
        const QRectF track(area.left(), y, area.width(), kMeterHeight);
        painter->setPen(Qt::NoPen);
        painter->setBrush(t.line);
        painter->drawRoundedRect(track, 2, 2);
        QRectF filled = track;
        filled.setWidth(track.width() * meterShare(index.data(role).toDouble()));
        if (direction == Qt::RightToLeft)
            filled.moveRight(track.right());
        painter->setBrush(color);
        painter->drawRoundedRect(filled, 2, 2);
    };
    bar(area.center().y() - kMeterHeight - 1, CallListModel::CalleeLevelRole, t.live);
    bar(area.center().y() + 1, CallListModel::AgentLevelRole, t.accent);
}

} // namespace

CallDelegate::CallDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

void CallDelegate::setFolded(bool folded)
{
    if (folded == m_folded)
        return;
    m_folded = folded;
    emit sizeHintChanged({}); // of every row
}

QSize CallDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const bool heading = !m_folded && !index.data(CallListModel::SectionRole).toString().isEmpty();
    return {m_folded ? 40 : 200, kRowHeight + (heading ? kHeadingHeight : 0)};
}

void CallDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = m_theme.tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setLayoutDirection(option.direction);
    QRect row = option.rect;
    // Everything is placed as for left-to-right and mirrored at the end.
    const auto placed = [&](const QRect &r) { return QStyle::visualRect(option.direction, option.rect, r); };
    const auto left = QStyle::visualAlignment(option.direction, Qt::AlignLeft) | Qt::AlignVCenter;
    const auto right = QStyle::visualAlignment(option.direction, Qt::AlignRight) | Qt::AlignVCenter;

    if (const QString heading = index.data(CallListModel::SectionRole).toString(); !m_folded && !heading.isEmpty()) {
        QFont font = fontOf(11, QFont::Bold);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 1);
        painter->setFont(font);
        painter->setPen(t.muted);
        painter->drawText(placed(QRect(row.left() + 16, row.top() + 6, row.width() - 32, kHeadingHeight - 6)),
                          int(left), heading);
        row.setTop(row.top() + kHeadingHeight);
    }

    const bool selected = option.state & QStyle::State_Selected;
    if (selected || option.state & QStyle::State_MouseOver)
        painter->fillRect(row, selected ? t.accentSoft : t.background);
    if (selected)
        painter->fillRect(placed(QRect(row.left(), row.top(), 3, row.height())), t.accent);
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
        painter->setPen(QPen(t.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5));
    }

    const auto state = static_cast<CallState>(index.data(CallListModel::StateRole).toInt());
    const auto [strong, soft] = colorsOf(format::toneOf(state), t);
    const QRect sign = placed(
        QRect(row.left() + (m_folded ? (row.width() - kSign) / 2 : 19), row.center().y() - kSign / 2, kSign, kSign));
    painter->setPen(Qt::NoPen);
    painter->setBrush(soft);
    painter->drawEllipse(sign);
    const qreal scale = painter->device()->devicePixelRatioF();
    painter->drawPixmap(sign.center() - QPoint(6, 6), iconPixmap(format::iconOf(state), strong, 14, scale));
    if (m_folded) {
        painter->restore();
        return;
    }

    const bool live = index.data(CallListModel::LiveRole).toBool();
    QString time;
    if (live)
        time = format::runningTime(static_cast<double>(
            index.data(CallListModel::StartedAtRole).toDateTime().secsTo(QDateTime::currentDateTimeUtc())));
    else
        time = format::shortTime(index.data(CallListModel::EndedAtRole).toDateTime());
    const QRect text(row.left() + kTextLeft, row.top(), row.width() - kTextLeft - 16, row.height());
    const QRect upper(text.left(), text.top() + 8, text.width(), 20);
    const QRect lower(text.left(), text.top() + 28, text.width(), 18);
    painter->setFont(fontOf(metrics::kBaseFont));
    painter->setPen(t.muted);
    painter->drawText(placed(upper), int(right), time);
    const int timeWidth = painter->fontMetrics().horizontalAdvance(time) + 8;

    painter->setFont(fontOf(metrics::kBaseFont, QFont::DemiBold));
    painter->setPen(t.text);
    const QRect numberArea(upper.left(), upper.top(), upper.width() - timeWidth, upper.height());
    painter->drawText(placed(numberArea), int(left),
                      painter->fontMetrics().elidedText(index.data(CallListModel::NumberRole).toString(),
                                                        Qt::ElideRight, numberArea.width()));

    QRect lineArea = lower;
    if (live && state == CallState::InProgress && index.data(CallListModel::CalleeLevelRole).isValid()) {
        const QRect meters(lower.right() - kMeterWidth, lower.top(), kMeterWidth, lower.height());
        paintMeters(painter, placed(meters), index, option.direction, t);
        lineArea.setWidth(lower.width() - kMeterWidth - 10);
    }
    if (index.data(CallListModel::EnvironmentRole).toString() == QLatin1String("production")) {
        const QString tag = format::environmentText(QStringLiteral("production"));
        painter->setFont(fontOf(10, QFont::Bold));
        painter->setPen(t.production);
        painter->drawText(placed(lineArea), int(right), tag);
        lineArea.setWidth(lineArea.width() - painter->fontMetrics().horizontalAdvance(tag) - 8);
    }
    painter->setFont(fontOf(12));
    painter->setPen(state == CallState::Failed ? t.bad : t.muted);
    painter->drawText(placed(lineArea), int(left),
                      painter->fontMetrics().elidedText(index.data(CallListModel::LineRole).toString(), Qt::ElideRight,
                                                        lineArea.width()));
    painter->restore();
}

} // namespace ui::widgets
