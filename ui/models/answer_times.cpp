#include "ui/models/answer_times.h"

namespace ui::models {

namespace {

constexpr qsizetype kWordsShown = 60; ///< characters; the chart elides them to its width

} // namespace

std::vector<AnswerTime> answerTimes(const engine::records::CallRecord &record)
{
    std::vector<AnswerTime> times;
    for (const engine::records::TranscriptLine &line : record.transcript) {
        if (!line.agent || !line.latency.totalMs)
            continue;
        const QString words = line.text.isEmpty() ? line.cut : line.text;
        times.push_back({line.turn, words.left(kWordsShown), *line.latency.totalMs, format::partsOf(line.latency),
                         format::partsText(line.latency)});
    }
    return times;
}

} // namespace ui::models
