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
    for (const Piece &piece : m_pieces)
        m_head.body += piece.bytes;
    m_responder.send(m_head);
    deleteLater();
}

} // namespace engine::practice
