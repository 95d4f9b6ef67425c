#pragma once

#include "engine/server/http_message.h"

#include <QByteArray>
#include <QJsonObject>

#include <optional>

/// JSON in requests and answers of the API.
namespace engine {

/// An answer of JSON.
[[nodiscard]] server::Response json(int status, const QJsonObject &object);

/// "text/csv" of "Content-Type: Text/CSV; charset=utf-8"; empty when the request names none.
[[nodiscard]] QByteArray mediaTypeOf(const server::Request &request);

/// A web page can send forms and plain text to any site unasked, but no application/json: anything else is refused.
[[nodiscard]] std::optional<server::Response> refuseOtherThanJson(const server::Request &request);

} // namespace engine
