#include "engine/dialogue/openai/openai_codec.h"
#include "tests/engine/dialogue/codec_bench.h"
#include "tests/support/test_program.h"

#include <numeric>

using namespace engine::dialogue::openai;
using namespace codec_bench;

namespace {

OpenAiSettings local()
{
    return {.apiKey = Secret("key-123"), .baseUrl = QUrl(u"http://127.0.0.1:8080/v1"_s), .model = u"local-model"_s};
}

QJsonArray messagesOf(const std::vector<Message> &messages)
{
    return object(encodeRequest({.messages = messages}, local())).value("messages"_L1).toArray();
}

Reading readPieces(const QByteArray &body, const std::vector<qsizetype> &cuts)
{
    return codec_bench::readPieces(OpenAiAnswerReader(local(), 1), body, cuts);
}

Reading read(const QByteArray &body)
{
    return readPieces(body, {});
}

QByteArray delta(const QByteArray &json)
{
    return sse("{\"choices\":[{\"index\":0,\"delta\":" + json + ",\"finish_reason\":null}]}");
}

QByteArray content(const QByteArray &text)
{
    return delta("{\"content\":\"" + text + "\"}");
}

QByteArray finish(const QByteArray &reason)
{
    return sse("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
}

const QByteArray kDone = "data: [DONE]\n\n";

// The answers of the protocol page, with a character of several bytes added.
const QByteArray kTextStream =
    R"(data: {"id":"chatcmpl-a1","object":"chat.completion.chunk","created":1764060000,"model":"local-model","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-a1","object":"chat.completion.chunk","created":1764060000,"model":"local-model","choices":[{"index":0,"delta":{"content":"Yes, nine"},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-a1","object":"chat.completion.chunk","created":1764060000,"model":"local-model","choices":[{"index":0,"delta":{"content":" sharp 😀"},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-a1","object":"chat.completion.chunk","created":1764060000,"model":"local-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-a1","object":"chat.completion.chunk","created":1764060000,"model":"local-model","choices":[],"usage":{"prompt_tokens":88,"completion_tokens":9,"total_tokens":97,"prompt_tokens_details":{"cached_tokens":64}}}

data: [DONE]

)";

// ~ stands for an escaped quote, which old versions of moc stumble over in a raw string.
const QByteArray kCallStream =
    QByteArray(
        R"(data: {"id":"chatcmpl-a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_7f","type":"function","function":{"name":"find_slots","arguments":""}}]},"finish_reason":null}]}

data: {"id":"chatcmpl-a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{~day~:~2026-"}}]},"finish_reason":null}]}

data: {"id":"chatcmpl-a1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"11-24~}"}}]},"finish_reason":null}]}

data: {"id":"chatcmpl-a1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

data: [DONE]

)")
        .replace("~", "\\\"");

std::vector<ModelToolCall> slotCall()
{
    return {{.id = u"call_7f"_s, .name = u"find_slots"_s, .arguments = {{u"day"_s, u"2026-11-24"_s}}}};
}

} // namespace

class TestOpenAiCodec : public QObject
{
    Q_OBJECT
private slots:
    void aWholeRequestLooksAsThePageSays();
    void openAiItselfIsAskedInItsNewerWords();
    void optionalFieldsAreSentOnlyWhenSet();
    void toolsWithoutParametersHaveAnEmptySchema();
    void neighboursOfOneRoleAreJoined();
    void everyCallIsAnswered();
    void callsGoBackAsTheyCame();
    void strangersCallsAreRewritten();
    void urlsAndLocality();
    void warmUpAsksForOneToken();

    void textStreamIsRead();
    void callStreamIsRead();
    void streamsMayBeSplitAnywhere_data();
    void streamsMayBeSplitAnywhere();
    void everyTruncationBeforeTheFinishReasonIsAFailure();
    void serversMayDeviate_data();
    void serversMayDeviate();
    void toolCallsMayDeviate_data();
    void toolCallsMayDeviate();
    void missingOrDoubledIdsAreMadeUnique();
    void reasoningIsNeverSpoken_data();
    void reasoningIsNeverSpoken();
    void usageIsTheLatest();
    void nothingBehindDoneCounts();
    void failuresHaveTheirCode_data();
    void failuresHaveTheirCode();
    void refusalsAreTold_data();
    void refusalsAreTold();
    void theKeyIsNeverInAnError();
};

void TestOpenAiCodec::aWholeRequestLooksAsThePageSays()
{
    const QJsonObject parameters =
        object(R"({"type":"object","properties":{"day":{"type":"string"}},"required":["day"]})");
    const ModelRequest request{
        .systemPrompt = u"You are a phone assistant. One or two sentences."_s,
        .messages = {user(u"Any slot on Tuesday?"_s), agent({}, slotCall()),
                     result(u"call_7f"_s, object(R"({"slots":["09:00","14:30"]})"))},
        .tools = {{.name = u"find_slots"_s, .description = u"Free appointments on a day"_s, .parameters = parameters}}};
    OpenAiSettings settings = local();
    settings.maxTokens = 300;
    settings.temperature = 0.6;
    const QJsonObject expected = object(R"({"model":"local-model","stream":true,"stream_options":{"include_usage":true},
 "messages":[
  {"role":"system","content":"You are a phone assistant. One or two sentences."},
  {"role":"user","content":"Any slot on Tuesday?"},
  {"role":"assistant","content":null,"tool_calls":[{"id":"call_7f","type":"function",
     "function":{"name":"find_slots","arguments":"{\"day\":\"2026-11-24\"}"}}]},
  {"role":"tool","tool_call_id":"call_7f","content":"{\"slots\":[\"09:00\",\"14:30\"]}"}],
 "tools":[{"type":"function","function":{"name":"find_slots","description":"Free appointments on a day",
   "parameters":{"type":"object","properties":{"day":{"type":"string"}},"required":["day"]}}}],
 "max_tokens":300,"temperature":0.6})");
    QCOMPARE(object(encodeRequest(request, settings)), expected);
}

void TestOpenAiCodec::openAiItselfIsAskedInItsNewerWords()
{
    OpenAiSettings settings{.apiKey = Secret("k"), .model = u"gpt"_s};
    const QJsonObject body = object(encodeRequest({}, settings));
    QVERIFY(body.contains("max_completion_tokens"_L1));
    QVERIFY(!body.contains("max_tokens"_L1));
    QCOMPARE(body.value("stream_options"_L1).toObject(),
             object(R"({"include_usage":true,"include_obfuscation":false})"));
    settings.maxTokensField = u"max_tokens"_s;
    QVERIFY(object(encodeRequest({}, settings)).contains("max_tokens"_L1));
}

void TestOpenAiCodec::optionalFieldsAreSentOnlyWhenSet()
{
    QCOMPARE(object(encodeRequest({}, local())).keys(),
             (QStringList{u"max_tokens"_s, u"messages"_s, u"model"_s, u"stream"_s, u"stream_options"_s}));
    OpenAiSettings settings = local();
    settings.reasoningEffort = u"none"_s;
    QCOMPARE(object(encodeRequest({}, settings)).value("reasoning_effort"_L1).toString(), u"none"_s);
}

void TestOpenAiCodec::toolsWithoutParametersHaveAnEmptySchema()
{
    const QJsonObject body =
        object(encodeRequest({.tools = {{.name = u"end_call"_s, .description = u"Hang up"_s}}}, local()));
    const QJsonObject expected = object(R"({"type":"function","function":{"name":"end_call",
        "description":"Hang up","parameters":{"type":"object","properties":{}}}})");
    QCOMPARE(body.value("tools"_L1)[0].toObject(), expected);
}

void TestOpenAiCodec::neighboursOfOneRoleAreJoined()
{
    const QJsonArray joined = array(R"json([
        {"role":"user","content":"(call connected)"},
        {"role":"assistant","content":"Hello.\nStill there?"},
        {"role":"user","content":"Yes.\nGo on."}])json");
    QCOMPARE(messagesOf({agent(u"Hello."_s), agent(u"Still there?"_s), user(u"Yes."_s), user(u"Go on."_s)}), joined);
}

void TestOpenAiCodec::everyCallIsAnswered()
{
    const QJsonArray expected = array(R"([
        {"role":"user","content":"Hi."},
        {"role":"assistant","content":"Wait.","tool_calls":[{"id":"call_7f","type":"function",
           "function":{"name":"find_slots","arguments":"{\"day\":\"2026-11-24\"}"}}]},
        {"role":"tool","tool_call_id":"call_7f","content":"{\"error\":\"cancelled by caller\"}"},
        {"role":"user","content":"Stop!"}])");
    QCOMPARE(messagesOf({user(u"Hi."_s), agent(u"Wait."_s, slotCall()), user(u"Stop!"_s)}), expected);
}

void TestOpenAiCodec::callsGoBackAsTheyCame()
{
    // The way of Gemini's compatible door: no index, arguments whole, a signature that must come back.
    const Reading reading = read(
        delta(
            R"({"tool_calls":[{"id":"a","type":"function","function":{"name":"find_slots","arguments":"{\"day\": \"x\"}"},"extra_content":{"google":{"thought_signature":"sig"}}}]})") +
        finish("tool_calls") + kDone);
    QVERIFY(reading.answer);
    const QJsonArray messages = messagesOf({user(u"Hi."_s), reading.answer->message, result(u"a"_s, {})});
    const QJsonObject expected = object(R"({"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function",
        "function":{"name":"find_slots","arguments":"{\"day\": \"x\"}"},
        "extra_content":{"google":{"thought_signature":"sig"}}}]})");
    QCOMPARE(messages[1].toObject(), expected);
    QCOMPARE(messages[2].toObject(), object(R"({"role":"tool","tool_call_id":"a","content":"{}"})"));
}

void TestOpenAiCodec::strangersCallsAreRewritten()
{
    Message answer = agent({}, {{.id = u"x"_s, .name = u"f"_s}});
    answer.vendor = u"gemini"_s;
    answer.vendorParts = array(R"([{"functionCall":{"id":"x","name":"f"}}])");
    QCOMPARE(messagesOf({user(u"Hi."_s), answer})[1].toObject().value("tool_calls"_L1).toArray(),
             array(R"([{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}])"));
}

void TestOpenAiCodec::urlsAndLocality()
{
    OpenAiSettings settings = local();
    QCOMPARE(chatUrl(settings).toString(), u"http://127.0.0.1:8080/v1/chat/completions"_s);
    QCOMPARE(modelsUrl(settings).toString(), u"http://127.0.0.1:8080/v1/models"_s);
    QVERIFY(isLocal(settings));
    settings.baseUrl = QUrl(u"http://localhost:11434/v1/"_s);
    QCOMPARE(chatUrl(settings).toString(), u"http://localhost:11434/v1/chat/completions"_s);
    QVERIFY(isLocal(settings));
    QVERIFY(!isLocal(OpenAiSettings{}));
}

void TestOpenAiCodec::warmUpAsksForOneToken()
{
    QCOMPARE(object(encodeWarmUp(local())),
             object(R"({"model":"local-model","max_tokens":1,"messages":[{"role":"user","content":"Hello"}]})"));
}

void TestOpenAiCodec::textStreamIsRead()
{
    const Reading reading = read(kTextStream);
    QCOMPARE(reading.text, u"Yes, nine sharp 😀"_s);
    QVERIFY(reading.answer);
    QCOMPARE(reading.answer->message.text, reading.text);
    QCOMPARE(reading.answer->message.role, Message::Role::Agent);
    QCOMPARE(reading.answer->message.vendor, u"openai"_s);
    QVERIFY(reading.answer->message.toolCalls.empty());
    QCOMPARE(reading.answer->usage, (pipeline::ModelUsage{.promptTokens = 88, .outputTokens = 9}));
}

void TestOpenAiCodec::callStreamIsRead()
{
    const Reading reading = read(kCallStream);
    QCOMPARE(reading.text, QString());
    QVERIFY(reading.answer);
    QVERIFY(reading.answer->message.toolCalls == slotCall());
}

void TestOpenAiCodec::streamsMayBeSplitAnywhere_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("text") << kTextStream;
    QTest::newRow("calls") << kCallStream;
    QTest::newRow("text CRLF") << QByteArray(kTextStream).replace("\n", "\r\n");
    QTest::newRow("thoughts") << content("<think>Hmm, nine?</think>\\n\\nNine.") + finish("stop") + kDone;
}

void TestOpenAiCodec::streamsMayBeSplitAnywhere()
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

void TestOpenAiCodec::everyTruncationBeforeTheFinishReasonIsAFailure()
{
    const qsizetype finishEvent = kTextStream.indexOf("\n\n", kTextStream.indexOf("\"stop\""));
    for (qsizetype length = 0; length < finishEvent; ++length) {
        const Reading reading = read(kTextStream.first(length));
        QVERIFY2(!reading.answer, qPrintable(QString::number(length)));
        QCOMPARE(reading.answer.error().code, u"model_busy"_s);
    }
    for (qsizetype length = finishEvent; length < kTextStream.size(); ++length)
        QVERIFY(read(kTextStream.first(length)).answer);
}

void TestOpenAiCodec::serversMayDeviate_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no [DONE]") << content("Nine.") + finish("stop");
    QTest::newRow("no finish reason") << content("Nine.") + kDone;
    QTest::newRow("keep-alive comments") << ": ping\n\n" + content("Ni") + ":\n\n: x\n" + content("ne.") +
                                                finish("stop");
    QTest::newRow("role on every chunk") << delta(R"({"role":"assistant","content":"Ni"})") +
                                                delta(R"({"role":"assistant","content":"ne."})") + finish("stop") +
                                                kDone;
    QTest::newRow("null content") << delta(R"({"role":"assistant","content":null})") + content("Nine.") +
                                         finish("stop");
    QTest::newRow("null delta") << delta("null") + content("Nine.") + finish("stop");
    QTest::newRow("no delta") << sse(R"({"choices":[{"index":0}]})") + content("Nine.") + finish("stop");
    QTest::newRow("empty choices") << sse(R"({"choices":[],"prompt_filter_results":[]})") + content("Nine.") +
                                          finish("stop");
    QTest::newRow("refusal") << delta(R"({"refusal":"Nine."})") + finish("stop");
    QTest::newRow("error null") << sse(R"({"error":null,"choices":[{"delta":{"content":"Nine."}}]})") + finish("stop");
    QTest::newRow("obfuscation") << sse(R"({"obfuscation":"x7","choices":[{"delta":{"content":"Nine."}}]})") +
                                        finish("stop");
    QTest::newRow("length") << content("Nine.") + finish("length") + kDone;
    QTest::newRow("no blank behind data:")
        << QByteArray("data:{\"choices\":[{\"delta\":{\"content\":\"Nine.\"}}]}\n\ndata:[DONE]\n\n");
    QTest::newRow("last event cut") << content("Nine.") + finish("stop") + "data: {\"choi";
}

void TestOpenAiCodec::serversMayDeviate()
{
    QFETCH(QByteArray, body);
    const Reading reading = read(body);
    QCOMPARE(reading.text, u"Nine."_s);
    QVERIFY(reading.answer);
    QCOMPARE(reading.answer->message.text, u"Nine."_s);
}

void TestOpenAiCodec::toolCallsMayDeviate_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("calls"); // "id name arguments"
    QTest::newRow("whole in one fragment")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]})") +
               finish("tool_calls")
        << QStringList{u"a f {\"x\":1}"_s};
    QTest::newRow("without index")
        << delta(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]})") +
               delta(R"({"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{}"}}]})") + finish("tool_calls")
        << QStringList{u"a f {\"x\":1}"_s, u"b g {}"_s};
    QTest::newRow("without index, in fragments")
        << delta(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]})") +
               delta(R"({"tool_calls":[{"function":{"arguments":":1}"}}]})") + finish("tool_calls")
        << QStringList{u"a f {\"x\":1}"_s};
    QTest::newRow("index from 1")
        << delta(R"({"tool_calls":[{"index":1,"id":"a","function":{"name":"f","arguments":"{}"}}]})") +
               finish("tool_calls")
        << QStringList{u"a f {}"_s};
    QTest::newRow("several in one delta")
        << delta(
               R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]})") +
               finish("tool_calls")
        << QStringList{u"a f {}"_s, u"b g {}"_s};
    QTest::newRow("interleaved")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]})") +
               delta(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]})") +
               delta(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})") +
               delta(R"({"tool_calls":[{"index":1,"function":{"arguments":"}"}}]})") + finish("tool_calls")
        << QStringList{u"a f {\"x\":1}"_s, u"b g {}"_s};
    QTest::newRow("finish stop")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})") + finish("stop")
        << QStringList{u"a f {}"_s};
    QTest::newRow("empty arguments")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]})") +
               finish("tool_calls")
        << QStringList{u"a f {}"_s};
    QTest::newRow("no arguments") << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]})") +
                                         finish("tool_calls")
                                  << QStringList{u"a f {}"_s};
    QTest::newRow("arguments as an object")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}]})") +
               finish("tool_calls")
        << QStringList{u"a f {\"x\":1}"_s};
    QTest::newRow("id on every fragment")
        << delta(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]})") +
               delta(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"}"}}]})") + finish("tool_calls")
        << QStringList{u"a f {}"_s};
}

void TestOpenAiCodec::toolCallsMayDeviate()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, calls);
    const Reading reading = read(content("Wait. ") + body + kDone);
    QCOMPARE(reading.text, u"Wait. "_s);
    QVERIFY(reading.answer);
    QStringList found;
    for (const ModelToolCall &call : reading.answer->message.toolCalls)
        found.append(call.id + u' ' + call.name + u' ' +
                     QString::fromUtf8(QJsonDocument(call.arguments).toJson(QJsonDocument::Compact)));
    QCOMPARE(found, calls);
}

void TestOpenAiCodec::missingOrDoubledIdsAreMadeUnique()
{
    const Reading reading = read(
        delta(
            R"({"tool_calls":[{"index":0,"function":{"name":"f"}},{"index":1,"id":"a","function":{"name":"f"}}, {"index":2,"id":"a","function":{"name":"f"}}]})") +
        finish("tool_calls"));
    QVERIFY(reading.answer);
    QSet<QString> ids;
    for (const ModelToolCall &call : reading.answer->message.toolCalls)
        ids.insert(call.id);
    QCOMPARE(ids.size(), 3);
    QVERIFY(!ids.contains(QString()));
    // What goes back names them the same.
    QCOMPARE(reading.answer->message.vendorParts[2]["id"_L1].toString(), reading.answer->message.toolCalls[2].id);
}

void TestOpenAiCodec::reasoningIsNeverSpoken_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("reasoning_content") << delta(R"({"reasoning_content":"Hmm."})") + content("Nine.");
    QTest::newRow("reasoning") << delta(R"({"reasoning":"Hmm."})") + content("Nine.");
    QTest::newRow("think tags") << content("<think>Hmm.</think>Nine.");
    QTest::newRow("think tags and blanks") << content("<think>\\nHmm.\\n</think>\\n\\nNine.");
    QTest::newRow("tags in pieces") << content("<th") + content("ink>Hm") + content("m.</th") + content("ink") +
                                           content(">Ni") + content("ne.");
    QTest::newRow("two blocks") << content("<think>a</think><think>b</think>Nine.");
    QTest::newRow("block at the end") << content("Nine.<think>was that right?");
    QTest::newRow("empty block") << content("<think></think>Nine.");
}

void TestOpenAiCodec::reasoningIsNeverSpoken()
{
    QFETCH(QByteArray, body);
    const Reading reading = read(body + finish("stop") + kDone);
    QCOMPARE(reading.text, u"Nine."_s);
    QCOMPARE(reading.answer->message.text, u"Nine."_s);

    // What only looks like a tag is text.
    QCOMPARE(read(content("2 <") + content(" 3 and a <thi") + finish("stop")).text, u"2 < 3 and a <thi"_s);
}

void TestOpenAiCodec::usageIsTheLatest()
{
    const Reading reading = read(
        sse(R"({"choices":[{"delta":{"content":"Nine."}}],"usage":{"prompt_tokens":5,"completion_tokens":1}})") +
        sse(R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":3}})") +
        sse(R"({"choices":[],"usage":null})") + kDone);
    QCOMPARE(reading.answer->usage, (pipeline::ModelUsage{.promptTokens = 5, .outputTokens = 3}));
}

void TestOpenAiCodec::nothingBehindDoneCounts()
{
    OpenAiAnswerReader reader(local(), 1);
    QCOMPARE(reader.push(content("Nine.")), u"Nine."_s);
    QVERIFY(!reader.isOver());
    QCOMPARE(reader.push(finish("stop") + kDone + content("More.")), QString());
    QVERIFY(reader.isOver());
    QString last;
    QVERIFY(reader.finish(last));
    QCOMPARE(last, QString());
}

void TestOpenAiCodec::failuresHaveTheirCode_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::newRow("empty body") << QByteArray() << u"model_busy"_s;
    QTest::newRow("broken off") << content("Nine") << u"model_busy"_s;
    QTest::newRow("error event") << content("Nine") +
                                        sse(R"({"error":{"message":"out of memory","type":"server_error"}})") + kDone
                                 << u"model_busy"_s;
    QTest::newRow("error as text") << sse(R"({"error":"out of memory"})") << u"model_busy"_s;
    QTest::newRow("error line") << content("Nine") + "error: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n"
                                << u"model_busy"_s;
    QTest::newRow("bare error") << QByteArray("{\"error\":{\"message\":\"x\"}}") << u"model_busy"_s;
    QTest::newRow("context overflow")
        << sse(R"({"error":{"code":400,"message":"too long","type":"exceed_context_size_error","n_ctx":4096}})")
        << u"model_refused"_s;
    QTest::newRow("content filter") << content("Well") + finish("content_filter") + kDone << u"model_blocked"_s;
    QTest::newRow("no words") << delta(R"({"role":"assistant","content":""})") + finish("stop") + kDone
                              << u"model_empty"_s;
    QTest::newRow("only thoughts") << content("<think>Hmm") + finish("length") + kDone << u"model_empty"_s;
    QTest::newRow("only [DONE]") << kDone << u"model_empty"_s;
    QTest::newRow("invalid arguments")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]})") +
               finish("tool_calls") + kDone
        << u"model_malformed_call"_s;
    QTest::newRow("arguments no object")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"[1]"}}]})") +
               finish("tool_calls")
        << u"model_malformed_call"_s;
    QTest::newRow("no name") << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]})") +
                                    finish("stop")
                             << u"model_malformed_call"_s;
    QTest::newRow("call cut by length")
        << delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})") +
               finish("length") + kDone
        << u"model_malformed_call"_s;
    QTest::newRow("junk") << QByteArray(500, '\xff') << u"model_busy"_s;
    QTest::newRow("HTML") << QByteArray("<html>\n<body>502</body>\n</html>\n") << u"model_busy"_s;
    QTest::newRow("event too large") << "data: " + QByteArray(SseParser::kMaxEventBytes + 1, 'x') << u"model_busy"_s;
}

void TestOpenAiCodec::failuresHaveTheirCode()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    const Reading reading = read(body);
    QVERIFY(!reading.answer);
    QCOMPARE(reading.answer.error().code, code);
    QVERIFY(!reading.answer.error().message.isEmpty());
}

void TestOpenAiCodec::refusalsAreTold_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("word");
    const auto error = [](const QByteArray &message, const QByteArray &type, const QByteArray &code) {
        return QByteArray("{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type +
                          "\",\"param\":null,\"code\":" + code + "}}");
    };
    const int settingsFault = static_cast<int>(Fault::Settings);
    const int vendor = static_cast<int>(Fault::Vendor);
    const int program = static_cast<int>(Fault::Program);
    const QString refused = u"model_refused"_s;
    const QString busy = u"model_busy"_s;
    QTest::newRow("401") << 401 << error("Incorrect API key provided", "invalid_request_error", "\"invalid_api_key\"")
                         << refused << settingsFault << u"key"_s;
    QTest::newRow("403") << 403 << error("region", "permission_error", "null") << refused << settingsFault
                         << u"region"_s;
    QTest::newRow("404") << 404 << error("model not found", "not_found_error", "404") << refused << settingsFault
                         << u"local-model"_s;
    QTest::newRow("400") << 400 << error("bad field", "invalid_request_error", "400") << refused << program
                         << u"bad field"_s;
    QTest::newRow("422") << 422 << QByteArray(R"({"detail":"field required"})") << refused << program
                         << u"field required"_s;
    QTest::newRow("context") << 400 << error("the request exceeds", "exceed_context_size_error", "400") << refused
                             << settingsFault << u"context"_s;
    QTest::newRow("no credit") << 429 << error("quota", "insufficient_quota", "\"insufficient_quota\"") << refused
                               << settingsFault << u"credit"_s;
    QTest::newRow("429") << 429 << error("slow down", "x", "\"rate_limit_exceeded\"") << busy << vendor
                         << u"slow down"_s;
    QTest::newRow("408") << 408 << QByteArray() << busy << vendor << u"408"_s;
    QTest::newRow("409") << 409 << QByteArray() << busy << vendor << u"409"_s;
    QTest::newRow("loading") << 503 << error("Loading model", "unavailable_error", "503") << busy << vendor
                             << u"Loading model"_s;
    QTest::newRow("plain text") << 500 << QByteArray("out of memory") << busy << vendor << u"out of memory"_s;
    QTest::newRow("error as text") << 500 << QByteArray(R"({"error":"no slot"})") << busy << vendor << u"no slot"_s;
}

void TestOpenAiCodec::refusalsAreTold()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    QFETCH(int, fault);
    QFETCH(QString, word);
    const Error error = refusal(status, body, local());
    QCOMPARE(error.code, code);
    QCOMPARE(static_cast<int>(error.fault), fault);
    QVERIFY2(error.message.contains(word), qPrintable(error.message));
}

void TestOpenAiCodec::theKeyIsNeverInAnError()
{
    QVERIFY(!refusal(403, R"({"error":"key-123 may not do this"})", local()).message.contains("key-123"_L1));
}

DIALDESK_TEST(TestOpenAiCodec)
#include "tst_openai_codec.moc"
