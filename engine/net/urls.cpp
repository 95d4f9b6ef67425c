#include "engine/net/urls.h"

namespace engine::net {

using namespace Qt::StringLiterals;

QUrl urlBelow(const QUrl &base, const QString &path)
{
    QUrl url = base;
    QString prefix = url.path();
    while (prefix.endsWith(u'/'))
        prefix.chop(1);
    url.setPath(prefix + path);
    return url;
}

QUrl webSocketUrl(const QUrl &base, const QString &path)
{
    QUrl url = urlBelow(base, path);
    if (url.scheme() == "https"_L1)
        url.setScheme(u"wss"_s);
    else if (url.scheme() == "http"_L1)
        url.setScheme(u"ws"_s);
    return url;
}

} // namespace engine::net
