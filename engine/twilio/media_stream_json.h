#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>

/// What both halves of the media stream's codec share: reading one JSON object, strict base64, quoting.
namespace engine::twilio::media_json {

[[nodiscard]] tl::unexpected<Error> malformed(const QString &what);

[[nodiscard]] Result<QJsonObject> parseObject(QByteArrayView json);

/// A whole number from 0 to 10^12, given as a JSON number or as a decimal string; nullopt for anything else.
[[nodiscard]] std::optional<qint64> wholeNumber(const QJsonValue &value);

/// A SID: 1 to 64 letters and digits, nothing that would need escaping.
[[nodiscard]] bool isSidShaped(const QString &text);

/// Standard alphabet, padded, at least one byte. nullopt for anything else.
[[nodiscard]] std::optional<QByteArray> strictBase64(QByteArrayView text);

/// `utf8` as a JSON string with its quotes.
[[nodiscard]] QByteArray quoted(QByteArrayView utf8);

} // namespace engine::twilio::media_json
