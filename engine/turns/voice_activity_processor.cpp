#include "engine/turns/voice_activity_processor.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/telephone_audio.h"

#include <algorithm>

namespace engine::turns {

using pipeline::AgentAudible;
using pipeline::CalleeAudio;
using pipeline::TimePoint;
using pipeline::VoiceEdge;

namespace {

constexpr std::chrono::milliseconds kMeterPeriod{100};

} // namespace

VoiceActivityProcessor::VoiceActivityProcessor(std::shared_ptr<const SileroWeights> weights, VadSettings settings,
                                               const Clock &clock, QObject *parent)
    : Processor(QStringLiteral("vad"), parent), m_clock(clock), m_vad(std::move(weights)), m_gate(settings)
{
}

void VoiceActivityProcessor::downstream(const pipeline::Frame &frame)
{
    if (const auto *audio = std::get_if<CalleeAudio>(&frame))
        listen(*audio);
    pushDownstream(frame);
}

void VoiceActivityProcessor::upstream(const pipeline::Frame &frame)
{
    if (const auto *audible = std::get_if<AgentAudible>(&frame))
        follow(*audible);
    pushUpstream(frame);
}

void VoiceActivityProcessor::listen(const CalleeAudio &audio)
{
    auto codes = audio::mulawCodes(audio.mulaw);
    while (!codes.empty()) {
        const std::size_t count = std::min(codes.size(), m_step.size() - m_stepFilled);
        const auto samples = std::span(m_step).subspan(m_stepFilled, count);
        audio::decodeMulaw(codes.first(count), samples);
        codes = codes.subspan(count);
        meter(samples);
        m_stepFilled += count;
        if (m_stepFilled == m_step.size()) {
            m_stepFilled = 0;
            // The frame arrived with its last sample, so what is still unread of it came after this step.
            step(audio.arrivedAt - audio::durationOf(static_cast<qsizetype>(codes.size())));
        }
    }
}

void VoiceActivityProcessor::step(TimePoint endedAt)
{
    const double probability = static_cast<double>(m_vad.step(m_step));
    const double levelDbfs = audio::measureLevel(m_step).rmsDbfs;
    m_speechSamples += static_cast<qint64>(m_step.size());
    const auto edge = m_gate.push(probability, levelDbfs, static_cast<int>(m_step.size()));
    if (!edge)
        return;

    VoiceEdge voice{edge->kind, endedAt - audio::durationOf(edge->samplesAgo), m_clock.now()};
    // The start of speech is the same moment in both frames that tell of it, whatever the frames between them did on
    // their way.
    if (voice.kind == VoiceEdge::Kind::Onset)
        m_onsetAt = voice.at;
    else if (voice.kind == VoiceEdge::Kind::Started && m_onsetAt)
        voice.at = *m_onsetAt;
    if (voice.kind != VoiceEdge::Kind::Onset)
        m_onsetAt.reset();
    if (voice.kind == VoiceEdge::Kind::Started)
        m_speechSamples = edge->samplesAgo;
    if (voice.kind == VoiceEdge::Kind::Started || voice.kind == VoiceEdge::Kind::Stopped) {
        const qint64 samples = m_speechSamples - (voice.kind == VoiceEdge::Kind::Stopped ? edge->samplesAgo : 0);
        voice.speech = std::chrono::duration_cast<std::chrono::milliseconds>(audio::durationOf(samples));
    }
    pushDownstream(voice);
}

void VoiceActivityProcessor::meter(std::span<const float> samples)
{
    m_meter.add(samples);
    if (m_meter.samples() >= static_cast<std::size_t>(audio::samplesIn(kMeterPeriod)))
        emit levelMeasured(m_meter.take().rmsDbfs);
}

void VoiceActivityProcessor::follow(const AgentAudible &audible)
{
    switch (audible.kind) {
    case AgentAudible::Kind::Started:
    case AgentAudible::Kind::Resumed:
        m_audibleTurn = audible.turn;
        m_gate.setAgentSpeaking(true);
        break;
    case AgentAudible::Kind::Held:
    case AgentAudible::Kind::Finished:
        // The last mark of one turn may return after the first audio of the next.
        if (audible.turn >= m_audibleTurn)
            m_gate.setAgentSpeaking(false);
        break;
    case AgentAudible::Kind::FirstMark:
        break;
    }
}

} // namespace engine::turns
