#include "engine/json_bodies.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace engine {

server::Response json(int status, const QJsonObject &object)
{
    server::Response response;
    response.status = status;
    response.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return response;
}

QByteArray mediaTypeOf(const server::Request &request)
{
    const QByteArray type = request.header("Content-Type");
    const qsizetype parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.left(parameters)).trimmed().toLower();
}

std::optional<server::Response> refuseOtherThanJson(const server::Request &request)
{
    if (mediaTypeOf(request) == "application/json")
        return std::nullopt;
    return server::errorResponse(
        400, u"not_json"_s,
        u"The body must be JSON, sent with the header 'Content-Type: application/json' (curl: -H 'Content-Type: application/json')."_s);
}

} // namespace engine
