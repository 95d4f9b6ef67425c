#include "engine/practice/stream_listener.h"

#include "engine/audio/mulaw.h"
#include "engine/practice/companding.h"

#include <QtEndian>

#include <cmath>

namespace engine::practice {

namespace {

constexpr int kHeardRateHz = 8000;
constexpr int kSlicesPerSecond = 100;
constexpr double kLoudRms = 260.0;    // -42 dBFS
constexpr int kLoudSlicesToCount = 2; // one loud slice alone is a click

std::vector<std::int16_t> decoded(AudioEncoding encoding, QByteArrayView bytes)
{
    switch (encoding) {
    case AudioEncoding::MuLaw:
        return audio::fromMulaw(bytes);
    case AudioEncoding::ALaw:
        return decodeAlaw(bytes);
    case AudioEncoding::Linear16: {
        std::vector<std::int16_t> samples(static_cast<std::size_t>(bytes.size() / 2));
        qFromLittleEndian<qint16>(bytes.data(), bytes.size() / 2, samples.data());
        return samples;
    }
    case AudioEncoding::Unheard:
        break;
    }
    return {};
}

} // namespace

StreamListener::StreamListener(WordPrints &prints, AudioEncoding encoding, int sampleRateHz)
    : m_encoding(encoding), m_sampleRateHz(sampleRateHz),
      m_ear(prints, encoding == AudioEncoding::ALaw ? Companding::ALaw : Companding::MuLaw)
{
}

double StreamListener::secondsHeard() const
{
    return m_sampleRateHz > 0 ? static_cast<double>(m_samples) / m_sampleRateHz : 0.0;
}

bool StreamListener::isLoud(QByteArrayView slice) const
{
    const std::vector<std::int16_t> samples = decoded(m_encoding, slice);
    double sum = 0;
    for (const std::int16_t sample : samples)
        sum += static_cast<double>(sample) * sample;
    return !samples.empty() && std::sqrt(sum / static_cast<double>(samples.size())) >= kLoudRms;
}

std::vector<StreamListener::Slice> StreamListener::push(QByteArrayView bytes)
{
    if (m_encoding == AudioEncoding::Unheard || m_sampleRateHz <= 0)
        return {};
    m_pending.append(bytes);
    const int samplesPerSlice = m_sampleRateHz / kSlicesPerSecond;
    const qsizetype sliceBytes = samplesPerSlice * (m_encoding == AudioEncoding::Linear16 ? 2 : 1);

    std::vector<Slice> slices;
    qsizetype at = 0;
    for (; at + sliceBytes <= m_pending.size(); at += sliceBytes) {
        const QByteArrayView part = QByteArrayView(m_pending).sliced(at, sliceBytes);
        Slice slice;
        slice.startSeconds = secondsHeard();
        m_samples += samplesPerSlice;
        slice.endSeconds = secondsHeard();
        m_loudSlices = isLoud(part) ? m_loudSlices + 1 : 0;
        if (m_sampleRateHz == kHeardRateHz) {
            // Linear samples that came from mu-law become the same mu-law again.
            if (m_encoding == AudioEncoding::Linear16)
                slice.words = m_ear.hear(audio::toMulaw(decoded(m_encoding, part)));
            else
                slice.words = m_ear.hear(part);
        }
        slice.speech = m_loudSlices >= kLoudSlicesToCount || m_ear.isMidWord() || !slice.words.empty();
        slices.push_back(std::move(slice));
    }
    m_pending.remove(0, at);
    return slices;
}

} // namespace engine::practice
