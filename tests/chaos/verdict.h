#pragma once

#include "tests/chaos/carrier_view.h"
#include "tests/chaos/wishes.h"

#include <QStringList>

namespace chaos {

/// What was wrong, in sentences; empty: nothing.
///
/// @param database  dialdesk.sqlite of the server, which is stopped
[[nodiscard]] QStringList verdict(const std::deque<Wish> &wishes, const std::vector<CarrierCall> &calls,
                                  const QString &database);

} // namespace chaos
