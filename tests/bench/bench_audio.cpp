#include "engine/audio/mulaw.h"
#include "engine/audio/resampler.h"
#include "engine/pipeline/pipeline.h"
#include "engine/turns/voice_activity_processor.h"
#include "engine/twilio/media_stream_codec.h"
#include "engine/twilio/media_stream_simulator_codec.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

using namespace engine;

namespace {

std::vector<float> noise(std::size_t count)
{
    std::mt19937 random(1);
    std::normal_distribution<float> distribution(0.0F, 0.05F);
    std::vector<float> samples(count);
    for (float &sample : samples)
        sample = distribution(random);
    return samples;
}

std::vector<std::int16_t> noise16(std::size_t count)
{
    std::vector<std::int16_t> samples;
    for (const float sample : noise(count))
        samples.push_back(static_cast<std::int16_t>(std::lrint(sample * 32767.0F)));
    return samples;
}

/// One step of the network for each of `range(0)` calls in turn; more calls push the weights and states out of the
/// nearest cache.
void vadStep(benchmark::State &state, turns::SileroVad::Instructions instructions)
{
    const auto weights = turns::SileroWeights::load();
    if (!weights) {
        state.SkipWithError("no model");
        return;
    }
    std::vector<turns::SileroVad> calls(static_cast<std::size_t>(state.range(0)),
                                        turns::SileroVad(*weights, instructions));
    const auto samples = noise(256 * 64);
    std::size_t at = 0;
    for (auto _ : state) {
        const auto step = std::span<const float>(samples).subspan(at % 64 * 256).first<256>();
        benchmark::DoNotOptimize(calls[at % calls.size()].step(step));
        ++at;
    }
}

/// The same when other work has used the processor's caches since the last step, as happens to a server with few calls:
/// the weights, 0.9 MB, come from memory.
void vadStepCold(benchmark::State &state)
{
    const auto weights = turns::SileroWeights::load();
    if (!weights) {
        state.SkipWithError("no model");
        return;
    }
    turns::SileroVad call(*weights);
    const auto samples = noise(256);
    std::vector<std::uint64_t> otherWork(64 * 1024 * 1024 / sizeof(std::uint64_t), 1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(std::accumulate(otherWork.begin(), otherWork.end(), std::uint64_t{0}));
        const auto begin = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(call.step(std::span<const float>(samples).first<256>()));
        state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
}

/// A frame of 20 ms through a pipeline that holds only the detector; eight of them are five steps of the network.
void vadFrame(benchmark::State &state)
{
    const auto weights = turns::SileroWeights::load();
    if (!weights) {
        state.SkipWithError("no model");
        return;
    }
    SystemClock clock;
    pipeline::Pipeline pipeline;
    pipeline.add(std::make_unique<turns::VoiceActivityProcessor>(*weights, turns::VadSettings(), clock));
    const QByteArray mulaw = audio::toMulaw(noise16(160));
    for (auto _ : state)
        pipeline.pushDownstream(pipeline::CalleeAudio{mulaw, {}, clock.now()});
}

void mulawEncode(benchmark::State &state)
{
    const auto samples = noise16(160);
    std::vector<std::uint8_t> codes(samples.size());
    for (auto _ : state) {
        audio::encodeMulaw(std::span<const std::int16_t>(samples), codes);
        benchmark::DoNotOptimize(codes.data());
    }
}

void mulawDecode(benchmark::State &state)
{
    const QByteArray mulaw = audio::toMulaw(noise16(160));
    std::vector<float> samples(160);
    for (auto _ : state) {
        audio::decodeMulaw(audio::mulawCodes(mulaw), std::span<float>(samples));
        benchmark::DoNotOptimize(samples.data());
    }
}

/// What one message of the carrier costs once the socket has given it to us: text to bytes, JSON, base64, the detector. To be done
/// fifty times a second for every call.
void mediaMessageIn(benchmark::State &state)
{
    const auto weights = turns::SileroWeights::load();
    if (!weights) {
        state.SkipWithError("no model");
        return;
    }
    SystemClock clock;
    pipeline::Pipeline pipeline;
    pipeline.add(std::make_unique<turns::VoiceActivityProcessor>(*weights, turns::VadSettings(), clock));
    twilio::Media media{.sequenceNumber = 1234, .streamSid = StreamSid(QStringLiteral("MZ18ad3ab5a668481ce02b83e7395059f0"))};
    media.chunk = 1233;
    media.timestamp = std::chrono::milliseconds(24'660);
    media.mulaw = audio::toMulaw(noise16(160));
    const QString text = QString::fromUtf8(twilio::buildInboundMedia(media));
    for (auto _ : state) {
        const auto message = twilio::parseInbound(text.toUtf8());
        if (!message) {
            state.SkipWithError("not understood");
            return;
        }
        const auto &received = std::get<twilio::Media>(*message);
        pipeline.pushDownstream(pipeline::CalleeAudio{received.mulaw, received.timestamp, clock.now()});
    }
}

/// 200 ms of the agent's voice made into a message.
void mediaMessageOut(benchmark::State &state)
{
    const StreamSid streamSid(QStringLiteral("MZ18ad3ab5a668481ce02b83e7395059f0"));
    const QByteArray mulaw = audio::toMulaw(noise16(1600));
    for (auto _ : state) {
        const QString text = QString::fromUtf8(twilio::buildMedia(streamSid, mulaw));
        benchmark::DoNotOptimize(text.constData());
    }
}

/// 20 ms from 16 kHz to 8 kHz.
void resample20ms(benchmark::State &state)
{
    auto resampler = audio::Resampler<std::int16_t>::create(16000, 8000);
    if (!resampler) {
        state.SkipWithError("no resampler");
        return;
    }
    const auto samples = noise16(320);
    std::vector<std::int16_t> output;
    for (auto _ : state) {
        output.clear();
        resampler->push(samples, output);
        benchmark::DoNotOptimize(output.data());
    }
}

} // namespace

BENCHMARK_CAPTURE(vadStep, best, turns::SileroVad::Instructions::Best)->Arg(1)->Arg(50)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(vadStep, portable, turns::SileroVad::Instructions::Portable)->Arg(1)->Unit(benchmark::kMicrosecond);
BENCHMARK(vadStepCold)->UseManualTime()->Iterations(100)->Unit(benchmark::kMicrosecond);
BENCHMARK(vadFrame)->Unit(benchmark::kMicrosecond);
BENCHMARK(mediaMessageIn)->Unit(benchmark::kMicrosecond);
BENCHMARK(mediaMessageOut)->Unit(benchmark::kMicrosecond);
BENCHMARK(mulawEncode)->Unit(benchmark::kMicrosecond);
BENCHMARK(mulawDecode)->Unit(benchmark::kMicrosecond);
BENCHMARK(resample20ms)->Unit(benchmark::kMicrosecond);
