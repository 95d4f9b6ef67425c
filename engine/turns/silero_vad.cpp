#include "engine/turns/silero_vad.h"

#include <QFile>
#include <QtEndian>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

using namespace Qt::StringLiterals;

// Outside of every namespace, as the macro demands: data of a static library is not registered by itself.
static void registerModelResource()
{
    Q_INIT_RESOURCE(models);
}

namespace engine::turns {

namespace {

constexpr std::size_t kFloatsInFile = 235'649;

// Shape of the network.
constexpr std::size_t kFrames = 4; // spectra of one step
constexpr std::size_t kFrameSamples = 128;
constexpr std::size_t kHopSamples = 64;
constexpr std::size_t kBins = 65; // frequencies of a spectrum
constexpr std::size_t kSpectrum =
    128; // 65 real parts and 63 imaginary ones; those of the first and last bin are always zero
constexpr std::size_t kHidden = SileroVad::State::kHidden;
constexpr std::size_t kOverlap = SileroVad::State::kOverlap;
constexpr std::size_t kStep = SileroVad::kStepSamples;

// The inner loop multiplies one weight with the inputs of 1, 2 or 4 moments at once and keeps its sums in registers.
// Its weights lie in blocks of 64 / moments outputs, within a block input after input, so that it reads memory from
// front to back exactly once.
constexpr std::size_t kBlockSums = 64;

/// 64 bytes, so that no load of a vector crosses a cache line.
struct alignas(64) CacheLine
{
    float values[16];
};

class AlignedFloats
{
public:
    explicit AlignedFloats(std::size_t count) : m_lines((count + 15) / 16) {}
    float *data() { return m_lines.data()->values; }
    const float *data() const { return m_lines.data()->values; }

private:
    std::vector<CacheLine> m_lines;
};

/// One matrix of the network: `outputs` sums over `inputs` products, for `moments` moments at once.
struct Matrix
{
    /// @param weight  weight(output, input)
    template <typename Weight, typename Bias>
    Matrix(std::size_t moments, std::size_t inputs, std::size_t outputs, Weight weight, Bias biasOf)
        : weights(inputs * outputs), bias(outputs)
    {
        const std::size_t block = kBlockSums / moments;
        Q_ASSERT(outputs % block == 0);
        float *next = weights.data();
        for (std::size_t first = 0; first < outputs; first += block)
            for (std::size_t input = 0; input < inputs; ++input)
                for (std::size_t output = first; output < first + block; ++output)
                    *next++ = weight(output, input);
        for (std::size_t output = 0; output < outputs; ++output)
            bias.data()[output] = biasOf(output);
    }

    AlignedFloats weights;
    AlignedFloats bias;
};

} // namespace

struct SileroWeights::Layers
{
    explicit Layers(std::span<const float> file);

    Matrix spectrum; // windowed Fourier transform
    Matrix conv0, conv1, conv2, conv3;
    Matrix lstm; // input and memory side by side: z = [W_ih W_hh] [y h] + b_ih + b_hh
    AlignedFloats head;
    float headBias;
};

namespace {

// Tensors in the file, row major, in this order:
//     stft.forward_basis       130 x 128         first float 0
//     encoder.0.weight, bias   128 x 65 x 3      16640
//     encoder.1.weight, bias   64 x 128 x 3      41728
//     encoder.2.weight, bias   64 x 64 x 3       66368
//     encoder.3.weight, bias   128 x 64 x 3      78720
//     lstm.weight_ih, weight_hh, bias_ih, bias_hh   512 x 128, 512 x 128, 512, 512   103424
//     head.weight, bias        128, 1            235520
constexpr std::size_t kConv0 = 16640;
constexpr std::size_t kConv1 = 41728;
constexpr std::size_t kConv2 = 66368;
constexpr std::size_t kConv3 = 78720;
constexpr std::size_t kLstm = 103424;
constexpr std::size_t kHead = 235520;

/// A convolution as a matrix: its inputs are (channel, tap) pairs, of the taps that can meet data.
Matrix convolution(const float *weight, std::size_t moments, std::size_t channels, std::size_t outputs,
                   std::size_t firstTap, std::size_t taps)
{
    const float *bias = weight + outputs * channels * 3;
    return Matrix(
        moments, channels * taps, outputs,
        [=](std::size_t output, std::size_t input) {
            return weight[(output * channels + input / taps) * 3 + firstTap + input % taps];
        },
        [=](std::size_t output) { return bias[output]; });
}

Matrix spectrumMatrix(const float *basis)
{
    return Matrix(
        kFrames, kFrameSamples, kSpectrum,
        [=](std::size_t output, std::size_t sample) {
            // Real parts are rows 0 to 64; of the imaginary ones, rows 65 to 129, the first and the last are zero.
            const std::size_t row = output < kBins ? output : output + 1;
            return basis[row * kFrameSamples + sample];
        },
        [](std::size_t) { return 0.0F; });
}

Matrix lstmMatrix(const float *input)
{
    constexpr std::size_t kRows = 4 * kHidden;
    const float *memory = input + kRows * kHidden;
    const float *bias = memory + kRows * kHidden;
    return Matrix(
        1, 2 * kHidden, kRows,
        [=](std::size_t row, std::size_t column) {
            return column < kHidden ? input[row * kHidden + column] : memory[row * kHidden + column - kHidden];
        },
        [=](std::size_t row) { return bias[row] + bias[kRows + row]; });
}

} // namespace

// In one step the third convolution has no moment before its inputs and the fourth has a single one, so taps are left
// out there.
SileroWeights::Layers::Layers(std::span<const float> file)
    : spectrum(spectrumMatrix(file.data())), conv0(convolution(file.data() + kConv0, 4, kBins, 128, 0, 3)),
      conv1(convolution(file.data() + kConv1, 2, 128, 64, 0, 3)),
      conv2(convolution(file.data() + kConv2, 1, 64, 64, 1, 2)),
      conv3(convolution(file.data() + kConv3, 1, 64, 128, 1, 1)), lstm(lstmMatrix(file.data() + kLstm)), head(kHidden),
      headBias(file[kHead + kHidden])
{
    std::copy_n(file.data() + kHead, kHidden, head.data());
}

SileroWeights::SileroWeights(std::unique_ptr<const Layers> layers) : m_layers(std::move(layers)) {}
SileroWeights::~SileroWeights() = default;

Result<std::shared_ptr<const SileroWeights>> SileroWeights::load()
{
    registerModelResource();
    QFile file(u":/models/silero_vad_v6_8k.f32"_s);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Fault::Program, u"vad_model_missing"_s,
                       u"The voice detector's model is missing from this program; install Dialdesk again."_s);
    return fromBytes(file.readAll());
}

Result<std::shared_ptr<const SileroWeights>> SileroWeights::fromBytes(QByteArrayView bytes)
{
    std::vector<float> floats(kFloatsInFile);
    const bool wholeFile = bytes.size() == static_cast<qsizetype>(kFloatsInFile * sizeof(float));
    if (wholeFile)
        qFromLittleEndian<float>(bytes.data(), static_cast<qsizetype>(kFloatsInFile), floats.data());
    if (!wholeFile || !std::all_of(floats.begin(), floats.end(), [](float value) { return std::isfinite(value); }))
        return failure(Fault::Program, u"vad_model_damaged"_s,
                       u"The voice detector's model in this program is damaged; install Dialdesk again."_s);
    return std::shared_ptr<const SileroWeights>(new SileroWeights(std::make_unique<const Layers>(floats)));
}

// --- one step, written once for any vector width ------------------------------------------------------------------

namespace {

// Four floats are in the baseline of x86-64 and arm64; eight are used where the processor has AVX2 and FMA. The vector
// types are extensions that GCC and Clang share. Everything below is forced inline into runPortable() and runWide(),
// because only there the compiler may use the wider instructions.
using Vector4 = float __attribute__((vector_size(16)));
using Vector8 = float __attribute__((vector_size(32)));
#define DIALDESK_KERNEL                                                                                                \
    template <typename Vector>                                                                                         \
    [[gnu::always_inline]] inline

template <typename Vector>
constexpr std::size_t kLanes = sizeof(Vector) / sizeof(float);

template <typename Vector>
struct IntegersOf;
template <>
struct IntegersOf<Vector4>
{
    using Type = std::int32_t __attribute__((vector_size(16)));
};
template <>
struct IntegersOf<Vector8>
{
    using Type = std::int32_t __attribute__((vector_size(32)));
};

DIALDESK_KERNEL Vector load(const float *from)
{
    Vector value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

DIALDESK_KERNEL void store(float *to, Vector value)
{
    std::memcpy(to, &value, sizeof value);
}

/// e^x with a relative error below 3e-7: x = n ln 2 + r, a polynomial for e^r, and n added to the exponent bits.
DIALDESK_KERNEL Vector exponential(Vector x)
{
    using Integers = typename IntegersOf<Vector>::Type;
    const Vector least = Vector{} - 87.0F;
    const Vector most = Vector{} + 87.0F;
    x = x < least ? least : x;
    x = x > most ? most : x;
    constexpr float kRoundToInteger = 12582912.0F; // 1.5 * 2^23: adding and taking it away leaves no fraction bits
    const Vector n = (x * 1.44269504F + kRoundToInteger) - kRoundToInteger;
    const Vector r = (x - n * 0.693359375F) - n * -2.12194440e-4F;
    Vector power = r * (1.0F / 720.0F) + (1.0F / 120.0F);
    power = power * r + (1.0F / 24.0F);
    power = power * r + (1.0F / 6.0F);
    power = power * r + 0.5F;
    power = power * r + 1.0F;
    power = power * r + 1.0F;
    const Integers exponent = (__builtin_convertvector(n, Integers) + 127) << 23;
    Vector scale;
    std::memcpy(&scale, &exponent, sizeof scale);
    return power * scale;
}

DIALDESK_KERNEL Vector sigmoid(Vector x)
{
    return 1.0F / (1.0F + exponential<Vector>(-x));
}

DIALDESK_KERNEL Vector hyperbolicTangent(Vector x)
{
    return 2.0F * sigmoid<Vector>(2.0F * x) - 1.0F;
}

enum class Then
{
    Nothing,
    Relu
};

/// @param input   [inputs][moments]
/// @param output  [moments][outputs]
template <typename Vector, std::size_t moments, std::size_t inputs, std::size_t outputs, Then then>
[[gnu::always_inline]] inline void multiply(const Matrix &matrix, const float *input, float *output)
{
    constexpr std::size_t kBlock = kBlockSums / moments; // outputs that lie together in memory
    constexpr std::size_t kVectors = 8 / moments;        // eight sums in registers hide the time a multiply-add takes
    constexpr std::size_t kTogether = kVectors * kLanes<Vector>;
    static_assert(kBlock % kTogether == 0 && outputs % kBlock == 0);
    for (std::size_t first = 0; first < outputs; first += kTogether) {
        const float *weights = matrix.weights.data() + (first / kBlock) * kBlock * inputs + first % kBlock;
        Vector sums[moments][kVectors];
#pragma GCC unroll 8
        for (std::size_t vector = 0; vector < kVectors; ++vector)
#pragma GCC unroll 4
            for (std::size_t moment = 0; moment < moments; ++moment)
                sums[moment][vector] = load<Vector>(matrix.bias.data() + first + vector * kLanes<Vector>);
        for (std::size_t i = 0; i < inputs; ++i, weights += kBlock) {
#pragma GCC unroll 8
            for (std::size_t vector = 0; vector < kVectors; ++vector) {
                const Vector weight = load<Vector>(weights + vector * kLanes<Vector>);
#pragma GCC unroll 4
                for (std::size_t moment = 0; moment < moments; ++moment)
                    sums[moment][vector] += weight * input[i * moments + moment];
            }
        }
#pragma GCC unroll 8
        for (std::size_t vector = 0; vector < kVectors; ++vector)
#pragma GCC unroll 4
            for (std::size_t moment = 0; moment < moments; ++moment) {
                Vector sum = sums[moment][vector];
                if constexpr (then == Then::Relu)
                    sum = sum > 0.0F ? sum : Vector{};
                store<Vector>(output + moment * outputs + first + vector * kLanes<Vector>, sum);
            }
    }
}

/// One step:
/// 1. the last 32 samples of the step before, the 256 new ones, and 32 mirrored at the end: 320 samples;
/// 2. four spectra of 128 samples, 64 apart: a periodic Hann window times cosine (rows 0 to 64 of the basis) and minus
/// sine (65 to 129);
/// 3. their magnitudes: 65 x 4;
/// 4. four convolutions over time, kernel 3, zero padding 1, strides 1, 2, 2, 1, each with ReLU: 128 x 4, 64 x 2, 64 x
/// 1, 128 x 1;
/// 5. the LSTM cell: c = sigmoid(f) c + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c);
/// 6. probability = sigmoid(head . relu(h) + bias).
DIALDESK_KERNEL float run(const SileroWeights::Layers &layers, SileroVad::State &state, const float *samples)
{
    // Overlap, new samples, and a mirrored end.
    alignas(64) float sound[kOverlap + kStep + kOverlap];
    std::memcpy(sound, state.overlap.data(), kOverlap * sizeof(float));
    std::memcpy(sound + kOverlap, samples, kStep * sizeof(float));
    constexpr std::size_t kLast = kOverlap + kStep - 1;
    for (std::size_t i = 0; i < kOverlap; ++i)
        sound[kLast + 1 + i] = sound[kLast - 1 - i];
    std::memcpy(state.overlap.data(), samples + kStep - kOverlap, kOverlap * sizeof(float));

    alignas(64) float windows[kFrameSamples * kFrames];
    for (std::size_t i = 0; i < kFrameSamples; ++i)
        for (std::size_t frame = 0; frame < kFrames; ++frame)
            windows[i * kFrames + frame] = sound[frame * kHopSamples + i];
    alignas(64) float spectra[kFrames * kSpectrum];
    multiply<Vector, kFrames, kFrameSamples, kSpectrum, Then::Nothing>(layers.spectrum, windows, spectra);

    // Magnitudes, with a zero moment before and after for the convolution's padding.
    alignas(64) float magnitudes[kFrames + 2][kBins];
    std::memset(magnitudes, 0, sizeof magnitudes);
    for (std::size_t frame = 0; frame < kFrames; ++frame) {
        const float *real = spectra + frame * kSpectrum;
        const float *imaginary = real + kBins - 1; // imaginary[bin] for bins 1 to 63
        float *magnitude = magnitudes[frame + 1];
        magnitude[0] = std::abs(real[0]);
        for (std::size_t bin = 1; bin < kBins - 1; ++bin)
            magnitude[bin] = std::sqrt(real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
        magnitude[kBins - 1] = std::abs(real[kBins - 1]);
    }

    alignas(64) float inputs0[kBins * 3 * 4];
    for (std::size_t channel = 0; channel < kBins; ++channel)
        for (std::size_t tap = 0; tap < 3; ++tap)
            for (std::size_t moment = 0; moment < 4; ++moment)
                inputs0[(channel * 3 + tap) * 4 + moment] = magnitudes[moment + tap][channel];
    alignas(64) float outputs0[5][128]; // the first moment is padding
    std::memset(outputs0[0], 0, sizeof outputs0[0]);
    multiply<Vector, 4, kBins * 3, 128, Then::Relu>(layers.conv0, inputs0, outputs0[1]);

    alignas(64) float inputs1[128 * 3 * 2];
    for (std::size_t channel = 0; channel < 128; ++channel)
        for (std::size_t tap = 0; tap < 3; ++tap)
            for (std::size_t moment = 0; moment < 2; ++moment)
                inputs1[(channel * 3 + tap) * 2 + moment] = outputs0[2 * moment + tap][channel];
    alignas(64) float outputs1[2][64];
    multiply<Vector, 2, 128 * 3, 64, Then::Relu>(layers.conv1, inputs1, outputs1[0]);

    alignas(64) float inputs2[64 * 2];
    for (std::size_t channel = 0; channel < 64; ++channel)
        for (std::size_t tap = 0; tap < 2; ++tap)
            inputs2[channel * 2 + tap] = outputs1[tap][channel];
    alignas(64) float outputs2[64];
    multiply<Vector, 1, 64 * 2, 64, Then::Relu>(layers.conv2, inputs2, outputs2);

    alignas(64) float cellInputs[2 * kHidden];
    multiply<Vector, 1, 64, kHidden, Then::Relu>(layers.conv3, outputs2, cellInputs);
    std::memcpy(cellInputs + kHidden, state.hidden.data(), kHidden * sizeof(float));

    // The LSTM cell; gates in the order input, forget, candidate, output.
    alignas(64) float gates[4 * kHidden];
    multiply<Vector, 1, 2 * kHidden, 4 * kHidden, Then::Nothing>(layers.lstm, cellInputs, gates);
    Vector headSums{};
    for (std::size_t i = 0; i < kHidden; i += kLanes<Vector>) {
        const Vector in = sigmoid<Vector>(load<Vector>(gates + i));
        const Vector forget = sigmoid<Vector>(load<Vector>(gates + kHidden + i));
        const Vector candidate = hyperbolicTangent<Vector>(load<Vector>(gates + 2 * kHidden + i));
        const Vector out = sigmoid<Vector>(load<Vector>(gates + 3 * kHidden + i));
        const Vector cell = forget * load<Vector>(state.cell.data() + i) + in * candidate;
        const Vector hidden = out * hyperbolicTangent<Vector>(cell);
        store<Vector>(state.cell.data() + i, cell);
        store<Vector>(state.hidden.data() + i, hidden);
        headSums += load<Vector>(layers.head.data() + i) * (hidden > 0.0F ? hidden : Vector{});
    }
    float sum = layers.headBias;
    for (std::size_t lane = 0; lane < kLanes<Vector>; ++lane)
        sum += headSums[lane];
    return 1.0F / (1.0F + std::exp(-sum));
}

#undef DIALDESK_KERNEL

float runPortable(const SileroWeights::Layers &layers, SileroVad::State &state, const float *samples)
{
    return run<Vector4>(layers, state, samples);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] float runWide(const SileroWeights::Layers &layers, SileroVad::State &state,
                                          const float *samples)
{
    return run<Vector8>(layers, state, samples);
}

constexpr auto kWidestRun = runWide;

bool hasWideVectors()
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
constexpr auto kWidestRun = runPortable;

bool hasWideVectors()
{
    return false;
}
#endif

} // namespace

SileroVad::SileroVad(std::shared_ptr<const SileroWeights> weights, Instructions instructions)
    : m_weights(std::move(weights)),
      m_run(instructions == Instructions::Best && hasWideVectors() ? kWidestRun : runPortable)
{
    Q_ASSERT(m_weights);
}

float SileroVad::step(std::span<const float, kStepSamples> samples)
{
    return m_run(m_weights->layers(), m_state, samples.data());
}

} // namespace engine::turns
