#pragma once

#include "ui/widgets/sound_output.h"

#include <QTimer>

#include <memory>

namespace ui::widgets {

/// A call's recording to listen to: both sides in one, from any moment of it. Lives on the window's thread.
class RecordingPlayer : public QObject
{
    Q_OBJECT
public:
    using milliseconds = std::chrono::milliseconds;

    explicit RecordingPlayer(std::unique_ptr<SoundOutput> output, QObject *parent = nullptr);

    /// Takes another recording and stands at its beginning. @param wav  a whole file, 8000 Hz
    /// @return an Error of engine::audio::parseWav(), or "recording_unplayable"
    [[nodiscard]] engine::Result<engine::Done> load(const QByteArray &wav);
    void clear();
    [[nodiscard]] bool isLoaded() const { return !m_pcm.isEmpty(); }
    [[nodiscard]] bool isPlaying() const { return m_playing; }
    [[nodiscard]] milliseconds duration() const;
    [[nodiscard]] milliseconds position() const;

    /// Goes on from where it stands; at the end, from the beginning.
    void play();
    void pause();
    /// Goes to another moment, and goes on playing there if it was; at the end there is nothing to play.
    void seek(milliseconds position);

signals:
    /// It plays, stands, or is elsewhere; while it plays, 20 times a second.
    void moved();
    /// It cannot be heard, or not any more.
    void failed(const engine::Error &error);

private:
    void onEnded(const engine::Result<engine::Done> &how);
    void halt();

    std::unique_ptr<SoundOutput> m_output;
    QByteArray m_pcm; // 16-bit, mono
    milliseconds m_from{0};
    bool m_playing = false;
    QTimer m_tick;
};

} // namespace ui::widgets
