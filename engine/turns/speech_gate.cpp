#include "engine/turns/speech_gate.h"

#include "engine/audio/telephone_audio.h"

#include <algorithm>

namespace engine::turns {

using Kind = pipeline::VoiceEdge::Kind;

std::optional<SpeechGate::Edge> SpeechGate::push(double probability, double levelDbfs, int samples)
{
    Q_ASSERT(samples > 0);
    const auto edge = m_state == State::Speech ? listenForStop(probability, levelDbfs, samples)
                                               : listenForStart(probability, levelDbfs, samples);
    // Only what is surely no speech teaches the noise floor; learnt from speech it would deafen us to a soft voice.
    if (m_state == State::Silence && probability < m_settings.stopProbability)
        m_noise.learn(levelDbfs, audio::durationOf(samples));
    return edge;
}

std::optional<SpeechGate::Edge> SpeechGate::listenForStart(double probability, double levelDbfs, int samples)
{
    const double threshold =
        m_agentSpeaking ? m_settings.startProbabilityWhileAgentSpeaks : m_settings.startProbability;
    const bool loud = isLoud(levelDbfs);
    const bool wasOnset = m_state == State::Onset;

    if (!(probability > threshold)) {
        m_state = State::Silence;
        m_leadSamples = loud ? (wasOnset ? 0 : m_leadSamples) + samples : 0;
        m_onsetSamples = 0;
        m_onsetIsCertain = false;
        return wasOnset ? std::optional(Edge{Kind::Dropped, samples}) : std::nullopt;
    }
    if (!wasOnset && !loud) {
        m_leadSamples = 0;
        return std::nullopt;
    }

    m_onsetSamples += samples;
    m_onsetIsCertain = m_onsetIsCertain || probability > m_settings.certainProbability;
    if (hasStarted()) {
        const Edge started{Kind::Started, m_onsetSamples};
        m_state = State::Speech;
        m_onsetSamples = 0;
        m_onsetIsCertain = false;
        m_leadSamples = 0;
        m_silentSamples = 0;
        m_quietSamples = 0;
        m_softSamples = 0;
        return started;
    }
    m_state = State::Onset;
    return wasOnset ? std::nullopt : std::optional(Edge{Kind::Onset, m_onsetSamples});
}

bool SpeechGate::hasStarted() const
{
    if (!m_agentSpeaking)
        return m_onsetSamples >= audio::samplesIn(m_settings.startAfter);
    const qint64 lead = m_leadSamples <= audio::samplesIn(m_settings.longestConsonant) ? m_leadSamples : 0;
    const bool isProven = m_onsetIsCertain || m_onsetSamples >= audio::samplesIn(m_settings.provenWhileAgentSpeaks);
    return isProven && lead + m_onsetSamples >= audio::samplesIn(m_settings.startAfterWhileAgentSpeaks);
}

bool SpeechGate::isLoud(double levelDbfs) const
{
    return levelDbfs >= m_noise.dbfs() + m_settings.loudnessOverNoiseDb;
}

std::optional<SpeechGate::Edge> SpeechGate::listenForStop(double probability, double levelDbfs, int samples)
{
    const bool silent = probability < m_settings.stopProbability;
    const bool loud = isLoud(levelDbfs);
    m_quietSamples = silent || !loud ? m_quietSamples + samples : 0;
    m_softSamples = loud ? 0 : m_softSamples + samples;
    if (!silent) {
        m_silentSamples = 0;
        return std::nullopt;
    }
    m_silentSamples += samples;
    const bool soundIsOver = m_softSamples >= audio::samplesIn(m_settings.quietBeforeStop);
    if (m_silentSamples < audio::samplesIn(soundIsOver ? m_settings.stopAfter : m_settings.stopAfterLoudEnd))
        return std::nullopt;
    m_state = State::Silence;
    return Edge{Kind::Stopped, std::min(m_quietSamples, m_silentSamples + audio::samplesIn(m_settings.memory))};
}

} // namespace engine::turns
