#include "engine/speech/deepgram/deepgram_codec.h"

#include "engine/net/urls.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include <algorithm>
#include <cmath>

namespace engine::speech::deepgram {

using namespace Qt::StringLiterals;

namespace {

/// Longest label the vendor takes.
constexpr qsizetype kMaxTagLength = 128;
/// A time beyond this is nonsense; keeps the conversion to milliseconds defined.
constexpr double kMaxSeconds = 1e6;

milliseconds toMs(double seconds)
{
    return milliseconds(std::llround(std::clamp(seconds, 0.0, kMaxSeconds) * 1000.0));
}

milliseconds optionalMs(const QJsonValue &value)
{
    return value.isDouble() ? toMs(value.toDouble()) : milliseconds(-1);
}

std::vector<Word> readWords(const QJsonValue &value)
{
    std::vector<Word> words;
    const QJsonArray array = value.toArray();
    words.reserve(static_cast<size_t>(array.size()));
    for (const QJsonValue &entry : array) {
        const QJsonObject word = entry.toObject();
        QString text = word["punctuated_word"_L1].toString();
        if (text.isEmpty())
            text = word["word"_L1].toString();
        words.push_back({text, optionalMs(word["start"_L1]), optionalMs(word["end"_L1])});
    }
    return words;
}

Results readResults(const QJsonObject &message)
{
    const QJsonObject alternative = message["channel"_L1].toObject()["alternatives"_L1].toArray().at(0).toObject();
    Results results;
    results.text = alternative["transcript"_L1].toString().trimmed();
    results.words = readWords(alternative["words"_L1]);
    results.start = toMs(message["start"_L1].toDouble());
    results.duration = toMs(message["duration"_L1].toDouble());
    results.isFinal = message["is_final"_L1].toBool();
    results.speechFinal = message["speech_final"_L1].toBool();
    results.fromFinalize = message["from_finalize"_L1].toBool();
    return results;
}

TurnInfo::Event readEvent(const QString &name)
{
    using Event = TurnInfo::Event;
    if (name == "StartOfTurn"_L1)
        return Event::StartOfTurn;
    if (name == "Update"_L1)
        return Event::Update;
    if (name == "EagerEndOfTurn"_L1)
        return Event::EagerEndOfTurn;
    if (name == "TurnResumed"_L1)
        return Event::TurnResumed;
    if (name == "EndOfTurn"_L1)
        return Event::EndOfTurn;
    return Event::Unknown;
}

TurnInfo readTurnInfo(const QJsonObject &message)
{
    TurnInfo info;
    info.event = readEvent(message["event"_L1].toString());
    info.turnIndex = message["turn_index"_L1].toInt();
    info.text = message["transcript"_L1].toString().trimmed();
    info.words = readWords(message["words"_L1]);
    info.windowEnd = toMs(message["audio_window_end"_L1].toDouble());
    info.trigger = message["trigger"_L1].toString();
    return info;
}

ServerError readError(const QJsonObject &message)
{
    // v2 names it code, older v1 descriptions variant.
    QString code = message["code"_L1].toString();
    if (code.isEmpty())
        code = message["variant"_L1].toString();
    QString description = message["description"_L1].toString();
    if (description.isEmpty())
        description = message["message"_L1].toString();
    return {code, description};
}

void add(QUrlQuery &query, const QString &name, const QString &value)
{
    query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

void addCommon(QUrlQuery &query, const DeepgramSettings &settings)
{
    add(query, u"model"_s, settings.model);
    add(query, u"encoding"_s, u"mulaw"_s);
    add(query, u"sample_rate"_s, u"8000"_s);
    add(query, u"mip_opt_out"_s, u"true"_s);
    for (const QString &term : settings.keyterms)
        add(query, u"keyterm"_s, term);
    if (!settings.tag.isEmpty())
        add(query, u"tag"_s, settings.tag.left(kMaxTagLength));
}

} // namespace

Result<ServerMessage> parse(QByteArrayView json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json.toByteArray());
    const QJsonObject message = document.object();
    const QString type = message["type"_L1].toString();
    if (type.isEmpty())
        return failure(Fault::Vendor, u"stt_bad_message"_s,
                       u"Deepgram sent a message that is no JSON object with a type."_s);

    if (type == "Results"_L1)
        return readResults(message);
    if (type == "TurnInfo"_L1)
        return readTurnInfo(message);
    if (type == "SpeechStarted"_L1)
        return SpeechStarted{toMs(message["timestamp"_L1].toDouble())};
    if (type == "UtteranceEnd"_L1)
        return UtteranceEnd{toMs(message["last_word_end"_L1].toDouble())};
    if (type == "Metadata"_L1)
        return Metadata{message["request_id"_L1].toString(), toMs(message["duration"_L1].toDouble())};
    if (type == "Connected"_L1)
        return Connected{message["request_id"_L1].toString()};
    if (type == "Error"_L1)
        return readError(message);
    return Other{type};
}

bool isFlux(const DeepgramSettings &settings)
{
    return settings.model.startsWith("flux"_L1, Qt::CaseInsensitive);
}

QUrl listenUrl(const DeepgramSettings &settings)
{
    QUrlQuery query;
    addCommon(query, settings);
    if (isFlux(settings)) {
        // v2 refuses what it does not know; language is a hint, and only the multilingual model takes it.
        add(query, u"eot_threshold"_s, QString::number(settings.endOfTurnThreshold));
        if (settings.eagerEndOfTurnThreshold)
            add(query, u"eager_eot_threshold"_s, QString::number(*settings.eagerEndOfTurnThreshold));
        add(query, u"eot_timeout_ms"_s, QString::number(settings.endOfTurnTimeoutMs));
        if (settings.model.endsWith("-multi"_L1) && !settings.language.isEmpty() && settings.language != "multi"_L1)
            add(query, u"language_hint"_s, settings.language.section(u'-', 0, 0));
    } else {
        if (!settings.language.isEmpty())
            add(query, u"language"_s, settings.language);
        add(query, u"channels"_s, u"1"_s);
        add(query, u"interim_results"_s, u"true"_s);
        add(query, u"punctuate"_s, u"true"_s);
        // Without no_delay a number at the end of an utterance holds its final for up to 3 s.
        add(query, u"smart_format"_s, u"true"_s);
        add(query, u"no_delay"_s, u"true"_s);
        add(query, u"endpointing"_s, QString::number(settings.endpointingMs));
        add(query, u"utterance_end_ms"_s, QString::number(settings.utteranceEndMs));
        add(query, u"vad_events"_s, u"true"_s);
    }
    QUrl url = net::webSocketUrl(settings.baseUrl, isFlux(settings) ? u"/v2/listen"_s : u"/v1/listen"_s);
    url.setQuery(query);
    return url;
}

net::HeaderList handshakeHeaders(const DeepgramSettings &settings)
{
    return {{"Authorization", "Token " + settings.apiKey.reveal()}};
}

QByteArray keepAliveMessage()
{
    return R"({"type":"KeepAlive"})";
}

QByteArray finalizeMessage()
{
    return R"({"type":"Finalize"})";
}

QByteArray closeStreamMessage()
{
    return R"({"type":"CloseStream"})";
}

} // namespace engine::speech::deepgram
