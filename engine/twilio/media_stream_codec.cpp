#include "engine/twilio/media_stream_codec.h"

#include "engine/twilio/media_message_scanner.h"
#include "engine/twilio/media_stream_json.h"

#include <QJsonArray>

namespace engine::twilio {

using namespace Qt::StringLiterals;
using media_json::malformed;
using media_json::quoted;

namespace {

constexpr QStringView kDigits = u"0123456789*#ABCD";

/// A member that must be an object.
Result<QJsonObject> part(const QJsonObject &message, const QString &name)
{
    const QJsonValue value = message.value(name);
    if (!value.isObject())
        return malformed(u"\"%1\" holds no details"_s.arg(name));
    return value.toObject();
}

qint64 numberOrNone(const QJsonValue &value)
{
    return media_json::wholeNumber(value).value_or(kNoNumber);
}

qint64 sequenceOf(const QJsonObject &message)
{
    return numberOrNone(message.value("sequenceNumber"_L1));
}

StreamSid streamOf(const QJsonObject &message)
{
    return StreamSid(message.value("streamSid"_L1).toString());
}

Result<MediaFormat> parseFormat(const QJsonValue &value)
{
    MediaFormat format;
    if (value.isUndefined() || value.isNull())
        return format;
    const QJsonObject object = value.toObject();
    const auto rate = media_json::wholeNumber(object.value("sampleRate"_L1));
    const auto channels = media_json::wholeNumber(object.value("channels"_L1));
    format.encoding = object.value("encoding"_L1).toString();
    if (format.encoding.isEmpty() || !rate || *rate > 1'000'000 || !channels || *channels > 64)
        return malformed(u"its media format cannot be read"_s);
    format.sampleRateHz = static_cast<int>(*rate);
    format.channels = static_cast<int>(*channels);
    return format;
}

Result<InboundMessage> parseStart(const QJsonObject &message)
{
    const auto details = part(message, u"start"_s);
    if (!details)
        return tl::unexpected(details.error());
    const QString outerSid = message.value("streamSid"_L1).toString();
    const QString innerSid = details->value("streamSid"_L1).toString(outerSid);
    const QString callSid = details->value("callSid"_L1).toString();
    if (!media_json::isSidShaped(innerSid) || (!outerSid.isEmpty() && outerSid != innerSid))
        return malformed(u"\"start\" names no stream"_s);
    if (!media_json::isSidShaped(callSid))
        return malformed(u"\"start\" names no call"_s);
    const auto format = parseFormat(details->value("mediaFormat"_L1));
    if (!format)
        return tl::unexpected(format.error());

    Start start{.sequenceNumber = sequenceOf(message),
                .streamSid = StreamSid(innerSid),
                .callSid = CallSid(callSid),
                .accountSid = details->value("accountSid"_L1).toString(),
                .mediaFormat = *format};
    const QJsonArray tracks = details->value("tracks"_L1).toArray();
    for (const QJsonValue &track : tracks)
        start.tracks += track.toString();
    const QJsonObject parameters = details->value("customParameters"_L1).toObject();
    for (auto it = parameters.begin(); it != parameters.end(); ++it)
        start.customParameters.insert(it.key(), it.value().toVariant().toString());
    return start;
}

Result<InboundMessage> parseMedia(const QJsonObject &message)
{
    const auto details = part(message, u"media"_s);
    if (!details)
        return tl::unexpected(details.error());
    Media media{.sequenceNumber = sequenceOf(message), .streamSid = streamOf(message)};
    const QString track = details->value("track"_L1).toString(u"inbound"_s);
    if (track == "outbound"_L1)
        media.track = Track::Outbound;
    else if (track != "inbound"_L1)
        return malformed(u"its track is unknown"_s);
    auto mulaw = media_json::strictBase64(details->value("payload"_L1).toString().toUtf8());
    if (!mulaw)
        return malformed(u"its audio is not base64"_s);
    media.mulaw = std::move(*mulaw);
    media.chunk = numberOrNone(details->value("chunk"_L1));
    media.timestamp = std::chrono::milliseconds(media_json::wholeNumber(details->value("timestamp"_L1)).value_or(0));
    return media;
}

Result<InboundMessage> parseDtmf(const QJsonObject &message)
{
    const auto details = part(message, u"dtmf"_s);
    if (!details)
        return tl::unexpected(details.error());
    const QJsonValue value = details->value("digit"_L1);
    const QString digit = value.isDouble() ? value.toVariant().toString() : value.toString();
    if (digit.size() != 1 || !kDigits.contains(digit.front()))
        return malformed(u"its digit is unknown"_s);
    return Dtmf{sequenceOf(message), streamOf(message), digit.front().toLatin1()};
}

Result<InboundMessage> parseMark(const QJsonObject &message)
{
    const auto details = part(message, u"mark"_s);
    if (!details)
        return tl::unexpected(details.error());
    const QJsonValue name = details->value("name"_L1);
    if (!name.isString())
        return malformed(u"its mark has no name"_s);
    return Mark{sequenceOf(message), streamOf(message), name.toString().toUtf8()};
}

Result<InboundMessage> parseStop(const QJsonObject &message)
{
    // Its details say nothing new; a stop without them still ends the stream.
    const QJsonObject details = message.value("stop"_L1).toObject();
    return Stop{sequenceOf(message), streamOf(message), details.value("accountSid"_L1).toString(),
                CallSid(details.value("callSid"_L1).toString())};
}

} // namespace

Result<InboundMessage> parseInbound(QByteArrayView json)
{
    if (auto media = scanMedia(json))
        return std::move(*media);
    const auto message = media_json::parseObject(json);
    if (!message)
        return tl::unexpected(message.error());
    const QString event = message->value("event"_L1).toString();
    if (event == "media"_L1)
        return parseMedia(*message);
    if (event == "mark"_L1)
        return parseMark(*message);
    if (event == "dtmf"_L1)
        return parseDtmf(*message);
    if (event == "connected"_L1)
        return Connected{message->value("protocol"_L1).toString(), message->value("version"_L1).toString()};
    if (event == "start"_L1)
        return parseStart(*message);
    if (event == "stop"_L1)
        return parseStop(*message);
    return malformed(event.isEmpty() ? u"it names no event"_s : u"its event \"%1\" is unknown"_s.arg(event.left(40)));
}

QByteArray buildMedia(const StreamSid &streamSid, const QByteArray &mulaw)
{
    return R"({"event":"media","streamSid":)" + quoted(streamSid.value().toUtf8()) + R"(,"media":{"payload":")" +
           mulaw.toBase64() + R"("}})";
}

QByteArray buildMark(const StreamSid &streamSid, const QByteArray &name)
{
    return R"({"event":"mark","streamSid":)" + quoted(streamSid.value().toUtf8()) + R"(,"mark":{"name":)" +
           quoted(name) + "}}";
}

QByteArray buildClear(const StreamSid &streamSid)
{
    return R"({"event":"clear","streamSid":)" + quoted(streamSid.value().toUtf8()) + '}';
}

} // namespace engine::twilio
