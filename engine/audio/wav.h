#pragma once

#include "engine/base/result.h"

#include <QByteArray>

#include <cstdint>
#include <span>
#include <vector>

/// WAV files: RIFF chunks, little-endian, each an id of four letters, a 32-bit length and that many bytes, padded to
/// even length.
///
///     "RIFF" length "WAVE"
///     "fmt " 16  tag=1 channels=1 rate=8000 byteRate=16000 blockAlign=2 bits=16       16-bit samples (PCM)
///     "fmt " 18  tag=7 channels=2 rate=8000 byteRate=16000 blockAlign=2 bits=8 extra=0  mu-law
///     "fact" 4   samples per channel                                                  only for mu-law
///     "data" length  samples, channels interleaved (left, right, left, right, ...)
namespace engine::audio {

struct WavFormat
{
    enum class Encoding
    {
        Pcm16,
        Mulaw
    };
    Encoding encoding = Encoding::Pcm16;
    int channels = 1; ///< 1 or 2
    int sampleRateHz = 8000;

    int bytesPerBlock() const { return channels * (encoding == Encoding::Pcm16 ? 2 : 1); }
    bool operator==(const WavFormat &) const = default;
};

/// What a WAV file holds. `audio` views the parsed bytes and lives as long as they do; it is a whole number of blocks.
struct WavContent
{
    WavFormat format;
    QByteArrayView audio;
    bool operator==(const WavContent &) const = default;
};

/// Everything before the first sample. Its length depends on the encoding alone (44 bytes for PCM, 58 for mu-law), so a
/// recorder writes it first with zero and again over the same bytes when it knows the length.
/// @param audioBytes  length of the samples that follow; more than a WAV file can say is written as the most it can
[[nodiscard]] QByteArray wavHeader(const WavFormat &format, qint64 audioBytes);

/// A whole file. @param audio  samples as they stand in the file, see pcm16Bytes()
[[nodiscard]] QByteArray encodeWav(const WavFormat &format, QByteArrayView audio);

/// 16-bit samples as they stand in a file.
[[nodiscard]] QByteArray pcm16Bytes(std::span<const std::int16_t> samples);

/// Total: any bytes give a value or an Error with code "wav_invalid" or "wav_unsupported", never a throw. Unknown
/// chunks are skipped. A file cut short gives the whole blocks that are there; one whose header was never completed
/// (lengths still zero, as wavHeader(format, 0) writes them) gives everything after the header.
[[nodiscard]] Result<WavContent> parseWav(QByteArrayView file);
Result<WavContent> parseWav(QByteArray &&) = delete; // the content would view bytes that are gone

/// The samples of either encoding as 16-bit values, channels still interleaved.
[[nodiscard]] std::vector<std::int16_t> linearSamples(const WavContent &content);

} // namespace engine::audio
