#pragma once

#include "engine/practice/cartesia_request.h"
#include "engine/practice/voice.h"

namespace engine::practice {

/// An utterance in the rate and encoding a client asked for, without the pause before its first word.
struct RenderedSpeech
{
    struct Word
    {
        QString word;
        double start = 0; ///< seconds from the first sample
        double end = 0;
    };
    QByteArray bytes; ///< raw samples
    std::vector<Word> words;
    int bytesPerSecond = 8000;

    double seconds() const { return static_cast<double>(bytes.size()) / bytesPerSecond; }
};

[[nodiscard]] RenderedSpeech renderSpeech(const Utterance &utterance, const SpeechFormat &format);

/// The same with a WAV header before it, for any of the encodings.
[[nodiscard]] QByteArray withWavHeader(const RenderedSpeech &speech, const SpeechFormat &format);

} // namespace engine::practice
