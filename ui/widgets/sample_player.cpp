#include "ui/widgets/sample_player.h"

#include <QAudioDevice>
#include <QAudioSink>
#include <QMediaDevices>

using namespace Qt::StringLiterals;

namespace ui::widgets {

namespace {

tl::unexpected<engine::Error> noSound(const QString &sentence)
{
    return engine::failure(engine::Fault::Program, u"no_sound_device"_s, sentence);
}

} // namespace

SamplePlayer::SamplePlayer(QObject *parent) : QObject(parent) {}

SamplePlayer::~SamplePlayer()
{
    if (m_sink)
        m_sink->disconnect(this);
}

engine::Result<engine::Done> SamplePlayer::play(const QByteArray &pcm, int rateHz)
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
        return noSound(tr("%1 cannot play the sample.").arg(device.description()));
    m_sound.setData(pcm);
    m_sound.open(QIODevice::ReadOnly);
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

void SamplePlayer::onStateChanged()
{
    if (!m_sink || (m_sink->state() != QAudio::IdleState && m_sink->state() != QAudio::StoppedState))
        return;
    const bool failed = m_sink->error() != QAudio::NoError && m_sink->error() != QAudio::UnderrunError;
    m_sink->disconnect(this);
    m_sink.reset();
    m_sound.close();
    emit ended(failed ? engine::Result<engine::Done>(noSound(tr("The sound device stopped in mid-sample.")))
                      : engine::Done{});
}

} // namespace ui::widgets
