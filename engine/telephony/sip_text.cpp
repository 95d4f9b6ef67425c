#include "engine/telephony/sip_text.h"

#include <algorithm>
#include <array>

namespace engine::telephony {

namespace {

struct SipName
{
    int code;
    const char *name;
};

/// The answers a call out into the telephone network ends with.
constexpr std::array kNames = {
    SipName{400, "Bad Request"},           SipName{403, "Forbidden"},
    SipName{404, "Not Found"},             SipName{408, "Request Timeout"},
    SipName{410, "Gone"},                  SipName{480, "Temporarily Unavailable"},
    SipName{484, "Address Incomplete"},    SipName{486, "Busy Here"},
    SipName{487, "Request Terminated"},    SipName{488, "Not Acceptable Here"},
    SipName{500, "Server Internal Error"}, SipName{502, "Bad Gateway"},
    SipName{503, "Service Unavailable"},   SipName{504, "Server Time-out"},
    SipName{600, "Busy Everywhere"},       SipName{603, "Decline"},
    SipName{604, "Does Not Exist Anywhere"}};

} // namespace

QString sipText(int code)
{
    const auto found = std::find_if(kNames.begin(), kNames.end(), [code](const SipName &n) { return n.code == code; });
    return found == kNames.end() ? QString::number(code)
                                 : QStringLiteral("%1 %2").arg(code).arg(QLatin1StringView(found->name));
}

} // namespace engine::telephony
