#include "engine/twilio/twilio_errors.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace engine::twilio {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxMessageCharacters = 300;

struct Advice
{
    int code;
    Fault fault;
    const char *sentence;
};

// What the operator can do about a refusal, by Twilio's code.
constexpr auto kAdvice = std::to_array<Advice>({
    {10001, Fault::Settings, "The Twilio account is not active: look at it in the Twilio console."},
    {10002, Fault::Settings, "Trial accounts cannot do this: upgrade the Twilio account."},
    {10004, Fault::Settings,
     "The account's limit of concurrent calls is reached: wait for a call to end, or have the limit raised by Twilio."},
    {20001, Fault::Settings,
     "A trial account takes only To, From and Url: upgrade the Twilio account. Media streams need that anyway."},
    {20005, Fault::Settings, "The Twilio account is not active: look at it in the Twilio console."},
    {20008, Fault::Settings,
     "These are test credentials, which cannot do this: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to the live "
     "ones."},
    {20404, Fault::Carrier,
     "Twilio does not know it: it may have been deleted, or TWILIO_ACCOUNT_SID is that of another account."},
    {21201, Fault::Settings, "Give the number to call."},
    {21202, Fault::Settings, "Emergency and premium numbers cannot be called: check the number."},
    {21203, Fault::Settings,
     "Calls abroad are not enabled: allow them in the Twilio console under Voice, Geo permissions."},
    {21205, Fault::Settings, "Twilio cannot use this server's public address: check LOCAL_SERVER_URL."},
    {21210, Fault::Settings,
     "The calling number must be bought from or verified with Twilio: set TWILIO_FROM_NUMBER to one of the account's "
     "numbers."},
    {21211, Fault::Settings,
     "Check the number called: it needs its country code and no digit too many, and may not be the calling number."},
    {21212, Fault::Settings, "Check the calling number: set TWILIO_FROM_NUMBER to one of the account's numbers."},
    {21213, Fault::Settings, "Give the number to call from, or set TWILIO_FROM_NUMBER."},
    {21214, Fault::Carrier, "This number cannot be reached from the calling number: try another calling number."},
    {21215, Fault::Settings,
     "Calls to this country are not enabled: allow it in the Twilio console under Voice, Geo permissions."},
    {21216, Fault::Carrier, "Twilio blocks calls to this number: ask Twilio's support if it should be reachable."},
    {21217, Fault::Settings, "Check the number called: Twilio takes it for no valid number."},
    {21219, Fault::Settings,
     "A trial account calls only verified numbers: verify it in the Twilio console, or upgrade the account."},
    {21220, Fault::Carrier, "The call is over, or has not been answered yet."},
    {21626, Fault::Program, "This is a mistake of Dialdesk: please report it."},
    {70004, Fault::Settings, "The API key lacks a permission: use a key that may place and read calls."},
    {70051, Fault::Settings, "The API key lacks a permission: use a key that may place and read calls."},
});

const Advice *adviceFor(int code)
{
    for (const Advice &advice : kAdvice)
        if (advice.code == code)
            return &advice;
    return nullptr;
}

QString quotedWords(const Refusal &refusal)
{
    QString words;
    if (refusal.code != 0)
        words = u"error %1"_s.arg(refusal.code);
    else
        words = u"HTTP status %1"_s.arg(refusal.httpStatus);
    if (!refusal.message.isEmpty())
        words += u": "_s + refusal.message;
    return words;
}

} // namespace

Refusal parseRefusal(int httpStatus, const QByteArray &body)
{
    Refusal refusal{.httpStatus = httpStatus};
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    refusal.code = object.value("code"_L1).toInt(object.value("code"_L1).toString().toInt());
    refusal.message = object.value("message"_L1).toString().simplified();
    if (refusal.message.size() > kMaxMessageCharacters)
        refusal.message = refusal.message.left(kMaxMessageCharacters) + u'…';
    while (refusal.message.endsWith(u'.'))
        refusal.message.chop(1); // it goes into a sentence of ours
    return refusal;
}

bool isAlreadyOver(const Refusal &refusal)
{
    return refusal.code == kErrorCallOver || refusal.code == kErrorCallNotFound;
}

Error errorFrom(const Refusal &refusal, const QString &action)
{
    const QString words = quotedWords(refusal);
    if (refusal.httpStatus == 401 || refusal.code == 20003)
        return {Fault::Settings, u"carrier_credentials"_s,
                u"Twilio refused %1, because it did not accept the account's credentials (%2). Check "
                u"TWILIO_ACCOUNT_SID and "
                "TWILIO_AUTH_TOKEN, or the API key if one is set."_s.arg(action, words)};
    if (refusal.httpStatus == 429)
        return {Fault::Carrier, u"carrier_busy"_s,
                u"Twilio refused %1, because too many requests are under way (%2). Nothing was done: try again in a "
                u"moment, "
                "or lower DIALDESK_CALLS_PER_SECOND."_s.arg(action, words)};
    if (refusal.httpStatus >= 500 || refusal.httpStatus == 408)
        return {
            Fault::Carrier, u"carrier_unreachable"_s,
            u"Twilio failed when asked %1 (%2). It may or may not have been done: look at Twilio's status page and try "
            "again."_s.arg(action, words)};
    if (refusal.httpStatus < 400)
        return {Fault::Settings, u"carrier_refused"_s,
                u"The answer to the request %1 is not one of Twilio's (%2). Check TWILIO_API_BASE_URL."_s.arg(action,
                                                                                                              words)};
    const Advice *advice = adviceFor(refusal.code);
    const QString sentence =
        advice ? QString::fromLatin1(advice->sentence)
        : refusal.code == 0
            ? u"The answer is not in Twilio's form: check TWILIO_API_BASE_URL and any proxy on the way."_s
            : u"Twilio explains it at https://www.twilio.com/docs/errors/%1."_s.arg(refusal.code);
    return {advice ? advice->fault : Fault::Carrier, u"carrier_refused"_s,
            u"Twilio refused %1 (%2). %3"_s.arg(action, words, sentence)};
}

Error errorFrom(const Error &transportError, const QString &action)
{
    if (transportError.code == "not_sent"_L1)
        return {Fault::Carrier, u"carrier_not_reached"_s,
                u"Twilio could not be asked %1: %2 Nothing was done. Check the network, and TWILIO_API_BASE_URL if it is set."_s.arg(
                    action, transportError.message)};
    return {Fault::Carrier, u"carrier_unreachable"_s,
            u"Twilio gave no answer when asked %1: %2 Check the network, and TWILIO_API_BASE_URL if it is set."_s.arg(
                action, transportError.message)};
}

Error unreadableAnswer(const QString &action)
{
    return {Fault::Carrier, u"carrier_unreachable"_s,
            u"Twilio's answer when asked %1 could not be read. It may have been done: look at the calls in the Twilio "
            "console."_s.arg(action)};
}

} // namespace engine::twilio
