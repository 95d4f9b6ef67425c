#pragma once

#include "engine/records/call_store.h"
#include "engine/records/export.h"
#include "engine/server/http_message.h"

namespace engine {

/// Reads the filter out of a query: `limit`, `before`, `q`, `outcome`, `from`, `to`. Pure.
/// Dates are ISO 8601; without a zone they are UTC, and a `to` without a time means the end of that day.
/// @return Error "bad_limit", "bad_outcome" or "bad_date"
[[nodiscard]] Result<records::CallFilter> parseCallFilter(const server::Request &request);

/// `format`: json (when there is none), csv or txt. @return Error "bad_format"
[[nodiscard]] Result<records::ExportFormat> parseExportFormat(const server::Request &request);

} // namespace engine
