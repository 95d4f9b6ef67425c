#include "engine/base/e164_number.h"

#include "engine/base/libphonenumber.h"
#include "engine/base/masking.h"

namespace engine {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

PhoneNumber parsed(const QString &e164)
{
    PhoneNumber number;
    phoneNumberUtil().Parse(e164.toStdString(), "ZZ", &number);
    return number;
}

std::string e164Of(const PhoneNumber &number)
{
    std::string e164;
    phoneNumberUtil().Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

/// libphonenumber reads some junk as a number whose E.164 form it then reads as another or as none: such a number, once written down,
/// would be lost.
bool isReadAsItself(const PhoneNumber &number)
{
    const std::string e164 = e164Of(number);
    PhoneNumber again;
    return phoneNumberUtil().Parse(e164, "ZZ", &again) == PhoneNumberUtil::NO_PARSING_ERROR &&
           phoneNumberUtil().IsPossibleNumber(again) && e164Of(again) == e164;
}

/// Whether the text is a possible number. People of most countries write 00 for +; where the default region does not (America's is
/// 011), libphonenumber takes 00 for digits of the number.
bool readNumber(const QString &text, const QString &defaultRegion, PhoneNumber *number)
{
    const std::string region = defaultRegion.isEmpty() ? std::string("ZZ") : defaultRegion.toUpper().toStdString();
    const auto possible = [&](const QString &spelling) {
        return phoneNumberUtil().Parse(spelling.toStdString(), region, number) == PhoneNumberUtil::NO_PARSING_ERROR &&
               phoneNumberUtil().IsPossibleNumber(*number) && isReadAsItself(*number);
    };
    if (text.contains(QChar(0)))
        return false;
    return possible(text) || (text.startsWith(QLatin1String("00")) && possible(u'+' + text.mid(2)));
}

} // namespace

Result<E164Number> E164Number::parse(const QString &text, const QString &defaultRegion)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return failure(Fault::Settings, QStringLiteral("number_missing"),
                       QStringLiteral("No phone number was given. Write it with its country code, for example +14155550142."));
    PhoneNumber number;
    if (!readNumber(trimmed, defaultRegion, &number))
        return failure(Fault::Settings, QStringLiteral("number_impossible"),
                       QStringLiteral("\"%1\" is not a phone number that can be dialed. Write it with its country code, "
                                      "for example +14155550142.")
                           .arg(trimmed.left(40)));
    return E164Number(QString::fromStdString(e164Of(number)));
}

QString E164Number::region() const
{
    if (isEmpty())
        return {};
    std::string region;
    phoneNumberUtil().GetRegionCodeForNumber(parsed(m_value), &region);
    return region == "ZZ" ? QString() : QString::fromStdString(region);
}

QString E164Number::display(const QString &homeRegion) const
{
    if (isEmpty())
        return {};
    const PhoneNumber number = parsed(m_value);
    const bool foreign = !homeRegion.isEmpty() &&
                         phoneNumberUtil().GetCountryCodeForRegion(homeRegion.toStdString()) != number.country_code();
    std::string text;
    phoneNumberUtil().Format(number, foreign ? PhoneNumberUtil::INTERNATIONAL : PhoneNumberUtil::NATIONAL, &text);
    return QString::fromStdString(text);
}

QString E164Number::masked() const
{
    return maskedNumber(m_value);
}

} // namespace engine
