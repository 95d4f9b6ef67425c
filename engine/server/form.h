#pragma once

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

namespace engine::server {

/// Decoded names and values, in the order sent, duplicates and empty values kept.
using FormFields = QList<std::pair<QByteArray, QByteArray>>;

/// Decodes an `application/x-www-form-urlencoded` body, as Twilio sends it:
///     CallSid=CA1&To=%2B14155550100&Caller=Ann+Lee&Empty=
/// '+' is a space; a '%' without two hex digits stays as it is; a name without '=' has an empty value; empty pieces
/// between
/// '&' are skipped. Total: any bytes give a list.
[[nodiscard]] FormFields parseForm(QByteArrayView body);

/// The same for the query of a request target: "/api/calls?limit=20&before=CA1".
[[nodiscard]] FormFields parseQuery(QByteArrayView target);

/// Decodes "%2B" and its like; a '%' without two hex digits stays, and so does '+': for paths.
[[nodiscard]] QByteArray percentDecoded(QByteArrayView bytes);

/// First value of a name (exact, letter case counts); nullopt when absent.
[[nodiscard]] std::optional<QByteArray> fieldValue(const FormFields &fields, QByteArrayView name);

} // namespace engine::server
