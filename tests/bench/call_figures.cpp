#include "tests/bench/call_figures.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bench {

namespace {

constexpr double kMostLatenessMs = 5; // of the practice line; beyond it a run says nothing about the server

/// What our program added to an answer, or nothing when it was no answer to be measured.
///
/// An answer's whole time, counted from the callee's last sample, less what others took: the silence the detector is
/// set to wait for (vad_end), the transcriber's delay after it was asked to finish, the model's to its first token and
/// the voice's to its first byte. A transcriber that knew the words sooner than its delay after that (its own
/// endpointing) hides what we might have added there, never more than that. What stays is ours, the network's and the
/// simulators' lateness beyond what they were told to take: an upper bound.
std::optional<double> addedMs(const TurnSample &turn)
{
    if (turn.totalMs <= 0 || turn.rule != "stt_final"_L1 || turn.step(u"llm_first_token"_s) <= 0)
        return std::nullopt;
    const double listening = turn.step(u"stt_final"_s) + turn.step(u"turn_end"_s);
    return turn.totalMs - turn.step(u"vad_end"_s) - std::min(listening, kSttMs) - kLlmMs - kTtsMs;
}

void addCalleeSpread(const QString &name, const QJsonObject &spread, std::optional<double> goal, Report *report)
{
    for (const QString &part : {u"p50"_s, u"p95"_s, u"p99"_s, u"max"_s})
        if (const QJsonValue value = spread[part + u"_ms"_s]; value.isDouble())
            report->add(name + u", "_s + part, value.toDouble(), u"ms"_s,
                        part == "max"_L1 || part == "p95"_L1 ? std::nullopt : goal);
    report->note(name + u", samples"_s, spread["samples"_L1]);
}

} // namespace

QJsonObject counts(const QMap<QString, int> &map)
{
    QJsonObject object;
    for (auto it = map.begin(); it != map.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

void reportTurns(const std::vector<TurnSample> &turns, Report *report)
{
    std::vector<double> added;
    std::vector<double> clear;
    QMap<QString, std::vector<double>> steps;
    QMap<QString, int> rules;
    for (const TurnSample &turn : turns) {
        ++rules[turn.rule];
        if (turn.clearMs >= 0)
            clear.push_back(turn.clearMs);
        const auto ours = addedMs(turn);
        if (!ours)
            continue;
        added.push_back(*ours);
        for (auto it = turn.stepsMs.begin(); it != turn.stepsMs.end(); ++it)
            steps[it.key()].push_back(it.value());
    }
    report->addSpread(u"added to an answer"_s, added, u"ms"_s, 5.0, 20.0);
    report->addSpread(u"first sample detected as speech to clear"_s, clear, u"ms"_s);
    report->note(u"turns by the rule that ended them"_s, counts(rules));
    QJsonObject medians;
    QJsonObject tails;
    for (auto it = steps.begin(); it != steps.end(); ++it) {
        medians.insert(it.key(), percentile(it.value(), 0.50).value_or(0));
        tails.insert(it.key(), percentile(it.value(), 0.99).value_or(0));
    }
    report->note(u"steps of an answer in ms, p50"_s, medians);
    report->note(u"steps of an answer in ms, p99"_s, tails);
}

void reportCallees(const QJsonObject &statistics, Report *report)
{
    const QJsonObject figures = statistics["figures"_L1].toObject();
    addCalleeSpread(u"callee's first sample to clear"_s, figures["clear"_L1].toObject(), 250.0, report);
    addCalleeSpread(u"callee's last sample to first of the answer"_s, figures["answer"_L1].toObject(), {}, report);
    report->add(u"interruptions that were not noticed"_s,
                std::max(0, figures["barge_ins"_L1].toInt() - figures["clear"_L1]["samples"_L1].toInt()), u""_s);
    report->add(u"words missing at the transcriber"_s, figures["words_missing"_L1].toDouble(), u""_s, 1.0);
    report->note(u"words said"_s, figures["words_said"_L1]);

    const QJsonObject lateness = statistics["beat_lateness"_L1].toObject();
    report->add(u"media frames not sent in time"_s, lateness["skipped_ticks"_L1].toDouble(), u""_s, 1.0);
    report->add(u"practice line's own lateness, p99"_s, lateness["p99_ms"_L1].toDouble(), u"ms"_s, kMostLatenessMs + 1);
    report->add(u"practice line's own lateness, max"_s, lateness["max_ms"_L1].toDouble(), u"ms"_s);
    if (lateness["p99_ms"_L1].toDouble() > kMostLatenessMs)
        report->declareVoid(u"the practice line was late itself"_s);
}

void addMicroBenchmarks(const QString &path, Report *report)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonArray results = QJsonDocument::fromJson(file.readAll()).object()["benchmarks"_L1].toArray();
    for (const QJsonValue &result : results) {
        const QString name = result["name"_L1].toString();
        if (result["aggregate_name"_L1].toString() != "median"_L1)
            continue;
        const bool isStep = name.startsWith("vadStep/best/1_"_L1);
        report->add(isStep ? u"voice activity, one step of 32 ms"_s : result["run_name"_L1].toString(),
                    result["cpu_time"_L1].toDouble(), result["time_unit"_L1].toString(),
                    isStep ? std::optional(25.0) : std::nullopt);
    }
}

} // namespace bench
