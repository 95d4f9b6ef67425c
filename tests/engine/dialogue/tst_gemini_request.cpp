#include "engine/dialogue/gemini/gemini_codec.h"
#include "tests/engine/dialogue/codec_bench.h"
#include "tests/support/test_program.h"

using namespace engine::dialogue::gemini;
using namespace codec_bench;

namespace {

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

} // namespace

/// What is sent to Gemini for a conversation.
class TestGeminiRequest : public QObject
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
    void schemasAreCutToTheSubset();
    void thinkingFollowsTheModelTable_data();
    void thinkingFollowsTheModelTable();
    void thinkingIsNeverSentTwice();
    void aRefusedThinkingLevelIsRaised_data();
    void aRefusedThinkingLevelIsRaised();
};

void TestGeminiRequest::aWholeRequestLooksAsThePageSays()
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

void TestGeminiRequest::urlsAreBuiltFromTheBase_data()
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

void TestGeminiRequest::urlsAreBuiltFromTheBase()
{
    QFETCH(QString, base);
    QFETCH(QString, model);
    QFETCH(QString, url);
    GeminiSettings given = settings(model);
    given.baseUrl = QUrl(base);
    QCOMPARE(streamUrl(given).toString(), url);
    QVERIFY(listUrl(given).toString().endsWith(u"/v1beta/models?pageSize=1"_s));
}

void TestGeminiRequest::emptySectionsAreLeftOut()
{
    const QJsonObject body = encoded({.systemPrompt = u"  "_s, .messages = {user(u"Hi."_s)}});
    QCOMPARE(body.keys(), (QStringList{u"contents"_s, u"generationConfig"_s}));
    const QJsonObject tool = encoded({.tools = {{.name = u"end_call"_s, .description = u"Hang up"_s}}})
                                 .value("tools"_L1)[0]["functionDeclarations"_L1][0]
                                 .toObject();
    QCOMPARE(tool, object(R"({"name":"end_call","description":"Hang up"})"));
}

void TestGeminiRequest::anAgentFirstCallIsSeeded()
{
    const QJsonArray seeded = array(R"json([
        {"role":"user","parts":[{"text":"(call connected)"}]},
        {"role":"model","parts":[{"text":"Hello, this is Ana."}]},
        {"role":"user","parts":[{"text":"Hi."}]}])json");
    QCOMPARE(contentsOf({agent(u"Hello, this is Ana."_s), user(u"Hi."_s)}), seeded);
    const QJsonArray onlySeed = array(R"json([{"role":"user","parts":[{"text":"(call connected)"}]}])json");
    QCOMPARE(contentsOf({}), onlySeed);
}

void TestGeminiRequest::theRequestEndsWithTheUser()
{
    const QJsonObject silence = object(R"json({"role":"user","parts":[{"text":"(silence)"}]})json");
    QCOMPARE(contentsOf({user(u"Hi."_s), agent(u"Hello."_s)}).last().toObject(), silence);
}

void TestGeminiRequest::userTextsInARowShareAContent()
{
    QCOMPARE(contentsOf({user(u"Hi."_s), user(u"Anyone?"_s)}),
             array(R"([{"role":"user","parts":[{"text":"Hi."},{"text":"Anyone?"}]}])"));
}

void TestGeminiRequest::vendorPartsGoBackUnchanged()
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

void TestGeminiRequest::strangersPartsAreRewrittenWithTheDummySignature()
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

void TestGeminiRequest::oldModelsGetNoDummySignature()
{
    const QJsonArray contents =
        contentsOf({user(u"Hi."_s), agent({}, {{.id = u"a"_s, .name = u"f"_s}})}, u"gemini-2.5-flash"_s);
    QVERIFY(!contents[1]["parts"_L1][0].toObject().contains("thoughtSignature"_L1));
}

void TestGeminiRequest::responsesEqualCalls()
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

void TestGeminiRequest::schemasAreCutToTheSubset()
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

void TestGeminiRequest::thinkingFollowsTheModelTable_data()
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

void TestGeminiRequest::thinkingFollowsTheModelTable()
{
    QFETCH(QString, model);
    QFETCH(int, budget);
    QFETCH(QString, level);
    const Thinking thinking = quickestThinking(model);
    QCOMPARE(thinking.budget.value_or(-2), budget);
    QCOMPARE(thinking.level, level);
}

void TestGeminiRequest::thinkingIsNeverSentTwice()
{
    const auto config = [](const Thinking &thinking) {
        return object(encodeRequest({}, settings(), thinking)).value("generationConfig"_L1).toObject();
    };
    QCOMPARE(config({.budget = 0}).value("thinkingConfig"_L1).toObject(), object(R"({"thinkingBudget":0})"));
    QCOMPARE(config({.level = u"low"_s}).value("thinkingConfig"_L1).toObject(), object(R"({"thinkingLevel":"low"})"));
    QCOMPARE(config({.budget = 5, .level = u"low"_s}).value("thinkingConfig"_L1).toObject().size(), 1);
    QVERIFY(!config({}).contains("thinkingConfig"_L1));
}

void TestGeminiRequest::aRefusedThinkingLevelIsRaised_data()
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

void TestGeminiRequest::aRefusedThinkingLevelIsRaised()
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

DIALDESK_TEST(TestGeminiRequest)
#include "tst_gemini_request.moc"
