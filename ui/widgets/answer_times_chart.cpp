#include "ui/widgets/answer_times_chart.h"

#include "ui/format/time_text.h"
#include "ui/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace ui::widgets {

namespace {

constexpr int kTurnHeight = 41;
constexpr int kTextHeight = 20;
constexpr int kBarHeight = 9;
constexpr int kLegendHeight = 22;
constexpr double kFullBarMs = 2'000; ///< the bar is full here, or at the slowest answer shown

QColor colorOf(format::LatencyGrade grade, const Tokens &tokens)
{
    switch (grade) {
    case format::LatencyGrade::Good:
        return tokens.live;
    case format::LatencyGrade::Slow:
        return tokens.warn;
    case format::LatencyGrade::Bad:
        return tokens.bad;
    }
    return tokens.text;
}

} // namespace

AnswerTimesChart::AnswerTimesChart(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Answer times"));
}

void AnswerTimesChart::setTimes(std::vector<models::AnswerTime> times)
{
    Q_ASSERT(times.size() <= kShown);
    if (times == m_times)
        return;
    m_times = std::move(times);
    QStringList spoken;
    for (const models::AnswerTime &time : m_times)
        spoken.append(tr("%1: %2").arg(time.words, format::inSeconds(time.totalMs)));
    setAccessibleDescription(spoken.join(u'\n'));
    updateGeometry();
    update();
}

QSize AnswerTimesChart::sizeHint() const
{
    return {200, m_times.empty() ? kTextHeight * 2 : static_cast<int>(m_times.size()) * kTurnHeight + kLegendHeight};
}

bool AnswerTimesChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto *help = static_cast<QHelpEvent *>(event);
    const auto row = static_cast<size_t>(std::max(0, help->pos().y() / kTurnHeight));
    if (row < m_times.size())
        QToolTip::showText(help->globalPos(), m_times[row].words + u'\n' + m_times[row].detail, this);
    else
        QToolTip::hideText();
    return true;
}

void AnswerTimesChart::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_times.empty()) {
        painter.setFont(fontOf(12));
        painter.setPen(tokens.muted);
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, tr("Comes with the first answer."));
        return;
    }
    double full = kFullBarMs;
    for (const models::AnswerTime &time : m_times)
        full = std::max(full, time.totalMs);

    int y = 0;
    for (const models::AnswerTime &time : m_times) {
        const QRect line(0, y, width(), kTextHeight);
        const auto grade = format::gradeOf(time.totalMs);
        painter.setFont(fontOf(metrics::kBaseFont, QFont::DemiBold));
        painter.setPen(grade == format::LatencyGrade::Good ? tokens.text : colorOf(grade, tokens));
        const QString total = format::inSeconds(time.totalMs);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, total);
        const int room = width() - painter.fontMetrics().horizontalAdvance(total) - 12;
        painter.setFont(fontOf(metrics::kBaseFont));
        painter.setPen(tokens.text);
        painter.drawText(QRect(0, y, room, kTextHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(time.words, Qt::ElideRight, room));

        const QRectF track(0, y + kTextHeight + 4, width(), kBarHeight);
        QPainterPath shape;
        shape.addRoundedRect(track, 2, 2);
        painter.save();
        painter.setClipPath(shape);
        painter.fillRect(track, tokens.dark ? tokens.line : tokens.line.lighter(103));
        double x = 0;
        for (size_t part = 0; part < time.parts.size(); ++part) {
            const double w = track.width() * time.parts[part] / full;
            painter.fillRect(QRectF(x, track.top(), w, track.height()), tokens.latencyParts[part]);
            x += w;
        }
        painter.restore();
        y += kTurnHeight;
    }
    painter.setFont(fontOf(metrics::kSmallFont));
    int x = 0;
    for (int part = format::Listening; part <= format::Voice; ++part) {
        const QString name = format::partName(static_cast<format::LatencyPart>(part));
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.latencyParts[static_cast<size_t>(part)]);
        painter.drawRoundedRect(QRectF(x, y + 7, 8, 8), 2, 2);
        painter.setPen(tokens.muted);
        painter.drawText(QRect(x + 12, y, width(), kLegendHeight), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += 12 + painter.fontMetrics().horizontalAdvance(name) + 12;
    }
}

} // namespace ui::widgets
