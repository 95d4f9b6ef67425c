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

LatencyGrade gradeOf(double totalMs)
{
    if (totalMs <= kGoodUpToMs)
        return LatencyGrade::Good;
    return totalMs <= kSlowUpToMs ? LatencyGrade::Slow : LatencyGrade::Bad;
}

LatencyParts partsOf(const engine::records::TurnLatency &latency)
{
    LatencyParts parts{};
    for (const auto &[step, ms] : latency.stepsMs) {
        if (step == "vad_end"_L1 || step == "turn_end"_L1) // both: waiting until the callee is certainly done
            parts[Listening] += ms;
        else if (step == "stt_final"_L1)
            parts[Words] += ms;
        else if (step == "llm_first_token"_L1 || step == "first_sentence"_L1)
            parts[Model] += ms;
        else if (step == "tts_first_byte"_L1 || step == "first_audio_sent"_L1)
            parts[Voice] += ms;
        // first_mark is the way to the callee's ear, after what we answer for
    }
    return parts;
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
