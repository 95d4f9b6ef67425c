#include "engine/practice/playback_buffer.h"

#include <algorithm>

namespace engine::practice {

namespace {
constexpr char kSilence = '\xff';
}

bool PlaybackBuffer::append(const QByteArray &mulaw)
{
    const auto room = static_cast<qsizetype>(kMaxBufferedBytes - bufferedBytes());
    const QByteArray fitting = mulaw.size() > room ? mulaw.first(room) : mulaw;
    if (!fitting.isEmpty()) {
        m_chunks.push_back(fitting);
        m_appended += fitting.size();
    }
    return fitting.size() == mulaw.size();
}

bool PlaybackBuffer::addMark(const QByteArray &name)
{
    if (isEmpty() || static_cast<qsizetype>(m_marks.size()) >= kMaxPendingMarks)
        return true;
    m_marks.push_back({name, m_appended});
    return false;
}

QList<QByteArray> PlaybackBuffer::clear()
{
    QList<QByteArray> names;
    for (const Mark &mark : m_marks)
        names.append(mark.name);
    m_marks.clear();
    m_chunks.clear();
    m_firstOffset = 0;
    m_played = m_appended;
    return names;
}

PlaybackBuffer::Played PlaybackBuffer::play()
{
    Played played{QByteArray(kFrameBytes, kSilence), {}};
    qsizetype filled = 0;
    while (filled < kFrameBytes && !m_chunks.empty()) {
        const QByteArray &chunk = m_chunks.front();
        const qsizetype count = std::min<qsizetype>(kFrameBytes - filled, chunk.size() - m_firstOffset);
        std::copy_n(chunk.constData() + m_firstOffset, count, played.frame.data() + filled);
        filled += count;
        m_firstOffset += count;
        if (m_firstOffset == chunk.size()) {
            m_chunks.pop_front();
            m_firstOffset = 0;
        }
    }
    m_played += filled;
    while (!m_marks.empty() && m_marks.front().position <= m_played) {
        played.marks.append(m_marks.front().name);
        m_marks.pop_front();
    }
    return played;
}

} // namespace engine::practice
