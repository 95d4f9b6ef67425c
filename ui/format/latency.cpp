#include "ui/format/latency.h"

#include "ui/format/time_text.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace ui::format {

namespace {

struct Latency
{
    Q_DECLARE_TR_FUNCTIONS(Latency)
};

} // namespace

namespace {

/// Which part of the machine a step belongs to; none for those outside of what we answer for.
std::optional<LatencyPart> partOf(const QString &step)
{
    if (step == "vad_end"_L1 || step == "turn_end"_L1) // both: waiting until the callee is certainly done
        return Listening;
    if (step == "stt_final"_L1)
        return Words;
    if (step == "llm_first_token"_L1 || step == "first_sentence"_L1)
        return Model;
    if (step == "tts_first_byte"_L1 || step == "first_audio_sent"_L1)
        return Voice;
    return std::nullopt; // first_mark is the way to the callee's ear
}

QString stepName(const QString &step)
{
    if (step == "vad_end"_L1)
        return Latency::tr("end of speech noticed");
    if (step == "stt_final"_L1)
        return Latency::tr("last words transcribed");
    if (step == "turn_end"_L1)
        return Latency::tr("turn decided");
    if (step == "llm_first_token"_L1)
        return Latency::tr("model's first word");
    if (step == "first_sentence"_L1)
        return Latency::tr("first sentence whole");
    if (step == "tts_first_byte"_L1)
        return Latency::tr("voice's first sound");
    if (step == "first_audio_sent"_L1)
        return Latency::tr("sound sent");
    return step;
}

} // namespace

LatencyGrade gradeOf(double totalMs)
{
    if (totalMs <= kGoodUpToMs)
        return LatencyGrade::Good;
    return totalMs <= kSlowUpToMs ? LatencyGrade::Slow : LatencyGrade::Bad;
}

LatencyParts partsOf(const engine::records::TurnLatency &latency)
{
    LatencyParts parts{};
    for (const auto &[step, ms] : latency.stepsMs)
        if (const auto part = partOf(step))
            parts[*part] += ms;
    return parts;
}

std::vector<LatencyStep> stepsOf(const engine::records::TurnLatency &latency)
{
    std::vector<LatencyStep> steps;
    double at = 0;
    for (const auto &[step, ms] : latency.stepsMs) {
        if (const auto part = partOf(step); part && ms >= 1.0)
            steps.push_back({stepName(step), *part, at, ms});
        at += ms;
    }
    return steps;
}

QString partName(LatencyPart part)
{
    switch (part) {
    case Listening:
        return Latency::tr("listening");
    case Words:
        return Latency::tr("words");
    case Model:
        return Latency::tr("model");
    case Voice:
        return Latency::tr("voice");
    }
    return {};
}

QString partsText(const engine::records::TurnLatency &latency)
{
    const LatencyParts parts = partsOf(latency);
    QStringList texts;
    for (int part = Listening; part <= Voice; ++part)
        if (const double ms = parts[static_cast<size_t>(part)]; ms >= 5.0)
            texts.append(partName(static_cast<LatencyPart>(part)) + u' ' + inSeconds(ms));
    return texts.join(", "_L1);
}

} // namespace ui::format
