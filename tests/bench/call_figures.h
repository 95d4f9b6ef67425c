#pragma once

#include "tests/bench/call_load.h"
#include "tests/bench/report.h"

namespace bench {

// What the simulated vendors are told to take, on the practice line's command line.
constexpr double kSttMs = 200;
constexpr double kLlmMs = 350;
constexpr double kTtsMs = 150;

/// The answers of a run as the server timed them.
void reportTurns(const std::vector<TurnSample> &turns, Report *report);
/// The same calls as the people on the line saw them, from the practice line's statistics. Declares the run void when
/// the practice line was too late itself.
void reportCallees(const QJsonObject &statistics, Report *report);
/// What was measured alone, from Google Benchmark's JSON; nothing when there is no such file.
void addMicroBenchmarks(const QString &path, Report *report);
/// How often what happened.
[[nodiscard]] QJsonObject counts(const QMap<QString, int> &map);

} // namespace bench
