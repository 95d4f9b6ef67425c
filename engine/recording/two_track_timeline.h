#pragma once

#include <QByteArray>

#include <chrono>
#include <optional>

namespace engine::recording {

/// Lays the two sides of a call side by side, by the carrier's time: callee left, agent right, 8000 Hz mu-law,
/// interleaved.
///
/// Silence where nobody was heard. Time counts from the start of the media stream. Sound that comes after its time was
/// taken is left out (callee) or follows what was taken (agent: it was heard, and nothing of it may be missing). Pure.
class TwoTrackTimeline
{
public:
    using milliseconds = std::chrono::milliseconds;

    /// @param start  the carrier's time of the first sample
    void addCallee(milliseconds start, QByteArrayView mulaw);
    /// @param end  the carrier's time when the last sample had been played; whatever follows sound without a break is put right behind
    ///             it, whatever the small unevenness of these times
    /// @return where its first sample was laid
    milliseconds addAgent(milliseconds end, QByteArrayView mulaw);

    /// The time up to which either side was heard.
    milliseconds end() const;
    /// The recording from where the last one ended up to `until` (at most end()); forgets it.
    [[nodiscard]] QByteArray take(milliseconds until);

private:
    enum Track
    {
        Left,
        Right
    };
    void place(Track track, qint64 start, QByteArrayView mulaw);

    qint64 m_taken = 0;               // samples of each side already given away
    QByteArray m_block;               // from there on, both sides interleaved
    std::optional<qint64> m_agentEnd; // in samples
};

} // namespace engine::recording
