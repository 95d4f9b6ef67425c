#include "engine/checks/check_fix.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace engine::checks {

Fix fixFor(const Error &error, const QString &setting, const QString &command)
{
    if (error.code == "public_url_missing"_L1)
        return {Fix::Kind::CopyCommand, command};
    if (error.fault != Fault::Settings)
        return {};
    // Put right at the vendor's site, not here.
    static const QStringList elsewhere = {u"account_trial"_s, u"account_not_active"_s, u"no_numbers"_s,
                                          u"stt_no_credit"_s, u"tts_no_credit"_s};
    if (elsewhere.contains(error.code))
        return {};
    static const QHash<QString, QString> settings = {{u"carrier_credentials"_s, u"TWILIO_AUTH_TOKEN"_s},
                                                     {u"stt_request_refused"_s, u"DEEPGRAM_MODEL"_s},
                                                     {u"stt_forbidden"_s, u"DEEPGRAM_MODEL"_s},
                                                     {u"stt_not_found"_s, u"DEEPGRAM_BASE_URL"_s},
                                                     {u"model_unknown"_s, u"GOOGLE_MODEL"_s},
                                                     {u"tts_not_found"_s, u"CARTESIA_VOICE_ID"_s},
                                                     {u"tts_request_refused"_s, u"CARTESIA_VOICE_ID"_s}};
    return {Fix::Kind::OpenSetting, settings.value(error.code, setting)};
}

} // namespace engine::checks
