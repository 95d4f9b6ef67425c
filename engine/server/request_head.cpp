#include "engine/server/request_head.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

constexpr qsizetype kMaxMethodBytes = 24;
/// Larger than any length we would accept, small enough for qint64.
constexpr qsizetype kMaxLengthDigits = 18;

using Refusal = tl::unexpected<Response>;

/// RFC 9110 section 5.6.2
bool isTokenChar(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isToken(QByteArrayView word)
{
    return !word.isEmpty() && std::all_of(word.begin(), word.end(), isTokenChar);
}

bool isTargetChar(char c)
{
    return c > 0x20 && c < 0x7f;
}

/// Visible characters, space, tab and bytes from 0x80: no NUL, no stray CR, nothing that could end a line elsewhere.
bool isValueChar(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::optional<Response> readRequestLine(QByteArrayView line, RequestHead &head)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first < 0 || first == last)
        return badRequest(u"The request line is not METHOD TARGET HTTP/1.1."_s);
    const QByteArrayView method = line.first(first);
    QByteArrayView target = line.sliced(first + 1, last - first - 1);
    const QByteArrayView version = line.sliced(last + 1);
    if (!isToken(method) || method.size() > kMaxMethodBytes)
        return badRequest(u"The request's method is not a word."_s);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        if (version.startsWith("HTTP/") && version.size() == 8)
            return errorResponse(505, u"version_not_supported"_s,
                                 u"This server speaks HTTP/1.1; send the request in that version."_s);
        return badRequest(u"The request line does not end in HTTP/1.1."_s);
    }
    if (target.isEmpty() || !std::all_of(target.begin(), target.end(), isTargetChar))
        return badRequest(u"The request's target holds characters that must be percent-encoded."_s);
    if (method == "CONNECT")
        return badRequest(u"This server is no proxy; CONNECT is not answered."_s);

    if (const qsizetype scheme = target.indexOf("://"); scheme > 0 && !target.first(scheme).contains('/')) {
        // Absolute form, as a proxy sends it (RFC 9112 section 3.2.2).
        const QByteArrayView rest = target.sliced(scheme + 3);
        const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
        target = rest.sliced(end - rest.begin());
        head.target = target.startsWith('/') ? target.toByteArray() : '/' + target.toByteArray();
    } else if (target.startsWith('/') || target == "*") {
        head.target = target.toByteArray();
    } else {
        return badRequest(u"The request's target does not start with a slash."_s);
    }
    head.method = method.toByteArray();
    head.http11 = version == "HTTP/1.1";
    return std::nullopt;
}

std::optional<Response> readHeader(QByteArrayView line, RequestHead &head)
{
    const qsizetype colon = line.indexOf(':');
    // A line that starts with a space (obsolete folding) fails here too: a space is no token character.
    if (colon < 0 || !isToken(line.first(colon)))
        return badRequest(u"A header line is not NAME: VALUE."_s);
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    if (!std::all_of(value.begin(), value.end(), isValueChar))
        return badRequest(u"A header's value holds control characters."_s);
    head.headers.append({line.first(colon).toByteArray(), value.toByteArray()});
    return std::nullopt;
}

/// Every value of a header, in order.
QList<QByteArray> allValues(const HeaderList &headers, QByteArrayView name)
{
    QList<QByteArray> values;
    for (const auto &[key, value] : headers)
        if (name.compare(key, Qt::CaseInsensitive) == 0)
            values.append(value);
    return values;
}

std::optional<Response> readFraming(RequestHead &head, const Limits &limits)
{
    const QList<QByteArray> lengths = allValues(head.headers, "Content-Length");
    const QList<QByteArray> codings = allValues(head.headers, "Transfer-Encoding");
    if (!lengths.isEmpty() && !codings.isEmpty())
        return badRequest(u"The request has both Content-Length and Transfer-Encoding; send one of them."_s);
    if (lengths.size() > 1)
        return badRequest(u"The request has more than one Content-Length."_s);
    if (codings.size() > 1 || (!codings.isEmpty() && !head.http11))
        return badRequest(u"The request's Transfer-Encoding is ambiguous."_s);
    if (!codings.isEmpty()) {
        if (codings.first().compare("chunked", Qt::CaseInsensitive) != 0)
            return errorResponse(501, u"transfer_encoding_not_supported"_s,
                                 u"The only Transfer-Encoding this server takes is chunked."_s);
        head.chunked = true;
    }
    if (!lengths.isEmpty()) {
        const QByteArray &digits = lengths.first();
        if (digits.isEmpty() || digits.size() > kMaxLengthDigits ||
            !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
            return badRequest(u"The request's Content-Length is not a possible number."_s);
        head.contentLength = digits.toLongLong();
        if (head.contentLength > limits.maxBodyBytes)
            return bodyTooLarge(limits);
    }
    return std::nullopt;
}

std::optional<Response> readConnectionHeaders(RequestHead &head)
{
    if (allValues(head.headers, "Host").size() > 1)
        return badRequest(u"The request has more than one Host."_s);
    head.keepAlive = head.http11 ? !headerLists(head.headers, "Connection", "close")
                                 : headerLists(head.headers, "Connection", "keep-alive");
    if (const auto expect = headerValue(head.headers, "Expect"); expect && head.http11) {
        if (expect->compare("100-continue", Qt::CaseInsensitive) != 0)
            return errorResponse(417, u"expectation_failed"_s, u"The only Expect this server meets is 100-continue."_s);
        head.expectsContinue = true;
    }
    return std::nullopt;
}

} // namespace

Response badRequest(const QString &detail)
{
    return errorResponse(400, u"bad_request"_s, detail);
}

Response bodyTooLarge(const Limits &limits)
{
    return errorResponse(413, u"body_too_large"_s,
                         u"The request's body is larger than %1 bytes; send a smaller one."_s.arg(limits.maxBodyBytes));
}

HeadScan scanHead(QByteArrayView bytes)
{
    for (qsizetype i = 0; i < bytes.size() && bytes[i] != ' '; ++i)
        if (!isTokenChar(bytes[i]) || i >= kMaxMethodBytes)
            return {HeadScan::Found::Garbage, 0};
    for (qsizetype at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r')
            return {HeadScan::Found::Garbage, 0};
        if (at >= 3 && bytes[at - 2] == '\n')
            return {HeadScan::Found::Head, at + 1};
    }
    return {};
}

tl::expected<RequestHead, Response> parseRequestHead(QByteArrayView block, const Limits &limits)
{
    RequestHead head;
    bool first = true;
    for (qsizetype start = 0;;) {
        const qsizetype end = block.indexOf("\r\n", start);
        if (end < 0)
            return Refusal(badRequest(u"The request's head is not complete."_s));
        const QByteArrayView line = block.sliced(start, end - start);
        start = end + 2;
        if (line.isEmpty() && !first)
            break;
        if (auto refusal = first ? readRequestLine(line, head) : readHeader(line, head))
            return Refusal(*std::move(refusal));
        first = false;
    }
    if (auto refusal = readFraming(head, limits))
        return Refusal(*std::move(refusal));
    if (auto refusal = readConnectionHeaders(head))
        return Refusal(*std::move(refusal));
    return head;
}

} // namespace engine::server
