#include "engine/twilio/media_stream_simulator_codec.h"

#include "engine/twilio/media_stream_json.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <initializer_list>

namespace engine::twilio {

using namespace Qt::StringLiterals;
using media_json::malformed;
using media_json::quoted;

namespace {

QByteArray quotedNumber(qint64 number)
{
    return '"' + QByteArray::number(number) + '"';
}

/// `{"event":"media","sequenceNumber":"2","streamSid":"MZ..",` : what every message after `connected` begins with.
QByteArray head(QByteArrayView event, qint64 sequenceNumber, const StreamSid &streamSid)
{
    return R"({"event":)" + quoted(event) + R"(,"sequenceNumber":)" + quotedNumber(sequenceNumber) +
           R"(,"streamSid":)" + quoted(streamSid.value().toUtf8()) + ',';
}

/// The members a message must have: these, no more, no fewer.
bool hasExactly(const QJsonObject &object, std::initializer_list<QLatin1String> names)
{
    if (object.size() != static_cast<qsizetype>(names.size()))
        return false;
    return std::all_of(names.begin(), names.end(), [&](QLatin1String name) { return object.contains(name); });
}

} // namespace

QByteArray buildConnected()
{
    return R"({"event":"connected","protocol":"Call","version":"1.0.0"})";
}

QByteArray buildStart(const Start &start)
{
    QJsonObject parameters;
    for (auto it = start.customParameters.begin(); it != start.customParameters.end(); ++it)
        parameters.insert(it.key(), it.value());
    const QJsonObject details{{u"accountSid"_s, start.accountSid},
                              {u"streamSid"_s, start.streamSid.value()},
                              {u"callSid"_s, start.callSid.value()},
                              {u"tracks"_s, QJsonArray::fromStringList(start.tracks)},
                              {u"mediaFormat"_s, QJsonObject{{u"encoding"_s, start.mediaFormat.encoding},
                                                             {u"sampleRate"_s, start.mediaFormat.sampleRateHz},
                                                             {u"channels"_s, start.mediaFormat.channels}}},
                              {u"customParameters"_s, parameters}};
    return head("start", start.sequenceNumber, start.streamSid) + R"("start":)" +
           QJsonDocument(details).toJson(QJsonDocument::Compact) + '}';
}

QByteArray buildInboundMedia(const Media &media)
{
    return head("media", media.sequenceNumber, media.streamSid) + R"("media":{"track":)" +
           (media.track == Track::Inbound ? R"("inbound")" : R"("outbound")") + R"(,"chunk":)" +
           quotedNumber(media.chunk) + R"(,"timestamp":)" + quotedNumber(media.timestamp.count()) + R"(,"payload":")" +
           media.mulaw.toBase64() + R"("}})";
}

QByteArray buildDtmf(const Dtmf &dtmf)
{
    // Twilio names the track "inbound_track" here, unlike in media messages.
    return head("dtmf", dtmf.sequenceNumber, dtmf.streamSid) + R"("dtmf":{"track":"inbound_track","digit":)" +
           quoted(QByteArrayView(&dtmf.digit, 1)) + "}}";
}

QByteArray buildInboundMark(const Mark &mark)
{
    return head("mark", mark.sequenceNumber, mark.streamSid) + R"("mark":{"name":)" + quoted(mark.name) + "}}";
}

QByteArray buildStop(const Stop &stop)
{
    return head("stop", stop.sequenceNumber, stop.streamSid) + R"("stop":{"accountSid":)" +
           quoted(stop.accountSid.toUtf8()) + R"(,"callSid":)" + quoted(stop.callSid.value().toUtf8()) + "}}";
}

Result<OutboundMessage> parseOutbound(QByteArrayView json)
{
    const auto message = media_json::parseObject(json);
    if (!message)
        return tl::unexpected(message.error());
    const QString event = message->value("event"_L1).toString();
    const StreamSid streamSid(message->value("streamSid"_L1).toString());
    if (streamSid.isEmpty())
        return malformed(u"it names no stream"_s);

    if (event == "clear"_L1) {
        if (!hasExactly(*message, {"event"_L1, "streamSid"_L1}))
            return malformed(u"its members are not those of \"clear\""_s);
        return ClearAudio{streamSid};
    }
    if (event != "media"_L1 && event != "mark"_L1)
        return malformed(u"its event \"%1\" is unknown"_s.arg(event.left(40)));
    const QJsonObject details = message->value(event).toObject();
    const bool isMedia = event == "media"_L1;
    if (message->size() != 3 || !hasExactly(details, {isMedia ? "payload"_L1 : "name"_L1}))
        return malformed(u"its members are not those of \"%1\""_s.arg(event));
    if (!isMedia) {
        const QJsonValue name = details.value("name"_L1);
        if (!name.isString())
            return malformed(u"its mark has no name"_s);
        return PlaceMark{streamSid, name.toString().toUtf8()};
    }
    auto mulaw = media_json::strictBase64(details.value("payload"_L1).toString().toUtf8());
    if (!mulaw)
        return malformed(u"its audio is not base64"_s);
    return PlayAudio{streamSid, std::move(*mulaw)};
}

} // namespace engine::twilio
