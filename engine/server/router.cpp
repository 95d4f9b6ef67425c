#include "engine/server/router.h"

#include "engine/server/form.h"

using namespace Qt::StringLiterals;

namespace engine::server {

namespace {

QString decoded(QByteArrayView bytes)
{
    return QString::fromUtf8(percentDecoded(bytes));
}

QByteArrayView rawPath(const QByteArray &target)
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? QByteArrayView(target) : QByteArrayView(target).first(mark);
}

QStringList decodedSegments(const QByteArray &target)
{
    QStringList segments;
    for (const QByteArray &segment : rawPath(target).toByteArray().split('/'))
        segments.append(decoded(segment));
    return segments;
}

/// What the stars matched, or nullopt when the path does not fit.
std::optional<QStringList> match(const QStringList &pattern, const QStringList &path)
{
    if (pattern.size() != path.size())
        return std::nullopt;
    QStringList captures;
    for (qsizetype i = 0; i < path.size(); ++i) {
        if (pattern[i] == "*"_L1 && !path[i].isEmpty())
            captures.append(path[i]);
        else if (pattern[i] != path[i])
            return std::nullopt;
    }
    return captures;
}

} // namespace

QString decodedPath(const QByteArray &target)
{
    return decoded(rawPath(target));
}

void Router::addRoute(const QByteArray &method, const QString &pattern, Handler handler)
{
    m_routes.push_back({method, pattern.split(u'/'), std::move(handler)});
}

void Router::addUpgrade(const QString &pattern, UpgradeGuard guard, UpgradeHandler handler)
{
    m_upgrades.push_back({pattern.split(u'/'), std::move(guard), std::move(handler)});
}

std::variant<Router::RouteMatch, Response> Router::findRoute(const QByteArray &method, const QByteArray &target) const
{
    const QStringList path = decodedSegments(target);
    const QByteArray wanted = method == "HEAD" ? QByteArray("GET") : method;
    QByteArrayList allowed;
    for (const Route &route : m_routes) {
        auto captures = match(route.pattern, path);
        if (!captures)
            continue;
        if (route.method == wanted)
            return RouteMatch{route.handler, *std::move(captures)};
        if (!allowed.contains(route.method))
            allowed.append(route.method);
        if (route.method == "GET" && !allowed.contains("HEAD"))
            allowed.append("HEAD");
    }
    const bool upgrades = findUpgrade(target).has_value();
    if (upgrades && method == "GET" && allowed.isEmpty()) {
        Response response =
            errorResponse(426, u"upgrade_required"_s, u"This address speaks WebSocket only; open it as one."_s);
        response.headers.emplaceBack("Upgrade", "websocket");
        return response;
    }
    if (upgrades && !allowed.contains("GET"))
        allowed.append("GET");
    if (!allowed.isEmpty()) {
        Response response = errorResponse(405, u"method_not_allowed"_s,
                                          u"This address does not take %1; use %2."_s.arg(
                                              QString::fromLatin1(method), QString::fromLatin1(allowed.join(", "))));
        response.headers.emplaceBack("Allow", allowed.join(", "));
        return response;
    }
    return errorResponse(404, u"not_found"_s, u"There is nothing at this address."_s);
}

std::optional<Router::UpgradeMatch> Router::findUpgrade(const QByteArray &target) const
{
    const QStringList path = decodedSegments(target);
    for (const Upgrade &upgrade : m_upgrades)
        if (auto captures = match(upgrade.pattern, path))
            return UpgradeMatch{upgrade.guard, upgrade.handler, *std::move(captures)};
    return std::nullopt;
}

} // namespace engine::server
