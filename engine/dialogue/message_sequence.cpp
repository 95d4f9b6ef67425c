#include "engine/dialogue/message_sequence.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

Message userMessage(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

bool saysNothing(const Message &message)
{
    switch (message.role) {
    case Message::Role::User:
        return message.text.trimmed().isEmpty();
    case Message::Role::Agent:
        return message.text.trimmed().isEmpty() && message.toolCalls.empty();
    case Message::Role::ToolResult:
        return false;
    }
    Q_UNREACHABLE();
}

/// The answer to `call` after position `from`; ids may repeat between answers, so only up to the next message with
/// calls.
Message resultOf(const ModelToolCall &call, const std::vector<Message> &messages, size_t from)
{
    for (size_t i = from + 1; i < messages.size(); ++i) {
        const Message &message = messages[i];
        if (message.role == Message::Role::Agent && !message.toolCalls.empty())
            break;
        if (message.role == Message::Role::ToolResult && message.toolId == call.id)
            return message;
    }
    return {.role = Message::Role::ToolResult,
            .toolId = call.id,
            .toolName = call.name,
            .toolResult = cancelledToolResult()};
}

} // namespace

QJsonObject cancelledToolResult()
{
    return {{u"error"_s, u"cancelled by caller"_s}};
}

std::vector<Message> sequenced(const std::vector<Message> &messages)
{
    std::vector<Message> sequence;
    for (size_t i = 0; i < messages.size(); ++i) {
        const Message &message = messages[i];
        if (message.role == Message::Role::ToolResult || saysNothing(message))
            continue; // results are placed with their calls
        const bool agent = message.role == Message::Role::Agent;
        if (sequence.empty() && agent)
            sequence.push_back(userMessage(u"(call connected)"_s));
        if (agent && !message.toolCalls.empty() && sequence.back().role == Message::Role::Agent)
            sequence.push_back(userMessage(u"(silence)"_s));
        sequence.push_back(message);
        for (const ModelToolCall &call : message.toolCalls)
            sequence.push_back(resultOf(call, messages, i));
    }
    if (sequence.empty())
        sequence.push_back(userMessage(u"(call connected)"_s));
    else if (sequence.back().role == Message::Role::Agent)
        sequence.push_back(userMessage(u"(silence)"_s));
    return sequence;
}

} // namespace engine::dialogue
