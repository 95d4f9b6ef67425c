#include "engine/dialogue/gemini/gemini_model.h"
#include "tests/support/scripted_http.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace engine;
using namespace engine::dialogue;
using namespace engine::dialogue::gemini;

namespace {

const ModelRequest kRequest{.systemPrompt = u"Be brief."_s,
                            .messages = {{.role = Message::Role::User, .text = u"Hello?"_s}}};
const QByteArray kFirst = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Of course. \"}]}}]}\n\n";
const QByteArray kLast =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Nine?\"}]},\"finishReason\":\"STOP\"}]}\n\n";
const QByteArray kLevelError =
    R"({"error":{"code":400,"message":"Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.","status":"INVALID_ARGUMENT"}})";

} // namespace

class TestGeminiModel : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void warmUpListsOneModel();
    void aKeyRefusedWhileWarmingUpIsTold();
    void aRequestIsPosted();
    void textComesAsItArrives();
    void theAnswerTellsWhetherItsConnectionStoodAlready();
    void jobsEndOnce();
    void aDroppedConnectionIsBusy_data();
    void aDroppedConnectionIsBusy();
    void aDropBehindTheEndIsAnAnswer();
    void refusalsAreErrors();
    void deletingAJobCancelsTheRequest();
    void aJobDeletedWhileItSpeaksIsSilent();
    void theLevelIsRaisedForTheNextRequest();
    void aJobMayOutliveItsModel();

private:
    ModelJob *generate();

    std::unique_ptr<support::ScriptedHttp> m_http;
    std::unique_ptr<GeminiModel> m_model;
    std::unique_ptr<QObject> m_owner;
    QStringList m_texts;
    std::vector<Result<ModelAnswer>> m_ends;
};

void TestGeminiModel::init()
{
    m_http = std::make_unique<support::ScriptedHttp>();
    m_model = std::make_unique<GeminiModel>(GeminiSettings{.apiKey = Secret("key-123")}, *m_http);
    m_owner = std::make_unique<QObject>();
    m_texts.clear();
    m_ends.clear();
}

void TestGeminiModel::cleanup()
{
    m_owner.reset();
    m_model.reset();
    m_http.reset();
}

ModelJob *TestGeminiModel::generate()
{
    ModelJob *job = m_model->generate(kRequest, m_owner.get());
    connect(job, &ModelJob::text, m_owner.get(), [this](const QString &text) { m_texts.append(text); });
    connect(job, &ModelJob::finished, m_owner.get(), [this](const Result<ModelAnswer> &end) { m_ends.push_back(end); });
    return job;
}

void TestGeminiModel::warmUpListsOneModel()
{
    m_model->warmUp();
    QCOMPARE(m_http->requestCount(), 1);
    const net::HttpRequest &request = m_http->requests[0];
    QCOMPARE(request.method, QByteArray("GET"));
    QCOMPARE(request.url.toString(), u"https://generativelanguage.googleapis.com/v1beta/models?pageSize=1"_s);
    QVERIFY(request.headers.contains({"x-goog-api-key", "key-123"}));
    m_http->job(0).fail(u"unreachable"_s); // harmless
}

void TestGeminiModel::aKeyRefusedWhileWarmingUpIsTold()
{
    std::vector<Error> refusals;
    connect(m_model.get(), &LanguageModel::refused, m_owner.get(), [&](const Error &error) { refusals.push_back(error); });
    m_model->warmUp();
    m_http->job(0).answer(503, R"({"error":{"code":503,"message":"Overloaded.","status":"UNAVAILABLE"}})");
    QVERIFY(refusals.empty()); // that passes
    m_model->warmUp();
    m_http->job(1).answer(400, R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",
        "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})");
    QCOMPARE(refusals.size(), size_t(1));
    QCOMPARE(refusals[0].code, u"model_refused"_s);
    QVERIFY(refusals[0].message.contains(u"GOOGLE_API_KEY"_s));
}

void TestGeminiModel::aRequestIsPosted()
{
    generate();
    const net::HttpRequest &request = m_http->requests.at(0);
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(
        request.url.toString(),
        u"https://generativelanguage.googleapis.com/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse"_s);
    QVERIFY(request.headers.contains({"x-goog-api-key", "key-123"}));
    QVERIFY(request.headers.contains({"Content-Type", "application/json"}));
    QVERIFY(request.streaming);
    QVERIFY(request.timeout.count() > 0);
    QVERIFY(request.body.contains("Hello?"));
    QVERIFY(request.body.contains("\"thinkingLevel\":\"minimal\""));
    QVERIFY(!request.url.toString().contains("key-123"_L1));
    QVERIFY(!request.body.contains("key-123"));
}

void TestGeminiModel::textComesAsItArrives()
{
    generate();
    m_http->job(0).begin();
    m_http->job(0).send(kFirst.first(20));
    QVERIFY(m_texts.isEmpty());
    m_http->job(0).send(kFirst.sliced(20));
    QCOMPARE(m_texts, QStringList{u"Of course. "_s});
    m_http->job(0).send(kLast);
    QVERIFY(m_ends.empty());
    m_http->job(0).end();
    QCOMPARE(m_texts.join(QString()), u"Of course. Nine?"_s);
    QCOMPARE(m_ends.size(), size_t(1));
    QVERIFY(m_ends[0]);
    QCOMPARE(m_ends[0]->message.text, u"Of course. Nine?"_s);
}

void TestGeminiModel::theAnswerTellsWhetherItsConnectionStoodAlready()
{
    for (const bool reused : {false, true}) {
        generate();
        auto &job = m_http->job(m_http->requestCount() - 1);
        job.begin(reused);
        job.send(kLast);
        job.end();
        QVERIFY(m_ends.back());
        QCOMPARE(m_ends.back()->usage.connectionReused, reused);
    }
}

void TestGeminiModel::jobsEndOnce()
{
    QPointer<ModelJob> job = generate();
    m_http->job(0).send(kFirst + "{\"error\":{\"code\":503,\"message\":\"busy\"}}\n");
    QCOMPARE(m_ends.size(), size_t(1));
    QCOMPARE(m_ends[0].error().code, u"model_busy"_s);
    m_http->job(0).send(kLast);
    m_http->job(0).end();
    QCOMPARE(m_ends.size(), size_t(1));
    QCOMPARE(m_texts, QStringList{u"Of course. "_s});
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!job);
}

void TestGeminiModel::aDroppedConnectionIsBusy_data()
{
    QTest::addColumn<QByteArray>("received");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("half an answer") << kFirst;
}

void TestGeminiModel::aDroppedConnectionIsBusy()
{
    QFETCH(QByteArray, received);
    generate();
    if (!received.isEmpty())
        m_http->job(0).send(received);
    m_http->job(0).fail(u"unreachable"_s);
    QCOMPARE(m_ends.size(), size_t(1));
    QVERIFY(!m_ends[0]);
    QCOMPARE(m_ends[0].error().code, u"model_busy"_s);
    QCOMPARE(m_ends[0].error().fault, Fault::Vendor);
}

void TestGeminiModel::aDropBehindTheEndIsAnAnswer()
{
    generate();
    m_http->job(0).send(kFirst + kLast);
    m_http->job(0).fail(u"timeout"_s);
    QVERIFY(m_ends.at(0));
}

void TestGeminiModel::refusalsAreErrors()
{
    generate();
    m_http->job(0).answer(403, R"({"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}})");
    QCOMPARE(m_ends.at(0).error().code, u"model_refused"_s);
    generate();
    m_http->job(1).answer(503, "<html>");
    QCOMPARE(m_ends.at(1).error().code, u"model_busy"_s);
}

void TestGeminiModel::deletingAJobCancelsTheRequest()
{
    ModelJob *job = generate();
    m_http->job(0).send(kFirst);
    delete job;
    QVERIFY(m_http->isGone(0));
    QVERIFY(m_ends.empty());
}

void TestGeminiModel::aJobDeletedWhileItSpeaksIsSilent()
{
    ModelJob *job = m_model->generate(kRequest, m_owner.get());
    int texts = 0;
    connect(job, &ModelJob::text, m_owner.get(), [&](const QString &) {
        ++texts;
        delete job;
    });
    connect(job, &ModelJob::finished, m_owner.get(), [] { QFAIL("finished after the deletion"); });
    m_http->job(0).send(kFirst + "{\"error\":{\"code\":503}}\n");
    QCOMPARE(texts, 1);
    QVERIFY(m_http->isGone(0));
}

void TestGeminiModel::theLevelIsRaisedForTheNextRequest()
{
    generate();
    m_http->job(0).answer(400, kLevelError);
    QCOMPARE(m_ends.at(0).error().code, u"model_busy"_s); // asking again helps
    QVERIFY(m_ends.at(0).error().message.contains("minimal"_L1));
    generate();
    QVERIFY(m_http->requests[1].body.contains("\"thinkingLevel\":\"low\""));
}

void TestGeminiModel::aJobMayOutliveItsModel()
{
    generate();
    m_model.reset();
    m_http->job(0).answer(400, kLevelError);
    QCOMPARE(m_ends.at(0).error().code, u"model_refused"_s);
}

DIALDESK_TEST(TestGeminiModel)
#include "tst_gemini_model.moc"
