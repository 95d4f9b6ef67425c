#pragma once

#include "engine/base/clock.h"

#include <QObject>

namespace engine {
class Random;
}
namespace engine::server {
class HttpServer;
}

namespace engine::practice {

class CartesiaSimulator;
class LineFigures;
class ScenarioBoard;
class Voice;

/// How slow the simulated vendors are: from the end of what they are given to the first of what they return.
struct VendorLatency
{
    std::chrono::milliseconds stt{200};
    std::chrono::milliseconds llm{350};
    std::chrono::milliseconds tts{150};
    bool operator==(const VendorLatency &) const = default;
};

/// The simulated transcriber, models and speech vendor together, on one HTTP server: Deepgram, Gemini, the OpenAI chat
/// protocol and Cartesia at the paths of the real ones. Server's thread; everything given outlives it, but no request
/// may arrive at the server after this object has gone.
class VendorSimulators : public QObject
{
public:
    VendorSimulators(server::HttpServer &server, Clock &clock, Random &random, Voice &voice, ScenarioBoard &board,
                     LineFigures &figures, const VendorLatency &latency, QObject *parent = nullptr);

    /// For who wants to know what the agent was given to say.
    CartesiaSimulator &speech() const { return *m_speech; }

private:
    CartesiaSimulator *m_speech = nullptr;
};

} // namespace engine::practice
