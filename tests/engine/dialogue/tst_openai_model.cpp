#include "engine/dialogue/openai/openai_model.h"
#include "tests/support/scripted_http.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;
using namespace engine::dialogue::openai;

namespace {

const ModelRequest kRequest{.messages = {{.role = Message::Role::User, .text = u"Hello?"_s}}};
const QByteArray kText = "data: {\"choices\":[{\"delta\":{\"content\":\"Nine.\"}}]}\n\n";
const QByteArray kEnd = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

OpenAiSettings settings(const QString &base)
{
    return {.apiKey = Secret("key-123"), .baseUrl = QUrl(base), .model = u"local-model"_s};
}

} // namespace

class TestOpenAiModel : public QObject
{
    Q_OBJECT
private slots:
    void aRequestIsPosted();
    void noKeyNoHeader();
    void anAnswerEndsWithDone();
    void refusalsAreErrors();
    void aLocalServerIsWarmedByOneToken();
    void aDistantServerIsWarmedByItsList();
    void aKeyRefusedWhileWarmingUpIsTold();
};

void TestOpenAiModel::aRequestIsPosted()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"http://127.0.0.1:8080/v1"_s), http);
    QObject owner;
    static_cast<void>(model.generate(kRequest, &owner));
    const net::HttpRequest &request = http.requests.at(0);
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(request.url.toString(), u"http://127.0.0.1:8080/v1/chat/completions"_s);
    QVERIFY(request.headers.contains({"Authorization", "Bearer key-123"}));
    QVERIFY(request.streaming);
    QVERIFY(request.body.contains("Hello?"));
}

void TestOpenAiModel::noKeyNoHeader()
{
    support::ScriptedHttp http;
    OpenAiModel model({.baseUrl = QUrl(u"http://127.0.0.1:8080/v1"_s), .model = u"m"_s}, http);
    QObject owner;
    static_cast<void>(model.generate(kRequest, &owner));
    for (const auto &[name, value] : http.requests.at(0).headers)
        QVERIFY(name != "Authorization");
}

void TestOpenAiModel::anAnswerEndsWithDone()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"http://127.0.0.1:8080/v1"_s), http);
    QObject owner;
    ModelJob *job = model.generate(kRequest, &owner);
    QStringList texts;
    std::vector<Result<ModelAnswer>> ends;
    connect(job, &ModelJob::text, &owner, [&](const QString &text) { texts.append(text); });
    connect(job, &ModelJob::finished, &owner, [&](const Result<ModelAnswer> &end) { ends.push_back(end); });
    http.job(0).begin();
    http.job(0).send(kText);
    QCOMPARE(texts, QStringList{u"Nine."_s});
    http.job(0).send(kEnd);
    QCOMPARE(ends.size(), size_t(1));
    QVERIFY(ends[0]);
    // The body has not ended; the request is left alone so that its connection can be used again.
    QVERIFY(!http.isGone(0));
    http.job(0).send("data: more\n\n");
    http.job(0).end();
    QCOMPARE(ends.size(), size_t(1));
    QVERIFY(http.isGone(0));
}

void TestOpenAiModel::refusalsAreErrors()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"http://127.0.0.1:8080/v1"_s), http);
    QObject owner;
    QString code;
    connect(model.generate(kRequest, &owner), &ModelJob::finished, &owner,
            [&](const Result<ModelAnswer> &end) { code = end.error().code; });
    http.job(0).answer(404, R"({"error":{"message":"model not found"}})");
    QCOMPARE(code, u"model_refused"_s);
}

void TestOpenAiModel::aLocalServerIsWarmedByOneToken()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"http://localhost:11434/v1"_s), http);
    model.warmUp();
    QCOMPARE(http.requests.at(0).method, QByteArray("POST"));
    QVERIFY(http.requests.at(0).body.contains("\"max_tokens\":1"));
}

void TestOpenAiModel::aDistantServerIsWarmedByItsList()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"https://api.openai.com/v1"_s), http);
    model.warmUp();
    QCOMPARE(http.requests.at(0).method, QByteArray("GET"));
    QCOMPARE(http.requests.at(0).url.toString(), u"https://api.openai.com/v1/models"_s);
    QVERIFY(http.requests.at(0).headers.contains({"Authorization", "Bearer key-123"}));
}

void TestOpenAiModel::aKeyRefusedWhileWarmingUpIsTold()
{
    support::ScriptedHttp http;
    OpenAiModel model(settings(u"https://api.openai.com/v1"_s), http);
    QSignalSpy refused(&model, &LanguageModel::refused);
    model.warmUp();
    http.job(0).answer(400, R"({"error":{"message":"max_tokens is too small"}})");
    QCOMPARE(refused.size(), 0); // of this request alone
    model.warmUp();
    http.job(1).answer(401, R"({"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}})");
    QCOMPARE(refused.size(), 1);
    QCOMPARE(refused[0][0].value<Error>().code, u"model_refused"_s);
}

DIALDESK_TEST(TestOpenAiModel)
#include "tst_openai_model.moc"
