#include "engine/base/calling_code.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>

namespace engine {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

/// ITU-T E.164 codes shared by the world: Inmarsat, personal numbers, satellite systems, international networks,
/// premium rate.
constexpr std::array kWorldwideCodes = {870, 878, 881, 882, 883, 888, 979};

PhoneNumber parsed(const E164Number &number)
{
    PhoneNumber result;
    PhoneNumberUtil::GetInstance()->Parse(number.value().toStdString(), "ZZ", &result);
    return result;
}

QString codeText(int code)
{
    return code > 0 ? u'+' + QString::number(code) : QString();
}

} // namespace

QString callingCodeOf(const E164Number &number)
{
    return number.isEmpty() ? QString() : codeText(parsed(number).country_code());
}

QString callingCodeOfCountry(const QString &country)
{
    return codeText(PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(country.toUpper().toStdString()));
}

Tariff tariffOf(const E164Number &number)
{
    const PhoneNumber phone = parsed(number);
    if (std::find(kWorldwideCodes.begin(), kWorldwideCodes.end(), phone.country_code()) != kWorldwideCodes.end())
        return Tariff::SatelliteOrWorldwide;
    const bool premium = PhoneNumberUtil::GetInstance()->GetNumberType(phone) == PhoneNumberUtil::PREMIUM_RATE;
    return premium ? Tariff::PremiumRate : Tariff::Ordinary;
}

} // namespace engine
