#pragma once

#include "engine/server/http_message.h"
#include "engine/server/limits.h"

#include <tl/expected.hpp>

namespace engine::server {

/// The head of one HTTP/1.1 request (RFC 9112), read strictly: whatever two programs could understand differently is
/// refused, because a proxy before us and the code behind us must agree where a request ends. Pure.
///
///     POST /twiml?x=1 HTTP/1.1\r\n
///     Host: calls.example.com\r\n
///     Content-Length: 11\r\n
///     \r\n
struct RequestHead
{
    QByteArray method;
    QByteArray target; ///< origin form, exactly as sent ("http://host" is cut off a proxy's absolute form)
    HeaderList headers;
    qint64 contentLength = 0; ///< 0 when there is none
    bool chunked = false;
    bool keepAlive = true; ///< whether the peer wants the connection kept
    bool http11 = true;
    bool expectsContinue = false;

    bool hasBody() const { return chunked || contentLength > 0; }
    bool operator==(const RequestHead &) const = default;
};

/// What the bytes at the front of a connection are so far.
struct HeadScan
{
    enum class Found
    {
        Nothing, ///< could still become a head
        Head,    ///< a head of `size` bytes, its empty line included
        Garbage, ///< can never become one
    };
    Found found = Found::Nothing;
    qsizetype size = 0;
};

/// Looks for the end of a head; notices at once what is no HTTP (a TLS greeting, lines without CR).
[[nodiscard]] HeadScan scanHead(QByteArrayView bytes);

/// @param head  a whole head as scanHead() found it
/// @return the head, or the response to refuse the request with (400, 413, 417, 501, 505)
[[nodiscard]] tl::expected<RequestHead, Response> parseRequestHead(QByteArrayView head, const Limits &limits);

/// 413: the body is larger than the limit.
[[nodiscard]] Response bodyTooLarge(const Limits &limits);
/// 400 with a sentence that says what was wrong.
[[nodiscard]] Response badRequest(const QString &detail);

} // namespace engine::server
