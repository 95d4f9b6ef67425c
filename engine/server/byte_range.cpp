#include "engine/server/byte_range.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

struct Span
{
    qint64 first = 0;
    qint64 last = 0;
};

std::optional<qint64> number(QByteArrayView digits)
{
    bool ok = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    const qint64 value = ok ? digits.toLongLong(&ok) : 0;
    return ok ? std::optional(value) : std::nullopt;
}

/// "bytes=0-499", "bytes=500-", "bytes=-500"; nullopt for anything else.
std::optional<Span> parse(QByteArrayView range, qint64 size)
{
    constexpr QByteArrayView kUnit("bytes=");
    if (!range.startsWith(kUnit))
        return std::nullopt;
    const QByteArrayView wish = range.sliced(kUnit.size()).trimmed();
    const qsizetype dash = wish.indexOf('-');
    if (dash < 0)
        return std::nullopt;
    const QByteArrayView from = wish.first(dash);
    const QByteArrayView to = wish.sliced(dash + 1);
    const auto last = to.isEmpty() ? std::optional(size - 1) : number(to);
    if (from.isEmpty() && !to.isEmpty() && last)
        return Span{std::max<qint64>(0, size - *last), *last == 0 ? -1 : size - 1};
    const auto first = from.isEmpty() ? std::nullopt : number(from);
    if (!first || !last || (!to.isEmpty() && *last < *first))
        return std::nullopt;
    return Span{*first, std::min(*last, size - 1)};
}

} // namespace

Response rangeOf(const Response &whole, QByteArrayView range)
{
    Response response = whole;
    response.headers.emplaceBack("Accept-Ranges", "bytes");
    const qint64 size = whole.body.size();
    const auto span = parse(range.trimmed(), size);
    if (!span)
        return response;
    const QByteArray total = QByteArray::number(size);
    if (span->first > span->last) {
        response = errorResponse(416, u"range_unsatisfiable"_s, u"The range asked for lies behind the end."_s);
        response.headers.emplaceBack("Content-Range", "bytes */" + total);
        return response;
    }
    response.status = 206;
    response.body = whole.body.mid(span->first, span->last - span->first + 1);
    response.headers.emplaceBack("Content-Range", "bytes " + QByteArray::number(span->first) + '-' +
                                                      QByteArray::number(span->last) + '/' + total);
    return response;
}

} // namespace engine::server
