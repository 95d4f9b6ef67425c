#include "engine/practice/call_request.h"

#include "engine/practice/phone_text.h"

#include <QRegularExpression>
#include <QUrl>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMaxTimeoutSeconds = 600;
constexpr int kMaxTimeLimitSeconds = 24 * 3600;
constexpr qsizetype kMaxTwimlLength = 4000;

using Refusal = std::optional<RestError>;

RestError refusal(int code, const QString &message)
{
    return {400, code, message, {}};
}

std::optional<QString> text(const twilio::FormPairs &form, QByteArrayView name)
{
    const auto value = twilio::fieldValue(form, name);
    if (!value || value->isEmpty())
        return std::nullopt;
    return QString::fromUtf8(*value);
}

bool isUsableUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && (url.scheme() == "http"_L1 || url.scheme() == "https"_L1) && !url.host().isEmpty();
}

/// Reads a URL parameter when it was given. @param code  of the refusal
Refusal readUrl(const twilio::FormPairs &form, QByteArrayView name, int code, QString &url)
{
    const auto given = text(form, name);
    if (!given)
        return std::nullopt;
    // A host name with an underscore passes nowhere else either: it is no host name (RFC 1123).
    if (!isUsableUrl(*given) || QUrl(*given).host().contains(u'_'))
        return refusal(code, u"%1 is not a valid URL: %2"_s.arg(QString::fromLatin1(name.toByteArray()), *given));
    url = *given;
    return std::nullopt;
}

Refusal readMethod(const twilio::FormPairs &form, QByteArrayView name, QByteArray &method)
{
    const auto given = text(form, name);
    if (!given)
        return std::nullopt;
    const QByteArray upper = given->toLatin1().toUpper();
    if (upper != "GET" && upper != "POST")
        return refusal(21209, u"Invalid %1: %2"_s.arg(QString::fromLatin1(name.toByteArray()), *given));
    method = upper;
    return std::nullopt;
}

Refusal readSeconds(const twilio::FormPairs &form, QByteArrayView name, int maximum, int code,
                    std::chrono::seconds &seconds)
{
    const auto given = text(form, name);
    if (!given)
        return std::nullopt;
    bool isNumber = false;
    const int number = given->toInt(&isNumber);
    if (!isNumber || number < 1 || number > maximum)
        return refusal(code, u"Invalid %1: %2"_s.arg(QString::fromLatin1(name.toByteArray()), *given));
    seconds = std::chrono::seconds(number);
    return std::nullopt;
}

Refusal readNumbers(const twilio::FormPairs &form, const QStringList &ownNumbers, CallParameters &call)
{
    const QString to = text(form, "To").value_or(QString());
    const QString from = text(form, "From").value_or(QString());
    const QString compactTo = QString(to).remove(u'+');
    if (compactTo == "911"_L1 || compactTo == "112"_L1 || compactTo == "999"_L1)
        return refusal(21202,
                       u"The phone number you are attempting to call, %1, is a premium or special number."_s.arg(to));
    const auto toNumber = normalizedNumber(to);
    if (!toNumber)
        return refusal(21211, u"Invalid 'To' Phone Number: %1"_s.arg(quotedNumber(to)));
    const auto fromNumber = normalizedNumber(from);
    if (!fromNumber)
        return refusal(21212, u"Invalid 'From' Phone Number: %1"_s.arg(quotedNumber(from)));
    if (*toNumber == *fromNumber)
        return refusal(21211, u"Invalid 'To' Phone Number: %1. 'To' and 'From' are the same."_s.arg(quotedNumber(to)));
    if (!ownNumbers.isEmpty() && !ownNumbers.contains(*fromNumber))
        return refusal(
            21210,
            u"The source phone number provided, %1, is not yet verified for your account. You may only make calls from "
            "phone numbers that you've verified or purchased from Twilio."_s.arg(*fromNumber));
    call.to = *toNumber;
    call.from = *fromNumber;
    return std::nullopt;
}

Refusal readEvents(const twilio::FormPairs &form, std::set<CallEvent> &events)
{
    std::set<CallEvent> named;
    for (const auto &[name, value] : form) {
        if (name != "StatusCallbackEvent")
            continue;
        if (value == "initiated")
            named.insert(CallEvent::Initiated);
        else if (value == "ringing")
            named.insert(CallEvent::Ringing);
        else if (value == "answered")
            named.insert(CallEvent::Answered);
        else if (value == "completed")
            named.insert(CallEvent::Completed);
        else
            return refusal(21626, u"Invalid StatusCallbackEvent: %1"_s.arg(QString::fromUtf8(value)));
    }
    if (!named.empty())
        events = named;
    return std::nullopt;
}

Refusal readInstructions(const twilio::FormPairs &form, Instructions &instructions)
{
    if (auto error = readUrl(form, "Url", 21205, instructions.url))
        return error;
    instructions.twiml = text(form, "Twiml").value_or(QString());
    if (instructions.twiml.size() > kMaxTwimlLength)
        return refusal(32018, u"The Twiml parameter is longer than %1 characters."_s.arg(kMaxTwimlLength));
    if (auto error = readMethod(form, "Method", instructions.method))
        return error;
    if (auto error = readUrl(form, "FallbackUrl", 21205, instructions.fallbackUrl))
        return error;
    return readMethod(form, "FallbackMethod", instructions.fallbackMethod);
}

Refusal readMachineDetection(const twilio::FormPairs &form, CallParameters &call)
{
    const auto detection = text(form, "MachineDetection");
    if (!detection)
        return std::nullopt;
    if (*detection == "Enable"_L1)
        call.machineDetection = MachineDetection::Enable;
    else if (*detection == "DetectMessageEnd"_L1)
        call.machineDetection = MachineDetection::DetectMessageEnd;
    else
        return refusal(21234, u"Invalid MachineDetection: %1"_s.arg(*detection));
    call.asyncAmd = text(form, "AsyncAmd") == u"true"_s;
    if (auto error = readUrl(form, "AsyncAmdStatusCallback", 21205, call.asyncAmdStatusCallback))
        return error;
    return readMethod(form, "AsyncAmdStatusCallbackMethod", call.asyncAmdStatusCallbackMethod);
}

Refusal readSendDigits(const twilio::FormPairs &form)
{
    static const QRegularExpression allowed(u"^[0-9A-D#*wW]{1,32}$"_s);
    const auto digits = text(form, "SendDigits");
    if (digits && !allowed.match(*digits).hasMatch())
        return refusal(21206, u"Invalid SendDigits: %1"_s.arg(*digits));
    return std::nullopt;
}

} // namespace

tl::expected<CallParameters, RestError> readCreate(const twilio::FormPairs &form, const QStringList &ownNumbers)
{
    if (!text(form, "To"))
        return tl::unexpected(refusal(21201, u"No 'To' number is specified"_s));
    if (!text(form, "From"))
        return tl::unexpected(refusal(21213, u"No 'From' number is specified"_s));
    if (!text(form, "Url") && !text(form, "Twiml"))
        return tl::unexpected(refusal(21205, u"Url parameter is required."_s));

    CallParameters call;
    Refusal error = readInstructions(form, call.instructions);
    if (!error)
        error = readNumbers(form, ownNumbers, call);
    if (!error)
        error = readUrl(form, "StatusCallback", 21609, call.statusCallback);
    if (!error)
        error = readMethod(form, "StatusCallbackMethod", call.statusCallbackMethod);
    if (!error)
        error = readEvents(form, call.events);
    if (!error)
        error = readSeconds(form, "Timeout", kMaxTimeoutSeconds, 21208, call.timeout);
    if (!error)
        error = readSeconds(form, "TimeLimit", kMaxTimeLimitSeconds, 20001, call.timeLimit);
    if (!error)
        error = readSendDigits(form);
    if (!error)
        error = readMachineDetection(form, call);
    if (error)
        return tl::unexpected(*error);
    return call;
}

tl::expected<CallUpdate, RestError> readUpdate(const twilio::FormPairs &form)
{
    CallUpdate update;
    update.status = text(form, "Status");
    if (update.status && *update.status != "completed"_L1 && *update.status != "canceled"_L1)
        return tl::unexpected(refusal(20001, u"Invalid Status: %1"_s.arg(*update.status)));
    Instructions instructions;
    if (auto error = readInstructions(form, instructions))
        return tl::unexpected(*error);
    if (!instructions.url.isEmpty() || !instructions.twiml.isEmpty())
        update.instructions = instructions;
    QString statusCallback;
    if (auto error = readUrl(form, "StatusCallback", 21609, statusCallback))
        return tl::unexpected(*error);
    if (!statusCallback.isEmpty())
        update.statusCallback = statusCallback;
    if (auto error = readMethod(form, "StatusCallbackMethod", update.statusCallbackMethod))
        return tl::unexpected(*error);
    std::chrono::seconds timeLimit{0};
    if (auto error = readSeconds(form, "TimeLimit", kMaxTimeLimitSeconds, 20001, timeLimit))
        return tl::unexpected(*error);
    if (timeLimit.count() > 0)
        update.timeLimit = timeLimit;
    return update;
}

} // namespace engine::practice
