#include "engine/practice/streamed_reply.h"

#include <algorithm>

namespace engine::practice {

StreamedReply::StreamedReply(Clock &clock, Clock::TimePoint askedAt, server::Responder responder, server::Response head,
                             std::deque<Piece> pieces, QObject *parent)
    : QObject(parent), m_responder(std::move(responder)), m_head(std::move(head)), m_pieces(std::move(pieces)),
      m_timer(clock.makeTimer([this] { next(); }))
{
    using std::chrono::milliseconds;
    const auto due = askedAt + (m_pieces.empty() ? milliseconds(0) : m_pieces.front().wait);
    m_timer->start(std::max(std::chrono::round<milliseconds>(due - clock.now()), milliseconds(0)));
}

void StreamedReply::next()
{
    if (!m_stream)
        m_stream = m_responder.stream(m_head);
    while (!m_pieces.empty() && !m_stream->isGone()) {
        m_stream->write(m_pieces.front().bytes);
        m_pieces.pop_front();
        if (!m_pieces.empty() && m_pieces.front().wait.count() > 0) {
            m_timer->start(m_pieces.front().wait);
            return;
        }
    }
    m_stream->finish();
    deleteLater();
}

} // namespace engine::practice
