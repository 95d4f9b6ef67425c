#pragma once

#include "engine/speech/mulaw_time.h"

#include <algorithm>
#include <vector>

namespace engine::speech::deepgram {

/// Tells which part of a connection's audio was the callee's and which was silence we fed to keep the stream alive.
///
/// The vendor counts time in audio received; the rest of the program counts the callee's audio alone. A plain value.
class AudioTimeline
{
public:
    using milliseconds = std::chrono::milliseconds;

    void callee(qint64 bytes) { m_total += bytes; }

    void silence(qint64 bytes)
    {
        if (!m_silences.empty() && m_silences.back().start + m_silences.back().length == m_total)
            m_silences.back().length += bytes;
        else
            m_silences.push_back({m_total, bytes});
        m_total += bytes;
    }

    /// How much of the callee's audio lies before a time of the vendor.
    milliseconds calleeTimeAt(milliseconds vendorTime) const
    {
        const qint64 at = std::min(mulawBytes(vendorTime), m_total);
        qint64 silent = m_forgotten;
        for (const Silence &piece : m_silences)
            silent += std::clamp<qint64>(at - piece.start, 0, piece.length);
        return mulawTime(std::max<qint64>(0, at - silent));
    }

    /// Nothing before this time will be asked for again.
    void forget(milliseconds vendorTime)
    {
        const qint64 at = mulawBytes(vendorTime);
        std::erase_if(m_silences, [&](const Silence &piece) {
            if (piece.start + piece.length > at)
                return false;
            m_forgotten += piece.length;
            return true;
        });
    }

private:
    struct Silence
    {
        qint64 start;
        qint64 length;
    };
    std::vector<Silence> m_silences; // in order, apart from each other
    qint64 m_forgotten = 0;          // bytes of silence no longer in the list
    qint64 m_total = 0;
};

} // namespace engine::speech::deepgram
