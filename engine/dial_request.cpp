#include "engine/dial_request.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

/// A string, number or boolean as the text the agent will read; nullopt for anything else.
std::optional<QString> plainText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isBool())
        return value.toBool() ? u"true"_s : u"false"_s;
    if (!value.isDouble())
        return std::nullopt;
    // Whole numbers keep every digit: an account number is one too, and a double would round it.
    if (const qint64 whole = value.toInteger(0); whole != 0 || value.toInteger(1) == 0)
        return QString::number(whole);
    return QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
}

} // namespace

Result<DialRequest> parseDialRequest(const QByteArray &body)
{
    if (body.trimmed().isEmpty())
        return failure(Fault::Settings, u"not_json"_s, u"The body is empty. Send a JSON object such as {\"to_number\": \"+14155550142\"}."_s);
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(body, &parseError);
    if (parseError.error != QJsonParseError::NoError)
        return failure(Fault::Settings, u"not_json"_s,
                       u"The body is not JSON (%1 at byte %2). Send an object such as {\"to_number\": \"+14155550142\"}."_s
                           .arg(parseError.errorString())
                           .arg(parseError.offset));
    if (!document.isObject())
        return failure(Fault::Settings, u"not_json"_s, u"The body must be a JSON object such as {\"to_number\": \"+14155550142\"}."_s);
    const QJsonObject object = document.object();

    DialRequest request;
    const QJsonValue to = object[u"to_number"_s];
    if (to.isUndefined() || to.isNull() || (to.isString() && to.toString().trimmed().isEmpty()))
        return failure(Fault::Settings, u"number_missing"_s, u"to_number is missing. Write it with its country code, for example \"+14155550142\"."_s);
    if (!to.isString())
        return failure(Fault::Settings, u"number_impossible"_s, u"to_number must be a string in quotes, for example \"+14155550142\"."_s);
    request.to = to.toString();

    const QJsonValue from = object[u"from_number"_s];
    if (!from.isUndefined() && !from.isNull()) {
        if (!from.isString())
            return failure(Fault::Settings, u"bad_from_number"_s, u"from_number must be a string in quotes, for example \"+14155550199\"."_s);
        request.from = from.toString().trimmed();
    }

    const QJsonValue data = object[u"custom_data"_s];
    if (!data.isUndefined() && !data.isNull()) {
        if (!data.isObject())
            return failure(Fault::Settings, u"bad_custom_data"_s, u"custom_data must be an object of names and values."_s);
        const QJsonObject entries = data.toObject();
        for (auto it = entries.begin(); it != entries.end(); ++it) {
            const auto text = plainText(it.value());
            if (!text)
                return failure(Fault::Settings, u"bad_custom_data"_s,
                               u"custom_data.%1 must be a string, a number or true/false."_s.arg(it.key().left(60)));
            request.customData.insert(it.key(), *text);
        }
    }
    return request;
}

} // namespace engine
