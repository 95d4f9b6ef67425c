#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

namespace engine::server {

using HeaderList = QList<std::pair<QByteArray, QByteArray>>;

/// A request as the routes see it: bytes as they came, nothing decoded twice.
struct Request
{
    QByteArray method;
    QByteArray target;  ///< path and query exactly as sent: what a signature covers
    QString path;       ///< decoded, without query
    HeaderList headers; ///< names as sent, in order, duplicates kept
    QByteArray body;
    QHostAddress peer;
    QStringList captures; ///< what the `*` segments of the route's pattern matched, decoded

    /// First value of a header, any letter case; empty when absent.
    QByteArray header(QByteArrayView name) const;
    bool hasHeader(QByteArrayView name) const;
    /// Value of a query parameter, decoded; nullopt when absent.
    std::optional<QString> queryValue(const QString &name) const;
};

struct Response
{
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
    HeaderList headers;
};

/// The contract's error body, {"detail": sentence, "code": word}, with a status.
[[nodiscard]] Response errorResponse(int status, const QString &code, const QString &detail);

/// First value of a header in a list, any letter case; nullopt when absent.
[[nodiscard]] std::optional<QByteArray> headerValue(const HeaderList &headers, QByteArrayView name);
/// Whether a comma-separated header (Connection, Upgrade) lists a word; every field of that name counts, letter case
/// does not.
[[nodiscard]] bool headerLists(const HeaderList &headers, QByteArrayView name, QByteArrayView word);

/// The response as HTTP/1.1 bytes with `Connection: close`: for what is refused before QHttpServer sees it.
[[nodiscard]] QByteArray toClosingWire(const Response &response);
/// The head of a response whose body follows in pieces: in chunks for HTTP/1.1, else until the connection ends.
[[nodiscard]] QByteArray toStreamingWire(const Response &head, bool chunked, bool keepAlive);

} // namespace engine::server
