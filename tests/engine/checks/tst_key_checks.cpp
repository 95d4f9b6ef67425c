#include "engine/checks/check_fix.h"
#include "engine/checks/key_checks.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QUrlQuery>

using namespace engine;
using namespace engine::checks;
using namespace std::chrono_literals;

/// What each vendor is asked, and what its answers mean.
class TestKeyChecks : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void httpVendors_data();
    void httpVendors();
    void keysGoIntoHeadersOnly();
    void deepgramOpensTheStreamOfACallAndEndsIt();
    void deepgramNeedNotCloseForUs();
    void deepgramRefuses_data();
    void deepgramRefuses();
    void anUnsetKeyIsNotSent();
    void aVendorOutOfReachIsItsOwnFault();

private:
    CheckJob *check(const QString &vendor);
    void listen(CheckJob *job)
    {
        connect(job, &CheckJob::finished, this, [this](const Result<CheckNote> &found) { m_found.append(found); });
    }

    std::unique_ptr<support::FakeHttpClient> m_http;
    support::FakeWebSocketFactory m_sockets;
    support::FakeClock m_clock;
    SeededRandom m_random{5};
    std::unique_ptr<KeyChecks> m_checks;
    QList<Result<CheckNote>> m_found;
};

void TestKeyChecks::init()
{
    m_found.clear();
    m_http = std::make_unique<support::FakeHttpClient>();
    m_checks = std::make_unique<KeyChecks>(*m_http, m_sockets, m_clock, m_random);
}

CheckJob *TestKeyChecks::check(const QString &vendor)
{
    if (vendor == "gemini")
        return m_checks->checkGemini({.apiKey = Secret("k-123"), .model = "gemini-x"}, this);
    if (vendor == "openai")
        return m_checks->checkOpenAi({.apiKey = Secret("k-123"), .model = "gpt-x"}, this);
    if (vendor == "local")
        return m_checks->checkOpenAi({.apiKey = {}, .baseUrl = QUrl("http://127.0.0.1:8080/v1"), .model = "any"}, this);
    return m_checks->checkCartesia({.apiKey = Secret("k-123"), .voiceId = "v-1"}, this);
}

void TestKeyChecks::httpVendors_data()
{
    QTest::addColumn<QString>("vendor");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("outcome"); // "good", "warning" or the setting its fix opens, "-" for another fix
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *vendor, const char *path, int status, const char *body,
                        const char *outcome, const char *words) {
        QTest::newRow(name) << vendor << path << status << QByteArray(body) << outcome << words;
    };
    const char *model = "/v1beta/models/gemini-x";
    row("gemini good", "gemini", model, 200,
        R"({"name":"models/gemini-x","supportedGenerationMethods":["generateContent"]})", "good", "gemini-x");
    row("gemini bad key", "gemini", model, 400,
        R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}})",
        "GOOGLE_API_KEY", "GOOGLE_API_KEY");
    row("gemini unknown model", "gemini", model, 404, R"({"error":{"code":404,"status":"NOT_FOUND"}})", "GOOGLE_MODEL",
        "GOOGLE_MODEL");
    row("gemini embedding model", "gemini", model, 200,
        R"({"name":"models/gemini-x","supportedGenerationMethods":["embedContent"]})", "GOOGLE_MODEL", "GOOGLE_MODEL");
    row("gemini over quota", "gemini", model, 429, R"({"error":{"code":429,"message":"Quota."}})", "warning", "quota");
    row("gemini down", "gemini", model, 503, R"({"error":{"code":503,"message":"Overloaded."}})", "-", "503");
    row("not gemini", "gemini", model, 200, "<html>", "GOOGLE_API_KEY", "GOOGLE_API_BASE_URL");
    row("openai good", "openai", "/v1/models", 200, R"({"data":[{"id":"gpt-w"},{"id":"gpt-x"}]})", "good", "gpt-x");
    row("openai bad key", "openai", "/v1/models", 401, R"({"error":{"code":"invalid_api_key"}})", "OPENAI_API_KEY",
        "refused the API key");
    row("openai other models", "openai", "/v1/models", 200, R"({"data":[{"id":"a"},{"id":"b"}]})", "warning",
        "OPENAI_MODEL");
    row("openai lists none", "openai", "/v1/models", 404, "", "warning", "lists no models");
    row("local server names its file", "local", "/v1/models", 200, R"({"data":[{"id":"/models/q.gguf"}]})", "good",
        "q.gguf");
    row("cartesia good", "cartesia", "/voices/v-1", 200, R"({"id":"v-1","name":"Reading Lady"})", "good",
        "Reading Lady");
    row("cartesia bad key", "cartesia", "/voices/v-1", 401, R"({"message":"no"})", "CARTESIA_API_KEY",
        "CARTESIA_API_KEY");
    row("cartesia unknown voice", "cartesia", "/voices/v-1", 404, "{}", "CARTESIA_VOICE_ID", "CARTESIA_VOICE_ID");
    row("cartesia without credit", "cartesia", "/voices/v-1", 402, "{}", "-", "credit");
    row("cartesia busy", "cartesia", "/voices/v-1", 429, "{}", "warning", "limit");
    row("cartesia down", "cartesia", "/voices/v-1", 500, "{}", "-", "500");
}

void TestKeyChecks::httpVendors()
{
    QFETCH(QString, vendor);
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, outcome);
    QFETCH(QString, words);
    m_http->answer("GET", path, status, body);
    listen(check(vendor));
    QVERIFY(m_found.isEmpty()); // never from within the call
    QTRY_COMPARE(m_found.size(), 1);
    const Result<CheckNote> found = m_found.first();
    if (outcome == "good" || outcome == "warning") {
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        QCOMPARE(found->warning, outcome == "warning");
        QVERIFY2(found->sentence.contains(words), qPrintable(found->sentence));
        return;
    }
    QVERIFY(!found);
    QVERIFY2(found.error().message.contains(words), qPrintable(found.error().message));
    const QString own = vendor == "gemini"   ? "GOOGLE_API_KEY"
                        : vendor == "openai" ? "OPENAI_API_KEY"
                                             : "CARTESIA_API_KEY";
    const Fix fix = fixFor(found.error(), own, {});
    QCOMPARE(fix, outcome == "-" ? Fix{} : (Fix{Fix::Kind::OpenSetting, outcome}));
}

void TestKeyChecks::keysGoIntoHeadersOnly()
{
    m_http->answer("GET", "/v1beta/models/gemini-x", 503, "{}");
    m_http->answer("GET", "/v1/models", 500, "{}");
    m_http->answer("GET", "/voices/v-1", 500, "{}");
    for (const char *vendor : {"gemini", "openai", "cartesia"})
        listen(check(vendor));
    QTRY_COMPARE(m_found.size(), 3);
    const QList<QByteArray> expected = {"x-goog-api-key: k-123", "Authorization: Bearer k-123",
                                        "Authorization: Bearer k-123"};
    for (int i = 0; i < 3; ++i) {
        const auto &[name, value] = m_http->requests.at(i).headers.first();
        QCOMPARE(name + ": " + value, expected.at(i));
        QVERIFY(!m_http->requests.at(i).url.toString().contains("k-123"));
        QVERIFY(!m_found.at(i).error().message.contains("k-123"));
    }
}

void TestKeyChecks::deepgramOpensTheStreamOfACallAndEndsIt()
{
    listen(m_checks->checkDeepgram({.apiKey = Secret("k-123"), .model = "nova-3"}, "de", this));
    support::FakeWebSocket *socket = m_sockets.latest();
    QCOMPARE(socket->url.path(), QString("/v1/listen"));
    QCOMPARE(QUrlQuery(socket->url).queryItemValue("language"), QString("de"));
    QCOMPARE(socket->header("Authorization"), QByteArray("Token k-123"));
    socket->accept();
    QCOMPARE(socket->texts, QList<QByteArray>{R"({"type":"CloseStream"})"});
    QVERIFY(socket->binaries.isEmpty()); // not a byte of audio: nothing is billed
    QCOMPARE(socket->closeAsked, std::optional(1000));
    QVERIFY(m_found.isEmpty());
    socket->drop(1000);
    QCOMPARE(m_found.size(), 1);
    QVERIFY(m_found.first() && m_found.first()->sentence.contains("nova-3"));
}

void TestKeyChecks::deepgramNeedNotCloseForUs()
{
    listen(m_checks->checkDeepgram({.apiKey = Secret("k-123")}, "en", this));
    m_sockets.latest()->accept();
    m_clock.advance(2s);
    QCOMPARE(m_found.size(), 1);
    QVERIFY(m_found.first());
}

void TestKeyChecks::deepgramRefuses_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("setting"); // "" for a warning, "-" for a fix that is not here
    QTest::newRow("key") << 401 << "DEEPGRAM_API_KEY";
    QTest::newRow("model or language") << 400 << "DEEPGRAM_MODEL";
    QTest::newRow("no access to the model") << 403 << "DEEPGRAM_MODEL";
    QTest::newRow("credit") << 402 << "-";
    QTest::newRow("vendor down") << 503 << "-";
    QTest::newRow("busy") << 429 << "";
}

void TestKeyChecks::deepgramRefuses()
{
    QFETCH(int, status);
    QFETCH(QString, setting);
    listen(m_checks->checkDeepgram({.apiKey = Secret("k-123")}, "en", this));
    m_sockets.latest()->refuse(status);
    QCOMPARE(m_found.size(), 1);
    if (setting.isEmpty()) {
        QVERIFY(m_found.first() && m_found.first()->warning);
        return;
    }
    QVERIFY(!m_found.first());
    QCOMPARE(fixFor(m_found.first().error(), "DEEPGRAM_API_KEY", {}),
             setting == "-" ? Fix{} : (Fix{Fix::Kind::OpenSetting, setting}));
}

void TestKeyChecks::anUnsetKeyIsNotSent()
{
    const auto sockets = m_sockets.count();
    listen(m_checks->checkGemini({}, this));
    listen(m_checks->checkCartesia({}, this));
    listen(m_checks->checkDeepgram({}, "en", this));
    listen(m_checks->checkTwilio({.accountSid = "AC1"}, this));
    QTRY_COMPARE(m_found.size(), 4);
    for (const auto &found : m_found)
        QCOMPARE(found.error().code, QString("setting_missing"));
    QVERIFY(m_found.last().error().message.startsWith("TWILIO_AUTH_TOKEN"));
    QVERIFY(m_http->requests.isEmpty());
    QCOMPARE(m_sockets.count(), sockets);
}

void TestKeyChecks::aVendorOutOfReachIsItsOwnFault()
{
    const Error unreachable{Fault::Vendor, "unreachable", "There is no way to that host."};
    m_http->fail("GET", "/v1beta/models/gemini-x", unreachable);
    m_http->fail("GET", "/v1/models", unreachable);
    m_http->fail("GET", "/voices/v-1", unreachable);
    for (const char *vendor : {"gemini", "openai", "cartesia"})
        listen(check(vendor));
    listen(m_checks->checkDeepgram({.apiKey = Secret("k-123")}, "en", this));
    m_sockets.latest()->refuse(0, "There is no way to that host.");
    QTRY_COMPARE(m_found.size(), 4);
    for (const auto &found : m_found) {
        QCOMPARE(found.error().fault, Fault::Vendor);
        QVERIFY(found.error().message.contains("There is no way to that host"));
        QCOMPARE(fixFor(found.error(), "X", {}).kind, Fix::Kind::Retry);
    }
}

DIALDESK_TEST(TestKeyChecks)
#include "tst_key_checks.moc"
