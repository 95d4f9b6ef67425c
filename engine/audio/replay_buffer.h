#pragma once

#include <QByteArray>

namespace engine::audio {

/// Remembers the newest bytes of a stream up to a bound, to say them again after a lost connection. Older bytes fall
/// out.
///
/// All memory is taken at construction; append() never allocates. Plain value, not thread-safe.
class ReplayBuffer
{
public:
    /// @param capacityBytes  for mu-law 8 bytes are one millisecond; not negative
    explicit ReplayBuffer(qsizetype capacityBytes);

    void append(QByteArrayView bytes);
    /// What is remembered, oldest first.
    QByteArray contents() const;
    void clear() { m_size = 0; }

    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    qsizetype capacity() const { return m_ring.size(); }

private:
    QByteArray m_ring;
    qsizetype m_end = 0; // where the next byte goes
    qsizetype m_size = 0;
};

} // namespace engine::audio
