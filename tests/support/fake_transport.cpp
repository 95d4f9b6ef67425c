#include "tests/support/fake_transport.h"

#include <algorithm>

namespace support {

namespace {

constexpr std::chrono::milliseconds kBeat{20};
constexpr qsizetype kBeatBytes = 160;

} // namespace

FakeTransport::FakeTransport(FakeClock &clock, std::chrono::milliseconds latency)
    : m_clock(clock), m_latency(latency), m_beat(clock.makeTimer([this] { play(); })),
      m_mail(clock.makeTimer([this] { deliver(); }))
{
    m_beat->startRepeating(kBeat);
}

FakeTransport::~FakeTransport() = default;

void FakeTransport::sendAudio(const QByteArray &mulaw)
{
    Q_ASSERT(!mulaw.isEmpty());
    m_asked.append("audio " + QByteArray::number(mulaw.size()));
    m_sent += mulaw;
    m_buffer += mulaw;
}

void FakeTransport::sendMark(const QByteArray &name)
{
    Q_ASSERT(!m_marks.contains(name));
    m_asked.append("mark " + name);
    m_marks.append(name);
    m_pending.push_back({name, m_position + m_buffer.size()});
    if (m_buffer.isEmpty())
        play();
}

void FakeTransport::clear()
{
    m_asked.append("clear");
    m_position += m_buffer.size();
    m_buffer.clear();
    play();
}

void FakeTransport::close()
{
    m_asked.append("close");
}

void FakeTransport::play()
{
    const qsizetype size = std::min(kBeatBytes, m_buffer.size());
    m_played += m_buffer.first(size);
    m_buffer.remove(0, size);
    m_position += size;
    while (!m_pending.empty() && m_pending.front().position <= m_position) {
        if (!m_withholding)
            returnLater(m_pending.front().name);
        m_pending.pop_front();
    }
}

/// Never at once: an answer of the carrier comes through the socket, when whoever asked has long returned.
void FakeTransport::returnLater(const QByteArray &name)
{
    m_returns.push_back({name, m_clock.now() + m_latency});
    if (!m_mail->isActive())
        m_mail->start(m_latency);
}

void FakeTransport::deliver()
{
    while (!m_returns.empty() && m_returns.front().at <= m_clock.now()) {
        const QByteArray name = m_returns.front().name;
        m_returns.pop_front();
        emit markReturned(name);
    }
    if (!m_returns.empty())
        m_mail->start(std::chrono::duration_cast<std::chrono::milliseconds>(m_returns.front().at - m_clock.now()));
}

} // namespace support
