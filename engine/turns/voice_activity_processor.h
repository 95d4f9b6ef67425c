#pragma once

#include "engine/audio/level_meter.h"
#include "engine/pipeline/processor.h"
#include "engine/turns/silero_vad.h"
#include "engine/turns/speech_gate.h"

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace engine::turns {

/// Listens to the callee and says when speech starts and stops: first step of a call's pipeline.
///
/// Downstream: CalleeAudio in; VoiceEdge frames out, each before the CalleeAudio that caused it, then the CalleeAudio
/// unchanged. Upstream: watches AgentAudible, because interrupting the agent needs more proof than speaking into
/// silence; passes it on. Sound is looked at in steps of 32 ms whatever the length of the frames; time is counted in
/// samples, so frames that never come are not taken for silence. Engine thread; owned by its Pipeline; no allocation
/// per frame.
class VoiceActivityProcessor : public pipeline::Processor
{
    Q_OBJECT
public:
    /// @param weights  not null
    /// @param clock    says when an edge was decided; outlives this
    VoiceActivityProcessor(std::shared_ptr<const SileroWeights> weights, VadSettings settings, const Clock &clock,
                           QObject *parent = nullptr);

    void downstream(const pipeline::Frame &frame) override;
    void upstream(const pipeline::Frame &frame) override;

signals:
    /// How loud the callee was in the last 100 ms of sound (RMS, -100 to 0), for a meter.
    void levelMeasured(double dbfs);

private:
    void listen(const pipeline::CalleeAudio &audio);
    void step(pipeline::TimePoint endedAt);
    void meter(std::span<const float> samples);
    void follow(const pipeline::AgentAudible &audible);

    const Clock &m_clock;
    SileroVad m_vad;
    SpeechGate m_gate;
    std::array<float, SileroVad::kStepSamples> m_step{};
    std::size_t m_stepFilled = 0;
    std::optional<pipeline::TimePoint> m_onsetAt;
    qint64 m_speechSamples = 0; // of the callee's audio since speech began
    pipeline::TurnId m_audibleTurn = 0;
    audio::LevelMeter m_meter;
};

} // namespace engine::turns
