#include "engine/twilio/webhook.h"

#include <algorithm>

namespace engine::twilio {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kSidCharacters = 34;

tl::unexpected<Error> malformed(const QString &what)
{
    return failure(Fault::Carrier, u"webhook_malformed"_s,
                   u"The phone network reported on a call in a way that cannot be used: %1."_s.arg(what));
}

QString text(const FormPairs &form, QByteArrayView name)
{
    return QString::fromUtf8(fieldValue(form, name).value_or(QByteArray()));
}

/// A whole number that is not negative; nullopt when absent, empty or anything else.
std::optional<int> number(const FormPairs &form, QByteArrayView name)
{
    bool isNumber = false;
    const int value = fieldValue(form, name).value_or(QByteArray()).toInt(&isNumber);
    return isNumber && value >= 0 ? std::optional(value) : std::nullopt;
}

Result<CallSid> callSid(const FormPairs &form)
{
    const QString sid = text(form, "CallSid");
    if (!isCallSid(sid))
        return malformed(u"it names no call"_s);
    return CallSid(sid);
}

Result<telephony::CallStatus> callStatus(const QString &word)
{
    const auto status = telephony::callStatusFromWord(word);
    if (!status)
        return malformed(u"the call status \"%1\" is unknown"_s.arg(word.left(40)));
    return *status;
}

} // namespace

bool isCallSid(QStringView text)
{
    return text.size() == kSidCharacters && text.startsWith(u"CA") &&
           std::all_of(text.begin() + 2, text.end(), [](QChar character) {
               return (character >= u'0' && character <= u'9') || (character >= u'a' && character <= u'f');
           });
}

Result<telephony::CallProgress> parseStatusCallback(const FormPairs &form)
{
    const auto sid = callSid(form);
    if (!sid)
        return tl::unexpected(sid.error());
    const auto status = callStatus(text(form, "CallStatus"));
    if (!status)
        return tl::unexpected(status.error());
    return telephony::CallProgress{.sid = *sid,
                                   .status = *status,
                                   .sequence = number(form, "SequenceNumber").value_or(-1),
                                   .sipCode = number(form, "SipResponseCode").value_or(0),
                                   .durationSeconds = number(form, "CallDuration"),
                                   .answeredBy = text(form, "AnsweredBy")};
}

Result<InstructionsRequest> parseInstructionsRequest(const FormPairs &form)
{
    const auto sid = callSid(form);
    if (!sid)
        return tl::unexpected(sid.error());
    InstructionsRequest request{
        .callSid = *sid, .to = text(form, "To"), .from = text(form, "From"), .answeredBy = text(form, "AnsweredBy")};
    if (const QString word = text(form, "CallStatus"); !word.isEmpty()) {
        const auto status = callStatus(word);
        if (!status)
            return tl::unexpected(status.error());
        request.status = *status;
    }
    return request;
}

} // namespace engine::twilio
