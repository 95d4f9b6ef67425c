#include "engine/dialogue/gemini/gemini_codec.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QtTest>

#include <numeric>

using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;
using namespace engine::dialogue::gemini;

namespace {

QJsonObject object(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject())
        qFatal("not a JSON object: %s (%s)", json.constData(), qPrintable(error.errorString()));
    return document.object();
}

QJsonArray array(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).array();
}

Message user(const QString &text)
{
    return {.role = Message::Role::User, .text = text};
}

Message agent(const QString &text, const std::vector<ModelToolCall> &calls = {})
{
    return {.role = Message::Role::Agent, .text = text, .toolCalls = calls};
}

Message result(const QString &id, const QJsonObject &value)
{
    return {.role = Message::Role::ToolResult, .toolId = id, .toolName = u"find_slots"_s, .toolResult = value};
}

GeminiSettings settings(const QString &model = u"gemini-3.6-flash"_s)
{
    return {.apiKey = Secret("key-123"), .model = model};
}

QJsonObject encoded(const ModelRequest &request, const QString &model = u"gemini-3.6-flash"_s)
{
    return object(encodeRequest(request, settings(model), quickestThinking(model)));
}

QJsonArray contentsOf(const std::vector<Message> &messages, const QString &model = u"gemini-3.6-flash"_s)
{
    return encoded({.messages = messages}, model).value("contents"_L1).toArray();
}

struct Reading
{
    QString text;
    Result<ModelAnswer> answer;
};

Reading readPieces(const QByteArray &body, const std::vector<qsizetype> &cuts)
{
    GeminiAnswerReader reader(settings(), 1);
    QString text;
    qsizetype at = 0;
    for (const qsizetype cut : cuts) {
        text += reader.push(QByteArrayView(body).sliced(at, cut - at));
        at = cut;
    }
    text += reader.push(QByteArrayView(body).sliced(at));
    QString last;
    Result<ModelAnswer> answer = reader.finish(last);
    return {text + last, answer};
}

Reading read(const QByteArray &body)
{
    return readPieces(body, {});
}

QByteArray sse(const QByteArray &json)
{
    return "data: " + json + "\n\n";
}

QByteArray textEvent(const QByteArray &text, const QByteArray &finish = {})
{
    return sse("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}],\"role\":\"model\"}" +
               (finish.isEmpty() ? QByteArray() : ",\"finishReason\":\"" + finish + '"') + "}]}");
}

// The answer of the protocol page, word for word, with a character of several bytes added.
const QByteArray kTextStream =
    R"(data: {"candidates":[{"content":{"parts":[{"text":"Of course. "}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":214,"candidatesTokenCount":3,"totalTokenCount":217,"promptTokensDetails":[{"modality":"TEXT","tokenCount":214}]},"modelVersion":"gemini-3.6-flash","responseId":"kq0maf3LPI6"}

data: {"candidates":[{"content":{"parts":[{"text":"Tuesday at nine or half past two? 😀"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":214,"candidatesTokenCount":12,"totalTokenCount":226},"modelVersion":"gemini-3.6-flash","responseId":"kq0maf3LPI6"}

data: {"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"EjQKMgG+Pv..."}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":214,"candidatesTokenCount":12,"totalTokenCount":226},"modelVersion":"gemini-3.6-flash","responseId":"kq0maf3LPI6"}

)";

const QByteArray kCallStream =
    R"(data: {"candidates":[{"content":{"parts":[{"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":80,"candidatesTokenCount":17,"thoughtsTokenCount":5,"totalTokenCount":102}}

data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":80,"candidatesTokenCount":17,"thoughtsTokenCount":5,"totalTokenCount":102}}

)";

const QByteArray kKeyError =
    R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",
 "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com",
   "metadata":{"service":"generativelanguage.googleapis.com"}}]}})";

const QByteArray kQuotaError =
    R"({"error":{"code":429,"message":"You exceeded your current quota...","status":"RESOURCE_EXHAUSTED",
 "details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel","quotaDimensions":{"location":"global","model":"gemini-3.6-flash"},"quotaValue":"1000"}]},
  {"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"...","url":"..."}]},
  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})";

const QByteArray kOverloaded = R"({
  "error": {
    "code": 503,
    "message": "The model is overloaded. Please try again later.",
    "status": "UNAVAILABLE"
  }
})";

} // namespace

class TestGeminiCodec : public QObject
{
    Q_OBJECT
private slots:
    void aWholeRequestLooksAsThePageSays();
    void urlsAreBuiltFromTheBase_data();
    void urlsAreBuiltFromTheBase();
    void emptySectionsAreLeftOut();
    void anAgentFirstCallIsSeeded();
    void theRequestEndsWithTheUser();
    void userTextsInARowShareAContent();
    void vendorPartsGoBackUnchanged();
    void strangersPartsAreRewrittenWithTheDummySignature();
    void oldModelsGetNoDummySignature();
    void responsesEqualCalls();
    void idsAreEchoedOnlyWhenGiven();
    void schemasAreCutToTheSubset();
    void thinkingFollowsTheModelTable_data();
    void thinkingFollowsTheModelTable();
    void thinkingIsNeverSentTwice();
    void aRefusedThinkingLevelIsRaised_data();
    void aRefusedThinkingLevelIsRaised();

    void textStreamIsRead();
    void callStreamIsRead();
    void streamsMayBeSplitAnywhere_data();
    void streamsMayBeSplitAnywhere();
    void everyTruncationIsAFailureWithoutFinishReason();
    void allLineEndsAreTaken_data();
    void allLineEndsAreTaken();
    void usageIsOverwritten();
    void thoughtsAreNeverSpoken();
    void signedPartsAreNeverMerged();
    void callsWithoutIdOrArgumentsAreCompleted();
    void severalCallsAndTextMayShareAnAnswer();
    void lastEventMayLackItsBlankLine();
    void chunksWithoutContentAreSkipped();
    void unknownFieldsAndReasonsAreTolerated();
    void junkIsNoAnswer();
    void failuresHaveTheirCode_data();
    void failuresHaveTheirCode();
    void bareErrorsAreFoundWhereverTheyAreSplit();
    void anErrorEndsTheReading();
    void refusalsAreTold_data();
    void refusalsAreTold();
    void theKeyIsNeverInAnError();
    void anAnswerGoesBackAsItCame();
};

void TestGeminiCodec::aWholeRequestLooksAsThePageSays()
{
    const ModelRequest request{
        .systemPrompt = u"You are the phone assistant of a dental practice. Answer in one or two sentences."_s,
        .messages = {user(u"Hello?"_s), agent(u"Good morning, this is Ana from Bright Dental."_s),
                     user(u"Can I move my appointment to Tuesday?"_s)},
        .tools = {
            {.name = u"find_slots"_s,
             .description = u"Free appointments on a day"_s,
             .parameters = object(
                 R"({"type":"object","properties":{"day":{"type":"string","description":"ISO date"}},"required":["day"]})")}}};
    const QJsonObject expected = object(R"({
 "systemInstruction":{"parts":[{"text":"You are the phone assistant of a dental practice. Answer in one or two sentences."}]},
 "contents":[
  {"role":"user","parts":[{"text":"Hello?"}]},
  {"role":"model","parts":[{"text":"Good morning, this is Ana from Bright Dental."}]},
  {"role":"user","parts":[{"text":"Can I move my appointment to Tuesday?"}]}],
 "tools":[{"functionDeclarations":[{"name":"find_slots","description":"Free appointments on a day",
   "parameters":{"type":"OBJECT","properties":{"day":{"type":"STRING","description":"ISO date"}},"required":["day"]}}]}],
 "toolConfig":{"functionCallingConfig":{"mode":"AUTO"}},
 "generationConfig":{"maxOutputTokens":4096,"thinkingConfig":{"thinkingLevel":"minimal"}}})");
    QCOMPARE(encoded(request), expected);
}

void TestGeminiCodec::urlsAreBuiltFromTheBase_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("url");
    QTest::newRow("vendor")
        << u"https://generativelanguage.googleapis.com"_s << u"gemini-3.6-flash"_s
        << u"https://generativelanguage.googleapis.com/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse"_s;
    QTest::newRow("slash") << u"http://127.0.0.1:9000/"_s << u"models/gemini-3.6-flash"_s
                           << u"http://127.0.0.1:9000/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse"_s;
    QTest::newRow("prefix") << u"http://proxy/google/"_s << u"x"_s
                            << u"http://proxy/google/v1beta/models/x:streamGenerateContent?alt=sse"_s;
}

void TestGeminiCodec::urlsAreBuiltFromTheBase()
{
    QFETCH(QString, base);
    QFETCH(QString, model);
    QFETCH(QString, url);
    GeminiSettings given = settings(model);
    given.baseUrl = QUrl(base);
    QCOMPARE(streamUrl(given).toString(), url);
    QVERIFY(listUrl(given).toString().endsWith(u"/v1beta/models?pageSize=1"_s));
}

void TestGeminiCodec::emptySectionsAreLeftOut()
{
    const QJsonObject body = encoded({.systemPrompt = u"  "_s, .messages = {user(u"Hi."_s)}});
    QCOMPARE(body.keys(), (QStringList{u"contents"_s, u"generationConfig"_s}));
    const QJsonObject tool = encoded({.tools = {{.name = u"end_call"_s, .description = u"Hang up"_s}}})
                                 .value("tools"_L1)[0]["functionDeclarations"_L1][0]
                                 .toObject();
    QCOMPARE(tool, object(R"({"name":"end_call","description":"Hang up"})"));
}

void TestGeminiCodec::anAgentFirstCallIsSeeded()
{
    const QJsonArray seeded = array(R"json([
        {"role":"user","parts":[{"text":"(call connected)"}]},
        {"role":"model","parts":[{"text":"Hello, this is Ana."}]},
        {"role":"user","parts":[{"text":"Hi."}]}])json");
    QCOMPARE(contentsOf({agent(u"Hello, this is Ana."_s), user(u"Hi."_s)}), seeded);
    const QJsonArray onlySeed = array(R"json([{"role":"user","parts":[{"text":"(call connected)"}]}])json");
    QCOMPARE(contentsOf({}), onlySeed);
}

void TestGeminiCodec::theRequestEndsWithTheUser()
{
    const QJsonObject silence = object(R"json({"role":"user","parts":[{"text":"(silence)"}]})json");
    QCOMPARE(contentsOf({user(u"Hi."_s), agent(u"Hello."_s)}).last().toObject(), silence);
}

void TestGeminiCodec::userTextsInARowShareAContent()
{
    QCOMPARE(contentsOf({user(u"Hi."_s), user(u"Anyone?"_s)}),
             array(R"([{"role":"user","parts":[{"text":"Hi."},{"text":"Anyone?"}]}])"));
}

void TestGeminiCodec::vendorPartsGoBackUnchanged()
{
    Message answer = agent(u"Let me see."_s, {{.id = u"lpndqlku"_s, .name = u"find_slots"_s}});
    answer.vendor = u"gemini"_s;
    answer.vendorParts = array(
        R"([{"text":"Let me see."},{"text":"","thoughtSignature":"AAAA"},
            {"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}])");
    const QJsonArray contents =
        contentsOf({user(u"Tuesday?"_s), answer, result(u"lpndqlku"_s, object(R"({"output":["09:00","14:30"]})"))});
    QCOMPARE(contents[1].toObject().value("parts"_L1).toArray(), answer.vendorParts);
    QCOMPARE(
        contents[2].toObject(),
        object(
            R"({"role":"user","parts":[{"functionResponse":{"id":"lpndqlku","name":"find_slots","response":{"output":["09:00","14:30"]}}}]})"));
}

void TestGeminiCodec::strangersPartsAreRewrittenWithTheDummySignature()
{
    Message answer =
        agent(u"Let me see."_s, {{.id = u"call_1"_s, .name = u"find_slots"_s, .arguments = {{u"day"_s, u"x"_s}}},
                                 {.id = u"call_2"_s, .name = u"find_slots"_s}});
    answer.vendor = u"openai"_s;
    answer.vendorParts = array(R"([{"id":"call_1"}])");
    const QJsonArray contents =
        contentsOf({user(u"Tuesday?"_s), answer, result(u"call_1"_s, {}), result(u"call_2"_s, {})});
    const QJsonObject expectedFirst = object(R"({"role":"model","parts":[{"text":"Let me see."},
        {"functionCall":{"name":"find_slots","args":{"day":"x"}},"thoughtSignature":"skip_thought_signature_validator"},
        {"functionCall":{"name":"find_slots","args":{}}}]})");
    QCOMPARE(contents[1].toObject(), expectedFirst);
    const QJsonObject expectedSecond = object(R"({"role":"user","parts":[
        {"functionResponse":{"name":"find_slots","response":{}}},{"functionResponse":{"name":"find_slots","response":{}}}]})");
    QCOMPARE(contents[2].toObject(), expectedSecond);
}

void TestGeminiCodec::oldModelsGetNoDummySignature()
{
    const QJsonArray contents =
        contentsOf({user(u"Hi."_s), agent({}, {{.id = u"a"_s, .name = u"f"_s}})}, u"gemini-2.5-flash"_s);
    QVERIFY(!contents[1]["parts"_L1][0].toObject().contains("thoughtSignature"_L1));
}

void TestGeminiCodec::responsesEqualCalls()
{
    const QJsonArray contents =
        contentsOf({user(u"Hi."_s), agent({}, {{.id = u"a"_s, .name = u"f"_s}, {.id = u"b"_s, .name = u"g"_s}}),
                    result(u"b"_s, {{u"output"_s, 1}}), user(u"Stop!"_s)});
    QCOMPARE(contents.size(), 4);
    const QJsonArray responses = contents[2]["parts"_L1].toArray();
    QCOMPARE(responses.size(), 2);
    QCOMPARE(responses[0]["functionResponse"_L1].toObject(),
             object(R"({"name":"f","response":{"error":"cancelled by caller"}})"));
    QCOMPARE(responses[1]["functionResponse"_L1]["response"_L1].toObject(), object(R"({"output":1})"));
    QCOMPARE(contents[3].toObject(), object(R"({"role":"user","parts":[{"text":"Stop!"}]})"));
}

void TestGeminiCodec::idsAreEchoedOnlyWhenGiven()
{
    const Reading reading = read(sse(
        R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"find_slots"}}]},"finishReason":"STOP"}]})"));
    QVERIFY(reading.answer);
    const Message message = reading.answer->message;
    const QJsonArray contents = contentsOf({user(u"Hi."_s), message, result(message.toolCalls.front().id, {})});
    QCOMPARE(contents[1].toObject(), object(R"({"role":"model","parts":[{"functionCall":{"name":"find_slots"}}]})"));
    QCOMPARE(contents[2].toObject(),
             object(R"({"role":"user","parts":[{"functionResponse":{"name":"find_slots","response":{}}}]})"));
}

void TestGeminiCodec::schemasAreCutToTheSubset()
{
    const QJsonObject given = object(R"({"$schema":"x","type":"object","additionalProperties":false,"properties":{
        "name":{"type":["string","null"],"minLength":1},
        "kind":{"const":"a"},
        "choice":{"type":"string","enum":["a","b"]},
        "list":{"type":"array","items":{"type":"integer","$ref":"#/x","minimum":1}},
        "either":{"oneOf":[{"type":"string"},{"type":"number"}]}},"required":["name"]})");
    const QJsonObject parameters = encoded({.tools = {{.name = u"f"_s, .description = u"d"_s, .parameters = given}}})
                                       .value("tools"_L1)[0]["functionDeclarations"_L1][0]["parameters"_L1]
                                       .toObject();
    const QJsonObject expected = object(R"({"type":"OBJECT","properties":{
        "name":{"type":"STRING","nullable":true,"minLength":1},
        "kind":{"enum":["a"]},
        "choice":{"type":"STRING","enum":["a","b"]},
        "list":{"type":"ARRAY","items":{"type":"INTEGER","minimum":1}},
        "either":{"anyOf":[{"type":"STRING"},{"type":"NUMBER"}]}},"required":["name"]})");
    QCOMPARE(parameters, expected);
}

void TestGeminiCodec::thinkingFollowsTheModelTable_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("budget"); // -2: none
    QTest::addColumn<QString>("level");
    const auto row = [](const char *model, int budget, const QString &level) {
        QTest::newRow(model) << QString::fromLatin1(model) << budget << level;
    };
    row("gemini-2.5-flash", 0, {});
    row("gemini-2.5-flash-lite", 0, {});
    row("gemini-2.5-pro", 128, {});
    row("gemini-3-flash", -2, u"minimal"_s);
    row("gemini-3-flash-preview", -2, u"minimal"_s);
    row("gemini-3.1-flash-lite", -2, u"minimal"_s);
    row("gemini-3.5-flash-lite", -2, u"minimal"_s);
    row("gemini-3.5-flash", -2, u"minimal"_s);
    row("gemini-3.6-flash", -2, u"minimal"_s);
    row("models/gemini-3.6-flash", -2, u"minimal"_s);
    row("gemini-3.7-flash", -2, u"low"_s);
    row("gemini-3.8-flash", -2, u"low"_s);
    row("gemini-3.10-flash", -2, u"low"_s);
    row("gemini-3.1-pro", -2, u"low"_s);
    row("gemini-4-argon", -2, u"low"_s);
    row("gemini-flash-latest", -2, u"low"_s);
    row("gemini-2.0-flash", -2, {});
    row("gemma-3-27b-it", -2, {});
}

void TestGeminiCodec::thinkingFollowsTheModelTable()
{
    QFETCH(QString, model);
    QFETCH(int, budget);
    QFETCH(QString, level);
    const Thinking thinking = quickestThinking(model);
    QCOMPARE(thinking.budget.value_or(-2), budget);
    QCOMPARE(thinking.level, level);
}

void TestGeminiCodec::thinkingIsNeverSentTwice()
{
    const auto config = [](const Thinking &thinking) {
        return object(encodeRequest({}, settings(), thinking)).value("generationConfig"_L1).toObject();
    };
    QCOMPARE(config({.budget = 0}).value("thinkingConfig"_L1).toObject(), object(R"({"thinkingBudget":0})"));
    QCOMPARE(config({.level = u"low"_s}).value("thinkingConfig"_L1).toObject(), object(R"({"thinkingLevel":"low"})"));
    QCOMPARE(config({.budget = 5, .level = u"low"_s}).value("thinkingConfig"_L1).toObject().size(), 1);
    QVERIFY(!config({}).contains("thinkingConfig"_L1));
}

void TestGeminiCodec::aRefusedThinkingLevelIsRaised_data()
{
    QTest::addColumn<QString>("level");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("again");
    QTest::addColumn<QString>("next");
    QTest::newRow("minimal")
        << u"minimal"_s
        << u"Thinking level MINIMAL is not supported for this model. Please retry with other thinking level."_s << true
        << u"low"_s;
    QTest::newRow("low") << u"low"_s << u"Thinking level LOW is not supported for this model."_s << true << u"medium"_s;
    QTest::newRow("high") << u"high"_s << u"Thinking level HIGH is not supported for this model."_s << true
                          << QString();
    QTest::newRow("levels unknown") << u"low"_s << u"Thinking level is not supported for this model."_s << true
                                    << QString();
    QTest::newRow("nothing left") << QString() << u"Thinking level is not supported for this model."_s << false
                                  << QString();
    QTest::newRow("something else") << u"minimal"_s << u"Requests ending with a model turn are not supported."_s
                                    << false << QString();
}

void TestGeminiCodec::aRefusedThinkingLevelIsRaised()
{
    QFETCH(QString, level);
    QFETCH(QString, message);
    QFETCH(bool, again);
    QFETCH(QString, next);
    const QJsonObject error{{u"code"_s, 400}, {u"message"_s, message}, {u"status"_s, u"INVALID_ARGUMENT"_s}};
    const auto thinking = nextThinking({.level = level}, QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson());
    QCOMPARE(thinking.has_value(), again);
    if (again)
        QVERIFY(*thinking == Thinking{.level = next});
    QVERIFY(!nextThinking({.level = level}, "<html>Bad Gateway</html>"));
}

void TestGeminiCodec::textStreamIsRead()
{
    const Reading reading = read(kTextStream);
    QCOMPARE(reading.text, u"Of course. Tuesday at nine or half past two? 😀"_s);
    QVERIFY(reading.answer);
    const ModelAnswer &answer = *reading.answer;
    QCOMPARE(answer.message.text, reading.text);
    QCOMPARE(answer.message.role, Message::Role::Agent);
    QCOMPARE(answer.message.vendor, u"gemini"_s);
    QVERIFY(answer.message.toolCalls.empty());
    QCOMPARE(
        answer.message.vendorParts,
        array(
            R"([{"text":"Of course. Tuesday at nine or half past two? 😀"},{"text":"","thoughtSignature":"EjQKMgG+Pv..."}])"));
    QCOMPARE(answer.usage.promptTokens, 214);
    QCOMPARE(answer.usage.outputTokens, 12);
}

void TestGeminiCodec::callStreamIsRead()
{
    const Reading reading = read(kCallStream);
    QCOMPARE(reading.text, QString());
    QVERIFY(reading.answer);
    const ModelAnswer &answer = *reading.answer;
    QVERIFY(answer.message.toolCalls ==
            (std::vector<ModelToolCall>{
                {.id = u"lpndqlku"_s, .name = u"find_slots"_s, .arguments = {{u"day"_s, u"2026-11-24"_s}}}}));
    QCOMPARE(
        answer.message.vendorParts,
        array(
            R"([{"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}])"));
    QCOMPARE(answer.usage.outputTokens, 22); // thoughts are billed as output
}

void TestGeminiCodec::streamsMayBeSplitAnywhere_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("text") << kTextStream;
    QTest::newRow("call") << kCallStream;
    QTest::newRow("text CRLF") << QByteArray(kTextStream).replace("\n", "\r\n");
}

void TestGeminiCodec::streamsMayBeSplitAnywhere()
{
    QFETCH(QByteArray, body);
    const Reading whole = read(body);
    QVERIFY(whole.answer);
    for (qsizetype at = 0; at <= body.size(); ++at) {
        const Reading split = readPieces(body, {at});
        QCOMPARE(split.text, whole.text);
        QVERIFY(split.answer == whole.answer);
    }
    std::vector<qsizetype> everyByte(static_cast<size_t>(body.size()));
    std::iota(everyByte.begin(), everyByte.end(), 0);
    QVERIFY(readPieces(body, everyByte).answer == whole.answer);
}

void TestGeminiCodec::everyTruncationIsAFailureWithoutFinishReason()
{
    const qsizetype lastEvent = kTextStream.lastIndexOf("data: ");
    for (qsizetype length = 0; length < lastEvent; ++length) {
        const Reading reading = read(kTextStream.first(length));
        QVERIFY2(!reading.answer, qPrintable(QString::number(length)));
        QCOMPARE(reading.answer.error().code, u"model_busy"_s);
        QVERIFY(u"Of course. Tuesday at nine or half past two? 😀"_s.startsWith(reading.text));
    }
    for (qsizetype length = lastEvent; length < kTextStream.size(); ++length) {
        const Reading reading = read(kTextStream.first(length));
        const bool wholeEvent = length >= kTextStream.size() - 2;
        QCOMPARE(reading.answer.has_value(), wholeEvent);
    }
}

void TestGeminiCodec::allLineEndsAreTaken_data()
{
    QTest::addColumn<QByteArray>("lineEnd");
    QTest::newRow("LF") << QByteArray("\n");
    QTest::newRow("CRLF") << QByteArray("\r\n");
    QTest::newRow("CR") << QByteArray("\r");
}

void TestGeminiCodec::allLineEndsAreTaken()
{
    QFETCH(QByteArray, lineEnd);
    QVERIFY(read(QByteArray(kTextStream).replace("\n", lineEnd)).answer == read(kTextStream).answer);
}

void TestGeminiCodec::usageIsOverwritten()
{
    const auto usage = [](int prompt, int output) {
        return sse("{\"usageMetadata\":{\"promptTokenCount\":" + QByteArray::number(prompt) +
                   ",\"candidatesTokenCount\":" + QByteArray::number(output) + "}}");
    };
    const Reading reading = read(usage(10, 1) + textEvent("Hi.", "STOP") + usage(10, 4));
    QVERIFY(reading.answer);
    QCOMPARE(reading.answer->usage, (pipeline::ModelUsage{.promptTokens = 10, .outputTokens = 4}));
}

void TestGeminiCodec::thoughtsAreNeverSpoken()
{
    const Reading reading = read(sse(
        R"({"candidates":[{"content":{"parts":[{"text":"They want Tuesday.","thought":true},{"text":"Sure."}]},"finishReason":"STOP"}]})"));
    QCOMPARE(reading.text, u"Sure."_s);
    QCOMPARE(reading.answer->message.text, u"Sure."_s);
    QCOMPARE(reading.answer->message.vendorParts, array(R"([{"text":"Sure."}])"));
}

void TestGeminiCodec::signedPartsAreNeverMerged()
{
    const Reading reading = read(
        textEvent("A") + textEvent("B") +
        sse(R"({"candidates":[{"content":{"parts":[{"text":"C","thoughtSignature":"s1"},{"text":"D"}]}}]})") +
        sse(R"({"candidates":[{"content":{"parts":[{"text":"E"},{"text":"","thoughtSignature":"s2"}]},"finishReason":"STOP"}]})"));
    QCOMPARE(reading.text, u"ABCDE"_s);
    QCOMPARE(
        reading.answer->message.vendorParts,
        array(
            R"([{"text":"AB"},{"text":"C","thoughtSignature":"s1"},{"text":"DE"},{"text":"","thoughtSignature":"s2"}])"));
}

void TestGeminiCodec::callsWithoutIdOrArgumentsAreCompleted()
{
    const QByteArray body = sse(
        R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"end_call"}},{"functionCall":{"name":"end_call"}}]},"finishReason":"STOP"}]})");
    const Reading reading = read(body);
    QVERIFY(reading.answer);
    const auto &calls = reading.answer->message.toolCalls;
    QCOMPARE(calls.size(), size_t(2));
    QVERIFY(!calls[0].id.isEmpty());
    QVERIFY(calls[0].id != calls[1].id);
    QCOMPARE(calls[0].arguments, QJsonObject());

    GeminiAnswerReader nextRequest(settings(), 2);
    QCOMPARE(nextRequest.push(body), QString());
    QString last;
    QVERIFY(nextRequest.finish(last)->message.toolCalls[0].id != calls[0].id);
}

void TestGeminiCodec::severalCallsAndTextMayShareAnAnswer()
{
    const Reading reading = read(
        textEvent("One second.") +
        sse(R"({"candidates":[{"content":{"parts":[{"functionCall":{"id":"a","name":"f","args":{"x":1}},"thoughtSignature":"s"},{"functionCall":{"id":"b","name":"g"}}]}}]})") +
        sse(R"({"candidates":[{"content":{"parts":[{"functionCall":{"id":"c","name":"h"}}]}}]})") +
        textEvent("", "STOP"));
    QCOMPARE(reading.text, u"One second."_s);
    QVERIFY(reading.answer);
    QStringList ids;
    for (const ModelToolCall &call : reading.answer->message.toolCalls)
        ids.append(call.id);
    QCOMPARE(ids, (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(reading.answer->message.vendorParts.size(), 4);
}

void TestGeminiCodec::lastEventMayLackItsBlankLine()
{
    const Reading reading = read((textEvent("Hi. ") + textEvent("There.", "STOP")).trimmed());
    QCOMPARE(reading.text, u"Hi. There."_s);
    QVERIFY(reading.answer);
}

void TestGeminiCodec::chunksWithoutContentAreSkipped()
{
    const Reading reading =
        read(sse("{}") + sse(R"({"candidates":[]})") + sse(R"({"candidates":[{}]})") +
             sse(R"({"candidates":[{"content":{}}]})") + sse(R"({"candidates":[{"content":{"parts":[]}}]})") +
             sse(R"({"candidates":[{"content":{"parts":[{}]}}]})") + textEvent("Hi.", "STOP") +
             sse(R"({"usageMetadata":{"promptTokenCount":3}})"));
    QCOMPARE(reading.text, u"Hi."_s);
    QVERIFY(reading.answer);
    QCOMPARE(reading.answer->message.vendorParts, array(R"([{"text":"Hi."}])"));
}

void TestGeminiCodec::unknownFieldsAndReasonsAreTolerated()
{
    const Reading reading = read(sse(
        R"({"new":[1],"candidates":[{"content":{"parts":[{"text":"Hi."},{"novelty":{"a":1}}],"extra":2},"finishReason":"BRAND_NEW"}]})"));
    QCOMPARE(reading.text, u"Hi."_s);
    QVERIFY(reading.answer);
}

void TestGeminiCodec::junkIsNoAnswer()
{
    for (const QByteArray &body :
         {QByteArray("data: \xff\xfe\x00\n\n"), QByteArray("data: [1,2]\n\n"), QByteArray("data: 7\n\n"),
          QByteArray("<html><body>502 Bad Gateway</body></html>"), QByteArray("{\"x\":1}"), QByteArray(1000, '\xff'),
          QByteArray("data: {\"candidates\":7}\n\n")}) {
        const Reading reading = read(body);
        QVERIFY(!reading.answer);
        QCOMPARE(reading.answer.error().code, u"model_busy"_s);
        QCOMPARE(reading.text, QString());
    }
}

void TestGeminiCodec::failuresHaveTheirCode_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    for (const char *reason : {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "OTHER"})
        QTest::newRow(reason) << textEvent("Well, ", reason) << u"model_blocked"_s;
    QTest::newRow("blocked prompt") << sse(R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}})")
                                    << u"model_blocked"_s;
    for (const char *reason : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"})
        QTest::newRow(reason) << sse("{\"candidates\":[{\"finishReason\":\"" + QByteArray(reason) + "\"}]}")
                              << u"model_malformed_call"_s;
    QTest::newRow("STOP without words") << textEvent("", "STOP") << u"model_empty"_s;
    QTest::newRow("only thoughts") << sse(R"({"candidates":[{"finishReason":"MAX_TOKENS"}]})") << u"model_empty"_s;
    QTest::newRow("no finish reason") << textEvent("Hi.") << u"model_busy"_s;
    QTest::newRow("empty body") << QByteArray() << u"model_busy"_s;
    QTest::newRow("bare error after 200") << kOverloaded << u"model_busy"_s;
    QTest::newRow("bare error after text") << textEvent("Hi.") + kOverloaded << u"model_busy"_s;
    QTest::newRow("bare error in an array") << QByteArray("[" + kOverloaded + "]") << u"model_busy"_s;
    QTest::newRow("error event") << sse(R"({"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}})")
                                 << u"model_busy"_s;
    QTest::newRow("error event, bad key") << sse(QByteArray(kKeyError).replace('\n', ' ')) << u"model_refused"_s;
    QTest::newRow("error without a code") << sse(R"({"error":{"message":"?"}})") << u"model_busy"_s;
    QTest::newRow("event too large") << "data: " + QByteArray(SseParser::kMaxEventBytes + 1, 'x') << u"model_busy"_s;
}

void TestGeminiCodec::failuresHaveTheirCode()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    const Reading reading = read(body);
    QVERIFY(!reading.answer);
    QCOMPARE(reading.answer.error().code, code);
    QVERIFY(!reading.answer.error().message.isEmpty());
}

void TestGeminiCodec::bareErrorsAreFoundWhereverTheyAreSplit()
{
    const QByteArray body = textEvent("Hi.") + kOverloaded;
    for (qsizetype at = 0; at <= body.size(); ++at) {
        const Reading reading = readPieces(body, {at});
        QCOMPARE(reading.text, u"Hi."_s);
        QCOMPARE(reading.answer.error().code, u"model_busy"_s);
        QVERIFY(reading.answer.error().message.contains("overloaded"_L1));
    }
}

void TestGeminiCodec::anErrorEndsTheReading()
{
    GeminiAnswerReader reader(settings(), 1);
    QCOMPARE(reader.push(textEvent("Hi.")), u"Hi."_s);
    QVERIFY(!reader.isOver());
    QCOMPARE(reader.push(kOverloaded), QString());
    QVERIFY(reader.isOver());
}

void TestGeminiCodec::refusalsAreTold_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("word");
    const auto simple = [](const QByteArray &message, const QByteArray &status) {
        return QByteArray("{\"error\":{\"message\":\"" + message + "\",\"status\":\"" + status + "\"}}");
    };
    const int settingsFault = static_cast<int>(Fault::Settings);
    const int vendor = static_cast<int>(Fault::Vendor);
    const int program = static_cast<int>(Fault::Program);
    QTest::newRow("bad key") << 400 << kKeyError << u"model_refused"_s << settingsFault << u"GOOGLE_API_KEY"_s;
    QTest::newRow("unauthenticated") << 401 << simple("x", "UNAUTHENTICATED") << u"model_refused"_s << settingsFault
                                     << u"GOOGLE_API_KEY"_s;
    QTest::newRow("forbidden") << 403 << simple("leaked", "PERMISSION_DENIED") << u"model_refused"_s << settingsFault
                               << u"leaked"_s;
    QTest::newRow("no such model") << 404 << simple("models/x is not found for API version v1beta", "NOT_FOUND")
                                   << u"model_refused"_s << settingsFault << u"gemini-3.6-flash"_s;
    QTest::newRow("billing") << 400 << simple("User location is not supported", "FAILED_PRECONDITION")
                             << u"model_refused"_s << settingsFault << u"location"_s;
    QTest::newRow("our mistake") << 400 << simple("Invalid JSON payload received. Unknown name", "INVALID_ARGUMENT")
                                 << u"model_refused"_s << program << u"Unknown name"_s;
    QTest::newRow("quota") << 429 << kQuotaError << u"model_busy"_s << vendor << u"quota"_s;
    QTest::newRow("cancelled") << 499 << simple("x", "CANCELLED") << u"model_busy"_s << vendor << u"499"_s;
    QTest::newRow("internal") << 500 << simple("x", "INTERNAL") << u"model_busy"_s << vendor << u"500"_s;
    QTest::newRow("overloaded") << 503 << kOverloaded << u"model_busy"_s << vendor << u"overloaded"_s;
    QTest::newRow("deadline") << 504 << simple("x", "DEADLINE_EXCEEDED") << u"model_busy"_s << vendor << u"504"_s;
    QTest::newRow("front end") << 502 << QByteArray("<html>Bad Gateway</html>") << u"model_busy"_s << vendor
                               << u"502"_s;
    QTest::newRow("array form") << 503 << QByteArray("[" + kOverloaded + "]") << u"model_busy"_s << vendor
                                << u"overloaded"_s;
    QTest::newRow("empty") << 500 << QByteArray() << u"model_busy"_s << vendor << u"500"_s;
}

void TestGeminiCodec::refusalsAreTold()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    QFETCH(int, fault);
    QFETCH(QString, word);
    const Error error = refusal(status, body, settings());
    QCOMPARE(error.code, code);
    QCOMPARE(static_cast<int>(error.fault), fault);
    QVERIFY2(error.message.contains(word), qPrintable(error.message));
    QVERIFY(error.message.size() < 400);
}

void TestGeminiCodec::theKeyIsNeverInAnError()
{
    const QByteArray body = R"({"error":{"code":403,"message":"Key key-123 was reported as leaked."}})";
    QVERIFY(!refusal(403, body, settings()).message.contains("key-123"_L1));
}

void TestGeminiCodec::anAnswerGoesBackAsItCame()
{
    const Reading reading = read(kCallStream);
    const QJsonArray contents = contentsOf({user(u"Tuesday?"_s), reading.answer->message,
                                            result(u"lpndqlku"_s, object(R"({"output":["09:00","14:30"]})"))});
    const QJsonArray expected = array(R"([{"role":"user","parts":[{"text":"Tuesday?"}]},
{"role":"model","parts":[{"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}]},
{"role":"user","parts":[{"functionResponse":{"id":"lpndqlku","name":"find_slots","response":{"output":["09:00","14:30"]}}}]}])");
    QCOMPARE(contents, expected);
}

DIALDESK_TEST(TestGeminiCodec)
#include "tst_gemini_codec.moc"
