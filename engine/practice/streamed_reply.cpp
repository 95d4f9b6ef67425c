#include "engine/practice/streamed_reply.h"

namespace engine::practice {

StreamedReply::StreamedReply(Clock &clock, server::Responder responder, server::Response head, std::deque<Piece> pieces,
                             QObject *parent)
    : QObject(parent), m_responder(std::move(responder)), m_head(std::move(head)), m_pieces(std::move(pieces)),
      m_timer(clock.makeTimer([this] { next(); }))
{
    m_timer->start(m_pieces.empty() ? std::chrono::milliseconds(0) : m_pieces.front().wait);
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
