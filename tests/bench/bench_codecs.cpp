#include "engine/dialogue/gemini/gemini_codec.h"
#include "engine/dialogue/openai/openai_codec.h"
#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/deepgram/deepgram_codec.h"
#include "engine/twilio/media_stream_codec.h"
#include "engine/twilio/media_stream_simulator_codec.h"

#include <benchmark/benchmark.h>

// Each wire protocol's most frequent message, from its bytes to its value.

using namespace engine;
using namespace Qt::StringLiterals;

namespace {

twilio::Media media()
{
    twilio::Media media{.sequenceNumber = 1234, .streamSid = StreamSid(u"MZ18ad3ab5a668481ce02b83e7395059f0"_s)};
    media.chunk = 1233;
    media.timestamp = std::chrono::milliseconds(24'660);
    media.mulaw = QByteArray(160, '\x7E');
    return media;
}

/// 20 ms of the callee, as Twilio writes them.
void mediaStreamMessage(benchmark::State &state)
{
    const QByteArray json = twilio::buildInboundMedia(media());
    for (auto _ : state)
        benchmark::DoNotOptimize(twilio::parseInbound(json));
}

/// The same with one member more, which is what the general parser is for.
void mediaStreamMessageUnknownMember(benchmark::State &state)
{
    QByteArray json = twilio::buildInboundMedia(media());
    json.insert(1, R"("new":"1",)");
    for (auto _ : state)
        benchmark::DoNotOptimize(twilio::parseInbound(json));
}

void deepgramResults(benchmark::State &state)
{
    QByteArray words;
    for (int i = 0; i < 8; ++i)
        words += (i ? "," : "") +
                 QByteArray(
                     R"({"word":"yes","start":3.36,"end":3.6,"confidence":0.99,"speaker":0,"punctuated_word":"Yes."})");
    const QByteArray json =
        R"({"type":"Results","channel_index":[0,1],"start":3.2,"duration":1.84,"is_final":true,"speech_final":true,"from_finalize":false,"channel":{"alternatives":[{"transcript":"Yes. Yes. Yes. Yes. Yes. Yes. Yes. Yes.","confidence":0.99,"words":[)" +
        words + R"(]}]},"metadata":{"request_id":"0b6f"}})";
    for (auto _ : state)
        benchmark::DoNotOptimize(speech::deepgram::parse(json));
}

/// 200 ms of the agent's voice.
void cartesiaChunk(benchmark::State &state)
{
    const QByteArray json = R"({"type":"chunk","data":")" + QByteArray(1600, '\x7E').toBase64() +
                            R"(","done":false,"status_code":206,"step_time":61.4,"context_id":"CA1-4","flush_id":1})";
    for (auto _ : state)
        benchmark::DoNotOptimize(speech::cartesia::parse(json));
}

void geminiEvent(benchmark::State &state)
{
    const QByteArray event =
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Of course, Tuesday at ten is booked for "
        "you.\"}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":412,\"totalTokenCount\":"
        "424,\"candidatesTokenCount\":12},\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"aGVsbG8\"}\r\n\r\n";
    for (auto _ : state) {
        dialogue::gemini::GeminiAnswerReader reader({}, 1);
        benchmark::DoNotOptimize(reader.push(event));
    }
}

void openAiEvent(benchmark::State &state)
{
    const QByteArray event =
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"local\","
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Of course, \"},\"finish_reason\":null}]}\n\n";
    for (auto _ : state) {
        dialogue::openai::OpenAiAnswerReader reader({}, 1);
        benchmark::DoNotOptimize(reader.push(event));
    }
}

} // namespace

BENCHMARK(mediaStreamMessage)->Unit(benchmark::kMicrosecond);
BENCHMARK(mediaStreamMessageUnknownMember)->Unit(benchmark::kMicrosecond);
BENCHMARK(deepgramResults)->Unit(benchmark::kMicrosecond);
BENCHMARK(cartesiaChunk)->Unit(benchmark::kMicrosecond);
BENCHMARK(geminiEvent)->Unit(benchmark::kMicrosecond);
BENCHMARK(openAiEvent)->Unit(benchmark::kMicrosecond);
