#pragma once

#include "ui/widgets/sound_output.h"

#include <QBuffer>

#include <memory>

class QAudioSink;

namespace ui::widgets {

/// Plays sound on this computer's own loudspeakers.
class SamplePlayer : public SoundOutput
{
    Q_OBJECT
public:
    explicit SamplePlayer(QObject *parent = nullptr);
    ~SamplePlayer() override;

    [[nodiscard]] engine::Result<engine::Done> play(const QByteArray &pcm, int rateHz,
                                                    std::chrono::milliseconds from = {}) override;
    void stop() override;
    [[nodiscard]] bool isPlaying() const override { return m_sink != nullptr; }
    [[nodiscard]] std::chrono::milliseconds played() const override;

private:
    void onStateChanged();

    QBuffer m_sound;
    std::unique_ptr<QAudioSink> m_sink;
};

} // namespace ui::widgets
