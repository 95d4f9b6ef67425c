#include "engine/dialogue/gemini/gemini_codec.h"

#include "engine/dialogue/message_sequence.h"
#include "engine/net/urls.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::dialogue::gemini {

namespace {

constexpr qsizetype kQuotedWordsLimit = 200;
constexpr int kSchemaDepthLimit = 16;

QString vendorName()
{
    return u"gemini"_s;
}

/// The documented stand-in for a signature we do not have.
QString dummySignature()
{
    return u"skip_thought_signature_validator"_s;
}

QString bareModel(const QString &model)
{
    return model.startsWith("models/"_L1) ? model.sliced(7) : model;
}

/// "gemini-3.6-flash" -> 306, "gemini-4-argon" -> 400, 0 when the name does not tell.
int generation(const QString &model)
{
    static const QRegularExpression version(u"^gemini-(\\d{1,2})(?:\\.(\\d{1,2}))?(?:-|$)"_s);
    const auto match = version.match(bareModel(model));
    return match.hasMatch() ? match.captured(1).toInt() * 100 + match.captured(2).toInt() : 0;
}

// --- request ------------------------------------------------------------------------------------------------------

/// JSON Schema -> the OpenAPI subset: keywords it does not know are refused, so only known ones are copied.
QJsonObject openApiSchema(const QJsonObject &schema, int depth = 0)
{
    static const QStringList copied = {u"format"_s,   u"description"_s, u"nullable"_s,         u"required"_s,
                                       u"minimum"_s,  u"maximum"_s,     u"propertyOrdering"_s, u"minItems"_s,
                                       u"maxItems"_s, u"minLength"_s,   u"maxLength"_s,        u"pattern"_s,
                                       u"default"_s};
    QJsonObject result;
    if (depth > kSchemaDepthLimit)
        return result;
    for (const QString &key : copied)
        if (schema.contains(key))
            result.insert(key, schema.value(key));

    const QJsonValue type = schema.value("type"_L1);
    if (type.isString())
        result.insert(u"type"_s, type.toString().toUpper());
    for (const QJsonValue &alternative : type.toArray()) { // ["string","null"]
        if (alternative.toString() == "null"_L1)
            result.insert(u"nullable"_s, true);
        else
            result.insert(u"type"_s, alternative.toString().toUpper());
    }

    QJsonArray values; // strings only
    const QJsonArray listed =
        schema.contains("const"_L1) ? QJsonArray{schema.value("const"_L1)} : schema.value("enum"_L1).toArray();
    for (const QJsonValue &value : listed)
        if (value.isString())
            values.append(value);
    if (!values.isEmpty())
        result.insert(u"enum"_s, values);

    QJsonObject properties;
    const QJsonObject given = schema.value("properties"_L1).toObject();
    for (auto it = given.begin(); it != given.end(); ++it)
        properties.insert(it.key(), openApiSchema(it.value().toObject(), depth + 1));
    if (!properties.isEmpty())
        result.insert(u"properties"_s, properties);
    if (schema.contains("items"_L1))
        result.insert(u"items"_s, openApiSchema(schema.value("items"_L1).toObject(), depth + 1));
    QJsonArray alternatives;
    for (const QJsonValue &alternative : schema.value(schema.contains("anyOf"_L1) ? "anyOf"_L1 : "oneOf"_L1).toArray())
        alternatives.append(openApiSchema(alternative.toObject(), depth + 1));
    if (!alternatives.isEmpty())
        result.insert(u"anyOf"_s, alternatives);
    return result;
}

QJsonArray encodeTools(const std::vector<ToolDeclaration> &tools)
{
    QJsonArray declarations;
    for (const ToolDeclaration &tool : tools) {
        QJsonObject declaration{{u"name"_s, tool.name}, {u"description"_s, tool.description}};
        // An OBJECT without properties was refused by older back ends: a function without parameters has none.
        if (!tool.parameters.value("properties"_L1).toObject().isEmpty())
            declaration.insert(u"parameters"_s, openApiSchema(tool.parameters));
        declarations.append(declaration);
    }
    return {QJsonObject{{u"functionDeclarations"_s, declarations}}};
}

QJsonArray agentParts(const Message &message, bool signaturesNeeded)
{
    if (message.vendor == vendorName() && !message.vendorParts.isEmpty())
        return message.vendorParts;

    QJsonArray parts;
    if (!message.text.trimmed().isEmpty())
        parts.append(QJsonObject{{u"text"_s, message.text}});
    bool first = true; // of calls made together only the first is signed
    for (const ModelToolCall &call : message.toolCalls) {
        QJsonObject part{{u"functionCall"_s, QJsonObject{{u"name"_s, call.name}, {u"args"_s, call.arguments}}}};
        if (std::exchange(first, false) && signaturesNeeded)
            part.insert(u"thoughtSignature"_s, dummySignature());
        parts.append(part);
    }
    return parts;
}

QJsonObject responsePart(const Message &result, const QJsonArray &callParts)
{
    QJsonObject response{{u"name"_s, result.toolName.isEmpty() ? u"unknown"_s : result.toolName},
                         {u"response"_s, result.toolResult}};
    // Only an id the model gave is echoed: older back ends refuse the field altogether, and ids we made mean nothing
    // there.
    const bool idWasGiven = std::any_of(callParts.begin(), callParts.end(), [&result](const QJsonValue &part) {
        return part["functionCall"_L1]["id"_L1].toString() == result.toolId;
    });
    if (idWasGiven && !result.toolId.isEmpty())
        response.insert(u"id"_s, result.toolId);
    return {{u"functionResponse"_s, response}};
}

QJsonObject content(const QString &role, const QJsonArray &parts)
{
    return {{u"role"_s, role}, {u"parts"_s, parts}};
}

QJsonArray encodeContents(const std::vector<Message> &messages, bool signaturesNeeded)
{
    QJsonArray contents;
    QJsonArray gathered; // parts of neighbours that belong into one content: user texts, or the results of one answer
    QJsonArray callParts;
    Message::Role gatheredRole = Message::Role::Agent; // whose parts are gathered; Agent: none
    const auto close = [&] {
        if (!gathered.isEmpty())
            contents.append(content(u"user"_s, gathered));
        gathered = {};
        gatheredRole = Message::Role::Agent;
    };
    for (const Message &message : sequenced(messages)) {
        if (gatheredRole != message.role)
            close();
        switch (message.role) {
        case Message::Role::User:
            gathered.append(QJsonObject{{u"text"_s, message.text}});
            gatheredRole = message.role;
            break;
        case Message::Role::Agent:
            callParts = agentParts(message, signaturesNeeded);
            contents.append(content(u"model"_s, callParts));
            break;
        case Message::Role::ToolResult:
            gathered.append(responsePart(message, callParts));
            gatheredRole = message.role;
            break;
        }
    }
    close();
    return contents;
}

// --- errors -------------------------------------------------------------------------------------------------------

/// The error object of a body: {"error":{...}} or, from the array form of the API, [{"error":{...}}].
QJsonObject errorObject(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    const QJsonObject top = document.isArray() ? document.array().first().toObject() : document.object();
    return top.value("error"_L1).toObject();
}

QString reasonOf(const QJsonObject &error)
{
    for (const QJsonValue &detail : error.value("details"_L1).toArray())
        if (detail["reason"_L1].isString())
            return detail["reason"_L1].toString();
    return {};
}

QString quoted(QString words)
{
    words = words.simplified();
    if (words.size() > kQuotedWordsLimit)
        words = words.first(kQuotedWordsLimit) + u"..."_s;
    return words.isEmpty() ? u"no reason given"_s : words;
}

Error errorFor(int code, const QJsonObject &object, const GeminiSettings &settings)
{
    QString words = quoted(object.value("message"_L1).toString());
    if (!settings.apiKey.isEmpty())
        words.replace(QString::fromUtf8(settings.apiKey.reveal()), u"***"_s);
    const QString refused = u"model_refused"_s;
    if (code == 401 || reasonOf(object).startsWith("API_KEY"_L1))
        return {Fault::Settings, refused, u"Gemini refused the API key. Correct GOOGLE_API_KEY."_s};
    if (code == 403)
        return {Fault::Settings, refused,
                u"Gemini denied access: %1 Check that GOOGLE_API_KEY is set and may use the Gemini API."_s.arg(words)};
    if (code == 404)
        return {Fault::Settings, refused,
                u"Gemini does not offer the model \"%1\". Correct GOOGLE_MODEL."_s.arg(bareModel(settings.model))};
    if (code == 400 && object.value("status"_L1).toString() == "FAILED_PRECONDITION"_L1)
        return {
            Fault::Settings, refused,
            u"Gemini cannot be used with this account: %1 Check billing and region in Google AI Studio."_s.arg(words)};
    if (code == 429)
        return {
            Fault::Vendor, u"model_busy"_s,
            u"Gemini's rate or quota limit is reached: %1 Raise the quota or place fewer calls at once."_s.arg(words)};
    if (code == 408 || code == 499 || code >= 500)
        return {Fault::Vendor, u"model_busy"_s,
                u"Gemini could not answer (%1): %2 This usually passes by itself."_s.arg(code).arg(words)};
    return {Fault::Program, refused, u"Gemini did not accept Dialdesk's request (%1): %2"_s.arg(code).arg(words)};
}

bool withheld(const QString &finishReason)
{
    static const QStringList reasons = {u"SAFETY"_s, u"RECITATION"_s, u"BLOCKLIST"_s, u"PROHIBITED_CONTENT"_s,
                                        u"SPII"_s,   u"LANGUAGE"_s,   u"OTHER"_s};
    return reasons.contains(finishReason);
}

bool callMalformed(const QString &finishReason)
{
    static const QStringList reasons = {u"MALFORMED_FUNCTION_CALL"_s, u"UNEXPECTED_TOOL_CALL"_s,
                                        u"TOO_MANY_TOOL_CALLS"_s};
    return reasons.contains(finishReason);
}

} // namespace

Thinking quickestThinking(const QString &model)
{
    const QString name = bareModel(model);
    const int version = generation(model);
    if (version == 205)
        return {.budget = name.contains("pro"_L1) ? 128 : 0};
    if (version >= 300) {
        const bool minimal = name.contains("flash"_L1) && version < 307;
        return {.level = minimal ? u"minimal"_s : u"low"_s};
    }
    if (version == 0 &&
        name.startsWith("gemini-"_L1)) // an alias such as gemini-flash-latest: a recent model, all of which take low
        return {.level = u"low"_s};
    return {};
}

std::optional<Thinking> nextThinking(const Thinking &refused, const QByteArray &body)
{
    const QString words = errorObject(body).value("message"_L1).toString();
    if (!words.contains("thinking"_L1, Qt::CaseInsensitive))
        return std::nullopt;
    static const QStringList levels = {u"minimal"_s, u"low"_s, u"medium"_s, u"high"_s};
    const qsizetype step = levels.indexOf(refused.level);
    // "Thinking level MINIMAL is not supported for this model" names the level; without a name the model knows no
    // levels.
    const bool levelNamed = step >= 0 && words.contains("level "_L1 + refused.level.toUpper(), Qt::CaseInsensitive);
    if (levelNamed && step + 1 < levels.size())
        return Thinking{.level = levels.at(step + 1)};
    if (refused == Thinking{})
        return std::nullopt;
    return Thinking{};
}

QUrl streamUrl(const GeminiSettings &settings)
{
    QUrl url = net::urlBelow(settings.baseUrl, u"/v1beta/models/%1:streamGenerateContent"_s.arg(bareModel(settings.model)));
    url.setQuery(u"alt=sse"_s);
    return url;
}

QUrl modelUrl(const GeminiSettings &settings)
{
    return net::urlBelow(settings.baseUrl, u"/v1beta/models/"_s + bareModel(settings.model));
}

QUrl listUrl(const GeminiSettings &settings)
{
    QUrl url = net::urlBelow(settings.baseUrl, u"/v1beta/models"_s);
    url.setQuery(u"pageSize=1"_s);
    return url;
}

QByteArray encodeRequest(const ModelRequest &request, const GeminiSettings &settings, const Thinking &thinking)
{
    QJsonObject generationConfig{{u"maxOutputTokens"_s, settings.maxOutputTokens}};
    if (thinking.budget)
        generationConfig.insert(u"thinkingConfig"_s, QJsonObject{{u"thinkingBudget"_s, *thinking.budget}});
    else if (!thinking.level.isEmpty())
        generationConfig.insert(u"thinkingConfig"_s, QJsonObject{{u"thinkingLevel"_s, thinking.level}});

    const int version = generation(settings.model);
    const bool signaturesNeeded = version == 0 || version >= 300;
    QJsonObject body{{u"contents"_s, encodeContents(request.messages, signaturesNeeded)},
                     {u"generationConfig"_s, generationConfig}};
    if (!request.systemPrompt.trimmed().isEmpty())
        body.insert(u"systemInstruction"_s,
                    QJsonObject{{u"parts"_s, QJsonArray{QJsonObject{{u"text"_s, request.systemPrompt}}}}});
    if (!request.tools.empty()) {
        body.insert(u"tools"_s, encodeTools(request.tools));
        body.insert(u"toolConfig"_s, QJsonObject{{u"functionCallingConfig"_s, QJsonObject{{u"mode"_s, u"AUTO"_s}}}});
    }
    return QJsonDocument(body).toJson(QJsonDocument::Compact);
}

Error refusal(int status, const QByteArray &body, const GeminiSettings &settings)
{
    return errorFor(status, errorObject(body), settings);
}

QString GeminiAnswerReader::push(QByteArrayView bytes)
{
    QString delta;
    for (const SseEvent &event : m_parser.push(bytes)) {
        delta += readEvent(event.data);
        if (m_error)
            return delta;
    }
    if (m_parser.overflowed())
        m_error = vendorError(u"model_busy"_s, u"Gemini sent an event larger than Dialdesk accepts."_s);
    else
        readError(m_parser.stray()); // a bare JSON error in the place of events
    return delta;
}

QString GeminiAnswerReader::readEvent(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (readError(json))
        return {};
    const QJsonObject event = document.object();

    const QJsonObject usage = event.value("usageMetadata"_L1).toObject();
    if (!usage.isEmpty()) { // cumulative: the last one counts
        m_answer.usage.promptTokens = usage.value("promptTokenCount"_L1).toInt();
        m_answer.usage.outputTokens =
            usage.value("candidatesTokenCount"_L1).toInt() + usage.value("thoughtsTokenCount"_L1).toInt();
    }
    const QString blockReason = event.value("promptFeedback"_L1)["blockReason"_L1].toString();
    if (!blockReason.isEmpty())
        m_blockReason = blockReason;

    const QJsonObject candidate = event.value("candidates"_L1).toArray().first().toObject();
    QString delta;
    for (const QJsonValue &part : candidate.value("content"_L1)["parts"_L1].toArray())
        readPart(part.toObject(), delta);
    const QString finishReason = candidate.value("finishReason"_L1).toString();
    if (!finishReason.isEmpty())
        m_finishReason = finishReason;
    return delta;
}

void GeminiAnswerReader::readPart(const QJsonObject &part, QString &delta)
{
    if (part.contains("functionCall"_L1)) {
        const QJsonObject call = part.value("functionCall"_L1).toObject();
        QString id = call.value("id"_L1).toString();
        if (id.isEmpty())
            id = u"dialdesk-call-%1-%2"_s.arg(m_requestNumber).arg(++m_ownIds);
        m_answer.message.toolCalls.push_back(
            {.id = id, .name = call.value("name"_L1).toString(), .arguments = call.value("args"_L1).toObject()});
    } else if (!part.value("thought"_L1).toBool()) {
        const QString text = part.value("text"_L1).toString();
        m_answer.message.text += text;
        delta += text;
    }
    keepPart(part);
}

/// Keeps a part as it goes back to the vendor. Deltas of unsigned text are joined; signed parts stay exactly as they
/// came.
void GeminiAnswerReader::keepPart(const QJsonObject &part)
{
    const auto isPlainText = [](const QJsonObject &candidate) {
        return candidate.size() == 1 && candidate.value("text"_L1).isString();
    };
    const bool isSigned = part.contains("thoughtSignature"_L1);
    if (part.isEmpty() || (!isSigned && part.value("thought"_L1).toBool()))
        return;
    if (!isPlainText(part)) {
        m_answer.message.vendorParts.append(part);
        return;
    }
    const QString text = part.value("text"_L1).toString();
    if (text.isEmpty())
        return;
    QJsonArray &parts = m_answer.message.vendorParts;
    const QJsonObject last = parts.isEmpty() ? QJsonObject() : parts.last().toObject();
    if (isPlainText(last))
        parts.replace(parts.size() - 1, QJsonObject{{u"text"_s, last.value("text"_L1).toString() + text}});
    else
        parts.append(part);
}

bool GeminiAnswerReader::readError(const QByteArray &json)
{
    const QByteArray trimmed = json.trimmed();
    if (trimmed.isEmpty() || (!trimmed.startsWith('{') && !trimmed.startsWith('[')))
        return false;
    const QJsonObject error = errorObject(trimmed);
    if (error.isEmpty())
        return false;
    m_error = errorFor(error.value("code"_L1).toInt(500), error, m_settings);
    return true;
}

Error GeminiAnswerReader::vendorError(const QString &code, const QString &message) const
{
    return {Fault::Vendor, code, message};
}

Result<ModelAnswer> GeminiAnswerReader::finish(QString &lastText)
{
    if (const QByteArray rest = m_parser.unfinishedData(); !m_error && !rest.trimmed().isEmpty())
        lastText = readEvent(rest);
    if (!m_error)
        readError(m_parser.stray());
    if (m_error)
        return tl::unexpected(*m_error);

    if (!m_blockReason.isEmpty() || withheld(m_finishReason))
        return failure(Fault::Vendor, u"model_blocked"_s,
                       u"Gemini withheld its answer (%1). Look at what was said, and at the system prompt."_s.arg(
                           m_blockReason.isEmpty() ? m_finishReason : m_blockReason));
    if (m_finishReason.isEmpty()) // what is cut behind a finish reason is of no interest
        return failure(Fault::Vendor, u"model_busy"_s, u"Gemini's answer broke off before its end."_s);
    Message &message = m_answer.message;
    if (callMalformed(m_finishReason))
        return failure(Fault::Vendor, u"model_malformed_call"_s,
                       u"Gemini made an invalid function call (%1)."_s.arg(m_finishReason));
    if (message.text.trimmed().isEmpty() && message.toolCalls.empty())
        return failure(Fault::Vendor, u"model_empty"_s, u"Gemini answered without words (%1)."_s.arg(m_finishReason));
    message.role = Message::Role::Agent;
    message.vendor = vendorName();
    return m_answer;
}

} // namespace engine::dialogue::gemini
