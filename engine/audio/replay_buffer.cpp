#include "engine/audio/replay_buffer.h"

#include <algorithm>
#include <cstring>

namespace engine::audio {

ReplayBuffer::ReplayBuffer(qsizetype capacityBytes) : m_ring(std::max<qsizetype>(0, capacityBytes), '\0') {}

void ReplayBuffer::append(QByteArrayView bytes)
{
    bytes = bytes.last(std::min(bytes.size(), capacity()));
    if (bytes.isEmpty())
        return;
    char *ring = m_ring.data();
    const qsizetype untilWrap = std::min(bytes.size(), capacity() - m_end);
    std::memcpy(ring + m_end, bytes.data(), static_cast<size_t>(untilWrap));
    std::memcpy(ring, bytes.data() + untilWrap, static_cast<size_t>(bytes.size() - untilWrap));
    m_end = (m_end + bytes.size()) % capacity();
    m_size = std::min(m_size + bytes.size(), capacity());
}

QByteArray ReplayBuffer::contents() const
{
    if (m_size == 0)
        return {};
    const qsizetype start = (m_end - m_size + capacity()) % capacity();
    const qsizetype untilWrap = std::min(m_size, capacity() - start);
    return m_ring.mid(start, untilWrap) + m_ring.first(m_size - untilWrap);
}

} // namespace engine::audio
