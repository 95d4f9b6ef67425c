#include "engine/dialogue/openai/openai_codec.h"

#include "engine/dialogue/message_sequence.h"
#include "engine/net/urls.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QSet>

using namespace Qt::StringLiterals;

namespace engine::dialogue::openai {

namespace {

constexpr qsizetype kQuotedWordsLimit = 200;
constexpr size_t kCallLimit = 64;

QString vendorName()
{
    return u"openai"_s;
}

bool isOpenAiItself(const OpenAiSettings &settings)
{
    return settings.baseUrl.host() == "api.openai.com"_L1;
}

QString toText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

// --- request ------------------------------------------------------------------------------------------------------

QJsonObject wireCall(const QString &id, const QString &name, const QString &arguments)
{
    return {{u"id"_s, id},
            {u"type"_s, u"function"_s},
            {u"function"_s, QJsonObject{{u"name"_s, name}, {u"arguments"_s, arguments}}}};
}

QJsonObject agentMessage(const Message &message)
{
    QJsonObject result{{u"role"_s, u"assistant"_s}};
    if (message.text.trimmed().isEmpty())
        result.insert(u"content"_s, QJsonValue::Null); // allowed beside calls, and an empty message never gets here
    else
        result.insert(u"content"_s, message.text);
    if (message.vendor == vendorName() && !message.vendorParts.isEmpty()) {
        result.insert(u"tool_calls"_s, message.vendorParts);
    } else if (!message.toolCalls.empty()) {
        QJsonArray calls;
        for (const ModelToolCall &call : message.toolCalls)
            calls.append(wireCall(call.id, call.name, toText(call.arguments)));
        result.insert(u"tool_calls"_s, calls);
    }
    return result;
}

/// Templates of local models insist on user and assistant taking turns, so neighbours of one role become one message.
bool joined(QJsonArray &messages, const QJsonObject &next)
{
    if (messages.isEmpty())
        return false;
    QJsonObject last = messages.last().toObject();
    const QString role = next.value("role"_L1).toString();
    const bool joinable = role == "user"_L1 || role == "assistant"_L1;
    if (!joinable || last.value("role"_L1) != next.value("role"_L1) || last.contains("tool_calls"_L1) ||
        next.contains("tool_calls"_L1))
        return false;
    last.insert(u"content"_s,
                QString(last.value("content"_L1).toString() + u'\n' + next.value("content"_L1).toString()));
    messages.replace(messages.size() - 1, last);
    return true;
}

QJsonArray encodeMessages(const ModelRequest &request)
{
    QJsonArray messages;
    if (!request.systemPrompt.trimmed().isEmpty())
        messages.append(QJsonObject{{u"role"_s, u"system"_s}, {u"content"_s, request.systemPrompt}});
    for (const Message &message : sequenced(request.messages)) {
        QJsonObject next;
        switch (message.role) {
        case Message::Role::User:
            next = {{u"role"_s, u"user"_s}, {u"content"_s, message.text}};
            break;
        case Message::Role::Agent:
            next = agentMessage(message);
            break;
        case Message::Role::ToolResult:
            next = {{u"role"_s, u"tool"_s},
                    {u"tool_call_id"_s, message.toolId},
                    {u"content"_s, toText(message.toolResult)}};
            break;
        }
        if (!joined(messages, next))
            messages.append(next);
    }
    return messages;
}

QJsonArray encodeTools(const std::vector<ToolDeclaration> &tools)
{
    QJsonArray result;
    for (const ToolDeclaration &tool : tools) {
        QJsonObject parameters = tool.parameters;
        if (parameters.isEmpty())
            parameters = {{u"type"_s, u"object"_s}, {u"properties"_s, QJsonObject()}};
        result.append(QJsonObject{{u"type"_s, u"function"_s},
                                  {u"function"_s, QJsonObject{{u"name"_s, tool.name},
                                                              {u"description"_s, tool.description},
                                                              {u"parameters"_s, parameters}}}});
    }
    return result;
}

QJsonObject commonFields(const OpenAiSettings &settings, int maxTokens)
{
    QString field = settings.maxTokensField;
    if (field.isEmpty())
        field = isOpenAiItself(settings) ? u"max_completion_tokens"_s : u"max_tokens"_s;
    return {{u"model"_s, settings.model}, {field, maxTokens}};
}

// --- errors -------------------------------------------------------------------------------------------------------

bool truthy(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return value.toBool();
    case QJsonValue::Double:
        return value.toDouble() != 0;
    case QJsonValue::String:
        return !value.toString().isEmpty();
    case QJsonValue::Array:
    case QJsonValue::Object:
        return true;
    default:
        return false;
    }
}

/// The vendor's words, from any of the forms servers use.
QString wordsOf(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return QString::fromUtf8(body);
    const QJsonValue error = document.object().value("error"_L1);
    if (error.isString())
        return error.toString();
    if (error.isObject())
        return error["message"_L1].toString();
    const QJsonValue detail = document.object().value("detail"_L1);
    return detail.isString() ? detail.toString() : QString::fromUtf8(body);
}

QString quoted(QString words, const Secret &key)
{
    words = words.simplified();
    if (!key.isEmpty())
        words.replace(QString::fromUtf8(key.reveal()), u"***"_s);
    if (words.size() > kQuotedWordsLimit)
        words = words.first(kQuotedWordsLimit) + u"..."_s;
    return words.isEmpty() ? u"no reason given"_s : words;
}

Error errorFor(int status, const QByteArray &body, const OpenAiSettings &settings)
{
    const QJsonValue error = QJsonDocument::fromJson(body).object().value("error"_L1);
    const QString code = error["code"_L1].toString();
    const QString type = error["type"_L1].toString();
    const QString words = quoted(wordsOf(body), settings.apiKey);
    const QString server = settings.baseUrl.host();
    const QString refused = u"model_refused"_s;
    if (status == 401 || type == "authentication_error"_L1)
        return {Fault::Settings, refused,
                u"The model server %1 refused the API key. Correct the model's key."_s.arg(server)};
    if (status == 403)
        return {Fault::Settings, refused, u"The model server %1 denied access: %2"_s.arg(server, words)};
    if (status == 404)
        return {
            Fault::Settings, refused,
            u"The model server %1 does not offer \"%2\" at this address: %3 Correct the model's name or address."_s.arg(
                server, settings.model, words)};
    if (code == "insufficient_quota"_L1)
        return {Fault::Settings, refused,
                u"The account at the model server %1 has no credit left. Add credit or change the key."_s.arg(server)};
    if (type == "exceed_context_size_error"_L1 || code == "context_length_exceeded"_L1)
        return {
            Fault::Settings, refused,
            u"The conversation is longer than the model's context: %1 Give the model server a larger context."_s.arg(
                words)};
    if (status == 429)
        return {Fault::Vendor, u"model_busy"_s,
                u"The model server %1 has reached its rate limit: %2"_s.arg(server, words)};
    if (status == 408 || status == 409 || status >= 500)
        return {Fault::Vendor, u"model_busy"_s,
                u"The model server %1 could not answer (%2): %3"_s.arg(server).arg(status).arg(words)};
    return {Fault::Program, refused,
            u"The model server %1 did not accept Dialdesk's request (%2): %3"_s.arg(server).arg(status).arg(words)};
}

} // namespace

QUrl chatUrl(const OpenAiSettings &settings)
{
    return net::urlBelow(settings.baseUrl, u"/chat/completions"_s);
}

QUrl modelsUrl(const OpenAiSettings &settings)
{
    return net::urlBelow(settings.baseUrl, u"/models"_s);
}

bool isLocal(const OpenAiSettings &settings)
{
    const QString host = settings.baseUrl.host();
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

QByteArray encodeRequest(const ModelRequest &request, const OpenAiSettings &settings)
{
    QJsonObject body = commonFields(settings, settings.maxTokens);
    body.insert(u"stream"_s, true);
    QJsonObject streamOptions{{u"include_usage"_s, true}};
    if (isOpenAiItself(settings))
        streamOptions.insert(u"include_obfuscation"_s, false); // junk that only costs bytes
    body.insert(u"stream_options"_s, streamOptions);
    body.insert(u"messages"_s, encodeMessages(request));
    if (!request.tools.empty())
        body.insert(u"tools"_s, encodeTools(request.tools));
    if (settings.temperature)
        body.insert(u"temperature"_s, *settings.temperature);
    if (!settings.reasoningEffort.isEmpty())
        body.insert(u"reasoning_effort"_s, settings.reasoningEffort);
    return QJsonDocument(body).toJson(QJsonDocument::Compact);
}

QByteArray encodeWarmUp(const OpenAiSettings &settings)
{
    QJsonObject body = commonFields(settings, 1);
    body.insert(u"messages"_s, QJsonArray{QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"Hello"_s}}});
    return QJsonDocument(body).toJson(QJsonDocument::Compact);
}

Error refusal(int status, const QByteArray &body, const OpenAiSettings &settings)
{
    return errorFor(status, body, settings);
}

QString OpenAiAnswerReader::push(QByteArrayView bytes)
{
    QString delta;
    for (const SseEvent &event : m_parser.push(bytes)) {
        delta += readEvent(event.data);
        if (isOver())
            return delta;
    }
    if (m_parser.overflowed())
        m_error =
            Error{Fault::Vendor, u"model_busy"_s, u"The model server sent an event larger than Dialdesk accepts."_s};
    else
        readStray();
    return delta;
}

/// Some servers write an error without the event around it: bare JSON, or a line "error: {...}".
void OpenAiAnswerReader::readStray()
{
    QByteArray stray = m_parser.stray().trimmed();
    if (stray.startsWith("error:"))
        stray = stray.sliced(6).trimmed();
    if (stray.startsWith('{') && truthy(QJsonDocument::fromJson(stray).object().value("error"_L1)))
        m_error = errorFor(500, stray, m_settings);
}

QString OpenAiAnswerReader::readEvent(const QByteArray &data)
{
    if (data.trimmed() == "[DONE]") {
        m_done = true;
        return {};
    }
    const QJsonDocument document = QJsonDocument::fromJson(data);
    const QJsonObject chunk = document.object();
    const QJsonValue error = chunk.value("error"_L1);
    if (truthy(error)) {
        // Such an error has no HTTP status; vLLM and llama-server repeat it as the code.
        const int status = error["code"_L1].toInt();
        m_error = errorFor(status >= 400 ? status : 500, data, m_settings);
        return {};
    }

    const QJsonObject usage = chunk.value("usage"_L1).toObject();
    if (!usage.isEmpty()) {
        m_answer.usage.promptTokens = usage.value("prompt_tokens"_L1).toInt();
        m_answer.usage.outputTokens = usage.value("completion_tokens"_L1).toInt();
    }
    const QJsonObject choice = chunk.value("choices"_L1).toArray().first().toObject();
    const QJsonObject delta = choice.value("delta"_L1).toObject();
    for (const QJsonValue &fragment : delta.value("tool_calls"_L1).toArray())
        readCallFragment(fragment.toObject());
    const QString finishReason = choice.value("finish_reason"_L1).toString();
    if (!finishReason.isEmpty())
        m_finishReason = finishReason;

    const QString spoken =
        m_thinkFilter.push(delta.value("content"_L1).toString() + delta.value("refusal"_L1).toString());
    m_answer.message.text += spoken;
    return spoken;
}

void OpenAiAnswerReader::readCallFragment(const QJsonObject &fragment)
{
    const QString id = fragment.value("id"_L1).toString();
    int index = fragment.value("index"_L1).toInt(-1);
    if (index < 0) { // Gemini's compatible door sends none: a new id is a new call
        const bool isNew = m_calls.empty() || (!id.isEmpty() && id != m_calls[m_lastIndex].id);
        index = isNew ? m_lastIndex + 1 : m_lastIndex;
    }
    if (m_calls.size() >= kCallLimit && !m_calls.contains(index))
        return;
    m_lastIndex = index;
    Call &call = m_calls[index];
    const QJsonObject function = fragment.value("function"_L1).toObject();
    if (call.id.isEmpty())
        call.id = id;
    if (call.name.isEmpty())
        call.name = function.value("name"_L1).toString();
    const QJsonValue arguments = function.value("arguments"_L1);
    call.arguments += arguments.isObject() ? toText(arguments.toObject()) : arguments.toString();
    const QJsonObject extra = fragment.value("extra_content"_L1).toObject();
    if (!extra.isEmpty())
        call.extraContent = extra;
}

/// Moves the collected calls into the answer.
Result<Done> OpenAiAnswerReader::takeCalls()
{
    QSet<QString> ids;
    int number = 0;
    for (auto &[index, call] : m_calls) {
        ++number;
        if (call.id.isEmpty() || ids.contains(call.id))
            call.id = u"dialdesk-call-%1-%2"_s.arg(m_requestNumber).arg(number);
        ids.insert(call.id);
        if (call.arguments.trimmed().isEmpty())
            call.arguments = u"{}"_s;
        const QJsonDocument arguments = QJsonDocument::fromJson(call.arguments.toUtf8());
        if (!arguments.isObject() || call.name.isEmpty())
            return failure(
                Fault::Vendor, u"model_malformed_call"_s,
                u"The model called the function \"%1\" with arguments that are no JSON object."_s.arg(call.name));
        Message &message = m_answer.message;
        message.toolCalls.push_back({.id = call.id, .name = call.name, .arguments = arguments.object()});
        QJsonObject wire = wireCall(call.id, call.name, call.arguments);
        if (!call.extraContent.isEmpty())
            wire.insert(u"extra_content"_s, call.extraContent);
        message.vendorParts.append(wire);
    }
    return Done{};
}

Result<ModelAnswer> OpenAiAnswerReader::finish(QString &lastText)
{
    if (const QByteArray rest = m_parser.unfinishedData(); !isOver() && !rest.trimmed().isEmpty())
        lastText = readEvent(rest);
    if (!m_error)
        readStray();
    if (m_error)
        return tl::unexpected(*m_error);
    const QString held = m_thinkFilter.finish();
    lastText += held;
    Message &message = m_answer.message;
    message.text += held;

    if (m_finishReason == "content_filter"_L1)
        return failure(
            Fault::Vendor, u"model_blocked"_s,
            u"The model server's content filter withheld the answer. Look at what was said, and at the system prompt."_s);
    if (m_finishReason.isEmpty() && !m_done)
        return failure(Fault::Vendor, u"model_busy"_s, u"The model server's answer broke off before its end."_s);
    if (m_finishReason == "length"_L1 && !m_calls.empty())
        return failure(Fault::Vendor, u"model_malformed_call"_s,
                       u"The model's function call was cut by the token limit. Raise the limit."_s);
    if (const Result<Done> taken = takeCalls(); !taken)
        return tl::unexpected(taken.error());
    if (message.text.trimmed().isEmpty() && message.toolCalls.empty())
        return failure(Fault::Vendor, u"model_empty"_s, u"The model answered without words."_s);
    message.role = Message::Role::Agent;
    message.vendor = vendorName();
    return m_answer;
}

} // namespace engine::dialogue::openai
