#include "engine/audio/resampler.h"

#include "engine/audio/sample_rates.h"

#include <soxr.h>

#include <cmath>
#include <type_traits>

using namespace Qt::StringLiterals;

namespace engine::audio {

namespace {

/// Room asked for at once while emptying the filter at the end.
constexpr std::size_t kFlushSamples = 4096;

bool isSupported(int rateHz)
{
    return rateHz >= kLowestRateHz && rateHz <= kHighestRateHz;
}

} // namespace

template <typename Sample>
void Resampler<Sample>::Deleter::operator()(soxr *stream) const
{
    soxr_delete(stream);
}

template <typename Sample>
Result<Resampler<Sample>> Resampler<Sample>::create(int fromHz, int toHz)
{
    if (!isSupported(fromHz) || !isSupported(toHz))
        return failure(
            Fault::Program, u"resampler_rate"_s,
            u"Sound cannot be converted from %1 to %2 Hz; both rates must lie between %3 and %4 Hz."_s.arg(fromHz)
                .arg(toHz)
                .arg(kLowestRateHz)
                .arg(kHighestRateHz));

    constexpr soxr_datatype_t kType = std::is_same_v<Sample, float> ? SOXR_FLOAT32_I : SOXR_INT16_I;
    soxr_io_spec_t io = soxr_io_spec(kType, kType);
    io.flags |= SOXR_NO_DITHER;
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    std::unique_ptr<soxr, Deleter> stream(soxr_create(fromHz, toHz, 1, &error, &io, &quality, &runtime));
    if (!stream || error)
        return failure(Fault::Program, u"resampler_failed"_s,
                       u"The sound converter could not be started (%1); the computer may be out of memory."_s.arg(
                           QString::fromUtf8(error ? soxr_strerror(error) : "no reason given")));
    return Resampler(std::move(stream), static_cast<double>(toHz) / fromHz);
}

template <typename Sample>
void Resampler<Sample>::push(std::span<const Sample> input, std::vector<Sample> &output)
{
    while (!input.empty()) {
        const std::size_t before = output.size();
        const auto room =
            static_cast<std::size_t>(std::ceil(static_cast<double>(input.size()) * m_ratio)) + kFlushSamples;
        output.resize(before + room);
        std::size_t used = 0;
        std::size_t made = 0;
        const soxr_error_t error =
            soxr_process(m_stream.get(), input.data(), input.size(), &used, output.data() + before, room, &made);
        output.resize(before + made);
        if (error || (used == 0 && made == 0))
            return; // only a stream that was already broken answers so; there is nothing to convert with
        input = input.subspan(used);
    }
}

template <typename Sample>
void Resampler<Sample>::finish(std::vector<Sample> &output)
{
    for (;;) {
        const std::size_t before = output.size();
        output.resize(before + kFlushSamples);
        std::size_t made = 0;
        const soxr_error_t error =
            soxr_process(m_stream.get(), nullptr, 0, nullptr, output.data() + before, kFlushSamples, &made);
        output.resize(before + made);
        if (error || made == 0)
            break;
    }
    soxr_clear(m_stream.get());
}

template class Resampler<std::int16_t>;
template class Resampler<float>;

} // namespace engine::audio
