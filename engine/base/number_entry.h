#pragma once

#include "engine/base/e164_number.h"

#include <QString>

#include <optional>

/// What a field for phone numbers needs to know while a person types. Pure, over libphonenumber.
namespace engine {

/// Why a text is not a number that can be dialed.
enum class NumberProblem
{
    Missing,        ///< nothing there
    NotANumber,     ///< no phone number can be seen in it
    NoCountry,      ///< no country code, and no country to take it from
    UnknownCountry, ///< a country code nobody has
    TooShort,
    TooLong,
    Impossible ///< no number of this country has this form
};

/// What stands in a number field.
struct NumberEntry
{
    std::optional<E164Number> number;               ///< set when it can be dialed
    NumberProblem problem = NumberProblem::Missing; ///< when it cannot
    QString region; ///< ISO 3166, as far as the digits tell: known before the number is whole; "" when not
    bool operator==(const NumberEntry &) const = default;
};

/// Reads what was typed so far.
/// @param defaultRegion  country of numbers without a country code, e.g. "US"; empty: none
[[nodiscard]] NumberEntry readNumberEntry(const QString &text, const QString &defaultRegion);

/// The number as its country writes it, as far as it has been typed: "415555" becomes "415-555", "+44207946" "+44 20
/// 7946". Anything but digits and a leading plus is left out.
[[nodiscard]] QString formattedAsTyped(const QString &text, const QString &defaultRegion);

/// The first phone number in a text of any kind: "Call me: +1 (415) 555-0142, ask for Robin", "tel:+1-415-555-0142".
[[nodiscard]] std::optional<E164Number> findNumber(const QString &text, const QString &defaultRegion);

} // namespace engine
