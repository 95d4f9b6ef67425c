#include "ui/widgets/transcript_delegate.h"

#include "ui/format/latency.h"
#include "ui/format/time_text.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/bubble_words.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/turn_chart.h"

#include <QAbstractItemView>
#include <QDateTime>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

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
constexpr int kChartWidth = 440; ///< an opened chart widens its bubble to this
constexpr int kListenSize = 20; ///< of the sign beside a bubble that can be heard
constexpr int kListenGap = 8;
constexpr int kPillSide = 13;
constexpr int kPillPadding = 10; ///< above and below together

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

int widestText(Kind kind, int width)
{
    const int most = isBubble(kind) ? std::min(kBubbleMost, static_cast<int>((width - 2 * kSide) * kBubbleShare))
                                    : width - 2 * kSide - 40;
    return std::max(60, most - 2 * kPaddingX);
}

std::vector<format::LatencyStep> shownSteps(const QModelIndex &index)
{
    if (!index.data(TranscriptModel::OpenRole).toBool())
        return {};
    return format::stepsOf(index.data(TranscriptModel::LatencyStepsRole).value<engine::records::TurnLatency>());
}

Kind kindOf(const QModelIndex &index)
{
    return static_cast<Kind>(index.data(TranscriptModel::KindRole).toInt());
}

} // namespace

/// Where the parts of a line stand in the view.
struct TranscriptDelegate::Places
{
    BubbleWords words;
    QRectF bubble;
    QPointF wordsAt;
    QRectF footer; ///< empty for a pill
    QRectF chart;  ///< empty while closed
    QRectF listen; ///< beside the bubble, empty for a pill
    std::vector<format::LatencyStep> steps;
};

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
    const Kind kind = kindOf(index);
    const BubbleWords words(index, m_theme.tokens(), widestText(kind, m_width));
    int height = static_cast<int>(words.size().height()) + kGap;
    height += isBubble(kind) ? kPaddingTop + kPaddingBottom + kFooterGap + kFooterHeight : kPillPadding;
    if (const auto steps = shownSteps(index); !steps.empty())
        height += turnChartHeight(steps);
    m_sizes.insert(index.row(), new Size{revision, height});
    return {m_width, height};
}

bool TranscriptDelegate::keepsHeight(const QModelIndex &index) const
{
    const Size *known = m_sizes.object(index.row());
    if (!known)
        return false;
    const int before = known->height; // measuring replaces it
    return sizeHint({}, index).height() == before;
}

TranscriptDelegate::Places TranscriptDelegate::placesOf(const QStyleOptionViewItem &option,
                                                        const QModelIndex &index) const
{
    const Kind kind = kindOf(index);
    const int widest = widestText(kind, m_width);
    Places places{BubbleWords(index, m_theme.tokens(), widest), {}, {}, {}, {}, {}, {}};
    const QSizeF words = places.words.size();
    const QRectF row(option.rect);
    if (!isBubble(kind)) {
        const double width = words.width() + 2 * kPillSide;
        places.bubble = {row.left() + (row.width() - width) / 2, row.top() + kGap / 2.0, width,
                         words.height() + kPillPadding};
        places.wordsAt = places.bubble.topLeft() + QPointF(kPillSide, kPillPadding / 2.0 + 1);
        return places;
    }
    places.steps = shownSteps(index);
    const int chartHeight = places.steps.empty() ? 0 : turnChartHeight(places.steps);
    double inner = std::max<double>(words.width(), std::min(Footer(index).width() + 2, widest));
    if (chartHeight > 0)
        inner = std::max<double>(inner, std::min(kChartWidth, widest));
    const double width = inner + 2 * kPaddingX;
    const bool atRight = (kind == Kind::Agent) != (option.direction == Qt::RightToLeft);
    const double left = atRight ? row.right() - kSide - width : row.left() + kSide;
    const double top = row.top() + kGap / 2.0;
    places.wordsAt = {left + kPaddingX, top + kPaddingTop};
    places.footer = {left + kPaddingX, places.wordsAt.y() + words.height() + kFooterGap, inner, kFooterHeight};
    places.chart = {left + kPaddingX, places.footer.bottom(), inner, double(chartHeight)};
    places.bubble = {left, top, width, places.chart.bottom() + kPaddingBottom - top};
    places.listen = {atRight ? left - kListenGap - kListenSize : places.bubble.right() + kListenGap,
                     places.bubble.center().y() - kListenSize / 2.0, kListenSize, kListenSize};
    return places;
}

int TranscriptDelegate::characterAt(const QStyleOptionViewItem &option, const QModelIndex &index, const QPoint &place,
                                    bool anywhere) const
{
    const Places places = placesOf(option, index);
    if (!anywhere && !QRectF(places.wordsAt, places.words.size()).contains(place))
        return -1;
    return places.words.positionAt(place - places.wordsAt);
}

bool TranscriptDelegate::isFooterAt(const QStyleOptionViewItem &option, const QModelIndex &index,
                                    const QPoint &place) const
{
    return index.data(TranscriptModel::LatencyRole).isValid() && placesOf(option, index).footer.contains(place);
}

bool TranscriptDelegate::isListenedAt(const QStyleOptionViewItem &option, const QModelIndex &index,
                                      const QPoint &place) const
{
    if (!m_audible || !index.data(TranscriptModel::RecordingRole).isValid() || isFooterAt(option, index, place))
        return false;
    const Places places = placesOf(option, index);
    return places.bubble.contains(place) || places.listen.contains(place);
}

bool TranscriptDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                                   const QModelIndex &index)
{
    if (!isListenedAt(option, index, event->pos()))
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), tr("Click to hear this moment (Shift+Enter)"), view);
    return true;
}

QString TranscriptDelegate::textOf(const QModelIndex &index) const
{
    return BubbleWords(index, m_theme.tokens(), widestText(kindOf(index), m_width)).text();
}

void TranscriptDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &t = m_theme.tokens();
    const Kind kind = kindOf(index);
    const Places places = placesOf(option, index);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (!isBubble(kind)) {
        paintPill(painter, option, index, places);
        painter->restore();
        return;
    }
    const bool agent = kind == Kind::Agent;
    const bool interim = !agent && !index.data(TranscriptModel::PendingRole).toString().isEmpty();
    QPen border(agent ? QPen(Qt::NoPen) : QPen(t.line));
    if (interim)
        border = QPen(t.faint, 1, Qt::DashLine);
    if (option.state & QStyle::State_Selected)
        border = QPen(t.accent, 1.5);
    if (m_sounding == index.row())
        border = QPen(t.accent, 2.5);
    painter->setPen(border);
    painter->setBrush(agent ? t.accentSoft : interim ? t.background : t.panel);
    painter->drawRoundedRect(places.bubble.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kBubbleRadius,
                             metrics::kBubbleRadius);
    painter->setPen(t.text);
    const bool selected = m_selection.row == index.row();
    places.words.draw(*painter, places.wordsAt, m_search, selected ? m_selection.from : 0,
                      selected ? m_selection.to : 0);
    paintFooter(painter, index, places);
    paintListen(painter, option, index, places);
    if (!places.steps.empty())
        paintTurnChart(*painter, places.chart, places.steps, t);
    painter->restore();
}

void TranscriptDelegate::paintPill(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                                   const Places &places) const
{
    const Tokens &t = m_theme.tokens();
    const auto fault = static_cast<engine::Fault>(index.data(TranscriptModel::FaultRole).toInt());
    const bool incident = kindOf(index) == Kind::Incident;
    const bool ours = fault == engine::Fault::Settings || fault == engine::Fault::Program;
    painter->setPen(option.state & QStyle::State_Selected ? QPen(t.accent, 1.5)
                    : incident                            ? QPen(Qt::NoPen)
                                                          : QPen(t.line));
    painter->setBrush(!incident ? t.panel : ours ? t.badSoft : t.warnSoft);
    const double radius = std::min(12.5, places.bubble.height() / 2);
    painter->drawRoundedRect(places.bubble.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->setPen(!incident ? t.muted : ours ? t.bad : t.warn);
    const bool selected = m_selection.row == index.row();
    places.words.draw(*painter, places.wordsAt, m_search, selected ? m_selection.from : 0,
                      selected ? m_selection.to : 0);
}

void TranscriptDelegate::paintListen(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                                     const Places &places) const
{
    const bool sounding = m_sounding == index.row();
    const bool pointedAt = option.state & (QStyle::State_MouseOver | QStyle::State_Selected);
    if (!sounding && !(m_audible && pointedAt && index.data(TranscriptModel::RecordingRole).isValid()))
        return;
    const Tokens &t = m_theme.tokens();
    painter->drawPixmap(places.listen.topLeft(),
                        iconPixmap(sounding ? QStringLiteral("sound") : QStringLiteral("play"),
                                   sounding ? t.accent : t.muted, kListenSize, painter->device()->devicePixelRatioF()));
}

void TranscriptDelegate::paintFooter(QPainter *painter, const QModelIndex &index, const Places &places) const
{
    const Tokens &t = m_theme.tokens();
    const Footer footer(index);
    QRectF line = places.footer;
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
}

} // namespace ui::widgets
