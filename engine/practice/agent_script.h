#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <chrono>

#include <optional>
#include <vector>

namespace engine::practice {

/// A conversation as the scripted model sees it, whatever vendor's dialect it came in.
struct AgentConversation
{
    struct Line
    {
        bool fromAgent = false;
        QString text;
    };
    QString instruction; ///< system text
    std::vector<Line> lines;
    QStringList functions;      ///< names of the functions it may call
    bool endingAnswered = false; ///< the last thing said is the result of a function that ends the call

    /// What the callee (or a note about them) said last; empty when nothing was said.
    QString lastUserText() const;
};

/// What the scripted model answers.
struct AgentReply
{
    QString text;
    QString function; ///< not empty: calls it with this reason after the text
    QString reason;
};

/// Whether a call is over after this function: "end_call", "do_not_call".
[[nodiscard]] bool endsTheCall(const QString &function);

/// The scripted model in the part of Ava, who calls for "Bright Dental" about an appointment. Pure: the same
/// conversation always gets the same answer, so that practice calls can be repeated and tested.
[[nodiscard]] AgentReply replyOfAva(const AgentConversation &conversation);

/// The words by which practice callees ask for trouble: the model answers 503 once (scenario 0111), or stalls (scenario
/// 0112).
[[nodiscard]] bool asksForBusyModel(const AgentConversation &conversation);
[[nodiscard]] bool asksForSlowModel(const AgentConversation &conversation);

/// How long a model that stalls says nothing.
constexpr std::chrono::milliseconds kSlowModelTakes = std::chrono::seconds(20);

/// Text cut as a model streams it: one to six pieces of about sixty letters, cut anywhere, also within words.
[[nodiscard]] QStringList streamedPieces(const QString &text);

} // namespace engine::practice
