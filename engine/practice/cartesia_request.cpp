#include "engine/practice/cartesia_request.h"

#include <QRegularExpression>
#include <QStringList>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

using CartesiaProblem = std::optional<CartesiaError>;

CartesiaError invalidRequest(const QString &message)
{
    return {400, u"invalid_request"_s, u"Invalid request"_s, message};
}

CartesiaProblem modelProblem(const QJsonValue &value, CartesiaVersion version)
{
    static const QRegularExpression known(u"^(sonic-3(\\.5|\\.6)?(-\\d{4}-\\d{2}-\\d{2})?|sonic-latest|sonic-3-latest"
                                          "|sonic-2(-\\d{4}-\\d{2}-\\d{2})?|sonic-turbo(-\\d{4}-\\d{2}-\\d{2})?)$"_s);
    static const QStringList retired{u"sonic"_s, u"sonic-english"_s, u"sonic-multilingual"_s, u"sonic-2-2025-03-07"_s,
                                     u"sonic-turbo-2025-03-07"_s};
    if (!value.isString() || value.toString().isEmpty())
        return invalidRequest(u"`model_id` is required."_s);
    const QString model = value.toString();
    if (retired.contains(model))
        return CartesiaError{400, u"model_sunsetted"_s, u"Model sunsetted"_s,
                             u"The model %1 is no longer available."_s.arg(model)};
    if (!known.match(model).hasMatch())
        return CartesiaError{version >= CartesiaVersion::March2026 ? 404 : 400, u"model_not_found"_s,
                             u"Invalid model"_s, u"The model %1 does not exist."_s.arg(model)};
    return std::nullopt;
}

CartesiaProblem voiceIdProblem(const QString &id)
{
    static const QRegularExpression uuid(u"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"_s);
    if (!uuid.match(id).hasMatch())
        return invalidRequest(u"`voice.id` must be a UUID."_s);
    if (id == "00000000-0000-0000-0000-000000000000"_L1)
        return CartesiaError{404, u"voice_not_found"_s, u"Voice not found"_s,
                             u"The voice %1 does not exist."_s.arg(id)};
    return std::nullopt;
}

CartesiaProblem voiceProblem(const QJsonValue &voice, CartesiaVersion version)
{
    if (voice.isUndefined() || voice.isNull())
        return invalidRequest(u"`voice` is required."_s);
    if (version >= CartesiaVersion::August2026) {
        if (voice.isString())
            return voiceIdProblem(voice.toString());
        if (!voice.isObject())
            return invalidRequest(u"`voice` must be a voice ID or an object with `id`."_s);
        if (voice.toObject().contains("mode"_L1))
            return invalidRequest(u"`voice.mode` is not supported in this API version."_s);
        return voiceIdProblem(voice.toObject().value("id"_L1).toString());
    }
    if (!voice.isObject())
        return invalidRequest(u"`voice` must be an object with `mode` and `id`."_s);
    if (voice.toObject().value("mode"_L1) != "id"_L1)
        return invalidRequest(u"`voice.mode` must be `id`."_s);
    return voiceIdProblem(voice.toObject().value("id"_L1).toString());
}

CartesiaProblem languageProblem(const QJsonObject &message, CartesiaVersion version)
{
    static const QStringList languages =
        u"en fr de es pt zh ja hi it ko nl pl ru sv tr tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te gu kn ml mr pa or ur"_s
            .split(u' ');
    const QJsonValue language = message.value("language"_L1);
    const bool hasLanguage = !language.isUndefined() && !language.isNull();
    if (version >= CartesiaVersion::August2026 && message.contains("locale"_L1)) {
        if (hasLanguage)
            return invalidRequest(u"Only one of `language` and `locale` may be given."_s);
        static const QRegularExpression locale(u"^[a-z]{2}-[A-Z]{2}$"_s);
        if (!locale.match(message.value("locale"_L1).toString()).hasMatch())
            return invalidRequest(u"`locale` is not supported."_s);
    }
    if (hasLanguage && !languages.contains(language.toString()))
        return invalidRequest(u"`language` is not supported: %1."_s.arg(language.toString()));
    return std::nullopt;
}

CartesiaProblem rangeProblem(const QJsonObject &object, QLatin1StringView name, double low, double high)
{
    const QJsonValue value = object.value(name);
    if (value.isUndefined() || value.isNull())
        return std::nullopt;
    if (!value.isDouble() || value.toDouble() < low || value.toDouble() > high)
        return invalidRequest(u"`%1` must be between %2 and %3."_s.arg(name).arg(low).arg(high));
    return std::nullopt;
}

CartesiaProblem flagProblem(const QJsonObject &message, QLatin1StringView name)
{
    const QJsonValue value = message.value(name);
    if (!value.isUndefined() && !value.isNull() && !value.isBool())
        return invalidRequest(u"`%1` must be a boolean."_s.arg(name));
    return std::nullopt;
}

CartesiaProblem generationConfigProblem(const QJsonObject &message)
{
    const QJsonValue value = message.value("generation_config"_L1);
    if (value.isUndefined() || value.isNull())
        return std::nullopt;
    if (!value.isObject())
        return invalidRequest(u"`generation_config` must be an object."_s);
    const QJsonObject config = value.toObject();
    if (const auto problem = rangeProblem(config, "volume"_L1, 0.5, 2.0))
        return problem;
    if (const auto problem = rangeProblem(config, "speed"_L1, 0.6, 1.5))
        return problem;
    const QJsonValue emotion = config.value("emotion"_L1);
    if (!emotion.isUndefined() && !emotion.isNull() && !emotion.isString())
        return invalidRequest(u"`generation_config.emotion` must be a string."_s);
    return std::nullopt;
}

tl::expected<SpeechFormat, CartesiaError> parseFormat(const QJsonValue &value, bool wavAllowed)
{
    if (!value.isObject())
        return tl::unexpected(invalidRequest(u"`output_format` is required."_s));
    const QJsonObject format = value.toObject();
    SpeechFormat parsed;
    const QString container = format.value("container"_L1).toString();
    if (container == "wav"_L1 && wavAllowed)
        parsed.container = SpeechFormat::Container::Wav;
    else if (container != "raw"_L1)
        return tl::unexpected(invalidRequest(wavAllowed ? u"`output_format.container` must be `raw` or `wav`."_s
                                                        : u"`output_format.container` must be `raw`."_s));
    const QString encoding = format.value("encoding"_L1).toString();
    if (encoding == "pcm_mulaw"_L1)
        parsed.encoding = SpeechEncoding::MuLaw;
    else if (encoding == "pcm_alaw"_L1)
        parsed.encoding = SpeechEncoding::ALaw;
    else if (encoding == "pcm_s16le"_L1)
        parsed.encoding = SpeechEncoding::Pcm16;
    else if (encoding == "pcm_f32le"_L1)
        parsed.encoding = SpeechEncoding::Float32;
    else
        return tl::unexpected(invalidRequest(
            u"`output_format.encoding` must be one of `pcm_f32le`, `pcm_s16le`, `pcm_mulaw`, `pcm_alaw`."_s));
    static const QList<int> rates{8000, 16'000, 22'050, 24'000, 44'100, 48'000};
    parsed.sampleRateHz = format.value("sample_rate"_L1).toInt();
    if (!rates.contains(parsed.sampleRateHz))
        return tl::unexpected(
            invalidRequest(u"`output_format.sample_rate` must be one of 8000, 16000, 22050, 24000, 44100, 48000."_s));
    return parsed;
}

/// What both the socket and `/tts/bytes` ask for.
CartesiaProblem commonProblem(const QJsonObject &message, CartesiaVersion version)
{
    if (const auto problem = modelProblem(message.value("model_id"_L1), version))
        return problem;
    if (!message.value("transcript"_L1).isString())
        return invalidRequest(u"`transcript` is required."_s);
    if (const auto problem = voiceProblem(message.value("voice"_L1), version))
        return problem;
    if (const auto problem = languageProblem(message, version))
        return problem;
    return generationConfigProblem(message);
}

} // namespace

std::optional<CartesiaVersion> cartesiaVersion(const QString &date)
{
    if (date == "2024-06-10"_L1 || date == "2024-11-13"_L1)
        return CartesiaVersion::Old;
    if (date == "2025-04-16"_L1)
        return CartesiaVersion::April2025;
    if (date == "2026-03-01"_L1)
        return CartesiaVersion::March2026;
    if (date == "2026-08-14"_L1)
        return CartesiaVersion::August2026;
    return std::nullopt;
}

int SpeechFormat::bytesPerSample() const
{
    switch (encoding) {
    case SpeechEncoding::MuLaw:
    case SpeechEncoding::ALaw:
        return 1;
    case SpeechEncoding::Pcm16:
        return 2;
    case SpeechEncoding::Float32:
        return 4;
    }
    return 1;
}

tl::expected<CartesiaInput, CartesiaError> parseCartesiaInput(const QJsonObject &message, CartesiaVersion version)
{
    CartesiaInput input;
    input.contextId = message.value("context_id"_L1).toString();
    if (input.contextId.isEmpty())
        return tl::unexpected(invalidRequest(u"`context_id` is required."_s));
    if (message.value("cancel"_L1).toBool()) {
        input.cancel = true;
        return input;
    }
    if (const auto problem = commonProblem(message, version))
        return tl::unexpected(*problem);
    const auto format = parseFormat(message.value("output_format"_L1), false);
    if (!format)
        return tl::unexpected(format.error());
    for (const QLatin1StringView name :
         {"continue"_L1, "flush"_L1, "add_timestamps"_L1, "add_phoneme_timestamps"_L1, "use_normalized_timestamps"_L1})
        if (const auto problem = flagProblem(message, name))
            return tl::unexpected(*problem);
    const bool recent = version >= CartesiaVersion::March2026;
    if (const auto problem = rangeProblem(message, "max_buffer_delay_ms"_L1, 0, recent ? 5000 : 1000))
        return tl::unexpected(*problem);

    input.transcript = message.value("transcript"_L1).toString();
    input.continues = message.value("continue"_L1).toBool();
    input.flush = message.value("flush"_L1).toBool();
    input.maxBufferDelayMs = message.value("max_buffer_delay_ms"_L1).toInt(recent ? 3000 : 0);
    input.addTimestamps = message.value("add_timestamps"_L1).toBool();
    input.format = *format;
    input.fixedFields = message;
    for (const QLatin1StringView name : {"transcript"_L1, "continue"_L1, "flush"_L1, "duration"_L1, "cancel"_L1})
        input.fixedFields.remove(name);
    return input;
}

tl::expected<CartesiaBytesRequest, CartesiaError> parseBytesRequest(const QJsonObject &body, CartesiaVersion version)
{
    if (const auto problem = commonProblem(body, version))
        return tl::unexpected(*problem);
    const auto format = parseFormat(body.value("output_format"_L1), true);
    if (!format)
        return tl::unexpected(format.error());
    CartesiaBytesRequest request{body.value("transcript"_L1).toString(), *format};
    if (request.transcript.trimmed().isEmpty())
        return tl::unexpected(invalidRequest(u"`transcript` must not be empty."_s));
    return request;
}

QJsonObject errorFrame(const CartesiaError &error, CartesiaVersion version, const QString &contextId,
                       const QString &requestId)
{
    QJsonObject frame{{u"type"_s, u"error"_s}, {u"done"_s, true}, {u"status_code"_s, error.status}};
    if (version >= CartesiaVersion::March2026) {
        frame.insert("error_code"_L1, error.code);
        frame.insert("title"_L1, error.title);
        frame.insert("message"_L1, error.message);
        frame.insert("request_id"_L1, requestId);
        frame.insert("doc_url"_L1, QJsonValue::Null);
    } else {
        frame.insert("error"_L1, QString(error.title + u": "_s + error.message));
    }
    if (!contextId.isEmpty())
        frame.insert("context_id"_L1, contextId);
    return frame;
}

} // namespace engine::practice
