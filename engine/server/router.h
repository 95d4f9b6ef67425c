#pragma once

#include "engine/server/handlers.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <variant>
#include <vector>

namespace engine::server {

/// Which handler a path belongs to. Segments are compared after decoding but split before it, so "%2F" never makes a
/// segment more. Pure.
class Router
{
public:
    struct RouteMatch
    {
        Handler handler;
        QStringList captures;
    };
    struct UpgradeMatch
    {
        UpgradeGuard guard;
        UpgradeHandler handler;
        QStringList captures;
    };

    void addRoute(const QByteArray &method, const QString &pattern, Handler handler);
    void addUpgrade(const QString &pattern, UpgradeGuard guard, UpgradeHandler handler);

    /// @return the route, or the answer for a path without one: 405 with `Allow`, 426 where only an upgrade works, 404.
    ///         HEAD matches GET routes.
    [[nodiscard]] std::variant<RouteMatch, Response> findRoute(const QByteArray &method,
                                                               const QByteArray &target) const;
    [[nodiscard]] std::optional<UpgradeMatch> findUpgrade(const QByteArray &target) const;

private:
    struct Route
    {
        QByteArray method;
        QStringList pattern;
        Handler handler;
    };
    struct Upgrade
    {
        QStringList pattern;
        UpgradeGuard guard;
        UpgradeHandler handler;
    };
    std::vector<Route> m_routes;
    std::vector<Upgrade> m_upgrades;
};

/// The decoded path of a request target, without its query.
[[nodiscard]] QString decodedPath(const QByteArray &target);

} // namespace engine::server
