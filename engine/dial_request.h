#pragma once

#include "engine/base/result.h"
#include "engine/config/config.h"

#include <QByteArray>
#include <QMap>
#include <QMetaType>
#include <QString>

#include <optional>

namespace engine {

/// A wish to call somebody, as a person, a script or the command line states it: nothing checked yet.
struct DialRequest
{
    QString to;
    QString from; ///< empty: TWILIO_FROM_NUMBER
    QMap<QString, QString> customData;
    std::optional<config::Environment> environment; ///< none: the one in force
    QByteArray requestKey;  ///< the Idempotency-Key it came with; empty: none
    QByteArray requestHash; ///< of the body it came in
    bool operator==(const DialRequest &) const = default;
};

/// Reads the body of `POST /dialout`. Pure and total.
///
///     {"to_number": "+14155550142", "from_number": "+14155550199", "custom_data": {"customer_name": "Robin", "visits": 3}}
/// @return Error codes "not_json", "number_missing", "bad_from_number", "bad_custom_data", each for a 400
[[nodiscard]] Result<DialRequest> parseDialRequest(const QByteArray &body);

} // namespace engine

Q_DECLARE_METATYPE(engine::DialRequest)
