#include "engine/recording/two_track_timeline.h"

#include <algorithm>

namespace engine::recording {

namespace {

using std::chrono::milliseconds;

constexpr char kSilence = '\xFF'; // mu-law
constexpr qint64 kSamplesPerMs = 8;
/// The carrier's own beat is 20 ms; marks come between two of them.
constexpr qint64 kUnevenness = 60 * kSamplesPerMs;
/// A jump of the carrier's time by more than this is a mistake and not a pause: a call without media is over by then.
constexpr qint64 kLongestGap = 60'000 * kSamplesPerMs;

qint64 samplesIn(milliseconds time)
{
    return time.count() * kSamplesPerMs;
}

} // namespace

void TwoTrackTimeline::addCallee(milliseconds start, QByteArrayView mulaw)
{
    const qint64 late = std::clamp<qint64>(m_taken - samplesIn(start), 0, mulaw.size());
    place(Left, samplesIn(start) + late, mulaw.sliced(late));
}

milliseconds TwoTrackTimeline::addAgent(milliseconds end, QByteArrayView mulaw)
{
    qint64 start = std::max(samplesIn(end) - mulaw.size(), m_taken);
    if (m_agentEnd && start < *m_agentEnd + kUnevenness)
        start = std::max(*m_agentEnd, m_taken);
    place(Right, start, mulaw);
    m_agentEnd = start + mulaw.size();
    return milliseconds(start / kSamplesPerMs);
}

void TwoTrackTimeline::place(Track track, qint64 start, QByteArrayView mulaw)
{
    const qint64 at = start - m_taken;
    const qint64 known = m_block.size() / 2;
    if (mulaw.isEmpty() || at > known + kLongestGap)
        return;
    if (at + mulaw.size() > known)
        m_block.resize(2 * (at + mulaw.size()), kSilence);
    char *sample = m_block.data() + 2 * at + track;
    for (const char value : mulaw) {
        *sample = value;
        sample += 2;
    }
}

milliseconds TwoTrackTimeline::end() const
{
    return milliseconds((m_taken + m_block.size() / 2) / kSamplesPerMs);
}

QByteArray TwoTrackTimeline::take(milliseconds until)
{
    const qint64 samples = std::clamp<qint64>(samplesIn(until) - m_taken, 0, m_block.size() / 2);
    const QByteArray taken = m_block.left(2 * samples);
    m_block.remove(0, 2 * samples);
    m_taken += samples;
    return taken;
}

} // namespace engine::recording
