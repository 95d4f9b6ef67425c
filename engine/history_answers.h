#pragma once

#include "engine/records/export.h"
#include "engine/server/http_message.h"

namespace engine {

/// The one place where an Error of the history becomes an HTTP status.
[[nodiscard]] server::Response historyErrorResponse(const Error &error);

/// An export's status and headers, without a body. @param name  of the file a browser saves, less its ending
[[nodiscard]] server::Response exportHead(records::ExportFormat format, const QString &name);

} // namespace engine
