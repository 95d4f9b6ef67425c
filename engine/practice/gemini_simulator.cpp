#include "engine/practice/gemini_simulator.h"

#include "engine/base/random.h"
#include "engine/practice/query_parameters.h"
#include "engine/practice/token_estimate.h"

#include <QJsonDocument>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kBetweenChunks = 60ms;
constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 1000;
constexpr int kSignatureBytes = 160;

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

server::Response jsonResponse(const QJsonObject &body, int status = 200)
{
    server::Response response;
    response.status = status;
    response.contentType = "application/json; charset=UTF-8";
    response.body = QJsonDocument(body).toJson(QJsonDocument::Indented);
    return response;
}

server::Response errorResponse(const GeminiError &error, bool inArray = false)
{
    server::Response response = jsonResponse(error.toJson(), error.code);
    if (inArray)
        response.body = "[" + response.body.trimmed() + "\n]\n";
    return response;
}

std::optional<GeminiError> keyProblem(const server::Request &request)
{
    QByteArray key = request.header("x-goog-api-key").trimmed();
    if (key.isEmpty())
        key = QueryParameters(request.target).first(u"key").value_or(QString()).toUtf8();
    if (key.isEmpty())
        return GeminiError{
            403,
            u"PERMISSION_DENIED"_s,
            u"Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
            "other form of API consumer identity to call this API."_s,
            {}};
    if (key == "bad")
        return GeminiError{
            400,
            u"INVALID_ARGUMENT"_s,
            u"API key not valid. Please pass a valid API key."_s,
            {QJsonObject{{u"@type"_s, u"type.googleapis.com/google.rpc.ErrorInfo"_s},
                         {u"reason"_s, u"API_KEY_INVALID"_s},
                         {u"domain"_s, u"googleapis.com"_s},
                         {u"metadata"_s, QJsonObject{{u"service"_s, u"generativelanguage.googleapis.com"_s}}}}}};
    return std::nullopt;
}

GeminiError unknownModel(const server::Request &request, const QString &name, const QString &method)
{
    const QString version = request.path.section(u'/', 1, 1);
    return {
        404,
        u"NOT_FOUND"_s,
        u"models/%1 is not found for API version %2, or is not supported for %3. Call ListModels to see the list of "
        "available models and their supported methods."_s.arg(name, version, method),
        {}};
}

QJsonObject describe(const GeminiModel &model)
{
    return {{u"name"_s, QString(u"models/"_s + model.name)},
            {u"version"_s, u"001"_s},
            {u"displayName"_s, model.name},
            {u"description"_s, u"Scripted model of the practice line"_s},
            {u"inputTokenLimit"_s, 1'048'576},
            {u"outputTokenLimit"_s, 65'536},
            {u"supportedGenerationMethods"_s, QJsonArray{u"generateContent"_s, u"countTokens"_s}},
            {u"thinking"_s, true}};
}

int promptTokensOf(const AgentConversation &conversation)
{
    int tokens = estimatedTokens(conversation.instruction.size());
    for (const auto &line : conversation.lines)
        tokens += estimatedTokens(line.text.size());
    return tokens;
}

} // namespace

server::Response geminiModelList(const server::Request &request)
{
    if (const auto problem = keyProblem(request))
        return errorResponse(*problem);
    const QueryParameters query(request.target);
    const int size = std::clamp(query.first(u"pageSize").value_or(QString::number(kDefaultPage)).toInt(), 1, kMaxPage);
    const auto &models = geminiModels();
    const auto total = static_cast<int>(models.size());
    const int from = std::clamp(query.first(u"pageToken").value_or(QString()).toInt(), 0, total);
    QJsonArray page;
    for (int i = from; i < std::min(from + size, total); ++i)
        page.append(describe(models[static_cast<std::size_t>(i)]));
    QJsonObject body{{u"models"_s, page}};
    if (from + size < total)
        body.insert("nextPageToken"_L1, QString::number(from + size));
    return jsonResponse(body);
}

server::Response geminiModel(const server::Request &request)
{
    if (const auto problem = keyProblem(request))
        return errorResponse(*problem);
    const QString name = request.captures.value(0);
    const GeminiModel *model = findGeminiModel(name);
    return model ? jsonResponse(describe(*model)) : errorResponse(unknownModel(request, name, u"getModel"_s));
}

GeminiSimulator::GeminiSimulator(server::HttpServer &server, Clock &clock, Random &random,
                                 std::chrono::milliseconds latency, QObject *parent)
    : QObject(parent), m_clock(clock), m_random(random), m_latency(latency)
{
    server.route("GET", u"/v1beta/models"_s, [](const server::Request &request, server::Responder responder) {
        responder.send(geminiModelList(request));
    });
    server.route("GET", u"/v1beta/models/*"_s, [](const server::Request &request, server::Responder responder) {
        responder.send(geminiModel(request));
    });
    for (const QString &pattern : {u"/v1beta/models/*"_s, u"/v1/models/*"_s})
        server.route("POST", pattern, [this](const server::Request &request, server::Responder responder) {
            answerPost(request, std::move(responder));
        });
}

void GeminiSimulator::answerPost(const server::Request &request, server::Responder responder)
{
    const QString resource = request.captures.value(0);
    const QString name = resource.section(u':', 0, 0);
    const QString method = resource.section(u':', 1);
    static const QStringList methods{u"streamGenerateContent"_s, u"generateContent"_s, u"countTokens"_s};
    const QueryParameters query(request.target);
    const bool events = query.first(u"alt") == u"sse"_s;
    const bool array = method == "streamGenerateContent"_L1 && !events;

    if (!methods.contains(method))
        return responder.send(errorResponse({404, u"NOT_FOUND"_s, u"Requested entity was not found."_s, {}}));
    if (const auto problem = keyProblem(request))
        return responder.send(errorResponse(*problem, array));
    const GeminiModel *model = findGeminiModel(name);
    if (!model)
        return responder.send(errorResponse(unknownModel(request, name, method), array));
    if (method == "countTokens"_L1) {
        const auto tokens = countGeminiTokens(request.body);
        if (!tokens)
            return responder.send(errorResponse(tokens.error()));
        return responder.send(
            jsonResponse({{u"totalTokens"_s, *tokens},
                          {u"promptTokensDetails"_s,
                           QJsonArray{QJsonObject{{u"modality"_s, u"TEXT"_s}, {u"tokenCount"_s, *tokens}}}}}));
    }
    generate(request, std::move(responder), *model,
             method == "generateContent"_L1 ? Form::Whole : (events ? Form::Events : Form::Array));
}

void GeminiSimulator::generate(const server::Request &request, server::Responder responder, const GeminiModel &model,
                               Form form)
{
    const auto askedAt = m_clock.now();
    const auto conversation = parseGeminiRequest(request.body, model);
    if (!conversation)
        return responder.send(errorResponse(conversation.error(), form == Form::Array));
    // Only the contents tell one conversation from another; settings may differ between tries.
    if (m_busyOnce.isBusyNow(*conversation, compact({{u"c"_s, QJsonDocument::fromJson(request.body).object().value("contents"_L1)}})))
        return responder.send(errorResponse(
            {503, u"UNAVAILABLE"_s, u"The model is overloaded. Please try again later."_s, {}}, form == Form::Array));

    const std::chrono::milliseconds wait = asksForSlowModel(*conversation) ? kSlowModelTakes : m_latency;
    const QList<QJsonObject> answer = events(replyOfAva(*conversation), model, promptTokensOf(*conversation));
    server::Response head;
    head.contentType = form == Form::Events ? "text/event-stream" : "application/json; charset=UTF-8";
    std::deque<StreamedReply::Piece> pieces;
    if (form == Form::Whole) {
        // One object with all parts; the last event knows how it ended.
        QJsonArray parts;
        for (const QJsonObject &event : answer)
            for (const QJsonValue &part :
                 event["candidates"_L1].toArray().first().toObject()["content"_L1].toObject()["parts"_L1].toArray())
                parts.append(part);
        QJsonObject whole = answer.last();
        QJsonObject candidate = whole["candidates"_L1].toArray().first().toObject();
        candidate.insert("content"_L1, QJsonObject{{u"parts"_s, parts}, {u"role"_s, u"model"_s}});
        whole.insert("candidates"_L1, QJsonArray{candidate});
        pieces.push_back({wait, QJsonDocument(whole).toJson(QJsonDocument::Indented)});
    } else {
        for (qsizetype i = 0; i < answer.size(); ++i) {
            QByteArray bytes;
            if (form == Form::Events)
                bytes = "data: " + compact(answer[i]) + "\r\n\r\n";
            else
                bytes = (i == 0 ? "[" : ",\r\n") + compact(answer[i]) + (i + 1 == answer.size() ? "]" : "");
            // Each event in two writes, cut in the middle, because a network does not keep events together either.
            const qsizetype half = bytes.size() / 2;
            pieces.push_back({i == 0 ? wait : std::chrono::milliseconds(kBetweenChunks), bytes.left(half)});
            pieces.push_back({0ms, bytes.mid(half)});
        }
    }
    new StreamedReply(m_clock, askedAt, std::move(responder), std::move(head), std::move(pieces), this);
}

QList<QJsonObject> GeminiSimulator::events(const AgentReply &reply, const GeminiModel &model, int promptTokens)
{
    const QString responseId = QString::fromLatin1(
        m_random.hex(9).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals).left(22));
    const auto signature = [this] { return makeThoughtSignature(m_random.hex(kSignatureBytes)); };
    QList<QJsonArray> parts;
    if (!reply.text.isEmpty())
        for (const QString &piece : streamedPieces(reply.text))
            parts.append(QJsonArray{QJsonObject{{u"text"_s, piece}}});
    if (!reply.function.isEmpty()) {
        QJsonObject call{{u"name"_s, reply.function}, {u"args"_s, QJsonObject{{u"reason"_s, reply.reason}}}};
        QJsonObject part;
        if (model.needsSignatures) {
            call.insert("id"_L1, QString::fromLatin1(m_random.hex(4)));
            part.insert("thoughtSignature"_L1, signature());
        }
        part.insert("functionCall"_L1, call);
        parts.append(QJsonArray{part});
        parts.append(QJsonArray{QJsonObject{{u"text"_s, QString()}}});
    } else if (model.needsSignatures) {
        parts.append(QJsonArray{QJsonObject{{u"text"_s, QString()}, {u"thoughtSignature"_s, signature()}}});
    } else if (parts.isEmpty()) {
        parts.append(QJsonArray{QJsonObject{{u"text"_s, QString()}}});
    }

    QList<QJsonObject> all;
    int candidateTokens = 0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        QJsonObject candidate{{u"content"_s, QJsonObject{{u"parts"_s, parts[i]}, {u"role"_s, u"model"_s}}},
                              {u"index"_s, 0}};
        if (i + 1 == parts.size())
            candidate.insert("finishReason"_L1, u"STOP"_s);
        const QJsonObject part = parts[i].first().toObject();
        const QString text = part.value("text"_L1).toString();
        candidateTokens += part.contains("functionCall"_L1) ? 12 : (text.isEmpty() ? 0 : estimatedTokens(text.size()));
        // Cumulative on every event; zero values are left out.
        QJsonObject usage{{u"promptTokenCount"_s, promptTokens},
                          {u"totalTokenCount"_s, promptTokens + candidateTokens},
                          {u"promptTokensDetails"_s,
                           QJsonArray{QJsonObject{{u"modality"_s, u"TEXT"_s}, {u"tokenCount"_s, promptTokens}}}}};
        if (candidateTokens > 0)
            usage.insert("candidatesTokenCount"_L1, candidateTokens);
        all.append({{u"candidates"_s, QJsonArray{candidate}},
                    {u"usageMetadata"_s, usage},
                    {u"modelVersion"_s, model.servedBy},
                    {u"responseId"_s, responseId}});
    }
    return all;
}

} // namespace engine::practice
