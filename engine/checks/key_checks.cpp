#include "engine/checks/key_checks.h"

#include "engine/checks/vendor_settings.h"
#include "engine/dialogue/gemini/key_check.h"
#include "engine/dialogue/openai/key_check.h"
#include "engine/speech/cartesia/key_check.h"
#include "engine/speech/deepgram/key_check.h"
#include "engine/twilio/account_check.h"

using namespace Qt::StringLiterals;

namespace engine::checks {

namespace {

/// An empty key would only be refused; nobody needs to be asked about that.
CheckJob *nothingToCheck(const QString &setting, QObject *parent)
{
    return new net::KnownCheck(
        failure(Fault::Settings, u"setting_missing"_s, u"%1 is not set, so there is nothing to check."_s.arg(setting)),
        parent);
}

} // namespace

KeyChecks::KeyChecks(net::HttpClient &http, net::WebSocketFactory &sockets, Clock &clock, Random &random)
    : m_http(http), m_sockets(sockets), m_clock(clock), m_random(random)
{
}

CheckJob *KeyChecks::checkDeepgram(const config::DeepgramConfig &deepgram, const QString &language,
                                   QObject *parent) const
{
    if (deepgram.apiKey.isEmpty())
        return nothingToCheck(u"DEEPGRAM_API_KEY"_s, parent);
    return new speech::deepgram::KeyCheck(deepgramSettings(deepgram, language), m_sockets, m_clock, parent);
}

CheckJob *KeyChecks::checkGemini(const config::GeminiConfig &gemini, QObject *parent) const
{
    if (gemini.apiKey.isEmpty())
        return nothingToCheck(u"GOOGLE_API_KEY"_s, parent);
    return dialogue::gemini::checkKey(geminiSettings(gemini), m_http, parent);
}

CheckJob *KeyChecks::checkOpenAi(const config::OpenAiConfig &openAi, QObject *parent) const
{
    return dialogue::openai::checkKey(openAiSettings(openAi), m_http, parent);
}

CheckJob *KeyChecks::checkCartesia(const config::CartesiaConfig &cartesia, QObject *parent) const
{
    if (cartesia.apiKey.isEmpty())
        return nothingToCheck(u"CARTESIA_API_KEY"_s, parent);
    return speech::cartesia::checkKey(cartesiaSettings(cartesia, {}), m_http, parent);
}

CheckJob *KeyChecks::checkTwilio(const config::TwilioConfig &twilio, QObject *parent) const
{
    if (!twilio.isSet())
        return nothingToCheck(twilio.accountSid.isEmpty() ? u"TWILIO_ACCOUNT_SID"_s : u"TWILIO_AUTH_TOKEN"_s, parent);
    return new twilio::AccountCheck(twilioSettings(twilio), m_http, m_clock, m_random, parent);
}

twilio::NumbersCheck *KeyChecks::checkNumbers(const config::TwilioConfig &twilio, QObject *parent) const
{
    return new twilio::NumbersCheck(twilioSettings(twilio), twilio.fromNumber, m_http, m_clock, m_random, parent);
}

} // namespace engine::checks
