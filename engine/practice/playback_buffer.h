#pragma once

#include <QByteArray>
#include <QList>

#include <deque>

namespace engine::practice {

/// The carrier's buffer between what the other side sent and what the callee hears: mu-law bytes in order, with marks
/// between them.
///
/// Keeps no clock; the owner takes 160 bytes every 20 ms. Not thread-safe.
class PlaybackBuffer
{
public:
    static constexpr int kFrameBytes = 160;                     ///< 20 ms at 8 kHz
    static constexpr qint64 kMaxBufferedBytes = 10 * 60 * 8000; ///< ten minutes, as the carrier keeps
    static constexpr qsizetype kMaxPendingMarks = 100'000;      ///< far above any sane use; more are reached at once

    /// @return false when the audio went beyond ten minutes; what does not fit is dropped
    bool append(const QByteArray &mulaw);
    /// @return true when nothing is buffered, so that the mark is reached already and is not kept
    [[nodiscard]] bool addMark(const QByteArray &name);
    /// Drops the audio. @return every mark that was waiting, in order
    [[nodiscard]] QList<QByteArray> clear();

    struct Played
    {
        QByteArray frame;        ///< kFrameBytes of mu-law, filled up with silence
        QList<QByteArray> marks; ///< reached by this frame, in order
    };
    [[nodiscard]] Played play();

    qint64 bufferedBytes() const { return m_appended - m_played; }
    bool isEmpty() const { return bufferedBytes() == 0; }

private:
    struct Mark
    {
        QByteArray name;
        qint64 position = 0; ///< bytes appended before it
    };
    std::deque<QByteArray> m_chunks;
    qsizetype m_firstOffset = 0; ///< bytes of the first chunk already played
    qint64 m_appended = 0;
    qint64 m_played = 0;
    std::deque<Mark> m_marks;
};

} // namespace engine::practice
