#pragma once

#include "engine/base/e164_number.h"

#include <QString>

/// What a number's first digits say about where it leads and what it may cost. Pure, over libphonenumber.
namespace engine {

/// "+1" of +14155550142, "+881" of a satellite phone.
[[nodiscard]] QString callingCodeOf(const E164Number &number);

/// "+44" of "GB" (ISO 3166, any letter case); empty for a country nobody has.
[[nodiscard]] QString callingCodeOfCountry(const QString &country);

/// Numbers that cost many times what a call costs, and that fraud is made with.
enum class Tariff
{
    Ordinary,
    PremiumRate,         ///< +1900..., +44909...
    SatelliteOrWorldwide ///< +881, +979 and other networks without a country
};
[[nodiscard]] Tariff tariffOf(const E164Number &number);

} // namespace engine
