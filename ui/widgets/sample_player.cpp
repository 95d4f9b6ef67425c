#include "ui/widgets/sample_player.h"

#include <QAudioDevice>
#include <QAudioSink>
#include <QMediaDevices>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::widgets {

namespace {

tl::unexpected<engine::Error> noSound(const QString &sentence)
{
    return engine::failure(engine::Fault::Program, u"no_sound_device"_s, sentence);
}

} // namespace

SamplePlayer::SamplePlayer(QObject *parent) : SoundOutput(parent) {}

SamplePlayer::~SamplePlayer()
{
    if (m_sink)
        m_sink->disconnect(this);
}

engine::Result<engine::Done> SamplePlayer::play(const QByteArray &pcm, int rateHz, std::chrono::milliseconds from)
{
    stop();
    const QAudioDevice device = QMediaDevices::defaultAudioOutput();
    if (device.isNull())
        return noSound(tr("This computer has no loudspeakers or headphones that Dialdesk can use."));
    QAudioFormat format;
    format.setSampleRate(rateHz);
    format.setChannelCount(1);
    format.setSampleFormat(QAudioFormat::Int16);
    if (!device.isFormatSupported(format))
        return noSound(tr("%1 cannot play this sound.").arg(device.description()));
    m_sound.setData(pcm);
    m_sound.open(QIODevice::ReadOnly);
    m_sound.seek(std::min<qint64>(pcm.size(), format.bytesForDuration(std::chrono::microseconds(from).count())));
    m_sink = std::make_unique<QAudioSink>(device, format);
    connect(m_sink.get(), &QAudioSink::stateChanged, this, &SamplePlayer::onStateChanged, Qt::QueuedConnection);
    m_sink->start(&m_sound);
    return engine::Done{};
}

void SamplePlayer::stop()
{
    if (!m_sink)
        return;
    m_sink->disconnect(this);
    m_sink.reset();
    m_sound.close();
    emit ended(engine::Done{});
}

std::chrono::milliseconds SamplePlayer::played() const
{
    if (!m_sink)
        return {};
    // What waits in the device's buffer counts as processed, but nobody has heard it.
    const auto waiting = static_cast<qint32>(m_sink->bufferSize() - m_sink->bytesFree());
    const qint64 us = m_sink->processedUSecs() - m_sink->format().durationForBytes(std::max(0, waiting));
    return std::chrono::milliseconds(std::max<qint64>(0, us / 1000));
}

void SamplePlayer::onStateChanged()
{
    if (!m_sink || (m_sink->state() != QAudio::IdleState && m_sink->state() != QAudio::StoppedState))
        return;
    const bool failed = m_sink->error() != QAudio::NoError && m_sink->error() != QAudio::UnderrunError;
    m_sink->disconnect(this);
    m_sink.reset();
    m_sound.close();
    emit ended(failed ? engine::Result<engine::Done>(noSound(tr("The sound device has stopped. Check that it is still connected.")))
                      : engine::Done{});
}

} // namespace ui::widgets
