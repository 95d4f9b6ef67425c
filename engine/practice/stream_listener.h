#pragma once

#include "engine/practice/word_prints.h"

#include <cstdint>

namespace engine::practice {

/// How a client says it sends audio.
enum class AudioEncoding
{
    MuLaw,
    ALaw,
    Linear16,
    Unheard ///< accepted, but nothing is recognised in it and its length is unknown
};

/// Hears one channel of a stream: which words arrived, and where there is speech at all. Time is counted in received
/// samples. Pure but for the word prints it looks into; same thread as they.
class StreamListener
{
public:
    /// Ten milliseconds of the stream.
    struct Slice
    {
        double startSeconds = 0;
        double endSeconds = 0;
        bool speech = false;               ///< loud, or within a known word
        std::vector<WordEar::Heard> words; ///< that ended here
    };

    /// @param sampleRateHz  words are recognised at 8000 only
    StreamListener(WordPrints &prints, AudioEncoding encoding, int sampleRateHz);

    /// @param bytes  any number; a part of a sample or slice is kept for the next call
    /// @return the slices completed
    std::vector<Slice> push(QByteArrayView bytes);

    double secondsHeard() const;

private:
    /// Loud enough to be a voice; the line's own noise is far below.
    bool isLoud(QByteArrayView slice) const;

    AudioEncoding m_encoding;
    int m_sampleRateHz;
    WordEar m_ear;
    QByteArray m_pending;
    qint64 m_samples = 0;
    int m_loudSlices = 0;
};

} // namespace engine::practice
