#pragma once

#include "engine/records/call_record.h"
#include "ui/format/latency.h"

#include <QString>

#include <vector>

namespace ui::models {

/// One answer of the agent and where its time went.
struct AnswerTime
{
    int turn = 0;
    QString words; ///< the answer's first words
    double totalMs = 0;
    format::LatencyParts parts{};
    QString detail; ///< the parts in words
    bool operator==(const AnswerTime &) const = default;
};

/// The last answers of a call that somebody waited for, in their order; a greeting nobody asked for is none.
[[nodiscard]] std::vector<AnswerTime> answerTimes(const engine::records::CallRecord &record, size_t most);

} // namespace ui::models
