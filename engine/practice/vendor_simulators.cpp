#include "engine/practice/vendor_simulators.h"

#include "engine/practice/cartesia_simulator.h"
#include "engine/practice/deepgram_simulator.h"
#include "engine/practice/gemini_simulator.h"
#include "engine/practice/openai_simulator.h"

namespace engine::practice {

VendorSimulators::VendorSimulators(server::HttpServer &server, Clock &clock, Random &random, Voice &voice,
                                   ScenarioBoard &board, LineFigures &figures, const VendorLatency &latency,
                                   QObject *parent)
    : QObject(parent)
{
    CartesiaSettings speech;
    speech.latency = latency.tts;
    m_speech = new CartesiaSimulator(server, clock, random, voice, board, speech, this);
    new DeepgramSimulator(server, clock, random, voice.prints(), board, figures, latency.stt, this);
    new GeminiSimulator(server, clock, random, latency.llm, this);
    new OpenAiSimulator(server, clock, random, latency.llm, this);
}

} // namespace engine::practice
