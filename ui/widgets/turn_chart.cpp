#include "ui/widgets/turn_chart.h"

#include "ui/format/time_text.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui::widgets {

namespace {

constexpr int kRow = 20;
constexpr int kTop = 6;
constexpr int kBar = 8;
constexpr int kNames = 150;
constexpr int kTimes = 52;

} // namespace

int turnChartHeight(const std::vector<format::LatencyStep> &steps)
{
    return kTop + static_cast<int>(steps.size()) * kRow;
}

void paintTurnChart(QPainter &painter, const QRectF &area, const std::vector<format::LatencyStep> &steps,
                    const Tokens &tokens)
{
    if (steps.empty())
        return;
    const double total = steps.back().startMs + steps.back().ms;
    const double names = std::min<double>(kNames, area.width() * 0.45);
    const QRectF bars(area.left() + names, area.top() + kTop, std::max(20.0, area.width() - names - kTimes),
                      area.height() - kTop);
    painter.setFont(fontOf(metrics::kSmallFont));
    double y = bars.top();
    for (const format::LatencyStep &step : steps) {
        painter.setPen(tokens.muted);
        const QRectF name(area.left(), y, names - 8, kRow);
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(step.name, Qt::ElideRight, static_cast<int>(name.width())));
        painter.drawText(QRectF(bars.right() + 4, y, kTimes - 4, kRow), Qt::AlignRight | Qt::AlignVCenter,
                         format::inSeconds(step.ms));
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.latencyParts[step.part]);
        const double left = bars.left() + bars.width() * step.startMs / total;
        const double width = std::max(2.0, bars.width() * step.ms / total);
        painter.drawRoundedRect(QRectF(left, y + (kRow - kBar) / 2.0, width, kBar), 2, 2);
        y += kRow;
    }
}

} // namespace ui::widgets
