#include "ui/widgets/recording_player.h"

#include "engine/audio/wav.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::widgets {

namespace {

constexpr int kRateHz = 8000;
constexpr int kBytesPerMs = kRateHz / 1000 * 2;
constexpr auto kTick = 50ms;

/// All channels in one.
QByteArray mixed(const engine::audio::WavContent &wav)
{
    const std::vector<std::int16_t> samples = engine::audio::linearSamples(wav);
    const auto channels = static_cast<std::size_t>(wav.format.channels);
    QByteArray pcm(static_cast<qsizetype>(samples.size() / channels * 2), Qt::Uninitialized);
    auto *out = reinterpret_cast<std::int16_t *>(pcm.data());
    for (std::size_t at = 0; at < samples.size(); at += channels) {
        int sum = 0;
        for (std::size_t channel = 0; channel < channels; ++channel)
            sum += samples[at + channel];
        *out++ = static_cast<std::int16_t>(std::clamp<int>(sum, std::numeric_limits<std::int16_t>::min(),
                                                           std::numeric_limits<std::int16_t>::max()));
    }
    return pcm;
}

} // namespace

RecordingPlayer::RecordingPlayer(std::unique_ptr<SoundOutput> output, QObject *parent)
    : QObject(parent), m_output(std::move(output))
{
    connect(m_output.get(), &SoundOutput::ended, this, &RecordingPlayer::onEnded);
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &RecordingPlayer::moved);
}

engine::Result<engine::Done> RecordingPlayer::load(const QByteArray &wav)
{
    clear();
    const auto content = engine::audio::parseWav(wav);
    if (!content)
        return tl::unexpected(content.error());
    if (content->format.sampleRateHz != kRateHz || content->audio.isEmpty())
        return engine::failure(engine::Fault::Program, u"recording_unplayable"_s,
                               tr("The recording of this call is empty or in a format that Dialdesk does not play."));
    m_pcm = mixed(*content);
    emit moved();
    return engine::Done{};
}

void RecordingPlayer::clear()
{
    halt();
    m_pcm.clear();
    m_from = 0ms;
    emit moved();
}

RecordingPlayer::milliseconds RecordingPlayer::duration() const
{
    return milliseconds(m_pcm.size() / kBytesPerMs);
}

RecordingPlayer::milliseconds RecordingPlayer::position() const
{
    return m_playing ? std::min(duration(), m_from + m_output->played()) : m_from;
}

void RecordingPlayer::play()
{
    if (m_playing || !isLoaded())
        return;
    if (m_from >= duration())
        m_from = 0ms;
    if (const auto playing = m_output->play(m_pcm, kRateHz, m_from); !playing) {
        emit failed(playing.error());
        return;
    }
    m_playing = true;
    m_tick.start();
    emit moved();
}

void RecordingPlayer::pause()
{
    if (!m_playing)
        return;
    halt();
    emit moved();
}

void RecordingPlayer::seek(milliseconds position)
{
    const bool playing = m_playing;
    halt();
    m_from = std::clamp(position, 0ms, duration());
    if (playing && m_from < duration())
        play();
    emit moved();
}

/// Falls silent and stays where it is.
void RecordingPlayer::halt()
{
    m_from = position();
    m_playing = false; // so that the end we make is none
    m_tick.stop();
    m_output->stop();
}

void RecordingPlayer::onEnded(const engine::Result<engine::Done> &how)
{
    if (!m_playing)
        return;
    m_from = how ? duration() : position();
    m_playing = false;
    m_tick.stop();
    if (!how)
        emit failed(how.error());
    emit moved();
}

} // namespace ui::widgets
