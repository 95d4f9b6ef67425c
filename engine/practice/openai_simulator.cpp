#include "engine/practice/openai_simulator.h"

#include "engine/base/random.h"
#include "engine/practice/gemini_simulator.h"
#include "engine/practice/token_estimate.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <tl/expected.hpp>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kBetweenDeltas = 30ms;

using CheckedRequest = tl::expected<AgentConversation, QString>;

server::Response errorResponse(int status, const QString &type, const QString &message, const QString &code = {})
{
    const QJsonObject error{{u"message"_s, message},
                            {u"type"_s, type},
                            {u"param"_s, QJsonValue::Null},
                            {u"code"_s, code.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(code)}};
    server::Response response;
    response.status = status;
    response.body = QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson(QJsonDocument::Compact);
    return response;
}

bool isBadKey(const server::Request &request)
{
    return request.header("Authorization").trimmed() == "Bearer bad";
}

server::Response badKey()
{
    return errorResponse(401, u"invalid_request_error"_s, u"Incorrect API key provided."_s, u"invalid_api_key"_s);
}

/// The other model vendor's client libraries ask below /v1/models too, with a key of another kind.
bool isForGemini(const server::Request &request)
{
    return request.hasHeader("x-goog-api-key") || request.queryValue(u"key"_s);
}

constexpr auto kModel = "practice"_L1;

QJsonObject describeModel()
{
    return {{u"id"_s, kModel}, {u"object"_s, u"model"_s}, {u"created"_s, 0}, {u"owned_by"_s, u"practice"_s}};
}

server::Response jsonResponse(const QJsonObject &body)
{
    server::Response response;
    response.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return response;
}

server::Response modelList(const server::Request &request)
{
    if (isForGemini(request))
        return geminiModelList(request);
    if (isBadKey(request))
        return badKey();
    return jsonResponse({{u"object"_s, u"list"_s}, {u"data"_s, QJsonArray{describeModel()}}});
}

server::Response model(const server::Request &request)
{
    if (isForGemini(request))
        return geminiModel(request);
    if (isBadKey(request))
        return badKey();
    const QString name = request.captures.value(0);
    if (name != kModel)
        return errorResponse(404, u"invalid_request_error"_s, u"The model '%1' does not exist"_s.arg(name), u"model_not_found"_s);
    return jsonResponse(describeModel());
}

/// Text of a message: a string, or a list of text parts.
QString contentText(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QString text;
    for (const QJsonValue &part : content.toArray())
        text += part.toObject().value("text"_L1).toString();
    return text;
}

/// The calls of an assistant message into `open`, their names by id; or what is wrong with them.
std::optional<QString> readCalls(const QJsonArray &calls, const QString &where, QHash<QString, QString> &open)
{
    for (const QJsonValue &value : calls) {
        const QJsonObject call = value.toObject();
        const QJsonObject function = call.value("function"_L1).toObject();
        if (call.value("id"_L1).toString().isEmpty() || function.value("name"_L1).toString().isEmpty())
            return u"Missing required parameter: '%1.tool_calls'."_s.arg(where);
        const QJsonValue arguments = function.value("arguments"_L1);
        if (!arguments.isString() || !QJsonDocument::fromJson(arguments.toString().toUtf8()).isObject())
            return u"Invalid '%1.tool_calls[0].function.arguments': expected a string holding a JSON object."_s.arg(
                where);
        open.insert(call.value("id"_L1).toString(), function.value("name"_L1).toString());
    }
    return std::nullopt;
}

CheckedRequest parseRequest(const QJsonObject &request)
{
    if (request.value("model"_L1).toString().isEmpty())
        return tl::unexpected(u"you must provide a model parameter"_s);
    const QJsonArray messages = request.value("messages"_L1).toArray();
    if (messages.isEmpty())
        return tl::unexpected(u"Invalid 'messages': empty array. Expected an array with minimum length 1."_s);

    AgentConversation conversation;
    QHash<QString, QString> open; // calls that wait for their tool message
    static const QString unanswered =
        u"An assistant message with 'tool_calls' must be followed by tool messages responding to each "
        "'tool_call_id'."_s;
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QJsonObject message = messages.at(i).toObject();
        const QString where = u"messages[%1]"_s.arg(i);
        const QString role = message.value("role"_L1).toString();
        const QJsonValue content = message.value("content"_L1);
        if (role != "tool"_L1 && !open.isEmpty())
            return tl::unexpected(unanswered);
        conversation.endingAnswered = false;
        if (role == "system"_L1 || role == "developer"_L1) {
            conversation.instruction += contentText(content) + u'\n';
        } else if (role == "user"_L1) {
            if (!content.isString() && !content.isArray())
                return tl::unexpected(u"Invalid value for 'content': expected a string, got null."_s);
            conversation.lines.push_back({false, contentText(content)});
        } else if (role == "assistant"_L1) {
            const QJsonArray calls = message.value("tool_calls"_L1).toArray();
            if (calls.isEmpty() && !content.isString() && !content.isArray())
                return tl::unexpected(u"Invalid value for 'content': expected a string, got null."_s);
            if (const auto problem = readCalls(calls, where, open))
                return tl::unexpected(*problem);
            conversation.lines.push_back({true, contentText(content)});
        } else if (role == "tool"_L1) {
            const QString id = message.value("tool_call_id"_L1).toString();
            if (!open.contains(id))
                return tl::unexpected(
                    u"Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."_s);
            conversation.endingAnswered = endsTheCall(open.take(id));
        } else {
            return tl::unexpected(
                u"Invalid value: '%1'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and "
                "'developer'."_s.arg(role));
        }
    }
    if (!open.isEmpty())
        return tl::unexpected(unanswered);

    static const QRegularExpression validName(u"^[A-Za-z0-9_-]{1,64}$"_s);
    for (const QJsonValue &tool : request.value("tools"_L1).toArray()) {
        const QString name = tool.toObject().value("function"_L1).toObject().value("name"_L1).toString();
        if (tool.toObject().value("type"_L1) != "function"_L1 || !validName.match(name).hasMatch())
            return tl::unexpected(u"Invalid 'tools[0].function.name': string does not match pattern."_s);
        conversation.functions.append(name);
    }
    if (request.value("tool_choice"_L1) == "none"_L1)
        conversation.functions.clear();
    return conversation;
}

QByteArray eventOf(const QJsonObject &object)
{
    return "data: " + QJsonDocument(object).toJson(QJsonDocument::Compact) + "\n\n";
}

} // namespace

OpenAiSimulator::OpenAiSimulator(server::HttpServer &server, Clock &clock, Random &random,
                                 std::chrono::milliseconds latency, QObject *parent)
    : QObject(parent), m_clock(clock), m_random(random), m_latency(latency)
{
    server.route("GET", u"/v1/models"_s, [](const server::Request &request, server::Responder responder) {
        responder.send(modelList(request));
    });
    server.route("GET", u"/v1/models/*"_s, [](const server::Request &request, server::Responder responder) {
        responder.send(model(request));
    });
    server.route("POST", u"/v1/chat/completions"_s,
                 [this](const server::Request &request, server::Responder responder) {
                     complete(request, std::move(responder));
                 });
}

void OpenAiSimulator::complete(const server::Request &request, server::Responder responder)
{
    if (isBadKey(request))
        return responder.send(badKey());
    const auto askedAt = m_clock.now();
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (!document.isObject())
        return responder.send(
            errorResponse(400, u"invalid_request_error"_s, u"We could not parse the JSON body of your request."_s));
    const QJsonObject asked = document.object();
    const auto conversation = parseRequest(asked);
    if (!conversation)
        return responder.send(errorResponse(400, u"invalid_request_error"_s, conversation.error()));
    const QByteArray contents = QJsonDocument(asked.value("messages"_L1).toArray()).toJson(QJsonDocument::Compact);
    if (m_busyOnce.isBusyNow(*conversation, contents))
        return responder.send(errorResponse(503, u"server_error"_s, u"The server is currently overloaded. Please try again later."_s));

    const AgentReply reply = replyOfAva(*conversation);
    const bool calls = !reply.function.isEmpty();
    const QString callId = u"call_"_s + QString::fromLatin1(m_random.hex(6));
    const QString arguments = QString::fromUtf8(
        QJsonDocument(QJsonObject{{u"reason"_s, reply.reason}}).toJson(QJsonDocument::Compact));
    const QString finish = calls ? u"tool_calls"_s : u"stop"_s;
    const QJsonObject common{{u"id"_s, QString(u"chatcmpl-"_s + QString::fromLatin1(m_random.hex(8)))},
                             {u"created"_s, m_clock.wallTime().toSecsSinceEpoch()},
                             {u"model"_s, asked.value("model"_L1)}};
    int promptTokens = estimatedTokens(conversation->instruction.size());
    for (const auto &line : conversation->lines)
        promptTokens += estimatedTokens(line.text.size());
    const int replyTokens = estimatedTokens(reply.text.size()) + (calls ? 12 : 0);
    const QJsonObject usage{{u"prompt_tokens"_s, promptTokens},
                            {u"completion_tokens"_s, replyTokens},
                            {u"total_tokens"_s, promptTokens + replyTokens}};
    const auto latency = asksForSlowModel(*conversation) ? kSlowModelTakes : m_latency;

    server::Response head;
    if (!asked.value("stream"_L1).toBool()) {
        QJsonObject message{{u"role"_s, u"assistant"_s}, {u"content"_s, reply.text}};
        if (calls)
            message.insert("tool_calls"_L1,
                           QJsonArray{QJsonObject{
                               {u"id"_s, callId},
                               {u"type"_s, u"function"_s},
                               {u"function"_s, QJsonObject{{u"name"_s, reply.function}, {u"arguments"_s, arguments}}}}});
        QJsonObject whole = common;
        whole.insert("object"_L1, u"chat.completion"_s);
        whole.insert("choices"_L1,
                     QJsonArray{QJsonObject{{u"index"_s, 0}, {u"message"_s, message}, {u"finish_reason"_s, finish}}});
        whole.insert("usage"_L1, usage);
        new StreamedReply(m_clock, askedAt, std::move(responder), head,
                          {{latency, QJsonDocument(whole).toJson(QJsonDocument::Compact)}}, this);
        return;
    }

    const auto chunk = [&common](const QJsonObject &delta, const QJsonValue &finishReason) {
        QJsonObject object = common;
        object.insert("object"_L1, u"chat.completion.chunk"_s);
        object.insert("choices"_L1, QJsonArray{QJsonObject{
                                        {u"index"_s, 0}, {u"delta"_s, delta}, {u"finish_reason"_s, finishReason}}});
        return eventOf(object);
    };
    const auto callDelta = [](const QJsonObject &part) { return QJsonObject{{u"tool_calls"_s, QJsonArray{part}}}; };
    head.contentType = "text/event-stream";
    std::deque<StreamedReply::Piece> pieces;
    pieces.push_back({latency, chunk({{u"role"_s, u"assistant"_s}, {u"content"_s, QString()}}, QJsonValue::Null)});
    if (!reply.text.isEmpty())
        for (const QString &piece : streamedPieces(reply.text))
            pieces.push_back({kBetweenDeltas, chunk({{u"content"_s, piece}}, QJsonValue::Null)});
    if (calls) {
        pieces.push_back(
            {kBetweenDeltas,
             chunk(callDelta({{u"index"_s, 0},
                              {u"id"_s, callId},
                              {u"type"_s, u"function"_s},
                              {u"function"_s, QJsonObject{{u"name"_s, reply.function}, {u"arguments"_s, QString()}}}}),
                   QJsonValue::Null)});
        const qsizetype half = arguments.size() / 2;
        for (const QString &part : {arguments.left(half), arguments.mid(half)})
            pieces.push_back({kBetweenDeltas,
                              chunk(callDelta({{u"index"_s, 0}, {u"function"_s, QJsonObject{{u"arguments"_s, part}}}}),
                                    QJsonValue::Null)});
    }
    pieces.push_back({0ms, chunk({}, finish)});
    if (asked.value("stream_options"_L1).toObject().value("include_usage"_L1).toBool()) {
        QJsonObject last = common;
        last.insert("object"_L1, u"chat.completion.chunk"_s);
        last.insert("choices"_L1, QJsonArray());
        last.insert("usage"_L1, usage);
        pieces.push_back({0ms, eventOf(last)});
    }
    pieces.push_back({0ms, "data: [DONE]\n\n"});
    new StreamedReply(m_clock, askedAt, std::move(responder), head, std::move(pieces), this);
}

} // namespace engine::practice
