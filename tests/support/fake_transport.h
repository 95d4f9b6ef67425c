#pragma once

#include "engine/telephony/media_transport.h"
#include "tests/support/fake_clock.h"

#include <QByteArray>
#include <QByteArrayList>

#include <deque>
#include <memory>
#include <utility>

namespace support {

/// A media stream whose far end is played here: it plays what is sent in real time of the FakeClock, 20 ms at a time,
/// and returns each mark when all audio before it was played, after `latency`. A clear drops what was not played and
/// returns every outstanding mark, in order, as the carrier does.
class FakeTransport final : public engine::telephony::MediaTransport
{
    Q_OBJECT
public:
    /// @param clock    must outlive this
    /// @param latency  between playing and our hearing of it
    explicit FakeTransport(FakeClock &clock, std::chrono::milliseconds latency = std::chrono::milliseconds(0));
    ~FakeTransport() override;

    void sendAudio(const QByteArray &mulaw) override;
    void sendMark(const QByteArray &name) override;
    void clear() override;
    void close() override;

    /// What it was asked, in order: "audio 1600", "mark t1-1", "clear", "close". take() empties it.
    QByteArrayList asked() const { return m_asked; }
    QByteArrayList take() { return std::exchange(m_asked, {}); }
    int count(const QByteArray &request) const { return static_cast<int>(m_asked.count(request)); }
    QByteArray sent() const { return m_sent; }       ///< all audio ever sent
    QByteArray played() const { return m_played; }   ///< all audio the callee heard
    QByteArrayList marks() const { return m_marks; } ///< names of all marks ever sent

    /// From now on marks return only through returnMark().
    void withholdMarks() { m_withholding = true; }
    void returnMark(const QByteArray &name) { emit markReturned(name); }
    /// The socket dies.
    void die() { emit closed(false); }

private:
    struct Mark
    {
        QByteArray name;
        qsizetype position; // in what is sent since the start, cleared audio included
    };
    void play();
    void returnLater(const QByteArray &name);
    void deliver();

    FakeClock &m_clock;
    std::chrono::milliseconds m_latency;
    std::unique_ptr<engine::Timer> m_beat;
    std::unique_ptr<engine::Timer> m_mail;
    struct Return
    {
        QByteArray name;
        FakeClock::TimePoint at;
    };
    std::deque<Return> m_returns;
    QByteArrayList m_asked;
    QByteArrayList m_marks;
    QByteArray m_sent;
    QByteArray m_played;
    QByteArray m_buffer;
    qsizetype m_position = 0;
    std::deque<Mark> m_pending;
    bool m_withholding = false;
};

} // namespace support
