#pragma once

#include "engine/base/result.h"

#include <QBuffer>
#include <QObject>

#include <memory>

class QAudioSink;

namespace ui::widgets {

/// Plays a short sound on this computer's own loudspeakers. One at a time: the next one ends the one before.
class SamplePlayer : public QObject
{
    Q_OBJECT
public:
    explicit SamplePlayer(QObject *parent = nullptr);
    ~SamplePlayer() override;

    /// @param pcm  16-bit samples of this machine's byte order, mono
    /// @return an Error (code "no_sound_device") that says why nothing can be heard
    [[nodiscard]] engine::Result<engine::Done> play(const QByteArray &pcm, int rateHz);
    void stop();
    [[nodiscard]] bool isPlaying() const { return m_sink != nullptr; }

signals:
    /// The sound is over, or was stopped; with an error when the device went away.
    void ended(const engine::Result<engine::Done> &how);

private:
    void onStateChanged();

    QBuffer m_sound;
    std::unique_ptr<QAudioSink> m_sink;
};

} // namespace ui::widgets
