#include "engine/practice/gemini_request.h"
#include "tests/engine/practice/simulator_bench.h"
#include "tests/support/test_program.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kKey = "x-goog-api-key: any\r\nContent-Type: application/json\r\n";
const QByteArray kStream = "/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse";

QJsonObject content(const QString &role, const QString &text)
{
    return {{u"role"_s, role}, {u"parts"_s, QJsonArray{QJsonObject{{u"text"_s, text}}}}};
}

QJsonObject request(const QString &said)
{
    return {
        {u"systemInstruction"_s, QJsonObject{{u"parts"_s, QJsonArray{QJsonObject{{u"text"_s, u"You are Ava."_s}}}}}},
        {u"contents"_s, QJsonArray{content(u"user"_s, u"Hello?"_s), content(u"model"_s, u"Hello, this is Ava."_s),
                                   content(u"user"_s, said)}},
        {u"tools"_s,
         QJsonArray{QJsonObject{
             {u"functionDeclarations"_s,
              QJsonArray{QJsonObject{
                  {u"name"_s, u"end_call"_s},
                  {u"description"_s, u"Ends the call"_s},
                  {u"parameters"_s,
                   QJsonObject{{u"type"_s, u"OBJECT"_s},
                               {u"properties"_s, QJsonObject{{u"reason"_s, QJsonObject{{u"type"_s, u"STRING"_s}}}}},
                               {u"required"_s, QJsonArray{u"reason"_s}}}}}}}}}},
        {u"toolConfig"_s, QJsonObject{{u"functionCallingConfig"_s, QJsonObject{{u"mode"_s, u"AUTO"_s}}}}},
        {u"generationConfig"_s, QJsonObject{{u"maxOutputTokens"_s, 512},
                                            {u"thinkingConfig"_s, QJsonObject{{u"thinkingLevel"_s, u"minimal"_s}}}}},
        {u"safetySettings"_s, QJsonArray{QJsonObject{{u"category"_s, u"HARM_CATEGORY_HARASSMENT"_s},
                                                     {u"threshold"_s, u"BLOCK_ONLY_HIGH"_s}}}}};
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// The events of a body.
QList<QJsonObject> eventsOf(const QByteArray &body)
{
    QList<QJsonObject> events;
    for (const QByteArray &line : body.split('\n'))
        if (line.startsWith("data: "))
            events.append(QJsonDocument::fromJson(line.mid(6)).object());
    return events;
}

QJsonObject firstPart(const QJsonObject &event)
{
    return event["candidates"_L1][0]["content"_L1]["parts"_L1][0].toObject();
}

QString textOf(const QList<QJsonObject> &events)
{
    QString text;
    for (const QJsonObject &event : events)
        text += firstPart(event)["text"_L1].toString();
    return text;
}

} // namespace

class TestGeminiSimulator : public QObject
{
    Q_OBJECT

    engine::practice::Voice m_voice;
    std::unique_ptr<SimulatorBench> m_bench;

    QByteArray post(const QByteArray &target, const QByteArray &body, int status, const QByteArray &headers = kKey)
    {
        PlainClient client(m_bench->port, PlainClient::request("POST", target, headers, body));
        if (!m_bench->runUntil([&] { return client.isDone(); }) || client.status() != status)
            qWarning("%s", client.received.left(600).constData());
        return client.status() == status ? client.body() : QByteArray("unexpected status");
    }
    QJsonObject errorOf(const QByteArray &target, const QJsonObject &body, int status)
    {
        return QJsonDocument::fromJson(post(target, json(body), status)).object()["error"_L1].toObject();
    }

private slots:
    void init() { m_bench = std::make_unique<SimulatorBench>(m_voice); }
    void cleanup() { m_bench.reset(); }

    void answerIsStreamedInEvents()
    {
        const auto events = eventsOf(post(kStream, json(request(u"Yes, a good time."_s)), 200));
        QVERIFY(events.size() >= 3);
        QCOMPARE(
            textOf(events),
            u"Great. Your check up is due, and I can offer Tuesday at ten or Thursday at half past two. Which suits you better?"_s);
        int tokens = 0;
        for (qsizetype i = 0; i < events.size(); ++i) {
            const QJsonObject candidate = events[i]["candidates"_L1][0].toObject();
            QCOMPARE(candidate.contains("finishReason"_L1), i + 1 == events.size());
            QCOMPARE(candidate["content"_L1]["role"_L1].toString(), u"model"_s);
            QCOMPARE(events[i]["modelVersion"_L1].toString(), u"gemini-3.6-flash"_s);
            QCOMPARE(events[i]["responseId"_L1], events[0]["responseId"_L1]);
            const QJsonObject usage = events[i]["usageMetadata"_L1].toObject();
            QVERIFY(usage["candidatesTokenCount"_L1].toInt() >= tokens);
            tokens = usage["candidatesTokenCount"_L1].toInt();
            QCOMPARE(usage["totalTokenCount"_L1].toInt(), usage["promptTokenCount"_L1].toInt() + tokens);
        }
        QCOMPARE(events.last()["candidates"_L1][0]["finishReason"_L1].toString(), u"STOP"_s);
        const QJsonObject last = firstPart(events.last());
        QCOMPARE(last["text"_L1].toString(u"?"_s), QString());
        QVERIFY(QByteArray::fromBase64(last["thoughtSignature"_L1].toString().toLatin1()).size() >= 100);
    }

    void firstEventComesAfterTheLatencyAndTheRestLater()
    {
        PlainClient client(m_bench->port,
                           PlainClient::request("POST", kStream, kKey, json(request(u"Yes, a good time."_s))));
        m_bench->settle();
        m_bench->clock.advance(349ms);
        m_bench->settle();
        QVERIFY(client.received.isEmpty());
        m_bench->clock.advance(1ms);
        QTRY_COMPARE(eventsOf(client.body()).size(), 1);
        m_bench->settle();
        QCOMPARE(eventsOf(client.body()).size(), 1);
        QVERIFY(client.head().contains("Content-Type: text/event-stream\r\n"));
        m_bench->clock.advance(1s);
        QTRY_VERIFY(client.isDone());
        QVERIFY(eventsOf(client.body()).size() > 2);
    }

    void clientThatLeavesIsForgotten()
    {
        {
            PlainClient client(m_bench->port,
                               PlainClient::request("POST", kStream, kKey, json(request(u"Yes, a good time."_s))));
            m_bench->settle();
            m_bench->clock.advance(400ms);
            QTRY_VERIFY(!client.received.isEmpty());
            client.abort();
        }
        m_bench->settle();
        m_bench->clock.advance(2s);
        m_bench->settle();
    }

    void callIsEndedWithAFunctionCallAndTheResultIsTakenBack()
    {
        QJsonObject asked = request(u"No, that is everything. Goodbye."_s);
        const auto events = eventsOf(post(kStream, json(asked), 200));
        QVERIFY(events.size() >= 3);
        QCOMPARE(textOf(events), u"Thank you for your time. Have a nice day. Goodbye."_s);
        const QJsonObject part = firstPart(events[events.size() - 2]);
        const QJsonObject call = part["functionCall"_L1].toObject();
        QCOMPARE(call["name"_L1].toString(), u"end_call"_s);
        QCOMPARE(call["args"_L1].toObject(), QJsonObject({{u"reason"_s, u"conversation complete"_s}}));
        QVERIFY(!call["id"_L1].toString().isEmpty());
        QVERIFY(!part["thoughtSignature"_L1].toString().isEmpty());
        QCOMPARE(events.last()["candidates"_L1][0]["finishReason"_L1].toString(), u"STOP"_s);

        const auto answered = [&](const QJsonObject &modelPart, int responses) {
            QJsonArray contents = asked["contents"_L1].toArray();
            contents.append(QJsonObject{{u"role"_s, u"model"_s}, {u"parts"_s, QJsonArray{modelPart}}});
            QJsonArray parts;
            for (int i = 0; i < responses; ++i)
                parts.append(QJsonObject{
                    {u"functionResponse"_s, QJsonObject{{u"id"_s, call["id"_L1]},
                                                        {u"name"_s, u"end_call"_s},
                                                        {u"response"_s, QJsonObject{{u"output"_s, u"ok"_s}}}}}});
            if (responses > 0)
                contents.append(QJsonObject{{u"role"_s, u"user"_s}, {u"parts"_s, parts}});
            QJsonObject body = asked;
            body.insert(u"contents"_s, contents);
            return body;
        };
        const auto after = eventsOf(post(kStream, json(answered(part, 1)), 200));
        QCOMPARE(textOf(after), QString());
        QCOMPARE(after.last()["candidates"_L1][0]["finishReason"_L1].toString(), u"STOP"_s);

        QVERIFY(errorOf(kStream, answered(part, 2), 400)["message"_L1].toString().contains(
            u"number of function response parts"_s));
        QVERIFY(errorOf(kStream, answered(part, 0), 400)["message"_L1].toString().contains(
            u"number of function response parts"_s));
        QJsonObject changed = part;
        changed.remove(u"thoughtSignature"_s);
        QVERIFY(errorOf(kStream, answered(changed, 1), 400)["message"_L1].toString().contains(
            u"missing a thought_signature"_s));
        const QByteArray older = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
        QJsonObject forOlder = answered(changed, 1);
        forOlder.remove(u"generationConfig"_s);
        QVERIFY(!eventsOf(post(older, json(forOlder), 200)).isEmpty());
        QString signature = part["thoughtSignature"_L1].toString();
        signature[5] = signature[5] == u'A' ? u'B' : u'A';
        changed.insert(u"thoughtSignature"_s, signature);
        QVERIFY(errorOf(kStream, answered(changed, 1), 400)["message"_L1].toString().contains(u"Corrupted"_s));
        // Client libraries send it back in the other alphabet of base64.
        const QByteArray bytes = QByteArray::fromBase64(part["thoughtSignature"_L1].toString().toLatin1());
        changed.insert(u"thoughtSignature"_s, QString::fromLatin1(bytes.toBase64(QByteArray::Base64UrlEncoding)));
        QVERIFY(!eventsOf(post(kStream, json(answered(changed, 1)), 200)).isEmpty());
        changed.insert(u"thoughtSignature"_s, u"skip_thought_signature_validator"_s);
        QVERIFY(!eventsOf(post(kStream, json(answered(changed, 1)), 200)).isEmpty());
    }

    void signatureIsKnownInBothAlphabetsOfBase64()
    {
        // Bytes whose base64 holds both letters in which the alphabets differ.
        const QString standard =
            engine::practice::makeThoughtSignature(QByteArray(100, '\xfb') + QByteArray(100, '\xff'));
        QVERIFY(standard.contains(u'+') && standard.contains(u'/'));
        QVERIFY(engine::practice::isThoughtSignature(standard));
        const QString urlSafe = QString(standard).replace(u'+', u'-').replace(u'/', u'_');
        QVERIFY(engine::practice::isThoughtSignature(urlSafe));
        QVERIFY(engine::practice::isThoughtSignature(QString(urlSafe).remove(u'=')));
        QVERIFY(!engine::practice::isThoughtSignature(QString(urlSafe).replace(u'-', u'_')));
        // The stand-in of a client that keeps signatures as bytes and encodes them on the way out.
        QVERIFY(engine::practice::isThoughtSignature(QString::fromLatin1(
            QByteArray("skip_thought_signature_validator").toBase64(QByteArray::Base64UrlEncoding))));
    }

    void olderModelsGiveNoSignature()
    {
        QJsonObject body = request(u"Goodbye."_s);
        body.insert(u"generationConfig"_s, QJsonObject{{u"thinkingConfig"_s, QJsonObject{{u"thinkingBudget"_s, 0}}}});
        const QByteArray answer =
            post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", json(body), 200);
        QVERIFY(answer.contains("end_call") && !answer.contains("thoughtSignature"));
    }

    void arrayAndWholeFormsHoldTheSameAnswer()
    {
        const QByteArray body = json(request(u"Thursday, please."_s));
        const QString expected =
            u"Thursday at half past two is booked for you. Is there anything else I can help you with?"_s;
        const auto array =
            QJsonDocument::fromJson(post("/v1beta/models/gemini-3.6-flash:streamGenerateContent", body, 200)).array();
        QString text;
        for (const QJsonValue &event : array)
            text += firstPart(event.toObject())["text"_L1].toString();
        QCOMPARE(text, expected);
        const auto whole =
            QJsonDocument::fromJson(post("/v1beta/models/gemini-3.6-flash:generateContent", body, 200)).object();
        text.clear();
        for (const QJsonValue &part : whole["candidates"_L1][0]["content"_L1]["parts"_L1].toArray())
            text += part["text"_L1].toString();
        QCOMPARE(text, expected);
        const auto error =
            QJsonDocument::fromJson(post("/v1beta/models/gemini-3.6-flash:streamGenerateContent", "{}", 400));
        QVERIFY(error.isArray() && error.array()[0]["error"_L1]["code"_L1].toInt() == 400);
    }

    void wrongRequestIsRefused_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QJsonObject>("body");
        QTest::addColumn<QString>("words");
        const QJsonObject good = request(u"Hello?"_s);
        const auto with = [&good](const QString &name, const QJsonValue &value) {
            QJsonObject body = good;
            body.insert(name, value);
            return body;
        };
        const auto contents = [&with](const QJsonArray &list) { return with(u"contents"_s, list); };
        const auto config = [&with](const QJsonObject &object) { return with(u"generationConfig"_s, object); };
        const auto thinking = [&config](const QJsonObject &object) { return config({{u"thinkingConfig"_s, object}}); };
        const auto parts = [&contents](const QJsonArray &list) {
            return contents({QJsonObject{{u"role"_s, u"user"_s}, {u"parts"_s, list}}});
        };
        const auto tool = [&with](const QJsonObject &declaration) {
            return with(u"tools"_s, QJsonArray{QJsonObject{{u"functionDeclarations"_s, QJsonArray{declaration}}}});
        };
        const QByteArray m36 = "gemini-3.6-flash";
        const QByteArray m25 = "gemini-2.5-flash";
        QTest::newRow("unknown name") << m36 << with(u"foo"_s, 1) << u"Unknown name \"foo\": Cannot find field."_s;
        QTest::newRow("unknown in config")
            << m36 << config({{u"foo"_s, 1}}) << u"Unknown name \"foo\" at 'generation_config': Cannot find field."_s;
        QTest::newRow("unknown in part") << m36 << parts({QJsonObject{{u"text"_s, u"a"_s}, {u"txt"_s, u"b"_s}}})
                                         << u"Unknown name \"txt\" at 'contents[0].parts[0]'"_s;
        QTest::newRow("unknown in schema")
            << m36
            << tool({{u"name"_s, u"f"_s},
                     {u"parameters"_s, QJsonObject{{u"type"_s, u"OBJECT"_s}, {u"additionalProperties"_s, false}}}})
            << u"Unknown name \"additionalProperties\""_s;
        QTest::newRow("text is a number") << m36 << parts({QJsonObject{{u"text"_s, 5}}})
                                          << u"Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"_s;
        QTest::newRow("no contents") << m36 << contents({}) << u"contents is not specified"_s;
        QTest::newRow("role") << m36 << contents({content(u"assistant"_s, u"a"_s)}) << u"valid role: user, model"_s;
        QTest::newRow("empty parts") << m36 << parts({}) << u"parts must not be empty"_s;
        QTest::newRow("empty part") << m36 << parts({QJsonObject()}) << u"required oneof field 'data'"_s;
        QTest::newRow("two kinds in a part")
            << m36 << parts({QJsonObject{{u"text"_s, u"a"_s}, {u"functionCall"_s, QJsonObject{{u"name"_s, u"f"_s}}}}})
            << u"oneof field 'data' is already set"_s;
        QTest::newRow("ends with the model")
            << m36 << contents({content(u"user"_s, u"a"_s), content(u"model"_s, u"b"_s)})
            << u"Requests ending with a model turn are not supported."_s;
        QTest::newRow("response without call")
            << m36
            << parts({QJsonObject{
                   {u"functionResponse"_s, QJsonObject{{u"name"_s, u"f"_s}, {u"response"_s, QJsonObject()}}}}})
            << u"function response turn comes immediately after"_s;
        QTest::newRow("response without name")
            << m36
            << parts({QJsonObject{
                   {u"functionResponse"_s, QJsonObject{{u"name"_s, QString()}, {u"response"_s, QJsonObject()}}}}})
            << u"function_response.name: Name cannot be empty."_s;
        QTest::newRow("response is no object")
            << m36
            << parts({QJsonObject{{u"functionResponse"_s, QJsonObject{{u"name"_s, u"f"_s}, {u"response"_s, u"ok"_s}}}}})
            << u"'contents[0].parts[0].function_response.response'"_s;
        QTest::newRow("call after the model")
            << m36
            << contents({content(u"user"_s, u"a"_s), content(u"model"_s, u"b"_s),
                         QJsonObject{{u"role"_s, u"model"_s},
                                     {u"parts"_s,
                                      QJsonArray{QJsonObject{{u"functionCall"_s, QJsonObject{{u"name"_s, u"f"_s}}}}}}}})
            << u"function call turn comes immediately after"_s;
        QTest::newRow("tool name") << m36 << tool({{u"name"_s, u"end call"_s}}) << u"Invalid function name"_s;
        QTest::newRow("mode") << m36
                              << with(u"toolConfig"_s,
                                      QJsonObject{{u"functionCallingConfig"_s, QJsonObject{{u"mode"_s, u"MAYBE"_s}}}})
                              << u"function_calling_config.mode"_s;
        QTest::newRow("both thinkings") << m36 << thinking({{u"thinkingLevel"_s, u"low"_s}, {u"thinkingBudget"_s, 0}})
                                        << u"You can only set only one of thinking budget and thinking level."_s;
        QTest::newRow("level on 2.5") << m25 << thinking({{u"thinkingLevel"_s, u"low"_s}})
                                      << u"Thinking level is not supported for this model."_s;
        QTest::newRow("minimal on 3.8") << QByteArray("gemini-3.8-flash")
                                        << thinking({{u"thinkingLevel"_s, u"minimal"_s}})
                                        << u"Thinking level MINIMAL is not supported for this model."_s;
        QTest::newRow("unknown level") << m36 << thinking({{u"thinkingLevel"_s, u"tiny"_s}}) << u"thinking_level"_s;
        QTest::newRow("budget on 2.5") << m25 << thinking({{u"thinkingBudget"_s, 99999}})
                                       << u"thinking budget 99999 is invalid"_s;
        QTest::newRow("no thinking on pro")
            << QByteArray("gemini-2.5-pro") << thinking({{u"thinkingBudget"_s, 0}}) << u"only works in thinking mode"_s;
        QTest::newRow("candidates") << m36 << config({{u"candidateCount"_s, 2}}) << u"Multiple candidates"_s;
        QTest::newRow("safety") << m36 << with(u"safetySettings"_s, QJsonArray{QJsonObject{{u"category"_s, u"HARM"_s}}})
                                << u"safety_settings[0]"_s;
    }
    void wrongRequestIsRefused()
    {
        QFETCH(QByteArray, model);
        QFETCH(QJsonObject, body);
        QFETCH(QString, words);
        const QJsonObject error = errorOf("/v1beta/models/" + model + ":streamGenerateContent?alt=sse", body, 400);
        QCOMPARE(error["code"_L1].toInt(), 400);
        QCOMPARE(error["status"_L1].toString(), u"INVALID_ARGUMENT"_s);
        QVERIFY2(error["message"_L1].toString().contains(words), qPrintable(error["message"_L1].toString()));
    }

    void everyTruncationOfABodyIsRefused()
    {
        const QByteArray body = R"({"contents":[{"role":"user","parts":[{"text":"a"}]}]})";
        for (qsizetype length = 0; length < body.size(); length += 7)
            QVERIFY(post(kStream, body.left(length), 400).contains("INVALID_ARGUMENT"));
    }

    void snakeCaseIsUnderstood()
    {
        const QByteArray body = R"({"contents":[{"parts":[{"text":"Hello?"}]}],)"
                                R"("system_instruction":{"parts":[{"text":"customer_name: Robin"}]},)"
                                R"("generation_config":{"thinking_config":{"thinking_level":"MINIMAL"}}})";
        QVERIFY(textOf(eventsOf(post(kStream, body, 200))).startsWith(u"Hello Robin,"_s));
    }

    void keyIsChecked()
    {
        const QByteArray body = json(request(u"Hello?"_s));
        QVERIFY(post(kStream, body, 403, {}).contains("PERMISSION_DENIED"));
        QVERIFY(post(kStream, body, 400, "x-goog-api-key: bad\r\n").contains("API_KEY_INVALID"));
        QVERIFY(!eventsOf(post(kStream + "&key=any", body, 200, {})).isEmpty());
    }

    void modelsAreListedAndFound()
    {
        const auto get = [this](const QByteArray &target, int status) {
            PlainClient client(m_bench->port, PlainClient::request("GET", target, kKey));
            m_bench->runUntil([&] { return client.isDone(); });
            return client.status() == status ? QJsonDocument::fromJson(client.body()).object() : QJsonObject();
        };
        const QJsonObject first = get("/v1beta/models?pageSize=1", 200);
        QCOMPARE(first["models"_L1].toArray().size(), 1);
        const QJsonObject rest =
            get("/v1beta/models?pageToken=" + first["nextPageToken"_L1].toString().toLatin1(), 200);
        QVERIFY(rest["models"_L1].toArray().size() > 10 && !rest.contains("nextPageToken"_L1));
        QCOMPARE(get("/v1beta/models/gemini-3.6-flash", 200)["name"_L1].toString(), u"models/gemini-3.6-flash"_s);
        QCOMPARE(get("/v1beta/models/gemini-2.0-flash", 404)["error"_L1]["status"_L1].toString(), u"NOT_FOUND"_s);
        const QJsonObject error =
            errorOf("/v1beta/models/gemini-1.0-pro:streamGenerateContent?alt=sse", request(u"a"_s), 404);
        QVERIFY(
            error["message"_L1].toString().startsWith(u"models/gemini-1.0-pro is not found for API version v1beta"_s));
        QVERIFY(post("/v1beta/models/gemini-3.6-flash:sing", "{}", 404).contains("NOT_FOUND"));
    }

    void sameAnswersStandUnderTheNewerVersion()
    {
        const QByteArray body = json(request(u"Thursday, please."_s));
        QVERIFY(textOf(eventsOf(post("/v1/models/gemini-3.6-flash:streamGenerateContent?alt=sse", body, 200)))
                    .startsWith(u"Thursday"_s));
        PlainClient client(m_bench->port, PlainClient::request("GET", "/v1/models?pageSize=2", kKey));
        QVERIFY(m_bench->runUntil([&] { return client.isDone(); }));
        QCOMPARE(QJsonDocument::fromJson(client.body()).object()["models"_L1].toArray().size(), 2);
        const QJsonObject error = errorOf("/v1/models/gemini-1.0-pro:generateContent", request(u"a"_s), 404);
        QVERIFY(error["message"_L1].toString().contains(u"for API version v1,"_s));
    }

    void tokensAreCounted()
    {
        const QByteArray target = "/v1beta/models/gemini-3.6-flash:countTokens";
        const QByteArray contents = R"("contents":[{"parts":[{"text":"abcdefghijklmnopqrst"}]}])";
        QCOMPARE(QJsonDocument::fromJson(post(target, "{" + contents + "}", 200)).object()["totalTokens"_L1].toInt(),
                 6);
        const QByteArray nested = R"({"generateContentRequest":{"model":"models/gemini-3.6-flash",)" + contents + "}}";
        QCOMPARE(QJsonDocument::fromJson(post(target, nested, 200)).object()["totalTokens"_L1].toInt(), 6);
        QVERIFY(post(target, "{}", 400).contains("INVALID_ARGUMENT"));
    }

    void busyOnceForAConversation()
    {
        const QJsonObject body = request(u"Hello, is your system busy today?"_s);
        const QJsonObject error = errorOf(kStream, body, 503);
        QCOMPARE(error["status"_L1].toString(), u"UNAVAILABLE"_s);
        QVERIFY(!eventsOf(post(kStream, json(body), 200)).isEmpty());
        QJsonObject other = body;
        other.insert(u"contents"_s, QJsonArray{content(u"user"_s, u"Is your system busy?"_s)});
        QCOMPARE(errorOf(kStream, other, 503)["code"_L1].toInt(), 503);
    }

    void stallsWhenTold()
    {
        const QByteArray bytes =
            PlainClient::request("POST", kStream, kKey, json(request(u"Please take your time."_s)));
        PlainClient first(m_bench->port, bytes);
        PlainClient raced(m_bench->port, bytes);
        m_bench->settle();
        m_bench->clock.advance(19'999ms);
        m_bench->settle();
        QVERIFY(first.received.isEmpty() && raced.received.isEmpty());
        m_bench->clock.advance(1ms);
        QTRY_VERIFY(!first.received.isEmpty() && !raced.received.isEmpty());
    }
};

DIALDESK_TEST(TestGeminiSimulator)
#include "tst_gemini_simulator.moc"
