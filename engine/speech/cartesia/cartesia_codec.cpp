#include "engine/speech/cartesia/cartesia_codec.h"

#include "engine/net/urls.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace engine::speech::cartesia {

using namespace Qt::StringLiterals;
using pipeline::milliseconds;
using pipeline::WordTime;

namespace {

const QByteArray kVersion = QByteArrayLiteral("2026-03-01");
/// A time beyond this is nonsense; keeps the conversion to milliseconds defined.
constexpr double kMaxSeconds = 1e6;

milliseconds toMs(const QJsonValue &seconds)
{
    return milliseconds(std::llround(std::clamp(seconds.toDouble(), 0.0, kMaxSeconds) * 1000.0));
}

/// Status codes come as numbers and as strings.
int toStatus(const QJsonValue &value)
{
    return value.isString() ? value.toString().toInt() : value.toInt();
}

std::vector<WordTime> readWords(const QJsonObject &timestamps)
{
    const QJsonArray words = timestamps["words"_L1].toArray();
    const QJsonArray starts = timestamps["start"_L1].toArray();
    const QJsonArray ends = timestamps["end"_L1].toArray();
    const qsizetype count = std::min({words.size(), starts.size(), ends.size()});
    std::vector<WordTime> result;
    result.reserve(static_cast<size_t>(count));
    for (qsizetype i = 0; i < count; ++i)
        result.push_back({words.at(i).toString(), toMs(starts.at(i)), toMs(ends.at(i))});
    return result;
}

ErrorMessage readError(const QJsonObject &message)
{
    ErrorMessage error;
    if (const QJsonValue id = message["context_id"_L1]; id.isString())
        error.contextId = id.toString();
    error.status = toStatus(message["status_code"_L1]);
    error.code = message["error_code"_L1].toString();
    // `error` is what older versions call it.
    for (const QLatin1StringView field : {"message"_L1, "title"_L1, "error"_L1})
        if (error.words.isEmpty())
            error.words = message[field].toString();
    return error;
}

} // namespace

Result<ServerMessage> parse(QByteArrayView json)
{
    const QJsonObject message = QJsonDocument::fromJson(json.toByteArray()).object();
    const QString type = message["type"_L1].toString();
    const QString contextId = message["context_id"_L1].toString();
    if (type.isEmpty())
        return failure(Fault::Vendor, u"tts_bad_message"_s,
                       u"Cartesia sent a message that is no JSON object with a type."_s);

    // An error may carry "done":true as well, so the type decides.
    if (type == "error"_L1)
        return readError(message);
    if (type == "chunk"_L1) {
        auto decoded =
            QByteArray::fromBase64Encoding(message["data"_L1].toString().toLatin1(),
                                           QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            return failure(Fault::Vendor, u"tts_bad_message"_s, u"Cartesia sent audio that is not base64."_s);
        return Chunk{contextId, std::move(decoded.decoded)};
    }
    if (type == "timestamps"_L1)
        return Timestamps{contextId, readWords(message["word_timestamps"_L1].toObject())};
    if (type == "flush_done"_L1)
        return FlushDone{contextId};
    if (type == "done"_L1)
        return ContextDone{contextId};
    return Other{type};
}

QUrl socketUrl(const CartesiaSettings &settings)
{
    return net::webSocketUrl(settings.baseUrl, u"/tts/websocket"_s);
}

QUrl voiceUrl(const CartesiaSettings &settings)
{
    return net::urlBelow(settings.baseUrl, u"/voices/"_s + settings.voiceId);
}

net::HeaderList handshakeHeaders(const CartesiaSettings &settings)
{
    // In headers, not in the query: addresses end up in logs.
    return {{"Authorization", "Bearer " + settings.apiKey.reveal()}, {"Cartesia-Version", kVersion}};
}

QByteArray inputMessage(const CartesiaSettings &settings, const QString &contextId, const QString &text, bool last)
{
    // Angle brackets would be read as markup.
    QString plain = text;
    plain.remove(u'<').remove(u'>');
    const QJsonObject message{
        {u"context_id"_s, contextId},
        {u"model_id"_s, settings.model},
        {u"language"_s, settings.language.section(u'-', 0, 0).toLower()},
        {u"voice"_s, QJsonObject{{u"mode"_s, u"id"_s}, {u"id"_s, settings.voiceId}}},
        {u"output_format"_s,
         QJsonObject{{u"container"_s, u"raw"_s}, {u"encoding"_s, u"pcm_mulaw"_s}, {u"sample_rate"_s, 8000}}},
        {u"transcript"_s, plain},
        {u"continue"_s, !last},
        {u"max_buffer_delay_ms"_s, 0}, // whole sentences are sent: nothing to wait for
        {u"add_timestamps"_s, true},
        {u"use_normalized_timestamps"_s, false}, // words as we wrote them, to find our place in the text again
    };
    return QJsonDocument(message).toJson(QJsonDocument::Compact);
}

QByteArray cancelMessage(const QString &contextId)
{
    return QJsonDocument(QJsonObject{{u"context_id"_s, contextId}, {u"cancel"_s, true}}).toJson(QJsonDocument::Compact);
}

} // namespace engine::speech::cartesia
