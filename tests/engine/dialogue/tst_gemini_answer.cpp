#include "engine/dialogue/gemini/gemini_codec.h"
#include "tests/engine/dialogue/codec_bench.h"
#include "tests/support/test_program.h"

#include <numeric>

using namespace engine::dialogue::gemini;
using namespace codec_bench;

namespace {

GeminiSettings settings()
{
    return {.apiKey = Secret("key-123"), .model = u"gemini-3.6-flash"_s};
}

/// The contents of the next request, with what came back in it.
QJsonArray sentBack(const std::vector<Message> &messages)
{
    return object(encodeRequest({.messages = messages}, settings(), quickestThinking(settings().model)))
        .value("contents"_L1)
        .toArray();
}

Reading readPieces(const QByteArray &body, const std::vector<qsizetype> &cuts)
{
    return codec_bench::readPieces(GeminiAnswerReader(settings(), 1), body, cuts);
}

Reading read(const QByteArray &body)
{
    return readPieces(body, {});
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

/// What Gemini's stream of events says, however it is cut.
class TestGeminiAnswer : public QObject
{
    Q_OBJECT
private slots:
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
    void idsAreEchoedOnlyWhenGiven();
};

void TestGeminiAnswer::textStreamIsRead()
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

void TestGeminiAnswer::callStreamIsRead()
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

void TestGeminiAnswer::streamsMayBeSplitAnywhere_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("text") << kTextStream;
    QTest::newRow("call") << kCallStream;
    QTest::newRow("text CRLF") << QByteArray(kTextStream).replace("\n", "\r\n");
}

void TestGeminiAnswer::streamsMayBeSplitAnywhere()
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

void TestGeminiAnswer::everyTruncationIsAFailureWithoutFinishReason()
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

void TestGeminiAnswer::allLineEndsAreTaken_data()
{
    QTest::addColumn<QByteArray>("lineEnd");
    QTest::newRow("LF") << QByteArray("\n");
    QTest::newRow("CRLF") << QByteArray("\r\n");
    QTest::newRow("CR") << QByteArray("\r");
}

void TestGeminiAnswer::allLineEndsAreTaken()
{
    QFETCH(QByteArray, lineEnd);
    QVERIFY(read(QByteArray(kTextStream).replace("\n", lineEnd)).answer == read(kTextStream).answer);
}

void TestGeminiAnswer::usageIsOverwritten()
{
    const auto usage = [](int prompt, int output) {
        return sse("{\"usageMetadata\":{\"promptTokenCount\":" + QByteArray::number(prompt) +
                   ",\"candidatesTokenCount\":" + QByteArray::number(output) + "}}");
    };
    const Reading reading = read(usage(10, 1) + textEvent("Hi.", "STOP") + usage(10, 4));
    QVERIFY(reading.answer);
    QCOMPARE(reading.answer->usage, (pipeline::ModelUsage{.promptTokens = 10, .outputTokens = 4}));
}

void TestGeminiAnswer::thoughtsAreNeverSpoken()
{
    const Reading reading = read(sse(
        R"({"candidates":[{"content":{"parts":[{"text":"They want Tuesday.","thought":true},{"text":"Sure."}]},"finishReason":"STOP"}]})"));
    QCOMPARE(reading.text, u"Sure."_s);
    QCOMPARE(reading.answer->message.text, u"Sure."_s);
    QCOMPARE(reading.answer->message.vendorParts, array(R"([{"text":"Sure."}])"));
}

void TestGeminiAnswer::signedPartsAreNeverMerged()
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

void TestGeminiAnswer::callsWithoutIdOrArgumentsAreCompleted()
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

void TestGeminiAnswer::severalCallsAndTextMayShareAnAnswer()
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

void TestGeminiAnswer::lastEventMayLackItsBlankLine()
{
    const Reading reading = read((textEvent("Hi. ") + textEvent("There.", "STOP")).trimmed());
    QCOMPARE(reading.text, u"Hi. There."_s);
    QVERIFY(reading.answer);
}

void TestGeminiAnswer::chunksWithoutContentAreSkipped()
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

void TestGeminiAnswer::unknownFieldsAndReasonsAreTolerated()
{
    const Reading reading = read(sse(
        R"({"new":[1],"candidates":[{"content":{"parts":[{"text":"Hi."},{"novelty":{"a":1}}],"extra":2},"finishReason":"BRAND_NEW"}]})"));
    QCOMPARE(reading.text, u"Hi."_s);
    QVERIFY(reading.answer);
}

void TestGeminiAnswer::junkIsNoAnswer()
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

void TestGeminiAnswer::failuresHaveTheirCode_data()
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

void TestGeminiAnswer::failuresHaveTheirCode()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    const Reading reading = read(body);
    QVERIFY(!reading.answer);
    QCOMPARE(reading.answer.error().code, code);
    QVERIFY(!reading.answer.error().message.isEmpty());
}

void TestGeminiAnswer::bareErrorsAreFoundWhereverTheyAreSplit()
{
    const QByteArray body = textEvent("Hi.") + kOverloaded;
    for (qsizetype at = 0; at <= body.size(); ++at) {
        const Reading reading = readPieces(body, {at});
        QCOMPARE(reading.text, u"Hi."_s);
        QCOMPARE(reading.answer.error().code, u"model_busy"_s);
        QVERIFY(reading.answer.error().message.contains("overloaded"_L1));
    }
}

void TestGeminiAnswer::anErrorEndsTheReading()
{
    GeminiAnswerReader reader(settings(), 1);
    QCOMPARE(reader.push(textEvent("Hi.")), u"Hi."_s);
    QVERIFY(!reader.isOver());
    QCOMPARE(reader.push(kOverloaded), QString());
    QVERIFY(reader.isOver());
}

void TestGeminiAnswer::refusalsAreTold_data()
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

void TestGeminiAnswer::refusalsAreTold()
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

void TestGeminiAnswer::theKeyIsNeverInAnError()
{
    const QByteArray body = R"({"error":{"code":403,"message":"Key key-123 was reported as leaked."}})";
    QVERIFY(!refusal(403, body, settings()).message.contains("key-123"_L1));
}

void TestGeminiAnswer::anAnswerGoesBackAsItCame()
{
    const Reading reading = read(kCallStream);
    const QJsonArray contents = sentBack({user(u"Tuesday?"_s), reading.answer->message,
                                          result(u"lpndqlku"_s, object(R"({"output":["09:00","14:30"]})"))});
    const QJsonArray expected = array(R"([{"role":"user","parts":[{"text":"Tuesday?"}]},
{"role":"model","parts":[{"functionCall":{"id":"lpndqlku","name":"find_slots","args":{"day":"2026-11-24"}},"thoughtSignature":"Eq4C..."}]},
{"role":"user","parts":[{"functionResponse":{"id":"lpndqlku","name":"find_slots","response":{"output":["09:00","14:30"]}}}]}])");
    QCOMPARE(contents, expected);
}

void TestGeminiAnswer::idsAreEchoedOnlyWhenGiven()
{
    const Reading reading = read(sse(
        R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"find_slots"}}]},"finishReason":"STOP"}]})"));
    QVERIFY(reading.answer);
    const Message message = reading.answer->message;
    const QJsonArray contents = sentBack({user(u"Hi."_s), message, result(message.toolCalls.front().id, {})});
    QCOMPARE(contents[1].toObject(), object(R"({"role":"model","parts":[{"functionCall":{"name":"find_slots"}}]})"));
    QCOMPARE(contents[2].toObject(),
             object(R"({"role":"user","parts":[{"functionResponse":{"name":"find_slots","response":{}}}]})"));
}

DIALDESK_TEST(TestGeminiAnswer)
#include "tst_gemini_answer.moc"
