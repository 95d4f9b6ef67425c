#pragma once

#include "engine/base/result.h"

#include <QByteArray>

#include <array>
#include <memory>
#include <span>

/// Silero VAD v6, the 8 kHz network (MIT licence, Silero Team), in plain C++: is this sound speech?
///
/// 256 samples in, one probability out. A short Fourier transform, four convolutions and an LSTM cell, in float32 and
/// in a fixed order, so that the same sound gives the same probability on every run on one machine.
namespace engine::turns {

/// The trained numbers of the network, laid out for the processor. Immutable, about 1 MB: loaded once, shared by all
/// calls and threads.
class SileroWeights
{
public:
    struct Layers;

    /// From the resource library. Errors: "vad_model_missing", "vad_model_damaged".
    [[nodiscard]] static Result<std::shared_ptr<const SileroWeights>> load();
    /// @param bytes  235,649 finite little-endian float32; anything else is an Error with code "vad_model_damaged"
    [[nodiscard]] static Result<std::shared_ptr<const SileroWeights>> fromBytes(QByteArrayView bytes);

    ~SileroWeights();

    const Layers &layers() const { return *m_layers; }

private:
    explicit SileroWeights(std::unique_ptr<const Layers> layers);
    std::unique_ptr<const Layers> m_layers;
};

/// The network listening to one call; about 1.1 KiB of memory of the past. Time moves only with the samples given. Not
/// thread-safe.
class SileroVad
{
public:
    /// Samples of one step: 32 ms at 8000 Hz.
    static constexpr std::size_t kStepSamples = 256;

    struct State
    {
        static constexpr std::size_t kHidden = 128;
        static constexpr std::size_t kOverlap = 32;
        alignas(64) std::array<float, kHidden> hidden{};
        alignas(64) std::array<float, kHidden> cell{};
        alignas(64) std::array<float, kOverlap> overlap{}; ///< the last samples of the step before
    };

    /// Which instructions to compute with: the best this processor has, or those every processor has (a few times
    /// slower).
    enum class Instructions
    {
        Best,
        Portable
    };

    /// @param weights  not null
    explicit SileroVad(std::shared_ptr<const SileroWeights> weights, Instructions instructions = Instructions::Best);

    /// Listens to the next 32 ms. No allocation. @param samples in [-1, 1) @return the probability of speech, 0 to 1
    [[nodiscard]] float step(std::span<const float, kStepSamples> samples);
    /// Forgets the past, as at the start of a call.
    void reset() { m_state = {}; }

private:
    using Run = float (*)(const SileroWeights::Layers &, State &, const float *);

    std::shared_ptr<const SileroWeights> m_weights;
    Run m_run;
    State m_state;
};

} // namespace engine::turns
