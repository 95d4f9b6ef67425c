#pragma once

#include "engine/base/e164_number.h"
#include "engine/config/config.h"

#include <QMap>
#include <QUrl>

namespace engine::calls {

/// A call to be placed: everything checked, nothing left to guess.
struct CallOrder
{
    E164Number to;
    E164Number from;
    config::Environment environment = config::Environment::Local;
    bool practice = false;
    QMap<QString, QString> customData;
    QUrl instructionsUrl;
    QUrl statusUrl;
    QByteArray requestKey;  ///< the Idempotency-Key this call is placed for; empty: none
    QByteArray requestHash; ///< of the body that came with it
};

} // namespace engine::calls
