#pragma once

#include "engine/practice/busy_once.h"
#include "engine/practice/gemini_request.h"
#include "engine/practice/streamed_reply.h"

namespace engine {
class Random;
}

namespace engine::practice {

/// The answer to a request for the list of models, the key checked.
[[nodiscard]] server::Response geminiModelList(const server::Request &request);
/// The same for one model, whose name is the route's first capture.
[[nodiscard]] server::Response geminiModel(const server::Request &request);

/// The simulated model: `/v1beta/models`, `:streamGenerateContent`, `:generateContent` and `:countTokens` on an HTTP
/// server. Plays Ava (see replyOfAva) and answers every key but `bad`. When the callee asks "is your system busy" it is
/// overloaded once for that conversation; at "please take your time" it says nothing for 20 s.
///
/// The same stands under `/v1`, which newer client libraries use; only its models are at addresses that two vendors
/// share, so whoever serves those must ask geminiModelList() and geminiModel(). Server's thread; everything given outlives it.
class GeminiSimulator : public QObject
{
public:
    GeminiSimulator(server::HttpServer &server, Clock &clock, Random &random, std::chrono::milliseconds latency,
                    QObject *parent = nullptr);

private:
    enum class Form
    {
        Events,
        Array,
        Whole
    };

    void answerPost(const server::Request &request, server::Responder responder);
    void generate(const server::Request &request, server::Responder responder, const GeminiModel &model, Form form);
    /// The events of one answer, each a complete GenerateContentResponse.
    QList<QJsonObject> events(const AgentReply &reply, const GeminiModel &model, int promptTokens);

    Clock &m_clock;
    Random &m_random;
    std::chrono::milliseconds m_latency;
    BusyOnce m_busyOnce;
};

} // namespace engine::practice
