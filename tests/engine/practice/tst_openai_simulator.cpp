#include "tests/engine/practice/simulator_bench.h"
#include "tests/support/test_program.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kPath = "/v1/chat/completions";

QJsonObject message(const QString &role, const QJsonValue &content)
{
    return {{u"role"_s, role}, {u"content"_s, content}};
}

QJsonObject request(const QJsonArray &messages, bool stream = true)
{
    return {{u"model"_s, u"local-model"_s},
            {u"stream"_s, stream},
            {u"stream_options"_s, QJsonObject{{u"include_usage"_s, true}}},
            {u"messages"_s, messages},
            {u"tools"_s, QJsonArray{QJsonObject{{u"type"_s, u"function"_s},
                                                {u"function"_s, QJsonObject{{u"name"_s, u"end_call"_s}}}}}}};
}

} // namespace

class TestOpenAiSimulator : public QObject
{
    Q_OBJECT

    engine::practice::Voice m_voice;
    std::unique_ptr<SimulatorBench> m_bench;

    QByteArray post(const QJsonObject &body, int status, const QByteArray &headers = {})
    {
        PlainClient client(m_bench->port, PlainClient::request("POST", kPath, headers, QJsonDocument(body).toJson()));
        if (!m_bench->runUntil([&] { return client.isDone(); }) || client.status() != status)
            qWarning("%s", client.received.left(600).constData());
        return client.status() == status ? client.body() : QByteArray("unexpected status");
    }
    QJsonObject get(const QByteArray &target, int status, const QByteArray &headers = {})
    {
        PlainClient client(m_bench->port, PlainClient::request("GET", target, headers));
        m_bench->runUntil([&] { return client.isDone(); });
        return client.status() == status ? QJsonDocument::fromJson(client.body()).object() : QJsonObject();
    }
    QString errorOf(const QJsonArray &messages)
    {
        return QJsonDocument::fromJson(post(request(messages), 400)).object()["error"_L1]["message"_L1].toString();
    }

private slots:
    void init() { m_bench = std::make_unique<SimulatorBench>(m_voice); }
    void cleanup() { m_bench.reset(); }

    void answerIsStreamed()
    {
        const QByteArray body =
            post(request({message(u"system"_s, u"customer_name: Robin"_s), message(u"user"_s, u"Hello?"_s)}), 200);
        QVERIFY(body.endsWith("data: [DONE]\n\n"));
        QString text;
        QString finish;
        int usages = 0;
        for (const QByteArray &line : body.split('\n')) {
            if (!line.startsWith("data: {"))
                continue;
            const QJsonObject chunk = QJsonDocument::fromJson(line.mid(6)).object();
            QCOMPARE(chunk["object"_L1].toString(), u"chat.completion.chunk"_s);
            QCOMPARE(chunk["model"_L1].toString(), u"local-model"_s);
            if (chunk["choices"_L1].toArray().isEmpty()) {
                ++usages;
                QCOMPARE(chunk["usage"_L1]["total_tokens"_L1].toInt(),
                         chunk["usage"_L1]["prompt_tokens"_L1].toInt() +
                             chunk["usage"_L1]["completion_tokens"_L1].toInt());
                continue;
            }
            text += chunk["choices"_L1][0]["delta"_L1]["content"_L1].toString();
            finish += chunk["choices"_L1][0]["finish_reason"_L1].toString();
        }
        QVERIFY2(text.startsWith(u"Hello Robin, this is Ava,"_s), qPrintable(text));
        QCOMPARE(finish, u"stop"_s);
        QCOMPARE(usages, 1);
    }

    void callComesInFragmentsAndItsResultEndsTheTalk()
    {
        const QJsonArray talk{message(u"user"_s, u"Hello?"_s), message(u"assistant"_s, u"Hello, this is Ava."_s),
                              message(u"user"_s, u"Take me off your list."_s)};
        const QByteArray body = post(request(talk), 200);
        QString arguments;
        QString id;
        for (const QByteArray &line : body.split('\n')) {
            const QJsonObject call = QJsonDocument::fromJson(line.mid(6))
                                         .object()["choices"_L1][0]["delta"_L1]["tool_calls"_L1][0]
                                         .toObject();
            arguments += call["function"_L1]["arguments"_L1].toString();
            id += call["id"_L1].toString();
        }
        QCOMPARE(arguments, u"{\"reason\":\"asked not to be called\"}"_s);
        QVERIFY(body.contains("\"finish_reason\":\"tool_calls\""));

        const QJsonObject call{{u"id"_s, id},
                               {u"type"_s, u"function"_s},
                               {u"function"_s, QJsonObject{{u"name"_s, u"end_call"_s}, {u"arguments"_s, arguments}}}};
        QJsonObject assistant = message(u"assistant"_s, QJsonValue::Null);
        assistant.insert(u"tool_calls"_s, QJsonArray{call});
        QJsonObject result = message(u"tool"_s, u"ok"_s);
        result.insert(u"tool_call_id"_s, id);
        QJsonArray answered = talk;
        answered.append(assistant);
        QVERIFY(errorOf(answered).contains(u"must be followed by tool messages"_s));
        answered.append(result);
        const QByteArray last = post(request(answered), 200);
        QVERIFY(last.contains("\"finish_reason\":\"stop\"") && !last.contains("tool_calls"));
    }

    void wholeAnswerWithoutStream()
    {
        const auto whole =
            QJsonDocument::fromJson(post(request({message(u"user"_s, u"Goodbye."_s)}, false), 200)).object();
        const QJsonObject choice = whole["choices"_L1][0].toObject();
        QVERIFY(choice["message"_L1]["content"_L1].toString().startsWith(u"Thank you"_s));
        QCOMPARE(choice["message"_L1]["tool_calls"_L1][0]["function"_L1]["name"_L1].toString(), u"end_call"_s);
        QCOMPARE(choice["finish_reason"_L1].toString(), u"tool_calls"_s);
    }

    void wrongMessagesAreRefused()
    {
        QVERIFY(errorOf({}).contains(u"messages"_s));
        QVERIFY(errorOf({message(u"model"_s, u"a"_s)}).contains(u"Invalid value: 'model'"_s));
        QVERIFY(errorOf({message(u"user"_s, QJsonValue::Null)}).contains(u"content"_s));
        QVERIFY(errorOf({message(u"assistant"_s, QJsonValue::Null)}).contains(u"content"_s));
        QVERIFY(errorOf({message(u"tool"_s, u"a"_s)}).contains(u"role 'tool'"_s));
        QJsonObject assistant = message(u"assistant"_s, QJsonValue::Null);
        assistant.insert(
            u"tool_calls"_s,
            QJsonArray{QJsonObject{{u"id"_s, u"1"_s},
                                   {u"function"_s, QJsonObject{{u"name"_s, u"f"_s}, {u"arguments"_s, QString()}}}}});
        QVERIFY(errorOf({message(u"user"_s, u"a"_s), assistant}).contains(u"arguments"_s));
    }

    void isBusyOnceForEachConversationThatAsks()
    {
        const QJsonObject busy = request({message(u"user"_s, u"Yes, is your system busy today?"_s)});
        for (int call = 0; call < 2; ++call) { // a second call may run word for word like the first
            QVERIFY(post(busy, 503).contains("overloaded"));
            QVERIFY(post(busy, 200).endsWith("data: [DONE]\n\n"));
        }
    }

    void keyAndModels()
    {
        QVERIFY(post(request({message(u"user"_s, u"a"_s)}), 401, "Authorization: Bearer bad\r\n")
                    .contains("invalid_api_key"));
        QCOMPARE(get("/v1/models", 200)["data"_L1][0]["id"_L1].toString(), u"practice"_s);
        QCOMPARE(get("/v1/models/practice", 200)["id"_L1].toString(), u"practice"_s);
        QCOMPARE(get("/v1/models/nothing", 404)["error"_L1]["code"_L1].toString(), u"model_not_found"_s);
        QCOMPARE(get("/v1/models/practice", 401, "Authorization: Bearer bad\r\n")["error"_L1]["code"_L1].toString(), u"invalid_api_key"_s);
    }

    void modelsOfTheOtherVendorStandAtTheSameAddress()
    {
        QCOMPARE(get("/v1/models/gemini-3.6-flash", 200, "x-goog-api-key: any\r\n")["name"_L1].toString(), u"models/gemini-3.6-flash"_s);
        QCOMPARE(get("/v1/models/practice", 404, "x-goog-api-key: any\r\n")["error"_L1]["status"_L1].toString(), u"NOT_FOUND"_s);
    }
};

DIALDESK_TEST(TestOpenAiSimulator)
#include "tst_openai_simulator.moc"
