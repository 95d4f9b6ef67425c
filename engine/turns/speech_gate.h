#pragma once

#include "engine/pipeline/frame.h"
#include "engine/turns/noise_floor.h"

#include <chrono>
#include <optional>

namespace engine::turns {

/// When sound counts as speech, and when speech as over. The defaults are those of telephone practice.
struct VadSettings
{
    double startProbability = 0.6;                 ///< speech starts when the probability stays over this ...
    std::chrono::milliseconds startAfter{96};      ///< ... for this long
    double startProbabilityWhileAgentSpeaks = 0.7; ///< interrupting needs more proof
    std::chrono::milliseconds startAfterWhileAgentSpeaks{192};
    /// So much of that must be probably speech; the rest may be the sound right before it. A voiceless consonant is a
    /// word's beginning ("sorry"), but no speech to a detector, and can last as long as all of this.
    std::chrono::milliseconds provenWhileAgentSpeaks{64};
    double certainProbability = 0.9; ///< one chunk over it proves as much
    std::chrono::milliseconds longestConsonant{192}; ///< sound that lasts longer before speech is noise
    double stopProbability = 0.35;                   ///< lower than for a start, to keep the soft endings of words
    std::chrono::milliseconds stopAfter{192};
    /// Who ends on voiceless consonants ("costs") still speaks: the sound has to have been gone for this long too ...
    std::chrono::milliseconds quietBeforeStop{64};
    /// ... unless it has been no speech for so long that it is noise.
    std::chrono::milliseconds stopAfterLoudEnd{320};
    /// The probability falls only some time after the sound: of the end of speech so much may be the detector's memory.
    std::chrono::milliseconds memory{128};
    double loudnessOverNoiseDb = 10.0; ///< an onset is at least this much over the noise of the line
    NoiseFloorSettings noise;
    bool operator==(const VadSettings &) const = default;
};

/// Turns probabilities of speech into edges: onset, dropped, started, stopped.
///
/// An onset is the first chunk that is both probably speech and louder than the noise; from then on only the
/// probability counts, because words hold moments of silence. While the agent speaks, loud sound that leads up to an
/// onset counts towards its length, though not as its beginning. Keeps no clock: time moves only with the samples of
/// the chunks, so a gap in the stream is no silence. Pure logic; not thread-safe.
class SpeechGate
{
public:
    struct Edge
    {
        pipeline::VoiceEdge::Kind kind = pipeline::VoiceEdge::Kind::Onset;
        /// Counted back from the end of the chunk just pushed: to the beginning of the first sample of speech (Onset,
        /// Started), or to the end of the last one (Dropped, Stopped).
        qint64 samplesAgo = 0;
        bool operator==(const Edge &) const = default;
    };

    explicit SpeechGate(VadSettings settings = {}) : m_settings(settings), m_noise(settings.noise) {}

    /// Which start rule applies from the next chunk on; an onset under way is measured by the new rule.
    void setAgentSpeaking(bool speaking) { m_agentSpeaking = speaking; }

    /// @param probability of speech in this chunk, 0 to 1
    /// @param levelDbfs   RMS level of the chunk
    /// @param samples     its length at 8000 Hz, more than 0
    /// @return the edge it caused, if any. An onset that is long enough at once is only reported as Started.
    std::optional<Edge> push(double probability, double levelDbfs, int samples);

    /// Between Started and Stopped.
    bool isSpeech() const { return m_state == State::Speech; }
    double noiseFloorDbfs() const { return m_noise.dbfs(); }

private:
    enum class State
    {
        Silence,
        Onset,
        Speech
    };

    std::optional<Edge> listenForStart(double probability, double levelDbfs, int samples);
    bool hasStarted() const;
    std::optional<Edge> listenForStop(double probability, double levelDbfs, int samples);
    bool isLoud(double levelDbfs) const;

    VadSettings m_settings;
    NoiseFloor m_noise;
    State m_state = State::Silence;
    bool m_agentSpeaking = false;
    qint64 m_onsetSamples = 0;  // length of the onset so far
    bool m_onsetIsCertain = false;
    qint64 m_leadSamples = 0;   // of loud sound right before it, or before what comes next
    qint64 m_silentSamples = 0; // since the last chunk that was no silence, while in State::Speech
    qint64 m_quietSamples = 0;  // the same, for the last one that was louder than the noise too
    qint64 m_softSamples = 0;   // since the last chunk of any kind that was louder than the noise
};

} // namespace engine::turns
