#include "engine/telephony/phone_network.h"

#include <array>
#include <utility>

namespace engine::telephony {

namespace {

const std::array<std::pair<CallStatus, QLatin1String>, 9> kWords = {{
    {CallStatus::Queued, QLatin1String("queued")},
    {CallStatus::Initiated, QLatin1String("initiated")},
    {CallStatus::Ringing, QLatin1String("ringing")},
    {CallStatus::InProgress, QLatin1String("in-progress")},
    {CallStatus::Completed, QLatin1String("completed")},
    {CallStatus::Busy, QLatin1String("busy")},
    {CallStatus::NoAnswer, QLatin1String("no-answer")},
    {CallStatus::Failed, QLatin1String("failed")},
    {CallStatus::Canceled, QLatin1String("canceled")},
}};

} // namespace

QString toWord(CallStatus status)
{
    for (const auto &[value, word] : kWords)
        if (value == status)
            return word;
    Q_UNREACHABLE();
}

std::optional<CallStatus> callStatusFromWord(QStringView word)
{
    for (const auto &[value, text] : kWords)
        if (text == word)
            return value;
    return std::nullopt;
}

bool isTerminal(CallStatus status)
{
    return status >= CallStatus::Completed;
}

} // namespace engine::telephony
