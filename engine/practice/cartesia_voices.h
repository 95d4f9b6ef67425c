#pragma once

#include "engine/practice/cartesia_request.h"
#include "engine/practice/query_parameters.h"

namespace engine::practice {

/// One page of `GET /voices`, in the shape of the version. Pure.
///
/// {"data":[{"id":"71a7ad14-...","name":"British Reading Lady",...}],"has_more":true,"next_page":null}
[[nodiscard]] tl::expected<QJsonObject, CartesiaError> voicesPage(const QueryParameters &query,
                                                                  CartesiaVersion version);

/// `GET /voices/{id}`.
[[nodiscard]] tl::expected<QJsonObject, CartesiaError> voiceById(const QString &id, CartesiaVersion version);

} // namespace engine::practice
