#pragma once

#include "ui/format/latency.h"

#include <QRectF>

class QPainter;

namespace ui {
struct Tokens;
}

/// The steps of one answer as bars below each other, each beginning where the one before ended.
namespace ui::widgets {

[[nodiscard]] int turnChartHeight(const std::vector<format::LatencyStep> &steps);
void paintTurnChart(QPainter &painter, const QRectF &area, const std::vector<format::LatencyStep> &steps,
                    const Tokens &tokens);

} // namespace ui::widgets
