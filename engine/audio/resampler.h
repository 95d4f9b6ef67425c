#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct soxr;

namespace engine::audio {

/// Changes the sample rate of one mono stream, band-limited (libsoxr, high quality, no dither: the same input gives the
/// same output).
///
/// `Sample` is std::int16_t or float. Output comes later than its input by the filter's length; finish() fetches the
/// rest, and then the total length is input * toHz / fromHz, give or take one sample. One stream, one object; movable;
/// not thread-safe.
template <typename Sample>
class Resampler
{
public:
    /// @param fromHz, toHz  1000 to 192000; otherwise an Error with code "resampler_rate"
    [[nodiscard]] static Result<Resampler> create(int fromHz, int toHz);

    /// Takes any number of samples and appends what is ready to `output`.
    void push(std::span<const Sample> input, std::vector<Sample> &output);
    /// Appends everything still inside and ends the stream; then the object is ready for a new one.
    void finish(std::vector<Sample> &output);

private:
    struct Deleter
    {
        void operator()(soxr *stream) const;
    };
    Resampler(std::unique_ptr<soxr, Deleter> stream, double ratio) : m_stream(std::move(stream)), m_ratio(ratio) {}

    std::unique_ptr<soxr, Deleter> m_stream;
    double m_ratio = 1.0;
};

extern template class Resampler<std::int16_t>;
extern template class Resampler<float>;

/// A whole recording at once.
template <typename Sample>
[[nodiscard]] Result<std::vector<Sample>> resample(std::span<const Sample> input, int fromHz, int toHz)
{
    auto resampler = Resampler<Sample>::create(fromHz, toHz);
    if (!resampler)
        return tl::unexpected(resampler.error());
    std::vector<Sample> output;
    resampler->push(input, output);
    resampler->finish(output);
    return output;
}

} // namespace engine::audio
