#pragma once

#include "ui/widgets/recording_player.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QSlider;

namespace ui {
class Theme;
}

namespace ui::widgets {

/// Plays the recording of the call shown: play and pause, the place in it, how long it is; or why there is nothing to hear.
class RecordingBar : public QWidget
{
    Q_OBJECT
public:
    using milliseconds = std::chrono::milliseconds;

    /// @param theme  outlives the bar
    RecordingBar(const Theme &theme, std::unique_ptr<SoundOutput> output, QWidget *parent = nullptr);

    /// Takes a recording, or says why there is none. @param hint  something to know about it, "" for nothing
    void setRecording(const engine::Result<QByteArray> &wav, const QString &hint);
    /// Falls silent, forgets the recording and hides.
    void clear();
    [[nodiscard]] bool isLoaded() const { return m_player.isLoaded(); }

    void playOrPause();
    void playFrom(milliseconds position);

signals:
    /// Where it stands or plays; nullopt before it was first played, and without a recording.
    void moved(std::optional<std::chrono::milliseconds> position);

private:
    void onMoved();
    void applyTheme();
    void say(const QString &text, bool bad);
    void showTime(milliseconds position);

    const Theme &m_theme;
    RecordingPlayer m_player;
    bool m_touched = false; // played or moved since it was loaded
    QPushButton *m_play = nullptr;
    QSlider *m_place = nullptr;
    QLabel *m_time = nullptr;
    QLabel *m_note = nullptr;
};

} // namespace ui::widgets
