#include "ui/models/answer_times.h"

#include <algorithm>

namespace ui::models {

namespace {

constexpr qsizetype kWordsShown = 60; ///< characters; the chart elides them to its width

} // namespace

std::vector<AnswerTime> answerTimes(const engine::records::CallRecord &record, size_t most)
{
    std::vector<AnswerTime> times;
    // From the end: a call may have thousands of them, and this is asked many times.
    for (auto it = record.transcript.rbegin(); it != record.transcript.rend() && times.size() < most; ++it) {
        const engine::records::TranscriptLine &line = *it;
        if (!line.agent || !line.latency.totalMs)
            continue;
        const QString words = line.text.isEmpty() ? line.cut : line.text;
        times.push_back({line.turn, words.left(kWordsShown), *line.latency.totalMs, format::partsOf(line.latency),
                         format::partsText(line.latency)});
    }
    std::reverse(times.begin(), times.end());
    return times;
}

} // namespace ui::models
