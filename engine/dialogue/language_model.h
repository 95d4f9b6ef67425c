#pragma once

#include "engine/base/result.h"
#include "engine/pipeline/frame.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QString>

#include <vector>

namespace engine::dialogue {

/// A function the model may call. `parameters` is JSON Schema of an object; empty when there are none.
struct ToolDeclaration
{
    QString name;
    QString description;
    QJsonObject parameters;
    bool operator==(const ToolDeclaration &) const = default;
};

/// A function call the model made.
struct ModelToolCall
{
    QString id;   ///< never empty
    QString name;
    QJsonObject arguments;
    bool operator==(const ModelToolCall &) const = default;
};

/// One entry of the conversation as the model is to see it.
struct Message
{
    enum class Role { User, Agent, ToolResult };
    Role role = Role::User;
    QString text;                             ///< User and Agent
    std::vector<ModelToolCall> toolCalls = {};///< Agent
    QString toolId = {};                      ///< ToolResult: the call it answers
    QString toolName = {};                    ///< ToolResult
    QJsonObject toolResult = {};              ///< ToolResult
    /// Agent: the vendor's own form of this message (Gemini's parts with their signatures), sent back unchanged while it still says
    /// what was heard. Cleared when the text was cut. Made and read only by the vendor named in `vendor`.
    QJsonArray vendorParts = {};
    QString vendor = {};
    bool operator==(const Message &) const = default;
};

/// Everything a model needs for one answer.
struct ModelRequest
{
    QString systemPrompt;
    std::vector<Message> messages;
    std::vector<ToolDeclaration> tools;
    bool operator==(const ModelRequest &) const = default;
};

/// A whole answer, as it is to be remembered.
struct ModelAnswer
{
    Message message; ///< role Agent
    pipeline::ModelUsage usage;
    bool operator==(const ModelAnswer &) const = default;
};

/// One answer being made. Deleting it cancels: nothing is emitted afterwards. Deletes itself after finished().
class ModelJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    /// A piece of text to be spoken, split anywhere. Never thoughts.
    void text(const QString &delta);
    /// The whole answer, tool calls included, or why there is none. Error codes a responder branches on: "model_busy" (429, 503,
    /// 5xx, a dropped connection: may be tried again), "model_refused" (settings: trying again cannot help),
    /// "model_blocked" (the answer was withheld by a safety filter), "model_empty", "model_malformed_call" (a function call that
    /// cannot be understood).
    void finished(const engine::Result<engine::dialogue::ModelAnswer> &answer);
};

/// A chat model. One per call; engine thread.
class LanguageModel : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Opens the connection ahead of need. Failing is harmless, except that refused() may follow.
    virtual void warmUp() = 0;
    /// @param parent  of the job; deleting it cancels the job
    /// @return never null; signals come later, never from within this call
    [[nodiscard]] virtual ModelJob *generate(const ModelRequest &request, QObject *parent) = 0;

signals:
    /// Warming up showed that the vendor will not work with these settings (code "model_refused"): a key it does not accept.
    void refused(const engine::Error &error);
};

} // namespace engine::dialogue
