#include "engine/access.h"

#include "engine/base/constant_time.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

bool isThisMachine(const QString &host)
{
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

/// The host part of a Host header or an origin's authority, without port and brackets.
QString hostOf(const QByteArray &authority)
{
    return QUrl(u"http://"_s + QString::fromLatin1(authority)).host();
}

server::Response refusal(const QString &detail)
{
    return server::errorResponse(403, u"local_only"_s, detail);
}

} // namespace

bool isForwarded(const server::Request &request)
{
    for (const auto *header : {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"})
        if (request.hasHeader(header))
            return true;
    return false;
}

std::optional<server::Response> refuseStranger(const server::Request &request, const Secret &apiKey)
{
    if (!apiKey.isEmpty()) {
        const QByteArray given = request.header("Authorization");
        const qsizetype space = given.indexOf(' ');
        const bool bearer = space > 0 && given.left(space).compare("Bearer", Qt::CaseInsensitive) == 0;
        if (bearer && equalInConstantTime(given.mid(space + 1).trimmed(), apiKey.reveal()))
            return std::nullopt;
        auto response = server::errorResponse(401, u"unauthorized"_s,
                                              u"This needs the header 'Authorization: Bearer KEY' with the server's DIALDESK_API_KEY."_s);
        response.headers.emplaceBack("WWW-Authenticate", "Bearer");
        return response;
    }

    const QString setKey = u" Set DIALDESK_API_KEY and send it as a bearer token to call from elsewhere."_s;
    if (!request.peer.isLoopback())
        return refusal(u"Without an API key only this machine may call."_s + setKey);
    if (isForwarded(request))
        return refusal(u"This request came through a proxy or tunnel; without an API key only this machine may call."_s + setKey);
    if (!isThisMachine(hostOf(request.header("Host"))))
        return refusal(u"This request names another host; without an API key only http://127.0.0.1 and http://localhost are served."_s + setKey);
    if (request.hasHeader("Origin")) {
        const QUrl origin(QString::fromLatin1(request.header("Origin")));
        const QUrl own(u"http://"_s + QString::fromLatin1(request.header("Host")));
        if (origin.scheme() != "http"_L1 || origin.authority() != own.authority())
            return refusal(u"A web page of another site may not use this server."_s + setKey);
    }
    const QByteArray site = request.header("Sec-Fetch-Site");
    if (site == "cross-site" || site == "same-site")
        return refusal(u"A web page of another site may not use this server."_s + setKey);
    return std::nullopt;
}

} // namespace engine
