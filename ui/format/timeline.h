#pragma once

#include "engine/records/call_record.h"

#include <QString>

#include <chrono>
#include <optional>
#include <vector>

/// How a call went, step by step, in words.
namespace ui::format {

struct TimelineEntry
{
    QDateTime at;
    double afterMs = 0; ///< since the first entry
    QString text;
    bool trouble = false;
    bool operator==(const TimelineEntry &) const = default;
};

/// States, steps, tools, incidents and the end of a call in the order of their times. What was said is the
/// transcript's.
[[nodiscard]] std::vector<TimelineEntry> timelineOf(const engine::records::CallRecord &record);
/// The TwiML served to the carrier, without its secret; "" before it asked.
[[nodiscard]] QString twimlOf(const engine::records::CallRecord &record);
/// What the carrier itself said about trouble with this call, one sentence each.
[[nodiscard]] QStringList carrierTexts(const engine::records::CallRecord &record);
/// How long the call may still last, in whole seconds and never less than none; nothing before pick-up and after the
/// end.
[[nodiscard]] std::optional<std::chrono::seconds> timeLeft(const engine::records::CallRecord &record,
                                                           std::chrono::seconds limit, const QDateTime &now);
/// How long before pick-up ears and voice were connected, in ms; negative when they came after it.
[[nodiscard]] std::optional<double> readyBeforePickUpMs(const engine::records::CallRecord &record);

} // namespace ui::format
