#pragma once

#include "engine/records/events.h"

#include <QString>

#include <array>
#include <optional>
#include <vector>

/// How long an answer took, as colour, bar and words.
namespace ui::format {

enum class LatencyGrade
{
    Good,
    Slow,
    Bad
};
inline constexpr double kGoodUpToMs = 1'200;
inline constexpr double kSlowUpToMs = 2'000;
[[nodiscard]] LatencyGrade gradeOf(double totalMs);

/// Which part of the machine the time went to, in milliseconds. Index with LatencyPart.
using LatencyParts = std::array<double, 4>;
enum LatencyPart
{
    Listening,
    Words,
    Model,
    Voice
};
/// The steps of behaviour.md section 7 up to the first sound sent, folded into four.
[[nodiscard]] LatencyParts partsOf(const engine::records::TurnLatency &latency);
[[nodiscard]] QString partName(LatencyPart part);
/// "listening 0.19 s, words 0.18 s, model 0.35 s, voice 0.17 s"
[[nodiscard]] QString partsText(const engine::records::TurnLatency &latency);

/// One step of a turn: when it began, counted from the end of the callee's speech, and how long it took.
struct LatencyStep
{
    QString name; ///< "end of speech noticed", "first word of the model", ...
    LatencyPart part = Listening;
    double startMs = 0;
    double ms = 0;
    bool operator==(const LatencyStep &) const = default;
};
/// The steps of behaviour.md section 7 that took time up to the first sound sent, in their order.
[[nodiscard]] std::vector<LatencyStep> stepsOf(const engine::records::TurnLatency &latency);

} // namespace ui::format
