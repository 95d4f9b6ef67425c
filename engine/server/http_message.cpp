#include "engine/server/http_message.h"

#include "engine/server/form.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 408:
        return "Request Timeout";
    case 413:
        return "Payload Too Large";
    case 417:
        return "Expectation Failed";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    }
    return "Refused";
}

} // namespace

std::optional<QByteArray> headerValue(const HeaderList &headers, QByteArrayView name)
{
    for (const auto &[key, value] : headers)
        if (name.compare(key, Qt::CaseInsensitive) == 0)
            return value;
    return std::nullopt;
}

bool headerLists(const HeaderList &headers, QByteArrayView name, QByteArrayView word)
{
    for (const auto &[key, value] : headers) {
        if (name.compare(key, Qt::CaseInsensitive) != 0)
            continue;
        for (const QByteArray &item : value.split(','))
            if (word.compare(item.trimmed(), Qt::CaseInsensitive) == 0)
                return true;
    }
    return false;
}

QByteArray Request::header(QByteArrayView name) const
{
    return headerValue(headers, name).value_or(QByteArray());
}

bool Request::hasHeader(QByteArrayView name) const
{
    return headerValue(headers, name).has_value();
}

std::optional<QString> Request::queryValue(const QString &name) const
{
    const QByteArray wanted = name.toUtf8();
    for (const auto &[key, value] : parseQuery(target))
        if (key == wanted)
            return QString::fromUtf8(value);
    return std::nullopt;
}

Response errorResponse(int status, const QString &code, const QString &detail)
{
    const QJsonObject object{{u"detail"_s, detail}, {u"code"_s, code}};
    return {status, "application/json", QJsonDocument(object).toJson(QJsonDocument::Compact), {}};
}

QByteArray toClosingWire(const Response &response)
{
    QByteArray wire = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' +
                      reasonPhrase(response.status).toByteArray() + "\r\nContent-Type: " + response.contentType +
                      "\r\nContent-Length: " + QByteArray::number(response.body.size()) + "\r\nConnection: close\r\n";
    for (const auto &[name, value] : response.headers)
        wire += name + ": " + value + "\r\n";
    return wire + "\r\n" + response.body;
}

QByteArray toStreamingWire(const Response &head, bool chunked, bool keepAlive)
{
    QByteArray wire = "HTTP/1.1 " + QByteArray::number(head.status) + ' ' +
                      (head.status == 200 ? QByteArray("OK") : reasonPhrase(head.status).toByteArray()) +
                      "\r\nContent-Type: " + head.contentType + "\r\n";
    if (chunked)
        wire += "Transfer-Encoding: chunked\r\n";
    if (!keepAlive)
        wire += "Connection: close\r\n";
    for (const auto &[name, value] : head.headers)
        wire += name + ": " + value + "\r\n";
    return wire + "\r\n";
}

} // namespace engine::server
