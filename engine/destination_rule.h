#pragma once

#include "engine/base/e164_number.h"
#include "engine/base/result.h"
#include "engine/config/config.h"

namespace engine {

/// Whether a call to this number is one the operator means to pay for.
///
/// Allowed are numbers with one of the configured beginnings or, while none is configured, with the calling code of
/// `from`. A premium-rate, satellite or worldwide number needs a beginning of its own: more than the country's calling
/// code, for example +1900. The practice line's numbers are always allowed there. Pure.
/// @return Done, or Error "destination_not_allowed" that says where to allow it
[[nodiscard]] Result<Done> checkDestination(const E164Number &to, const E164Number &from,
                                            const config::DestinationConfig &destinations, bool practice);

} // namespace engine
