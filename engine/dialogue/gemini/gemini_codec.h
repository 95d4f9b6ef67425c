#pragma once

#include "engine/base/ids.h"
#include "engine/dialogue/language_model.h"
#include "engine/dialogue/sse_parser.h"
#include "engine/dialogue/streamed_answer.h"

#include <QByteArray>
#include <QUrl>

#include <chrono>
#include <optional>

/// Google's generateContent protocol, streaming: pure functions and one reader, no I/O.
///
/// Asked with POST {base}/v1beta/models/{model}:streamGenerateContent?alt=sse, header x-goog-api-key, for example
///
///     {"systemInstruction":{"parts":[{"text":"You are the phone assistant of a dental practice."}]},
///      "contents":[{"role":"user","parts":[{"text":"Hello?"}]},
///                  {"role":"model","parts":[{"text":"Good morning, this is Ana from Bright Dental."}]},
///                  {"role":"user","parts":[{"text":"Can I move my appointment to Tuesday?"}]}],
///      "tools":[{"functionDeclarations":[{"name":"find_slots","description":"Free appointments on a day",
///        "parameters":{"type":"OBJECT","properties":{"day":{"type":"STRING"}},"required":["day"]}}]}],
///      "toolConfig":{"functionCallingConfig":{"mode":"AUTO"}},
///      "generationConfig":{"maxOutputTokens":4096,"thinkingConfig":{"thinkingLevel":"minimal"}}}
///
/// The answer is a stream of events, each a whole GenerateContentResponse whose text is a delta; usage is cumulative;
/// there is no [DONE], a finishReason and the end of the body are the end:
///
///     data: {"candidates":[{"content":{"parts":[{"text":"Of course. "}],"role":"model"},"index":0}],
///            "usageMetadata":{"promptTokenCount":214,"candidatesTokenCount":3,"totalTokenCount":217}}
///
/// A call comes whole in one part and is answered by one functionResponse in the content directly after:
///
///     {"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}
///     {"role":"user","parts":[{"functionResponse":{"id":"lpndqlku","name":"find_slots","response":{"output":["09:00"]}}}]}
///
/// Signatures prove the model's thoughts: the parts it sent go back unchanged, else the request is refused. An error is
/// {"error":{"code":503,"message":"...","status":"UNAVAILABLE"}}: as the body of an error status, or bare or as an
/// event after a 200.
namespace engine::dialogue::gemini {

struct GeminiSettings
{
    Secret apiKey;
    QUrl baseUrl = QUrl(QStringLiteral("https://generativelanguage.googleapis.com"));
    QString model = QStringLiteral("gemini-3.6-flash");
    int maxOutputTokens = 4096;                   ///< thoughts count too; the prompt keeps answers short, not this
    std::chrono::milliseconds idleTimeout{8'000}; ///< a stream silent for this long has died
    bool operator==(const GeminiSettings &) const = default;
};

/// The thinkingConfig of a request: a budget (2.5 models), a level (3 and later) or neither. Never both, which is
/// refused.
struct Thinking
{
    std::optional<int> budget;
    QString level;
    bool operator==(const Thinking &) const = default;
};

/// The setting with the quickest first word a model accepts; a wrong one is refused on every turn, the default thinks
/// for seconds.
[[nodiscard]] Thinking quickestThinking(const QString &model);

/// What to try next when the API refused a thinking setting; nullopt when the refusal was about something else or
/// nothing is left.
/// @param body  of the 400 answer
[[nodiscard]] std::optional<Thinking> nextThinking(const Thinking &refused, const QByteArray &body);

[[nodiscard]] QUrl streamUrl(const GeminiSettings &settings);
/// The cheapest request that proves the key and opens the connection.
[[nodiscard]] QUrl listUrl(const GeminiSettings &settings);
/// What there is to know about the model: proves the key and the model's name.
[[nodiscard]] QUrl modelUrl(const GeminiSettings &settings);

/// @return the JSON body
[[nodiscard]] QByteArray encodeRequest(const ModelRequest &request, const GeminiSettings &settings,
                                       const Thinking &thinking);

/// The Error for an answer that is not 2xx.
/// @param body  JSON as above, or anything a front end wrote
[[nodiscard]] Error refusal(int status, const QByteArray &body, const GeminiSettings &settings);

/// Reads one streamed answer. Text with "thought":true is never given out.
class GeminiAnswerReader final : public AnswerReader
{
public:
    /// @param requestNumber  different for each request of a call; makes the ids of calls that come without one unique
    GeminiAnswerReader(const GeminiSettings &settings, int requestNumber)
        : m_settings(settings), m_requestNumber(requestNumber)
    {
    }

    QString push(QByteArrayView bytes) override;
    bool isOver() const override { return m_error.has_value(); }
    Result<ModelAnswer> finish(QString &lastText) override;

private:
    QString readEvent(const QByteArray &json);
    void readPart(const QJsonObject &part, QString &delta);
    void keepPart(const QJsonObject &part);
    bool readError(const QByteArray &json);
    Error vendorError(const QString &code, const QString &message) const;

    GeminiSettings m_settings;
    int m_requestNumber;
    SseParser m_parser;
    ModelAnswer m_answer;
    QString m_finishReason;
    QString m_blockReason;
    std::optional<Error> m_error;
    int m_ownIds = 0;
};

} // namespace engine::dialogue::gemini
