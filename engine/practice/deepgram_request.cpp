#include "engine/practice/deepgram_request.h"

#include "engine/practice/token_estimate.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMaxKeyterms = 100;
constexpr int kMaxKeytermTokens = 500;
constexpr qsizetype kMaxTagLength = 128;
constexpr int kMaxChannels = 20;

template <typename T>
using Checked = tl::expected<T, DeepgramRefusal>;

tl::unexpected<DeepgramRefusal> refuse(const QString &message, const QString &code = u"Bad Request"_s)
{
    return tl::unexpected(DeepgramRefusal{400, code, message});
}

tl::unexpected<DeepgramRefusal> refuseQuery(const QString &problem)
{
    return refuse(u"Failed to deserialize query parameters: "_s + problem, u"INVALID_QUERY_PARAMETER"_s);
}

Checked<bool> boolean(const QueryParameters &query, const QString &name)
{
    const auto value = query.first(name);
    if (!value || *value == "false"_L1)
        return false;
    if (*value == "true"_L1)
        return true;
    return refuseQuery(u"%1: provided string was not `true` or `false`"_s.arg(name));
}

Checked<std::optional<int>> integer(const QueryParameters &query, const QString &name, int low, int high)
{
    const auto value = query.first(name);
    if (!value)
        return std::nullopt;
    bool ok = false;
    const int number = value->toInt(&ok);
    if (!ok)
        return refuseQuery(u"%1: invalid digit found in string"_s.arg(name));
    if (number < low || number > high)
        return refuseQuery(u"%1: must be between %2 and %3"_s.arg(name).arg(low).arg(high));
    return number;
}

bool isKnownNovaModel(const QString &model)
{
    static const QRegularExpression known(u"^(nova-3(-general|-medical)?"
                                          "|nova-2(-general|-phonecall|-meeting|-voicemail|-finance|-conversationalai|-"
                                          "video|-medical|-drivethru|-automotive|-atc)?"
                                          "|(nova|enhanced|base)(-general|-phonecall|-meeting|-finance)?)$"_s);
    static const QRegularExpression custom(u"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"_s);
    return known.match(model).hasMatch() || custom.match(model).hasMatch();
}

struct AudioFormat
{
    AudioEncoding encoding = AudioEncoding::Unheard;
    int sampleRateHz = 0;
};

Checked<AudioFormat> audioFormat(const QueryParameters &query, const QStringList &encodings)
{
    const auto encoding = query.first(u"encoding");
    if (encoding && !encodings.contains(*encoding))
        return refuseQuery(
            u"encoding: unknown variant `%1`, expected one of `%2`"_s.arg(*encoding, encodings.join("`, `"_L1)));
    const auto rate = integer(query, u"sample_rate"_s, 8000, 48'000);
    if (!rate)
        return tl::unexpected(rate.error());
    if (encoding.has_value() != rate->has_value())
        return refuse(encoding ? u"Bad Request: `sample_rate` is required when `encoding` is set."_s
                               : u"Bad Request: `encoding` is required when `sample_rate` is set."_s);
    AudioFormat format;
    format.sampleRateHz = rate->value_or(0);
    if (encoding == u"mulaw"_s)
        format.encoding = AudioEncoding::MuLaw;
    else if (encoding == u"alaw"_s)
        format.encoding = AudioEncoding::ALaw;
    else if (encoding == u"linear16"_s)
        format.encoding = AudioEncoding::Linear16;
    return format;
}

std::optional<DeepgramRefusal> tagProblem(const QStringList &tags)
{
    if (std::any_of(tags.begin(), tags.end(), [](const QString &tag) { return tag.size() > kMaxTagLength; }))
        return DeepgramRefusal{400, u"Bad Request"_s, u"Tags may be at most %1 characters long."_s.arg(kMaxTagLength)};
    return std::nullopt;
}

} // namespace

std::optional<DeepgramRefusal> keytermProblem(const QStringList &keyterms)
{
    int tokens = 0;
    for (const QString &term : keyterms)
        tokens += estimatedTokens(term.size());
    if (keyterms.size() > kMaxKeyterms || tokens > kMaxKeytermTokens)
        return DeepgramRefusal{400, u"Bad Request"_s,
                               u"Keyterm limit exceeded. The maximum number of tokens across all keyterms is %1."_s.arg(
                                   kMaxKeytermTokens)};
    return std::nullopt;
}

Checked<ListenRequest> parseListenRequest(const QueryParameters &query)
{
    ListenRequest request;
    const auto model = query.first(u"model");
    if (!model)
        return refuseQuery(u"missing field `model`"_s);
    request.model = *model;
    if (model->startsWith("flux-"_L1))
        return refuse(u"Flux models are not supported on /v1/listen. Please use /v2/listen."_s);
    if (!isKnownNovaModel(*model))
        return refuse(u"No such model/version combination found."_s);
    const bool nova3 = model->startsWith("nova-3"_L1);

    const auto format = audioFormat(query, {u"linear16"_s, u"linear32"_s, u"mulaw"_s, u"alaw"_s, u"flac"_s, u"amr-nb"_s,
                                            u"amr-wb"_s, u"opus"_s, u"ogg-opus"_s, u"speex"_s, u"g729"_s});
    if (!format)
        return tl::unexpected(format.error());
    request.encoding = format->encoding;
    request.sampleRateHz = format->sampleRateHz;

    static const QStringList booleans{u"interim_results"_s, u"vad_events"_s,       u"punctuate"_s, u"smart_format"_s,
                                      u"multichannel"_s,    u"no_delay"_s,         u"numerals"_s,  u"dictation"_s,
                                      u"filler_words"_s,    u"profanity_filter"_s, u"diarize"_s,   u"detect_entities"_s,
                                      u"mip_opt_out"_s};
    for (const QString &name : booleans)
        if (const auto value = boolean(query, name); !value)
            return tl::unexpected(value.error());
    request.interimResults = *boolean(query, u"interim_results"_s);
    request.vadEvents = *boolean(query, u"vad_events"_s);
    request.punctuated = *boolean(query, u"punctuate"_s) || *boolean(query, u"smart_format"_s);
    request.multichannel = *boolean(query, u"multichannel"_s);
    if (*boolean(query, u"dictation"_s) && !request.punctuated)
        return refuse(u"`dictation` requires `punctuate`."_s);

    const auto channels = integer(query, u"channels"_s, 1, kMaxChannels);
    if (!channels)
        return tl::unexpected(channels.error());
    request.channels = channels->value_or(1);

    if (query.first(u"endpointing") == u"false"_s) {
        request.endpointing.reset();
    } else if (query.first(u"endpointing") != u"true"_s) {
        const auto endpointing = integer(query, u"endpointing"_s, 0, 60'000);
        if (!endpointing)
            return tl::unexpected(endpointing.error());
        request.endpointing = std::chrono::milliseconds(endpointing->value_or(10));
    }
    const auto utteranceEnd = integer(query, u"utterance_end_ms"_s, 1, 60'000);
    if (!utteranceEnd)
        return tl::unexpected(utteranceEnd.error());
    if (*utteranceEnd) {
        if (!request.interimResults)
            return refuse(u"`utterance_end_ms` requires `interim_results=true`."_s);
        request.utteranceEnd = std::chrono::milliseconds(**utteranceEnd);
    }

    if (nova3 && query.has(u"keywords"))
        return refuse(u"Keywords are not supported for Nova-3. Please use keyterm instead."_s);
    if (!nova3 && query.has(u"keyterm"))
        return refuse(u"Keyterm prompting is only available for Nova-3."_s);
    if (const auto problem = keytermProblem(query.all(u"keyterm")))
        return tl::unexpected(*problem);
    if (const auto problem = tagProblem(query.all(u"tag")))
        return tl::unexpected(*problem);
    request.tag = query.first(u"tag").value_or(QString());

    static const QRegularExpression languageCode(u"^(multi|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$"_s);
    if (const auto language = query.first(u"language"); language && !languageCode.match(*language).hasMatch())
        return refuse(u"No such model/language/tier combination found."_s);
    return request;
}

std::optional<QString> FluxThresholds::problem() const
{
    if (!(endOfTurn >= 0.5 && endOfTurn <= 1.0))
        return u"eot_threshold must be between 0.5 and 1.0"_s;
    if (eagerEndOfTurn && !(*eagerEndOfTurn >= 0.3 && *eagerEndOfTurn <= 0.9))
        return u"eager_eot_threshold must be between 0.3 and 0.9"_s;
    if (eagerEndOfTurn && *eagerEndOfTurn > endOfTurn)
        return u"eager_eot_threshold must be less than or equal to eot_threshold"_s;
    if (timeoutMs < 500 || timeoutMs > 60'000)
        return u"eot_timeout_ms must be between 500 and 60000"_s;
    return std::nullopt;
}

Checked<FluxRequest> parseFluxRequest(const QueryParameters &query)
{
    FluxRequest request;
    const auto model = query.first(u"model");
    if (!model)
        return refuseQuery(u"missing field `model`"_s);
    request.model = *model;
    if (request.model != "flux-general-en"_L1 && request.model != "flux-general-multi"_L1)
        return refuse(u"No such model/version combination found."_s);

    static const std::array<QStringView, 9> v1Only{u"language",         u"interim_results", u"endpointing",
                                                   u"utterance_end_ms", u"vad_events",      u"smart_format",
                                                   u"punctuate",        u"channels",        u"multichannel"};
    for (const QStringView name : v1Only)
        if (query.has(name))
            return refuseQuery(u"unknown field `%1`"_s.arg(name));

    const auto format =
        audioFormat(query, {u"linear16"_s, u"linear32"_s, u"mulaw"_s, u"alaw"_s, u"opus"_s, u"ogg-opus"_s});
    if (!format)
        return tl::unexpected(format.error());
    request.encoding = format->encoding;
    request.sampleRateHz = format->sampleRateHz;
    static const QList<int> rates{0, 8000, 16'000, 24'000, 44'100, 48'000};
    if (!rates.contains(request.sampleRateHz))
        return refuseQuery(u"sample_rate: %1 is not supported"_s.arg(request.sampleRateHz));

    bool numbersValid = true;
    const auto number = [&](QStringView name, double otherwise) {
        const auto value = query.first(name);
        if (!value)
            return otherwise;
        bool ok = false;
        const double parsed = value->toDouble(&ok);
        numbersValid = numbersValid && ok;
        return parsed;
    };
    request.thresholds.endOfTurn = number(u"eot_threshold", 0.7);
    if (query.has(u"eager_eot_threshold"))
        request.thresholds.eagerEndOfTurn = number(u"eager_eot_threshold", 0.0);
    const auto timeout = integer(query, u"eot_timeout_ms"_s, 500, 60'000);
    if (!timeout)
        return tl::unexpected(timeout.error());
    request.thresholds.timeoutMs = timeout->value_or(5000);
    if (!numbersValid)
        return refuseQuery(u"invalid float literal"_s);
    if (const auto problem = request.thresholds.problem())
        return refuseQuery(*problem);

    for (const QString &name : {u"profanity_filter"_s, u"numerals"_s, u"mip_opt_out"_s})
        if (const auto value = boolean(query, name); !value)
            return tl::unexpected(value.error());

    request.keyterms = query.all(u"keyterm");
    if (const auto problem = keytermProblem(request.keyterms))
        return tl::unexpected(*problem);
    request.languageHints = query.all(u"language_hint");
    if (!request.languageHints.isEmpty() && request.model != "flux-general-multi"_L1)
        return refuseQuery(u"language_hint is only supported by flux-general-multi"_s);
    if (request.languageHints.contains(QString()))
        return refuseQuery(u"language_hint: must not be empty"_s);
    if (const auto problem = tagProblem(query.all(u"tag")))
        return tl::unexpected(*problem);
    request.tag = query.first(u"tag").value_or(QString());
    return request;
}

} // namespace engine::practice
