#pragma once

#include "engine/base/result.h"

#include <QMetaType>
#include <QString>

namespace engine {

/// A phone number in E.164: "+" and up to 15 digits, possible in its country. Made only by parse().
class E164Number
{
public:
    E164Number() = default;

    /// Reads a number as people write it, through libphonenumber.
    ///
    /// @param text           e.g. "+14155550142", "(415) 555-0142", "0044 20 7946 0018", "tel:+1-415-555-0142"
    /// @param defaultRegion  ISO 3166 country for numbers without a country code, e.g. "US"; empty: such numbers are refused
    /// @return Error with code "number_missing" or "number_impossible" and Fault::Settings, in words for the person who typed it
    [[nodiscard]] static Result<E164Number> parse(const QString &text, const QString &defaultRegion = {});

    /// "+14155550142"
    const QString &value() const { return m_value; }
    bool isEmpty() const { return m_value.isEmpty(); }
    /// ISO 3166 region, e.g. "US"; empty when it cannot be told.
    QString region() const;
    /// As people of that country write it: "(415) 555-0142", or international style when `homeRegion` differs.
    QString display(const QString &homeRegion = {}) const;
    /// For logs: "+1415*****00", see masking.h.
    QString masked() const;

    bool operator==(const E164Number &) const = default;

private:
    explicit E164Number(QString value) : m_value(std::move(value)) {}
    QString m_value;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::E164Number)
