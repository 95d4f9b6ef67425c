#pragma once

#include <phonenumbers/phonenumberutil.h>

namespace engine {

/// libphonenumber's rules about the world's numbers: made when first asked for, usable from any thread.
[[nodiscard]] inline const i18n::phonenumbers::PhoneNumberUtil &phoneNumberUtil()
{
    return *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
}

} // namespace engine
