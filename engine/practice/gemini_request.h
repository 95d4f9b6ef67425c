#pragma once

#include "engine/practice/agent_script.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <tl/expected.hpp>

namespace engine::practice {

struct GeminiError
{
    int code = 400;
    QString status = QStringLiteral("INVALID_ARGUMENT");
    QString message;
    QJsonArray details;

    /// {"error":{"code":400,"message":"...","status":"INVALID_ARGUMENT","details":[...]}}
    QJsonObject toJson() const;
};

/// What the simulated model knows about one of the vendor's models.
struct GeminiModel
{
    enum class Thinking
    {
        Budget,
        Level
    };
    QString name;
    QString servedBy; ///< `modelVersion` of its answers
    Thinking thinking = Thinking::Level;
    QStringList levels;   ///< accepted, in lower case
    int lowestBudget = 0; ///< below it only 0 or -1
    bool budgetMayBeZero = true;
    bool needsSignatures = true;     ///< third generation: calls of the current turn must carry theirs
    bool refusesModelEnding = false; ///< 3.6 and later: no request may end with the model's words
};

[[nodiscard]] const std::vector<GeminiModel> &geminiModels();
/// @param name  bare, or with "models/" before it
[[nodiscard]] const GeminiModel *findGeminiModel(const QString &name);

/// Checks the body of a generateContent request as strictly as the vendor does and reads the conversation from it. Pure
/// and total.
[[nodiscard]] tl::expected<AgentConversation, GeminiError> parseGeminiRequest(const QByteArray &body,
                                                                              const GeminiModel &model);

/// The texts of a countTokens request, checked; the answer counts four letters as a token.
[[nodiscard]] tl::expected<int, GeminiError> countGeminiTokens(const QByteArray &body);

/// A thought signature that only this simulator makes, so that it can tell later whether it came back unharmed.
/// @param seed  random bytes, 100 to 2000
[[nodiscard]] QString makeThoughtSignature(const QByteArray &seed);
[[nodiscard]] bool isThoughtSignature(const QString &signature);

} // namespace engine::practice
