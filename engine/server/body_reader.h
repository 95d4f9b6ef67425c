#pragma once

#include <QByteArray>

namespace engine::server {

/// Collects the body of one request out of the bytes after its head, with a bound that holds before anything is stored.
/// Pure.
///
/// Chunked bodies (RFC 9112 section 7.1) come as
///     5\r\nhello\r\n
///     6;name=value\r\n world\r\n
///     0\r\n
///     Trailer: dropped\r\n
///     \r\n
class BodyReader
{
public:
    enum class State
    {
        Reading,
        Complete,
        TooLarge,
        Malformed
    };

    /// A body of exactly `length` bytes; the caller has checked it against the limit.
    static BodyReader ofLength(qint64 length);
    /// A chunked body of at most `maxBytes`.
    static BodyReader chunked(qint64 maxBytes);

    /// @return how many of the bytes belong to this body; the rest is the next request's. After Reading is over, 0.
    qsizetype push(QByteArrayView bytes);
    State state() const { return m_state; }
    /// The body, dechunked. Leaves this reader empty.
    QByteArray take() { return std::move(m_body); }

private:
    enum class Expecting
    {
        Size,
        Data,
        EndOfData,
        Trailer
    };

    void endOfLine();
    void readSize();

    State m_state = State::Reading;
    Expecting m_expecting = Expecting::Data;
    bool m_chunked = false;
    qint64 m_maxBytes = 0;
    qint64 m_dataLeft = 0; ///< bytes of the current chunk, or of the whole body, still to come
    qint64 m_trailerBytes = 0;
    QByteArray m_line; ///< the unfinished line between chunks
    QByteArray m_body;
};

} // namespace engine::server
