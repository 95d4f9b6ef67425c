#pragma once

#include <QString>

#include <optional>

namespace engine::practice {

/// Reads a number as the carrier's REST interface does: E.164, or for +1 also ten digits, a leading 1, spaces, hyphens
/// and brackets.
/// @return "+14155550142", or nullopt when it cannot be a number
[[nodiscard]] std::optional<QString> normalizedNumber(const QString &text);
/// "(415) 555-0142" for +1 numbers, the number itself for all others.
[[nodiscard]] QString formattedNumber(const QString &e164);
/// "+1415555XXXX", as refusals quote a number.
[[nodiscard]] QString quotedNumber(const QString &text);

/// The carrier's guess where a number is; empty values are usual.
struct NumberPlace
{
    QString city;
    QString state;
    QString zip;
    QString country;
};
[[nodiscard]] NumberPlace placeOf(const QString &e164);

} // namespace engine::practice
