#include "ui/widgets/transcript_delegate.h"

#include "ui/format/latency.h"
#include "ui/format/time_text.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"

#include <QDateTime>
#include <QPainter>
#include <QTextLayout>

#include <cmath>

namespace ui::widgets {

using models::TranscriptModel;
using Kind = TranscriptModel::Kind;

namespace {

constexpr int kSizesKept = 50'000;
constexpr int kSide = 20;
constexpr int kGap = 12;
constexpr int kPaddingX = 14;
constexpr int kPaddingTop = 10;
constexpr int kPaddingBottom = 10;
constexpr int kFooterHeight = 18;
constexpr int kFooterGap = 4;
constexpr double kBubbleShare = 0.75;
constexpr int kBubbleMost = 600;

bool isBubble(Kind kind)
{
    return kind == Kind::Callee || kind == Kind::Agent;
}

QColor colorOf(format::LatencyGrade grade, const Tokens &t)
{
    return grade == format::LatencyGrade::Good ? t.live : grade == format::LatencyGrade::Slow ? t.warn : t.bad;
}

/// What stands below the words: latency, time, note.
struct Footer
{
    QString latency;
    QString rest;
    format::LatencyGrade grade = format::LatencyGrade::Good;

    explicit Footer(const QModelIndex &index)
    {
        const QVariant ms = index.data(TranscriptModel::LatencyRole);
        if (ms.isValid()) {
            latency = format::inSeconds(ms.toDouble());
            grade = format::gradeOf(ms.toDouble());
        }
        rest = format::clockTime(index.data(TranscriptModel::AtRole).toDateTime());
        if (const QString note = index.data(TranscriptModel::NoteRole).toString(); !note.isEmpty())
            rest += QStringLiteral(" · ") + note;
    }
    static QFont latencyFont() { return fontOf(metrics::kSmallFont, QFont::Bold); }
    static QFont restFont() { return fontOf(metrics::kSmallFont); }
    int width() const
    {
        const int first = latency.isEmpty() ? 0 : QFontMetrics(latencyFont()).horizontalAdvance(latency) + 8;
        return first + QFontMetrics(restFont()).horizontalAdvance(rest);
    }
};

/// The words of an item laid out for a width.
struct Words
{
    QTextLayout layout;
    QSizeF size;

    Words(const QModelIndex &index, const Tokens &t, int widest)
    {
        const auto kind = static_cast<Kind>(index.data(TranscriptModel::KindRole).toInt());
        const QString settled = index.data(TranscriptModel::SettledRole).toString();
        const QString pending = index.data(TranscriptModel::PendingRole).toString();
        const QString cut = index.data(TranscriptModel::CutRole).toString();
        QString text;
        QList<QTextLayout::FormatRange> ranges;
        const auto add = [&](const QString &part, const QTextCharFormat &look) {
            if (part.isEmpty())
                return;
            if (!text.isEmpty())
                text += u' ';
            ranges.append({static_cast<int>(text.size()), static_cast<int>(part.size()), look});
            text += part;
        };
        QTextCharFormat plain, waiting, lost;
        waiting.setForeground(t.muted);
        waiting.setFontItalic(kind == Kind::Callee);
        lost.setForeground(t.muted);
        lost.setFontStrikeOut(true);
        add(settled, plain);
        add(pending, waiting);
        add(cut, lost);

        layout.setText(text);
        layout.setFont(fontOf(isBubble(kind) ? metrics::kTranscriptFont : 12));
        layout.setFormats(ranges);
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        option.setTextDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
        if (!isBubble(kind))
            option.setAlignment(Qt::AlignHCenter);
        layout.setTextOption(option);

        // Twice: first to learn how wide the words are, then to align them within that.
        for (int pass = 0; pass < 2; ++pass) {
            const double width = pass == 0 ? widest : size.width();
            layout.beginLayout();
            double height = 0, natural = 0;
            for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
                line.setLineWidth(width);
                line.setPosition({0, height});
                height += line.height() + 2;
                natural = std::max(natural, line.naturalTextWidth());
            }
            layout.endLayout();
            size = {std::min<double>(widest, std::ceil(natural) + 1), std::ceil(height)};
        }
    }
};

int widestText(Kind kind, int width)
{
    const int most = isBubble(kind) ? std::min(kBubbleMost, static_cast<int>((width - 2 * kSide) * kBubbleShare))
                                    : width - 2 * kSide - 40;
    return std::max(60, most - 2 * kPaddingX);
}

} // namespace

TranscriptDelegate::TranscriptDelegate(const Theme &theme, QObject *parent)
    : QStyledItemDelegate(parent), m_theme(theme), m_sizes(kSizesKept)
{
}

void TranscriptDelegate::setWidth(int width)
{
    if (width == m_width)
        return;
    m_width = width;
    m_sizes.clear();
}

QSize TranscriptDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const int revision = index.data(TranscriptModel::RevisionRole).toInt();
    if (const Size *known = m_sizes.object(index.row()); known && known->revision == revision)
        return {m_width, known->height};
    const auto kind = static_cast<Kind>(index.data(TranscriptModel::KindRole).toInt());
    const Words words(index, m_theme.tokens(), widestText(kind, m_width));
    int height = static_cast<int>(words.size.height()) + kGap;
    height += isBubble(kind) ? kPaddingTop + kPaddingBottom + kFooterGap + kFooterHeight : 10;
    m_sizes.insert(index.row(), new Size{revision, height});
    return {m_width, height};
}

void TranscriptDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = m_theme.tokens();
    const auto kind = static_cast<Kind>(index.data(TranscriptModel::KindRole).toInt());
    const Words words(index, t, widestText(kind, m_width));
    const bool selected = option.state & QStyle::State_Selected;
    const bool mirrored = option.direction == Qt::RightToLeft;
    const int textHeight = static_cast<int>(words.size.height());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);

    if (!isBubble(kind)) {
        const auto fault = static_cast<engine::Fault>(index.data(TranscriptModel::FaultRole).toInt());
        const bool incident = kind == Kind::Incident;
        const bool ours = fault == engine::Fault::Settings || fault == engine::Fault::Program;
        const QColor ink = !incident ? t.muted : ours ? t.bad : t.warn;
        const QColor paper = !incident ? t.panel : ours ? t.badSoft : t.warnSoft;
        const double width = words.size.width() + 26;
        const QRectF pill(option.rect.left() + (option.rect.width() - width) / 2, option.rect.top() + kGap / 2.0, width,
                          textHeight + 10);
        painter->setPen(selected ? QPen(t.accent, 1.5) : incident ? QPen(Qt::NoPen) : QPen(t.line));
        painter->setBrush(paper);
        const double radius = std::min(12.5, pill.height() / 2);
        painter->drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        painter->setPen(ink);
        words.layout.draw(painter, pill.topLeft() + QPointF(13, 6));
        painter->restore();
        return;
    }

    const Footer footer(index);
    const bool agent = kind == Kind::Agent;
    const bool interim = !agent && !index.data(TranscriptModel::PendingRole).toString().isEmpty();
    const double width =
        std::max<double>(words.size.width(), std::min(footer.width() + 2, widestText(kind, m_width))) + 2 * kPaddingX;
    const double height = textHeight + kPaddingTop + kPaddingBottom + kFooterGap + kFooterHeight;
    const bool atRight = agent != mirrored;
    const double left = atRight ? option.rect.right() - kSide - width : option.rect.left() + kSide;
    const QRectF bubble(left, option.rect.top() + kGap / 2.0, width, height);

    QPen border(agent ? QPen(Qt::NoPen) : QPen(t.line));
    if (interim)
        border = QPen(t.faint, 1, Qt::DashLine);
    if (selected)
        border = QPen(t.accent, 1.5);
    painter->setPen(border);
    painter->setBrush(agent ? t.accentSoft : interim ? t.background : t.panel);
    painter->drawRoundedRect(bubble.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kBubbleRadius, metrics::kBubbleRadius);
    painter->setPen(t.text);
    words.layout.draw(painter, bubble.topLeft() + QPointF(kPaddingX, kPaddingTop));

    QRectF line(bubble.left() + kPaddingX, bubble.bottom() - kPaddingBottom - kFooterHeight + 2, width - 2 * kPaddingX,
                kFooterHeight);
    if (!footer.latency.isEmpty()) {
        painter->setFont(Footer::latencyFont());
        painter->setPen(colorOf(footer.grade, t));
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, footer.latency);
        line.setLeft(line.left() + painter->fontMetrics().horizontalAdvance(footer.latency) + 8);
    }
    painter->setFont(Footer::restFont());
    painter->setPen(t.muted);
    painter->drawText(
        line, Qt::AlignLeft | Qt::AlignVCenter,
        painter->fontMetrics().elidedText(footer.rest, Qt::ElideRight, static_cast<int>(line.width()) + 2));
    painter->restore();
}

} // namespace ui::widgets
