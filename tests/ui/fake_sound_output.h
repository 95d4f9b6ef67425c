#pragma once

#include "ui/widgets/sound_output.h"

namespace support {

/// Loudspeakers whose time is turned by hand.
class FakeSoundOutput final : public ui::widgets::SoundOutput
{
public:
    engine::Result<engine::Done> play(const QByteArray &pcm, int rateHz, std::chrono::milliseconds from) override
    {
        if (missing)
            return engine::failure(engine::Fault::Program, "no_sound_device", "This computer has no loudspeakers.");
        sound = pcm;
        rate = rateHz;
        begunAt.append(static_cast<int>(from.count()));
        now = {};
        m_playing = true;
        return engine::Done{};
    }
    void stop() override
    {
        if (std::exchange(m_playing, false))
            emit ended(engine::Done{});
    }
    bool isPlaying() const override { return m_playing; }
    std::chrono::milliseconds played() const override { return now; }

    /// The sound is over, or the device is gone.
    void end(const engine::Result<engine::Done> &how)
    {
        m_playing = false;
        emit ended(how);
    }

    bool missing = false;
    QByteArray sound;
    int rate = 0;
    QList<int> begunAt; ///< ms, of every play()
    std::chrono::milliseconds now{0};

private:
    bool m_playing = false;
};

} // namespace support
