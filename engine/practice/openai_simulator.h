#pragma once

#include "engine/practice/busy_once.h"
#include "engine/practice/streamed_reply.h"

#include <QJsonObject>

namespace engine {
class Random;
}

namespace engine::practice {

/// The scripted model behind the OpenAI chat protocol: `POST /v1/chat/completions`, streamed or whole, and `GET
/// /v1/models`. One model, `practice`; a request may name any other and is answered under that name, as a local server
/// does. Answers every key but `bad`, and no key at all; is overloaded and stalls at the same words as the other model
/// (see GeminiSimulator). Server's thread; everything given outlives it.
class OpenAiSimulator : public QObject
{
public:
    OpenAiSimulator(server::HttpServer &server, Clock &clock, Random &random, std::chrono::milliseconds latency,
                    QObject *parent = nullptr);

private:
    void complete(const server::Request &request, server::Responder responder);

    Clock &m_clock;
    Random &m_random;
    std::chrono::milliseconds m_latency;
    BusyOnce m_busyOnce;
};

} // namespace engine::practice
