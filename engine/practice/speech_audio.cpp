#include "engine/practice/speech_audio.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/resampler.h"
#include "engine/practice/companding.h"

#include <QtEndian>

#include <algorithm>
#include <bit>

namespace engine::practice {

namespace {

constexpr int kVoiceRateHz = 8000;
constexpr int kPauseKept = 320; // samples before the first word: 40 ms, as a good speech vendor leaves

QByteArray encoded(const std::vector<std::int16_t> &samples, SpeechEncoding encoding)
{
    switch (encoding) {
    case SpeechEncoding::MuLaw:
        return audio::toMulaw(samples);
    case SpeechEncoding::ALaw:
        return encodeAlaw(samples);
    case SpeechEncoding::Pcm16: {
        QByteArray bytes(static_cast<qsizetype>(samples.size()) * 2, Qt::Uninitialized);
        qToLittleEndian<qint16>(samples.data(), static_cast<qsizetype>(samples.size()), bytes.data());
        return bytes;
    }
    case SpeechEncoding::Float32: {
        QByteArray bytes(static_cast<qsizetype>(samples.size()) * 4, Qt::Uninitialized);
        char *out = bytes.data();
        for (const std::int16_t sample : samples) {
            qToLittleEndian<quint32>(std::bit_cast<quint32>(static_cast<float>(sample) / 32768.0F), out);
            out += 4;
        }
        return bytes;
    }
    }
    return {};
}

} // namespace

RenderedSpeech renderSpeech(const Utterance &utterance, const SpeechFormat &format)
{
    const int skipped = utterance.words.empty() ? 0 : std::max(0, utterance.words.front().firstSample - kPauseKept);
    const QByteArrayView mulaw = QByteArrayView(utterance.mulaw).sliced(skipped);

    RenderedSpeech speech;
    speech.bytesPerSecond = format.sampleRateHz * format.bytesPerSample();
    for (const SpokenWord &word : utterance.words)
        speech.words.push_back({word.word, static_cast<double>(word.firstSample - skipped) / kVoiceRateHz,
                                static_cast<double>(word.endSample - skipped) / kVoiceRateHz});
    if (format.encoding == SpeechEncoding::MuLaw && format.sampleRateHz == kVoiceRateHz) {
        speech.bytes = mulaw.toByteArray();
        return speech;
    }
    std::vector<std::int16_t> samples = audio::fromMulaw(mulaw);
    if (format.sampleRateHz != kVoiceRateHz) {
        // The rates were checked with the request, so this cannot fail.
        if (auto resampled = audio::resample<std::int16_t>(samples, kVoiceRateHz, format.sampleRateHz))
            samples = std::move(*resampled);
    }
    speech.bytes = encoded(samples, format.encoding);
    return speech;
}

QByteArray withWavHeader(const RenderedSpeech &speech, const SpeechFormat &format)
{
    // RIFF: tag 1 integer samples, 3 floating point, 6 A-law, 7 mu-law.
    quint16 tag = 1;
    switch (format.encoding) {
    case SpeechEncoding::Pcm16:
        tag = 1;
        break;
    case SpeechEncoding::Float32:
        tag = 3;
        break;
    case SpeechEncoding::ALaw:
        tag = 6;
        break;
    case SpeechEncoding::MuLaw:
        tag = 7;
        break;
    }
    QByteArray file;
    const auto put16 = [&file](quint16 value) {
        file.append(static_cast<char>(value & 0xFF)).append(static_cast<char>(value >> 8));
    };
    const auto put32 = [&put16](quint32 value) {
        put16(static_cast<quint16>(value & 0xFFFF));
        put16(static_cast<quint16>(value >> 16));
    };
    const quint32 length = static_cast<quint32>(speech.bytes.size());
    const quint16 sampleBytes = static_cast<quint16>(format.bytesPerSample());
    file.append("RIFF");
    put32(4 + 8 + 18 + 8 + length + (length & 1));
    file.append("WAVEfmt ");
    put32(18);
    put16(tag);
    put16(1);
    put32(static_cast<quint32>(format.sampleRateHz));
    put32(static_cast<quint32>(speech.bytesPerSecond));
    put16(sampleBytes);
    put16(static_cast<quint16>(8 * sampleBytes));
    put16(0);
    file.append("data");
    put32(length);
    file.append(speech.bytes);
    if (length & 1)
        file.append('\0');
    return file;
}

} // namespace engine::practice
