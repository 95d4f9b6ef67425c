#include "engine/practice/gemini_request.h"

#include "engine/practice/gemini_schema.h"
#include "engine/practice/token_estimate.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHighestBudget = 24'576;
constexpr int kHighestProBudget = 32'768;
constexpr qsizetype kMaxStopSequences = 5;
constexpr qsizetype kProofBytes = 32;

using Problem = std::optional<GeminiError>;

GeminiError invalid(const QString &message)
{
    return {400, u"INVALID_ARGUMENT"_s, message, {}};
}

/// A field by its camelCase or snake_case name.
QJsonValue field(const QJsonObject &object, const QString &camel)
{
    const QJsonValue value = object.value(camel);
    if (!value.isUndefined())
        return value;
    QString snake;
    for (const QChar c : camel)
        snake += c.isUpper() ? QString(u'_') + c.toLower() : QString(c);
    return object.value(snake);
}

QJsonArray list(const QJsonObject &object, const QString &camel)
{
    const QJsonValue value = field(object, camel);
    if (value.isArray())
        return value.toArray();
    return value.isUndefined() || value.isNull() ? QJsonArray() : QJsonArray{value};
}

/// One content as the turn rules see it.
struct Turn
{
    bool fromModel = false;
    QString text;
    int calls = 0;
    int responses = 0;
    int signedCalls = 0; ///< 1 when the first call carries a signature
    QString firstCall;
    bool lastResponseEndsCall = false;
};

Problem partProblem(const QJsonObject &part, const QString &path)
{
    static const QStringList kinds{
        u"text"_s,           u"inlineData"_s,         u"fileData"_s, u"functionCall"_s, u"functionResponse"_s,
        u"executableCode"_s, u"codeExecutionResult"_s};
    int found = 0;
    for (const QString &kind : kinds)
        found += field(part, kind).isUndefined() ? 0 : 1;
    if (found == 0)
        return invalid(
            u"* GenerateContentRequest.%1.data: required oneof field 'data' must have one initialized field\n"_s.arg(
                path));
    if (found > 1)
        return invalid(u"Invalid value at '%1' (oneof), oneof field 'data' is already set."_s.arg(path));
    const QJsonValue call = field(part, u"functionCall"_s);
    if (call.isObject() && call.toObject().value("name"_L1).toString().isEmpty())
        return invalid(u"* GenerateContentRequest.%1.function_call.name: Name cannot be empty.\n"_s.arg(path));
    const QJsonValue response = field(part, u"functionResponse"_s);
    if (response.isObject() && response.toObject().value("name"_L1).toString().isEmpty())
        return invalid(u"* GenerateContentRequest.%1.function_response.name: Name cannot be empty.\n"_s.arg(path));
    const QString signature = field(part, u"thoughtSignature"_s).toString();
    if (!signature.isEmpty() && !isThoughtSignature(signature))
        return invalid(u"Corrupted thought signature."_s);
    return std::nullopt;
}

tl::expected<std::vector<Turn>, GeminiError> readTurns(const QJsonArray &contents)
{
    if (contents.isEmpty())
        return tl::unexpected(invalid(u"* GenerateContentRequest.contents: contents is not specified\n"_s));
    std::vector<Turn> turns;
    for (qsizetype i = 0; i < contents.size(); ++i) {
        const QJsonObject content = contents.at(i).toObject();
        const QString role = content.value("role"_L1).toString();
        if (!role.isEmpty() && role != "user"_L1 && role != "model"_L1)
            return tl::unexpected(invalid(u"Please use a valid role: user, model."_s));
        const QJsonArray parts = list(content, u"parts"_s);
        if (parts.isEmpty())
            return tl::unexpected(
                invalid(u"* GenerateContentRequest.contents[%1].parts: contents.parts must not be empty.\n"_s.arg(i)));
        Turn turn;
        turn.fromModel = role == "model"_L1;
        for (qsizetype j = 0; j < parts.size(); ++j) {
            const QJsonObject part = parts.at(j).toObject();
            if (const auto problem = partProblem(part, u"contents[%1].parts[%2]"_s.arg(i).arg(j)))
                return tl::unexpected(*problem);
            if (!part.value("thought"_L1).toBool())
                turn.text += part.value("text"_L1).toString();
            const QJsonValue call = field(part, u"functionCall"_s);
            if (call.isObject()) {
                if (turn.calls == 0) {
                    turn.firstCall = call.toObject().value("name"_L1).toString();
                    turn.signedCalls = field(part, u"thoughtSignature"_s).toString().isEmpty() ? 0 : 1;
                }
                ++turn.calls;
            }
            const QJsonValue response = field(part, u"functionResponse"_s);
            if (response.isObject()) {
                ++turn.responses;
                turn.lastResponseEndsCall = endsTheCall(response.toObject().value("name"_L1).toString());
            }
        }
        turns.push_back(std::move(turn));
    }
    return turns;
}

Problem turnOrderProblem(const std::vector<Turn> &turns, const GeminiModel &model)
{
    static const QString unequal =
        u"Please ensure that the number of function response parts is equal to the number of function "
        "call parts of the function call turn."_s;
    static const QString misplacedCall =
        u"Please ensure that function call turn comes immediately after a user turn or after a "
        "function response turn."_s;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const Turn &turn = turns[i];
        if (turn.calls > 0) {
            if (!turn.fromModel || i == 0 || turns[i - 1].fromModel)
                return invalid(misplacedCall);
            if (i + 1 < turns.size() && (turns[i + 1].fromModel || turns[i + 1].responses != turn.calls))
                return invalid(unequal);
        }
        if (turn.responses > 0 && (turn.fromModel || i == 0 || turns[i - 1].calls != turn.responses))
            return invalid(
                i == 0 || turns[i - 1].calls == 0
                    ? u"Please ensure that function response turn comes immediately after a function call turn."_s
                    : unequal);
    }
    if (turns.back().fromModel && (model.refusesModelEnding || turns.back().calls > 0))
        return invalid(turns.back().calls > 0 ? unequal : u"Requests ending with a model turn are not supported."_s);

    if (!model.needsSignatures)
        return std::nullopt;
    // The current turn is everything after the last words of the user.
    std::size_t first = turns.size();
    while (first > 0 && (turns[first - 1].fromModel || turns[first - 1].responses > 0))
        --first;
    for (std::size_t i = first; i < turns.size(); ++i)
        if (turns[i].calls > 0 && turns[i].signedCalls == 0)
            return invalid(
                u"Function call is missing a thought_signature in functionCall parts. This is required for tools to "
                u"work "
                "correctly, and missing thought_signature may lead to degraded model performance. Additional data, "
                "function call `default_api:%1` , position %2."_s.arg(turns[i].firstCall)
                    .arg(i + 1));
    return std::nullopt;
}

Problem toolProblem(const QJsonObject &request, QStringList &names)
{
    static const QRegularExpression validName(u"^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$"_s);
    int position = 0;
    for (const QJsonValue &tool : list(request, u"tools"_s)) {
        for (const QJsonValue &value : list(tool.toObject(), u"functionDeclarations"_s)) {
            const QJsonObject declaration = value.toObject();
            const QString name = declaration.value("name"_L1).toString();
            if (!validName.match(name).hasMatch())
                return invalid(
                    u"* GenerateContentRequest.tools[0].function_declarations[%1].name: Invalid function name. Must "
                    u"start "
                    "with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), "
                    "colons (:) or dashes (-), with a maximum length of 128.\n"_s.arg(position));
            if (names.contains(name))
                return invalid(u"Duplicate function declaration found: %1"_s.arg(name));
            if (declaration.contains("parameters"_L1) && !field(declaration, u"parametersJsonSchema"_s).isUndefined())
                return invalid(
                    u"Only one of parameters and parameters_json_schema may be set for function %1."_s.arg(name));
            names.append(name);
            ++position;
        }
    }
    const QJsonObject calling =
        field(field(request, u"toolConfig"_s).toObject(), u"functionCallingConfig"_s).toObject();
    const QString mode = calling.value("mode"_L1).toString().toUpper();
    static const QStringList modes{QString(), u"MODE_UNSPECIFIED"_s, u"AUTO"_s, u"ANY"_s, u"NONE"_s, u"VALIDATED"_s};
    if (!modes.contains(mode))
        return invalid(
            u"Invalid value at 'tool_config.function_calling_config.mode' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), \"%1\""_s.arg(mode));
    const QJsonArray allowed = list(calling, u"allowedFunctionNames"_s);
    if (!allowed.isEmpty() && mode != "ANY"_L1 && mode != "VALIDATED"_L1)
        return invalid(u"Allowed function names can only be set when the function calling mode is ANY or VALIDATED."_s);
    for (const QJsonValue &name : allowed)
        if (!names.contains(name.toString()))
            return invalid(u"allowed_function_names contains an undeclared function: %1"_s.arg(name.toString()));
    return std::nullopt;
}

Problem thinkingProblem(const QJsonObject &config, const GeminiModel &model)
{
    const QJsonObject thinking = field(config, u"thinkingConfig"_s).toObject();
    const QJsonValue budget = field(thinking, u"thinkingBudget"_s);
    const QJsonValue level = field(thinking, u"thinkingLevel"_s);
    const bool hasBudget = !budget.isUndefined() && !budget.isNull();
    const bool hasLevel = !level.isUndefined() && !level.isNull();
    if (hasBudget && hasLevel)
        return invalid(u"You can only set only one of thinking budget and thinking level."_s);
    if (hasLevel) {
        if (model.thinking == GeminiModel::Thinking::Budget)
            return invalid(u"Thinking level is not supported for this model."_s);
        const QString name = level.toString().toLower();
        static const QStringList known{u"minimal"_s, u"low"_s, u"medium"_s, u"high"_s, u"thinking_level_unspecified"_s};
        if (!known.contains(name))
            return invalid(
                u"Invalid value at 'generation_config.thinking_config.thinking_level' "
                "(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig.ThinkingLevel), \"%1\""_s.arg(
                    level.toString()));
        if (name != known.last() && !model.levels.contains(name))
            return invalid(
                u"Thinking level %1 is not supported for this model. Please retry with other thinking level."_s.arg(
                    name.toUpper()));
    }
    if (hasBudget && model.thinking == GeminiModel::Thinking::Budget) {
        const int tokens = budget.toInt();
        const int highest = model.budgetMayBeZero ? kHighestBudget : kHighestProBudget;
        if (tokens == 0 && !model.budgetMayBeZero)
            return invalid(u"Budget 0 is invalid. This model only works in thinking mode."_s);
        if (tokens != 0 && tokens != -1 && (tokens < model.lowestBudget || tokens > highest))
            return invalid(u"The thinking budget %1 is invalid. Please choose a value between %2 and %3."_s.arg(tokens)
                               .arg(model.lowestBudget)
                               .arg(highest));
    }
    return std::nullopt;
}

Problem configProblem(const QJsonObject &request, const GeminiModel &model)
{
    const QJsonObject config = field(request, u"generationConfig"_s).toObject();
    const auto outside = [&config](const QString &name, double low, double high) {
        const QJsonValue value = field(config, name);
        return value.isDouble() && (value.toDouble() < low || value.toDouble() > high);
    };
    if (outside(u"temperature"_s, 0.0, 2.0))
        return invalid(
            u"* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n"_s);
    if (outside(u"topP"_s, 0.0, 1.0))
        return invalid(u"* GenerateContentRequest.generation_config.top_p: top_p must be in the range [0.0, 1.0].\n"_s);
    if (outside(u"maxOutputTokens"_s, 1, 1e9))
        return invalid(
            u"* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be positive.\n"_s);
    if (model.needsSignatures && outside(u"candidateCount"_s, 1, 1))
        return invalid(u"Multiple candidates is not enabled for this model"_s);
    if (list(config, u"stopSequences"_s).size() > kMaxStopSequences)
        return invalid(
            u"* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences are allowed.\n"_s);
    const QString mime = field(config, u"responseMimeType"_s).toString();
    static const QStringList mimes{QString(), u"text/plain"_s, u"application/json"_s, u"text/x.enum"_s};
    if (!mimes.contains(mime))
        return invalid(
            u"* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, "
            "`application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n"_s);
    if (!field(config, u"responseSchema"_s).isUndefined() && !field(config, u"responseJsonSchema"_s).isUndefined())
        return invalid(u"Only one of response_schema and response_json_schema may be set."_s);

    static const QStringList categories{u"HARM_CATEGORY_HARASSMENT"_s, u"HARM_CATEGORY_HATE_SPEECH"_s,
                                        u"HARM_CATEGORY_SEXUALLY_EXPLICIT"_s, u"HARM_CATEGORY_DANGEROUS_CONTENT"_s,
                                        u"HARM_CATEGORY_CIVIC_INTEGRITY"_s};
    static const QStringList thresholds{u"BLOCK_LOW_AND_ABOVE"_s, u"BLOCK_MEDIUM_AND_ABOVE"_s, u"BLOCK_ONLY_HIGH"_s,
                                        u"BLOCK_NONE"_s, u"OFF"_s};
    const QJsonArray safety = list(request, u"safetySettings"_s);
    for (qsizetype i = 0; i < safety.size(); ++i) {
        const QJsonObject setting = safety.at(i).toObject();
        if (!categories.contains(setting.value("category"_L1).toString()))
            return invalid(u"* GenerateContentRequest.safety_settings[%1]: element predicate failed: $.category in "
                           "(HarmCategory.HARM_CATEGORY_HATE_SPEECH, ...)\n"_s.arg(i));
        if (!thresholds.contains(setting.value("threshold"_L1).toString()))
            return invalid(u"Invalid value at 'safety_settings[%1].threshold', \"%2\""_s.arg(i).arg(
                setting.value("threshold"_L1).toString()));
    }
    const auto isSet = [&request](const QString &name) { return !field(request, name).isUndefined(); };
    if (isSet(u"cachedContent"_s) && (isSet(u"systemInstruction"_s) || isSet(u"tools"_s) || isSet(u"toolConfig"_s)))
        return invalid(
            u"CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config."_s);
    return thinkingProblem(config, model);
}

tl::expected<QJsonObject, GeminiError> checkedObject(const QByteArray &body, const ProtoSchema &schema)
{
    QJsonParseError parsed;
    const QJsonDocument document = QJsonDocument::fromJson(body, &parsed);
    if (parsed.error != QJsonParseError::NoError)
        return tl::unexpected(invalid(u"Invalid JSON payload received. %1"_s.arg(parsed.errorString())));
    if (const auto problem = schema.problem(document.isObject() ? QJsonValue(document.object()) : QJsonValue())) {
        GeminiError error = invalid(*problem);
        error.details = {QJsonObject{{u"@type"_s, u"type.googleapis.com/google.rpc.BadRequest"_s},
                                     {u"fieldViolations"_s, QJsonArray{QJsonObject{{u"description"_s, *problem}}}}}};
        return tl::unexpected(error);
    }
    return document.object();
}

QString textOf(const QJsonObject &content)
{
    QString text;
    for (const QJsonValue &part : list(content, u"parts"_s))
        text += part.toObject().value("text"_L1).toString();
    return text;
}

} // namespace

QJsonObject GeminiError::toJson() const
{
    QJsonObject error{{u"code"_s, code}, {u"message"_s, message}, {u"status"_s, status}};
    if (!details.isEmpty())
        error.insert("details"_L1, details);
    return {{u"error"_s, error}};
}

const std::vector<GeminiModel> &geminiModels()
{
    using enum GeminiModel::Thinking;
    static const QStringList all{u"minimal"_s, u"low"_s, u"medium"_s, u"high"_s};
    static const QStringList noMinimal{u"low"_s, u"medium"_s, u"high"_s};
    static const std::vector<GeminiModel> models{
        {u"gemini-2.5-flash"_s, u"gemini-2.5-flash"_s, Budget, {}, 1, true, false, false},
        {u"gemini-2.5-flash-lite"_s, u"gemini-2.5-flash-lite"_s, Budget, {}, 512, true, false, false},
        {u"gemini-2.5-pro"_s, u"gemini-2.5-pro"_s, Budget, {}, 128, false, false, false},
        {u"gemini-3-flash"_s, u"gemini-3-flash"_s, Level, all, 0, true, true, false},
        {u"gemini-3-flash-preview"_s, u"gemini-3-flash-preview"_s, Level, all, 0, true, true, false},
        {u"gemini-3.1-flash-lite"_s, u"gemini-3.1-flash-lite"_s, Level, all, 0, true, true, false},
        {u"gemini-3.1-pro"_s, u"gemini-3.1-pro"_s, Level, noMinimal, 0, true, true, false},
        {u"gemini-3.5-flash-lite"_s, u"gemini-3.5-flash-lite"_s, Level, all, 0, true, true, false},
        {u"gemini-3.5-flash"_s, u"gemini-3.6-flash"_s, Level, all, 0, true, true, false},
        {u"gemini-3.6-flash"_s, u"gemini-3.6-flash"_s, Level, all, 0, true, true, true},
        {u"gemini-3.7-flash"_s, u"gemini-3.8-flash"_s, Level, noMinimal, 0, true, true, true},
        {u"gemini-3.8-flash"_s, u"gemini-3.8-flash"_s, Level, noMinimal, 0, true, true, true},
        {u"gemini-flash-latest"_s, u"gemini-3.8-flash"_s, Level, noMinimal, 0, true, true, true},
        {u"gemini-4-argon"_s, u"gemini-4-argon"_s, Level, noMinimal, 0, true, true, true},
    };
    return models;
}

const GeminiModel *findGeminiModel(const QString &name)
{
    const QString bare = name.startsWith("models/"_L1) ? name.mid(7) : name;
    const auto &models = geminiModels();
    const auto found =
        std::find_if(models.begin(), models.end(), [&bare](const GeminiModel &model) { return model.name == bare; });
    return found == models.end() ? nullptr : &*found;
}

tl::expected<AgentConversation, GeminiError> parseGeminiRequest(const QByteArray &body, const GeminiModel &model)
{
    const auto request = checkedObject(body, generateContentSchema());
    if (!request)
        return tl::unexpected(request.error());
    const auto turns = readTurns(list(*request, u"contents"_s));
    if (!turns)
        return tl::unexpected(turns.error());
    if (const auto problem = turnOrderProblem(*turns, model))
        return tl::unexpected(*problem);
    QStringList tools;
    if (const auto problem = toolProblem(*request, tools))
        return tl::unexpected(*problem);
    if (const auto problem = configProblem(*request, model))
        return tl::unexpected(*problem);

    AgentConversation conversation;
    conversation.instruction = textOf(field(*request, u"systemInstruction"_s).toObject());
    const QJsonObject calling =
        field(field(*request, u"toolConfig"_s).toObject(), u"functionCallingConfig"_s).toObject();
    if (calling.value("mode"_L1).toString().toUpper() != "NONE"_L1)
        conversation.functions = tools;
    for (const Turn &turn : *turns)
        if (turn.responses == 0)
            conversation.lines.push_back({turn.fromModel, turn.text});
    conversation.endingAnswered = turns->back().responses > 0 && turns->back().lastResponseEndsCall;
    return conversation;
}

tl::expected<int, GeminiError> countGeminiTokens(const QByteArray &body)
{
    const auto request = checkedObject(body, countTokensSchema());
    if (!request)
        return tl::unexpected(request.error());
    const QJsonValue nested = field(*request, u"generateContentRequest"_s);
    const QJsonObject counted = nested.isObject() ? nested.toObject() : *request;
    const auto turns = readTurns(list(counted, u"contents"_s));
    if (!turns)
        return tl::unexpected(turns.error());
    qsizetype letters = textOf(field(counted, u"systemInstruction"_s).toObject()).size();
    for (const Turn &turn : *turns)
        letters += turn.text.size();
    return estimatedTokens(letters);
}

QString makeThoughtSignature(const QByteArray &seed)
{
    return QString::fromLatin1((seed + QCryptographicHash::hash(seed, QCryptographicHash::Sha256)).toBase64());
}

bool isThoughtSignature(const QString &signature)
{
    // The documented stand-ins for history that has no signature; clients that keep signatures as bytes encode them
    // too.
    static const QList<QByteArray> standIns{"skip_thought_signature_validator", "context_engineering_is_the_way_to_go"};
    // protobuf JSON takes both base64 alphabets, and the vendor's Python library answers in the URL-safe one.
    const QByteArray text = signature.toLatin1();
    const QByteArray bytes = QByteArray::fromBase64(QByteArray(text).replace('-', '+').replace('_', '/'));
    if (standIns.contains(text) || standIns.contains(bytes))
        return true;
    if (bytes.size() <= kProofBytes)
        return false;
    const QByteArray seed = bytes.left(bytes.size() - kProofBytes);
    return QCryptographicHash::hash(seed, QCryptographicHash::Sha256) == bytes.right(kProofBytes);
}

} // namespace engine::practice
