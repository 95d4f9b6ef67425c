#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace engine::dialogue {

struct FilledTemplate
{
    QString text;
    QStringList unknownNames; ///< each once, in order of first use
    bool operator==(const FilledTemplate &) const = default;
};

/// Replaces every {{name}} by the custom data of that name. Pure; values are never expanded again.
///
/// @param text        e.g. "Hello {{customer_name}}, this is Ana."; blanks around a name do not count
/// @param customData  names to strings, numbers or booleans; anything else counts as ""
/// @return names without data become "" and are reported
[[nodiscard]] FilledTemplate fillTemplate(const QString &text, const QJsonObject &customData);

/// Everything the model is told before the conversation: the agent's prompt filled in, the rules of a phone
/// conversation, and the custom data as a list, one "name: value" a line. What varies from call to call stands last, so
/// that vendors can cache the rest.
///
/// @param agentPrompt  as the operator wrote it, with {{name}} placeholders
[[nodiscard]] FilledTemplate systemPrompt(const QString &agentPrompt, const QJsonObject &customData);

} // namespace engine::dialogue
