#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QObject>

#include <chrono>

namespace ui::widgets {

/// Where sound goes that the person at this computer is to hear; tests put their own in its place. One sound at a time: the next one
/// ends the one before. Lives on the window's thread.
class SoundOutput : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// @param pcm  16-bit samples of this machine's byte order, mono; @param from  where in it to begin
    /// @return an Error (code "no_sound_device") that says why nothing can be heard
    [[nodiscard]] virtual engine::Result<engine::Done> play(const QByteArray &pcm, int rateHz,
                                                            std::chrono::milliseconds from = {}) = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual bool isPlaying() const = 0;
    /// How much was heard since play().
    [[nodiscard]] virtual std::chrono::milliseconds played() const = 0;

signals:
    /// The sound is over, or was stopped; with an error when the device went away.
    void ended(const engine::Result<engine::Done> &how);
};

} // namespace ui::widgets
