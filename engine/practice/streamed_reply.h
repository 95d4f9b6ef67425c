#pragma once

#include "engine/base/clock.h"
#include "engine/server/http_server.h"

#include <QObject>

#include <deque>

namespace engine::practice {

/// A response whose body comes in pieces over time, as a model streams. Deletes itself when the last piece is sent, or
/// the client has gone; then the rest is not made.
class StreamedReply : public QObject
{
public:
    struct Piece
    {
        std::chrono::milliseconds wait{0}; ///< after the piece before
        QByteArray bytes;
    };

    /// Sends `head` (its body is not used) with the first piece, then the others, each after its wait.
    /// @param askedAt  when the request came: the first wait counts from then, so that a vendor's delay is the one it was
    ///                 told to have, with what it takes to understand the request inside
    StreamedReply(Clock &clock, Clock::TimePoint askedAt, server::Responder responder, server::Response head,
                  std::deque<Piece> pieces, QObject *parent);

private:
    void next();

    server::Responder m_responder;
    server::Response m_head;
    std::deque<Piece> m_pieces;
    std::unique_ptr<server::BodyStream> m_stream; ///< from the first piece on
    std::unique_ptr<Timer> m_timer;
};

} // namespace engine::practice
