#include "engine/practice/call_resource.h"

#include "engine/practice/phone_text.h"

#include <QLocale>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kApiVersion = "2010-04-01"_L1;

QJsonValue textOrNull(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
}

QJsonValue dateOrNull(const QDateTime &date)
{
    return date.isValid() ? QJsonValue(rfc2822(date)) : QJsonValue();
}

QString callPath(const CallRecord &call)
{
    return u"/2010-04-01/Accounts/%1/Calls/%2"_s.arg(call.accountSid, call.sid);
}

QJsonObject subresources(const CallRecord &call)
{
    static constexpr std::pair<QLatin1StringView, QLatin1StringView> names[] = {
        {"notifications"_L1, "Notifications"_L1},
        {"recordings"_L1, "Recordings"_L1},
        {"payments"_L1, "Payments"_L1},
        {"events"_L1, "Events"_L1},
        {"siprec"_L1, "Siprec"_L1},
        {"streams"_L1, "Streams"_L1},
        {"transcriptions"_L1, "Transcriptions"_L1},
        {"user_defined_messages"_L1, "UserDefinedMessages"_L1},
        {"user_defined_message_subscriptions"_L1, "UserDefinedMessageSubscriptions"_L1},
    };
    QJsonObject uris;
    for (const auto &[key, name] : names)
        uris.insert(key, u"%1/%2.json"_s.arg(callPath(call), name));
    return uris;
}

} // namespace

QString toWord(CallStatus status)
{
    switch (status) {
    case CallStatus::Queued:
        return u"queued"_s;
    case CallStatus::Ringing:
        return u"ringing"_s;
    case CallStatus::InProgress:
        return u"in-progress"_s;
    case CallStatus::Completed:
        return u"completed"_s;
    case CallStatus::Busy:
        return u"busy"_s;
    case CallStatus::Failed:
        return u"failed"_s;
    case CallStatus::NoAnswer:
        return u"no-answer"_s;
    case CallStatus::Canceled:
        return u"canceled"_s;
    }
    return {};
}

bool isTerminal(CallStatus status)
{
    return status != CallStatus::Queued && status != CallStatus::Ringing && status != CallStatus::InProgress;
}

QString rfc2822(const QDateTime &utc)
{
    return QLocale::c().toString(utc.toUTC(), u"ddd, dd MMM yyyy HH:mm:ss"_s) + " +0000"_L1;
}

QJsonObject toJson(const CallRecord &call)
{
    QJsonValue duration;
    if (call.durationSeconds)
        duration = QString::number(*call.durationSeconds);
    else if (isTerminal(call.status))
        duration = u"0"_s;
    return {
        {u"sid"_s, call.sid},
        {u"account_sid"_s, call.accountSid},
        {u"parent_call_sid"_s, QJsonValue()},
        {u"phone_number_sid"_s, textOrNull(call.phoneNumberSid)},
        {u"group_sid"_s, QJsonValue()},
        {u"trunk_sid"_s, QJsonValue()},
        {u"to"_s, call.to},
        {u"to_formatted"_s, formattedNumber(call.to)},
        {u"from"_s, call.from},
        {u"from_formatted"_s, formattedNumber(call.from)},
        {u"status"_s, toWord(call.status)},
        {u"direction"_s, u"outbound-api"_s},
        {u"answered_by"_s, textOrNull(call.answeredBy)},
        {u"annotation"_s, QJsonValue()},
        {u"api_version"_s, kApiVersion},
        {u"forwarded_from"_s, QJsonValue()},
        {u"caller_name"_s, QJsonValue()},
        {u"queue_time"_s, QString::number(call.queueTime.count())},
        {u"duration"_s, duration},
        {u"price"_s, textOrNull(call.price)},
        {u"price_unit"_s, u"USD"_s},
        {u"date_created"_s, dateOrNull(call.created)},
        {u"date_updated"_s, dateOrNull(call.updated)},
        {u"start_time"_s, dateOrNull(call.started)},
        {u"end_time"_s, dateOrNull(call.ended)},
        {u"uri"_s, callPath(call) + ".json"_L1},
        {u"subresource_uris"_s, subresources(call)},
    };
}

QJsonObject toJson(const Notification &notification, const CallRecord &call)
{
    return {
        {u"sid"_s, notification.sid},
        {u"account_sid"_s, call.accountSid},
        {u"call_sid"_s, call.sid},
        {u"api_version"_s, kApiVersion},
        {u"error_code"_s, QString::number(notification.errorCode)},
        {u"log"_s, notification.isWarning ? u"1"_s : u"0"_s},
        {u"message_text"_s, notification.text},
        {u"message_date"_s, rfc2822(notification.date)},
        {u"more_info"_s, u"https://www.twilio.com/docs/errors/%1"_s.arg(notification.errorCode)},
        {u"request_method"_s, textOrNull(QString::fromLatin1(notification.requestMethod))},
        {u"request_url"_s, notification.requestUrl},
        {u"date_created"_s, rfc2822(notification.date)},
        {u"date_updated"_s, rfc2822(notification.date)},
        {u"uri"_s, u"%1/Notifications/%2.json"_s.arg(callPath(call), notification.sid)},
    };
}

} // namespace engine::practice
