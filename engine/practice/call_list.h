#pragma once

#include "engine/practice/call_resource.h"
#include "engine/practice/rest_error.h"
#include "engine/twilio/form_codec.h"

#include <QByteArray>
#include <QJsonArray>

#include <tl/expected.hpp>

#include <vector>

namespace engine::practice {

/// Whether a call passes the filters of a list request: To, From, ParentCallSid, Status, StartTime and EndTime, the two
/// dates also with "<" or ">" as the last character of the *name*.
[[nodiscard]] bool passesFilters(const CallRecord &call, const twilio::FormPairs &query);

/// One page of any list in the carrier's envelope.
///
/// @param path   of the list, e.g. "/2010-04-01/Accounts/AC../Calls.json"
/// @param query  undecoded, as it came; its filters are repeated in the addresses of the pages
/// @param items  all of them, newest first, filtered already
[[nodiscard]] tl::expected<QJsonObject, RestError> listPage(const QString &path, const QByteArray &query,
                                                            const QString &key, const std::vector<QJsonObject> &items);

} // namespace engine::practice
