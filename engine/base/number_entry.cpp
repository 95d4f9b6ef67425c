#include "engine/base/number_entry.h"

#include "engine/base/libphonenumber.h"

#include <phonenumbers/asyoutypeformatter.h>
#include <phonenumbers/phonenumbermatch.h>
#include <phonenumbers/phonenumbermatcher.h>

#include <memory>

namespace engine {

using i18n::phonenumbers::AsYouTypeFormatter;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberMatch;
using i18n::phonenumbers::PhoneNumberMatcher;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

constexpr qsizetype kTextLimit =
    2'000; ///< of a pasted text that is searched: a number stands near its start or nowhere

std::string regionOrUnknown(const QString &region)
{
    return region.isEmpty() ? std::string("ZZ") : region.toUpper().toStdString();
}

/// Digits of any script as 0 to 9, and a plus in front.
QString dialable(const QString &text)
{
    QString digits;
    for (const QChar c : text) {
        if (c.isDigit())
            digits += QChar(u'0' + c.digitValue());
        else if ((c == u'+' || c == QChar(0xFF0B)) && digits.isEmpty())
            digits += u'+';
    }
    return digits;
}

/// The country of a number that is still being typed: by its country code, else the default.
QString regionOf(const QString &digits, const PhoneNumber &number, const QString &defaultRegion)
{
    std::string region;
    phoneNumberUtil().GetRegionCodeForNumber(number, &region);
    if (!region.empty() && region != "ZZ")
        return QString::fromStdString(region);
    if (!digits.startsWith(u'+'))
        return defaultRegion.toUpper();
    for (int length = 1; length <= 3 && length < digits.size(); ++length) {
        std::string candidate;
        phoneNumberUtil().GetRegionCodeForCountryCode(digits.mid(1, length).toInt(), &candidate);
        if (candidate != "ZZ" && candidate != "001")
            return QString::fromStdString(candidate);
    }
    return {};
}

NumberProblem problemOf(PhoneNumberUtil::ErrorType error, const QString &digits, const QString &defaultRegion)
{
    switch (error) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        if (!digits.startsWith(u'+') && defaultRegion.isEmpty())
            return NumberProblem::NoCountry;
        // "+4" may still become "+44".
        return digits.size() < 4 ? NumberProblem::TooShort : NumberProblem::UnknownCountry;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
        return NumberProblem::TooShort;
    case PhoneNumberUtil::TOO_LONG_NSN:
        return NumberProblem::TooLong;
    default:
        return digits.size() > (digits.startsWith(u'+') ? 1 : 0) ? NumberProblem::TooShort : NumberProblem::NotANumber;
    }
}

} // namespace

NumberEntry readNumberEntry(const QString &text, const QString &defaultRegion)
{
    NumberEntry entry;
    if (text.trimmed().isEmpty())
        return entry;
    const QString digits = dialable(text);
    if (digits.isEmpty()) {
        entry.problem = NumberProblem::NotANumber;
        return entry;
    }
    if (auto number = E164Number::parse(text, defaultRegion)) {
        entry.region = number->region().isEmpty() ? defaultRegion.toUpper() : number->region();
        entry.number = *number;
        return entry;
    }
    PhoneNumber parsed;
    const auto error =
        phoneNumberUtil().Parse(text.left(kTextLimit).toStdString(), regionOrUnknown(defaultRegion), &parsed);
    entry.region = regionOf(digits, parsed, defaultRegion);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
        entry.problem = problemOf(error, digits, defaultRegion);
        return entry;
    }
    switch (phoneNumberUtil().IsPossibleNumberWithReason(parsed)) {
    case PhoneNumberUtil::TOO_SHORT:
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
        entry.problem = NumberProblem::TooShort;
        break;
    case PhoneNumberUtil::TOO_LONG:
        entry.problem = NumberProblem::TooLong;
        break;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE:
        entry.problem = NumberProblem::UnknownCountry;
        break;
    default:
        entry.problem = NumberProblem::Impossible;
    }
    return entry;
}

QString formattedAsTyped(const QString &text, const QString &defaultRegion)
{
    const std::unique_ptr<AsYouTypeFormatter> formatter(
        phoneNumberUtil().GetAsYouTypeFormatter(regionOrUnknown(defaultRegion)));
    std::string formatted;
    for (const QChar digit : dialable(text.left(kTextLimit)))
        formatter->InputDigit(static_cast<char32_t>(digit.unicode()), &formatted);
    return QString::fromStdString(formatted);
}

std::optional<E164Number> findNumber(const QString &text, const QString &defaultRegion)
{
    if (auto whole = E164Number::parse(text, defaultRegion))
        return *whole;
    // The matcher takes C strings and refuses some invisible characters that copied numbers carry around them.
    QString plain;
    for (const QChar c : text.left(kTextLimit))
        plain += c.isNull() || c.category() == QChar::Other_Format ? QChar(u' ') : c;
    PhoneNumberMatcher matcher(phoneNumberUtil(), plain.toStdString(), regionOrUnknown(defaultRegion),
                               PhoneNumberMatcher::POSSIBLE, 20);
    while (matcher.HasNext()) {
        PhoneNumberMatch match;
        if (!matcher.Next(&match))
            break;
        std::string e164;
        phoneNumberUtil().Format(match.number(), PhoneNumberUtil::E164, &e164);
        if (auto number = E164Number::parse(QString::fromStdString(e164)))
            return *number;
    }
    return std::nullopt;
}

} // namespace engine
