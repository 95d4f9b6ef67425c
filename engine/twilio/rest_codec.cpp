#include "engine/twilio/rest_codec.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace engine::twilio {

using namespace Qt::StringLiterals;
using telephony::CallStatus;
using telephony::CarrierCall;
using telephony::OwnNumber;

namespace {

std::optional<QJsonObject> object(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

std::optional<int> number(const QJsonValue &value)
{
    bool isNumber = false;
    const int whole = value.toVariant().toString().toInt(&isNumber);
    return isNumber ? std::optional(whole) : std::nullopt;
}

std::optional<CarrierCall> call(const QJsonObject &resource)
{
    const QString sid = resource.value("sid"_L1).toString();
    const auto status = telephony::callStatusFromWord(resource.value("status"_L1).toString());
    if (sid.isEmpty() || !status)
        return std::nullopt;
    CarrierCall result{.sid = CallSid(sid),
                       .to = resource.value("to"_L1).toString(),
                       .from = resource.value("from"_L1).toString(),
                       .status = *status};
    result.createdAt = QDateTime::fromString(resource.value("date_created"_L1).toString(), Qt::RFC2822Date).toUTC();
    result.startedAt = QDateTime::fromString(resource.value("start_time"_L1).toString(), Qt::RFC2822Date).toUTC();
    result.durationSeconds = number(resource.value("duration"_L1));
    return result;
}

std::optional<OwnNumber> ownNumber(const QJsonObject &resource)
{
    const QString phoneNumber = resource.value("phone_number"_L1).toString();
    if (phoneNumber.isEmpty())
        return std::nullopt;
    return OwnNumber{phoneNumber, resource.value("friendly_name"_L1).toString()};
}

/// Caller ids have no capabilities: they exist to make calls.
bool canCall(const QJsonObject &resource)
{
    return resource.value("capabilities"_L1).toObject().value("voice"_L1).toBool(true);
}

} // namespace

FormPairs createCallForm(const telephony::PlaceRequest &request)
{
    return {{"To", request.to.value().toUtf8()},
            {"From", request.from.value().toUtf8()},
            {"Url", request.instructionsUrl.toEncoded()},
            {"Method", "POST"},
            {"StatusCallback", request.statusUrl.toEncoded()},
            {"StatusCallbackMethod", "POST"},
            {"StatusCallbackEvent", "initiated"},
            {"StatusCallbackEvent", "ringing"},
            {"StatusCallbackEvent", "answered"},
            {"StatusCallbackEvent", "completed"},
            {"Timeout", QByteArray::number(static_cast<qint64>(request.ringTimeout.count()))},
            {"TimeLimit", QByteArray::number(static_cast<qint64>(request.timeLimit.count()))}};
}

FormPairs endCallForm(EndCallAs how)
{
    return {{"Status", how == EndCallAs::Canceled ? "canceled" : "completed"}};
}

FormPairs listCallsQuery(const telephony::CallFilter &filter, int pageSize)
{
    FormPairs query;
    if (!filter.to.isEmpty())
        query.emplaceBack("To", filter.to.toUtf8());
    if (!filter.from.isEmpty())
        query.emplaceBack("From", filter.from.toUtf8());
    if (filter.status) {
        // "initiated" exists in webhooks only; REST calls it queued.
        const CallStatus status = *filter.status == CallStatus::Initiated ? CallStatus::Queued : *filter.status;
        query.emplaceBack("Status", telephony::toWord(status).toUtf8());
    }
    query.emplaceBack("PageSize", QByteArray::number(pageSize));
    return query;
}

std::optional<CarrierCall> parseCall(const QByteArray &json)
{
    const auto resource = object(json);
    return resource ? call(*resource) : std::nullopt;
}

std::optional<Page<CarrierCall>> parseCallPage(const QByteArray &json)
{
    const auto envelope = object(json);
    if (!envelope || !envelope->value("calls"_L1).isArray())
        return std::nullopt;
    Page<CarrierCall> page;
    page.nextPageUri = envelope->value("next_page_uri"_L1).toString();
    const QJsonArray entries = envelope->value("calls"_L1).toArray();
    for (const QJsonValue &entry : entries) {
        if (auto item = call(entry.toObject()))
            page.items.push_back(std::move(*item));
        else
            ++page.unreadable;
    }
    return page;
}

std::optional<Page<OwnNumber>> parseNumberPage(const QByteArray &json)
{
    const auto envelope = object(json);
    if (!envelope)
        return std::nullopt;
    QJsonValue list = envelope->value("incoming_phone_numbers"_L1);
    if (list.isUndefined())
        list = envelope->value("outgoing_caller_ids"_L1);
    if (!list.isArray())
        return std::nullopt;
    Page<OwnNumber> page;
    page.nextPageUri = envelope->value("next_page_uri"_L1).toString();
    const QJsonArray entries = list.toArray();
    for (const QJsonValue &entry : entries) {
        const auto item = ownNumber(entry.toObject());
        if (!item)
            ++page.unreadable;
        else if (canCall(entry.toObject()))
            page.items.push_back(*item);
    }
    return page;
}

std::optional<Balance> parseBalance(const QByteArray &json)
{
    const auto resource = object(json);
    if (!resource || !resource->contains("balance"_L1))
        return std::nullopt;
    return Balance{resource->value("balance"_L1).toVariant().toString(), resource->value("currency"_L1).toString()};
}

std::optional<Account> parseAccount(const QByteArray &json)
{
    const auto resource = object(json);
    if (!resource || !resource->contains("status"_L1))
        return std::nullopt;
    return Account{resource->value("friendly_name"_L1).toString(), resource->value("status"_L1).toString(),
                   resource->value("type"_L1).toString() == "Trial"_L1};
}

} // namespace engine::twilio
