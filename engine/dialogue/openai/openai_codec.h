#pragma once

#include "engine/base/ids.h"
#include "engine/dialogue/language_model.h"
#include "engine/dialogue/openai/think_filter.h"
#include "engine/dialogue/sse_parser.h"
#include "engine/dialogue/streamed_answer.h"

#include <QByteArray>
#include <QUrl>

#include <chrono>
#include <map>
#include <optional>

/// The chat-completions protocol of OpenAI and the local servers that speak it (llama-server, Ollama, vLLM): no I/O.
///
/// Asked with POST {base}/chat/completions, header Authorization: Bearer, for example
///
///     {"model":"local-model","stream":true,"stream_options":{"include_usage":true},
///      "messages":[{"role":"system","content":"You are a phone assistant."},
///       {"role":"user","content":"Any slot on Tuesday?"},
///       {"role":"assistant","content":null,"tool_calls":[{"id":"call_7f","type":"function",
///         "function":{"name":"find_slots","arguments":"{\"day\":\"2026-11-24\"}"}}]},
///       {"role":"tool","tool_call_id":"call_7f","content":"{\"slots\":[\"09:00\"]}"}],
///      "tools":[{"type":"function","function":{"name":"find_slots","description":"...","parameters":{"type":"object"}}}]}
///
/// The answer is a stream of chunks, the last event is [DONE] (or is missing); calls come in fragments collected by
/// index:
///
///     data: {"id":"chatcmpl-a1","choices":[{"index":0,"delta":{"content":"Yes, nine"},"finish_reason":null}]}
///     data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_7f","type":"function",
///            "function":{"name":"find_slots","arguments":""}}]}}]}
///     data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"day\":"}}]}}]}
///     data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
///     data: {"choices":[],"usage":{"prompt_tokens":88,"completion_tokens":9,"total_tokens":97}}
///     data: [DONE]
///
/// An error is {"error":{"message":"...","type":"...","code":"..."}}, as the body of an error status or as an event.
namespace engine::dialogue::openai {

struct OpenAiSettings
{
    Secret apiKey;                                                    ///< may be empty for a local server
    QUrl baseUrl = QUrl(QStringLiteral("https://api.openai.com/v1")); ///< ends before /chat/completions
    QString model;
    int maxTokens = 1024;
    /// Name of the field maxTokens goes into; empty: "max_completion_tokens" at OpenAI, "max_tokens" elsewhere.
    QString maxTokensField;
    std::optional<double> temperature;            ///< reasoning models refuse it, so it is only sent when set
    QString reasoningEffort;                      ///< "none", "minimal", "low", ...; only sent when set
    std::chrono::milliseconds idleTimeout{8'000}; ///< a stream silent for this long has died
    bool operator==(const OpenAiSettings &) const = default;
};

[[nodiscard]] QUrl chatUrl(const OpenAiSettings &settings);
[[nodiscard]] QUrl modelsUrl(const OpenAiSettings &settings);
/// The server is on this machine, where the first request may have to load the model.
[[nodiscard]] bool isLocal(const OpenAiSettings &settings);

/// @return the JSON body
[[nodiscard]] QByteArray encodeRequest(const ModelRequest &request, const OpenAiSettings &settings);

/// A request for one token, which makes a local server load its model.
[[nodiscard]] QByteArray encodeWarmUp(const OpenAiSettings &settings);

/// The Error for an answer that is not 2xx.
/// @param body  JSON as above, {"error":"text"}, {"detail":...} or plain text
[[nodiscard]] Error refusal(int status, const QByteArray &body, const OpenAiSettings &settings);

/// Reads one streamed answer. Reasoning is never given out, neither as a field nor between <think> tags.
class OpenAiAnswerReader final : public AnswerReader
{
public:
    /// @param requestNumber  different for each request of a call; makes the ids of calls that come without one unique
    OpenAiAnswerReader(const OpenAiSettings &settings, int requestNumber)
        : m_settings(settings), m_requestNumber(requestNumber)
    {
    }

    QString push(QByteArrayView bytes) override;
    bool isOver() const override { return m_done || m_error.has_value(); }
    Result<ModelAnswer> finish(QString &lastText) override;

private:
    struct Call
    {
        QString id;
        QString name;
        QString arguments;
        QJsonObject extraContent;
    };
    QString readEvent(const QByteArray &data);
    void readCallFragment(const QJsonObject &fragment);
    void readStray();
    Result<Done> takeCalls();

    OpenAiSettings m_settings;
    int m_requestNumber;
    SseParser m_parser;
    ThinkFilter m_thinkFilter;
    ModelAnswer m_answer;
    std::map<int, Call> m_calls; // by index, ours where the server gives none
    int m_lastIndex = -1;
    QString m_finishReason;
    std::optional<Error> m_error;
    bool m_done = false;
};

} // namespace engine::dialogue::openai
