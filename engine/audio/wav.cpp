#include "engine/audio/wav.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/sample_rates.h"

#include <QtEndian>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace engine::audio {

namespace {

constexpr quint16 kTagPcm = 1;
constexpr quint16 kTagMulaw = 7;
constexpr qsizetype kChunkHeadBytes = 8;
constexpr qsizetype kRiffHeadBytes = 12;
constexpr qsizetype kShortestFormatBytes = 16;

template <typename Integer>
void append(QByteArray &bytes, Integer value)
{
    const Integer little = qToLittleEndian(value);
    bytes.append(reinterpret_cast<const char *>(&little), sizeof little);
}

template <typename Integer>
Integer read(QByteArrayView bytes, qsizetype offset)
{
    return qFromLittleEndian<Integer>(bytes.data() + offset);
}

tl::unexpected<Error> invalid(const QString &reason)
{
    return failure(Fault::Program, u"wav_invalid"_s, u"This is not a readable WAV file: %1."_s.arg(reason));
}

tl::unexpected<Error> unsupported(const QString &what)
{
    return failure(Fault::Program, u"wav_unsupported"_s,
                   u"This WAV file holds %1; mono or two-channel sound, 16-bit or mu-law, can be read."_s.arg(what));
}

Result<WavFormat> parseFormat(QByteArrayView chunk)
{
    if (chunk.size() < kShortestFormatBytes)
        return invalid(u"its format chunk is too short"_s);
    const auto tag = read<quint16>(chunk, 0);
    const auto channels = read<quint16>(chunk, 2);
    const auto rate = read<quint32>(chunk, 4);
    const auto blockBytes = read<quint16>(chunk, 12);
    const auto bits = read<quint16>(chunk, 14);

    WavFormat format;
    if (tag == kTagPcm && bits == 16)
        format.encoding = WavFormat::Encoding::Pcm16;
    else if (tag == kTagMulaw && bits == 8)
        format.encoding = WavFormat::Encoding::Mulaw;
    else
        return unsupported(u"encoding %1 with %2 bits"_s.arg(tag).arg(bits));
    if (channels != 1 && channels != 2)
        return unsupported(u"%1 channels"_s.arg(channels));
    if (std::cmp_less(rate, kLowestRateHz) || std::cmp_greater(rate, kHighestRateHz))
        return unsupported(u"%1 samples a second"_s.arg(rate));
    format.channels = channels;
    format.sampleRateHz = static_cast<int>(rate);
    if (blockBytes != format.bytesPerBlock())
        return invalid(u"its format chunk contradicts itself"_s);
    return format;
}

} // namespace

QByteArray wavHeader(const WavFormat &format, qint64 audioBytes)
{
    const bool mulaw = format.encoding == WavFormat::Encoding::Mulaw;
    const qint64 headAfterRiff = mulaw ? 50 : 36;
    const qint64 most = std::numeric_limits<quint32>::max() - headAfterRiff - 1;
    const auto length = static_cast<quint32>(std::clamp<qint64>(audioBytes, 0, most));
    const auto blockBytes = static_cast<quint32>(format.bytesPerBlock());
    const auto rate = static_cast<quint32>(format.sampleRateHz);

    QByteArray header;
    header.reserve(headAfterRiff + kChunkHeadBytes);
    header += "RIFF";
    append<quint32>(header, static_cast<quint32>(headAfterRiff) + length + (length & 1U));
    header += "WAVEfmt ";
    append<quint32>(header, mulaw ? 18 : 16);
    append<quint16>(header, mulaw ? kTagMulaw : kTagPcm);
    append<quint16>(header, static_cast<quint16>(format.channels));
    append<quint32>(header, rate);
    append<quint32>(header, rate * blockBytes);
    append<quint16>(header, static_cast<quint16>(blockBytes));
    append<quint16>(header, mulaw ? 8 : 16);
    if (mulaw) {
        append<quint16>(header, 0); // no extra format bytes
        header += "fact";
        append<quint32>(header, 4);
        append<quint32>(header, length / blockBytes);
    }
    header += "data";
    append<quint32>(header, length);
    return header;
}

QByteArray encodeWav(const WavFormat &format, QByteArrayView audio)
{
    QByteArray file = wavHeader(format, audio.size());
    file.append(audio.data(), audio.size());
    if (audio.size() % 2 != 0)
        file.append('\0');
    return file;
}

QByteArray pcm16Bytes(std::span<const std::int16_t> samples)
{
    QByteArray bytes(static_cast<qsizetype>(samples.size_bytes()), Qt::Uninitialized);
    if (samples.empty())
        return bytes;
    qToLittleEndian<std::int16_t>(samples.data(), static_cast<qsizetype>(samples.size()), bytes.data());
    return bytes;
}

Result<WavContent> parseWav(QByteArrayView file)
{
    if (file.size() < kRiffHeadBytes || file.first(4) != QByteArrayView("RIFF") ||
        file.sliced(8, 4) != QByteArrayView("WAVE"))
        return invalid(u"it does not start as one"_s);

    std::optional<WavFormat> format;
    qsizetype at = kRiffHeadBytes;
    while (file.size() - at >= kChunkHeadBytes) {
        const QByteArrayView id = file.sliced(at, 4);
        const qsizetype stated = read<quint32>(file, at + 4);
        at += kChunkHeadBytes;
        const qsizetype length = std::min(stated, file.size() - at);
        if (id == QByteArrayView("fmt ")) {
            const Result<WavFormat> parsed = parseFormat(file.sliced(at, length));
            if (!parsed)
                return tl::unexpected(parsed.error());
            format = *parsed;
        } else if (id == QByteArrayView("data")) {
            if (!format)
                return invalid(u"its samples come before their format"_s);
            const bool lengthNeverWritten = stated == 0 && read<quint32>(file, 4) + kChunkHeadBytes <= at;
            const qsizetype available = lengthNeverWritten ? file.size() - at : length;
            return WavContent{*format, file.sliced(at, available - available % format->bytesPerBlock())};
        }
        // A chunk of odd length is followed by a padding byte, unless the file ends there.
        at += std::min(length + (length & 1), file.size() - at);
    }
    return invalid(u"it holds no samples"_s);
}

std::vector<std::int16_t> linearSamples(const WavContent &content)
{
    if (content.format.encoding == WavFormat::Encoding::Mulaw)
        return fromMulaw(content.audio);
    std::vector<std::int16_t> samples(static_cast<std::size_t>(content.audio.size() / 2));
    if (samples.empty()) // it has no address to copy to
        return samples;
    qFromLittleEndian<std::int16_t>(content.audio.data(), static_cast<qsizetype>(samples.size()), samples.data());
    return samples;
}

} // namespace engine::audio
