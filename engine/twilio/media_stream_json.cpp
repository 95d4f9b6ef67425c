#include "engine/twilio/media_stream_json.h"

#include <QJsonDocument>

#include <algorithm>

namespace engine::twilio::media_json {

using namespace Qt::StringLiterals;

namespace {

// Large enough for decades of milliseconds, small enough that adding gaps up can never overflow.
constexpr qint64 kLargestNumber = 1'000'000'000'000;
constexpr qsizetype kMaxSidCharacters = 64;

} // namespace

tl::unexpected<Error> malformed(const QString &what)
{
    return failure(Fault::Carrier, u"media_message_malformed"_s,
                   u"The phone network sent a media stream message that cannot be used: %1."_s.arg(what));
}

Result<QJsonObject> parseObject(QByteArrayView json)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size()), &problem);
    if (problem.error != QJsonParseError::NoError)
        return malformed(u"it is not JSON (%1)"_s.arg(problem.errorString()));
    if (!document.isObject())
        return malformed(u"it is not a JSON object"_s);
    return document.object();
}

std::optional<qint64> wholeNumber(const QJsonValue &value)
{
    qint64 number = -1;
    if (value.isString()) {
        const QString text = value.toString();
        const bool digitsOnly = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar character) {
            return character >= u'0' && character <= u'9';
        });
        bool fits = false;
        number = text.toLongLong(&fits);
        if (!digitsOnly || !fits)
            return std::nullopt;
    } else {
        number = value.toInteger(-1);
    }
    if (number < 0 || number > kLargestNumber)
        return std::nullopt;
    return number;
}

bool isSidShaped(const QString &text)
{
    return !text.isEmpty() && text.size() <= kMaxSidCharacters &&
           std::all_of(text.begin(), text.end(),
                       [](QChar character) { return character.unicode() < 0x80 && character.isLetterOrNumber(); });
}

std::optional<QByteArray> strictBase64(QByteArrayView text)
{
    // Qt alone would accept a text whose padding is missing, and with it one that was cut short.
    if (text.isEmpty() || text.size() % 4 != 0)
        return std::nullopt;
    const QByteArray bytes = QByteArray::fromRawData(text.data(), text.size());
    auto decoded = QByteArray::fromBase64Encoding(bytes, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.isEmpty())
        return std::nullopt;
    return std::move(decoded.decoded);
}

QByteArray quoted(QByteArrayView utf8)
{
    QByteArray out;
    out.reserve(utf8.size() + 2);
    out += '"';
    for (const char character : utf8) {
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (static_cast<unsigned char>(character) < 0x20) {
            out += "\\u00" + QByteArray::number(static_cast<int>(character), 16).rightJustified(2, '0');
        } else {
            out += character;
        }
    }
    out += '"';
    return out;
}

} // namespace engine::twilio::media_json
