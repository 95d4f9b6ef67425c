#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>

/// Times and durations as people read them, in the user's locale.
namespace ui::format {

/// "1:12", "1:02:03"; whole seconds, rounded down
[[nodiscard]] QString runningTime(double seconds);
/// How often a running time is looked at, so that those of one call stand at the same second wherever they are shown.
inline constexpr std::chrono::milliseconds kRunningTimeTick{200};
/// "0.71 s"
[[nodiscard]] QString inSeconds(double ms);
/// The time of day with seconds: "10:44:08" or "10:44:08 AM", in local time
[[nodiscard]] QString clockTime(const QDateTime &at);
/// As clockTime, with milliseconds, for the facts of a call
[[nodiscard]] QString exactTime(const QDateTime &at);
/// "10:42"
[[nodiscard]] QString shortTime(const QDateTime &at);
/// A day as a heading: "TODAY", "YESTERDAY", "MONDAY, 2 MARCH 2026"
[[nodiscard]] QString dayText(const QDate &day, const QDate &today);

} // namespace ui::format
