#include "app/bootstrap.h"
#include "tests/integration/http_talk.h"
#include "tests/support/test_program.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryFile>
#include <QWebSocket>

using namespace engine;
using namespace engine::checks;

/// The real checks against the practice line's carrier and vendors, over real sockets.
class TestPracticeReadiness : public QObject
{
    Q_OBJECT
private slots:
    void cleanup() { stop(); }

    void everyCheckBecomesGood();
    void everyCheckBecomesGood_data();
    void aRefusedKeyIsNotReadyButDialsAllTheSame_data();
    void aRefusedKeyIsNotReadyButDialsAllTheSame();
    void aFolderThatTakesNoCallsIsNotReady();
    void productionNeedsItsNames();
    void theAccountsNumbersAreKnown();
    void healthzProvesItselfToANonceOnly();
    void strangersLearnNoDetails();
    void checkingAgainAsksAgain();

private:
    void start(const config::Config &config = {});
    void stop();
    Check check(CheckId id) const
    {
        for (const Check &check : m_host->engine().readiness().checks)
            if (check.id == id)
                return check;
        return {};
    }
    HttpTalk readyz(const net::HeaderList &headers = {}) const
    {
        return HttpTalk(m_port, "GET", "/readyz", {}, headers);
    }

    std::unique_ptr<app::PracticeHost> m_practice;
    std::unique_ptr<app::EngineHost> m_host;
    quint16 m_port = 0;
};

void TestPracticeReadiness::start(const config::Config &config)
{
    stop();
    m_practice = std::make_unique<app::PracticeHost>();
    app::Setup setup;
    setup.config = config;
    setup.config.server.port = 0;
    setup.practice = true;
    QVERIFY(m_practice->start(setup.config, {"+14155550123"}));
    m_host = std::make_unique<app::EngineHost>(setup);
    const auto port = m_host->engine().listen();
    QVERIFY(port.has_value());
    m_port = *port;
}

void TestPracticeReadiness::stop()
{
    if (!m_host)
        return;
    QSignalSpy stopped(&m_host->engine(), &Engine::stopped);
    m_host->engine().shutDown();
    QVERIFY(!stopped.isEmpty() || stopped.wait(12'000));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // what is left of calls needs the host
    m_host.reset();
}

void TestPracticeReadiness::everyCheckBecomesGood_data()
{
    QTest::addColumn<bool>("openAi");
    QTest::addColumn<QString>("transcriber");
    QTest::newRow("Gemini and Nova") << false << "nova-3";
    QTest::newRow("OpenAI and Flux") << true << "flux-general-en";
}

void TestPracticeReadiness::everyCheckBecomesGood()
{
    QFETCH(bool, openAi);
    QFETCH(QString, transcriber);
    config::Config config;
    config.modelProvider = openAi ? config::ModelProvider::OpenAi : config::ModelProvider::Gemini;
    config.deepgram.model = transcriber;
    start(config);
    QVERIFY(m_host->engine().readiness().checking());
    auto early = readyz();
    QVERIFY(early.wait());
    QCOMPARE(early.status(), 200); // an answer still to come stands in nobody's way

    QTRY_VERIFY_WITH_TIMEOUT(!m_host->engine().readiness().checking(), 10'000);
    const QList<Check> checks = m_host->engine().readiness().checks;
    QCOMPARE(checks.size(), 7);
    for (const Check &check : checks)
        QVERIFY2(check.state == CheckState::Good, qPrintable(toWord(check.id) + ": " + check.sentence));
    auto ready = readyz();
    QVERIFY(ready.wait());
    QCOMPARE(ready.status(), 200);
    QCOMPARE(ready.json()["status"].toString(), QString("ready"));
    QCOMPARE(ready.json()["checking"].toBool(true), false);
    QCOMPARE(ready.json()["checks"].toArray().size(), 7);
    QCOMPARE(ready.json()["checks"].toArray().at(0).toObject()["state"].toString(), QString("good"));
}

void TestPracticeReadiness::aRefusedKeyIsNotReadyButDialsAllTheSame_data()
{
    QTest::addColumn<int>("id");
    QTest::addColumn<QString>("setting");
    QTest::newRow("Deepgram") << int(CheckId::Transcriber) << "DEEPGRAM_API_KEY";
    QTest::newRow("Gemini") << int(CheckId::Model) << "GOOGLE_API_KEY";
    QTest::newRow("OpenAI") << int(CheckId::Model) << "OPENAI_API_KEY";
    QTest::newRow("Cartesia") << int(CheckId::Voice) << "CARTESIA_API_KEY";
}

void TestPracticeReadiness::aRefusedKeyIsNotReadyButDialsAllTheSame()
{
    QFETCH(int, id);
    QFETCH(QString, setting);
    config::Config config;
    const Secret bad("bad");
    if (setting == "DEEPGRAM_API_KEY")
        config.deepgram.apiKey = bad;
    else if (setting == "CARTESIA_API_KEY")
        config.cartesia.apiKey = bad;
    else if (setting == "GOOGLE_API_KEY")
        config.gemini.apiKey = bad;
    else
        config.openAi.apiKey = bad;
    if (setting == "OPENAI_API_KEY")
        config.modelProvider = config::ModelProvider::OpenAi;
    start(config);
    QTRY_VERIFY_WITH_TIMEOUT(!m_host->engine().readiness().checking(), 10'000);
    const Check failed = check(CheckId(id));
    QCOMPARE(failed.state, CheckState::Bad);
    QCOMPARE(failed.fault, std::optional(Fault::Settings));
    QCOMPARE(failed.fix, (Fix{Fix::Kind::OpenSetting, setting}));
    int failures = 0;
    for (const Check &check : m_host->engine().readiness().checks)
        failures += check.state == CheckState::Bad ? 1 : 0;
    QCOMPARE(failures, 1);

    auto ready = readyz();
    QVERIFY(ready.wait());
    QCOMPARE(ready.status(), 503);
    QCOMPARE(ready.json()["status"].toString(), QString("not_ready"));
    QVERIFY(ready.body().contains("\"fault\":\"settings\""));
    HttpTalk dial(m_port, "POST", "/dialout", R"({"to_number": "+14155550103"})",
                  {{"Content-Type", "application/json"}});
    QVERIFY(dial.wait());
    QCOMPARE(dial.status(), 200);
    QCOMPARE(dial.json()["warnings"].toArray(), QJsonArray{failed.sentence}); // who dials is told
}

void TestPracticeReadiness::aFolderThatTakesNoCallsIsNotReady()
{
    QTemporaryFile file; // a folder within a file: for root, too
    QVERIFY(file.open());
    config::Config config;
    config.dataDir = file.fileName() + "/data";
    start(config);
    QTRY_COMPARE_WITH_TIMEOUT(check(CheckId::DataFolder).state, CheckState::Bad, 10'000);
    QVERIFY(check(CheckId::DataFolder).sentence.contains(config.dataDir));
    QCOMPARE(check(CheckId::DataFolder).fix, (Fix{Fix::Kind::OpenSetting, "DIALDESK_DATA_DIR"}));
    auto ready = readyz();
    QVERIFY(ready.wait());
    QCOMPARE(ready.status(), 503);
}

void TestPracticeReadiness::productionNeedsItsNames()
{
    config::Config config;
    config.environment = config::Environment::Production;
    start(config);
    QTRY_COMPARE(check(CheckId::CloudAgent).state, CheckState::Bad);
    QCOMPARE(check(CheckId::CloudAgent).fix.value, QString("AGENT_NAME"));
    config.pipecatCloud.agentName = "front-desk";
    config.pipecatCloud.organizationName = "bright-dental";
    start(config);
    QTRY_COMPARE(check(CheckId::CloudAgent).state, CheckState::Good);
    QVERIFY(check(CheckId::CloudAgent).sentence.contains("front-desk.bright-dental"));
}

void TestPracticeReadiness::theAccountsNumbersAreKnown()
{
    start();
    QSignalSpy changed(&m_host->engine(), &Engine::readinessChanged);
    QTRY_COMPARE(check(CheckId::Numbers).state, CheckState::Good);
    QStringList numbers;
    for (const auto &own : m_host->engine().readiness().ownNumbers)
        numbers.append(own.number);
    QCOMPARE(numbers, QStringList({"+14155550199", "+14155550123"}));
    QVERIFY(changed.count() > 0);
}

void TestPracticeReadiness::healthzProvesItselfToANonceOnly()
{
    start();
    HttpTalk plain(m_port, "GET", "/healthz?nonce=short");
    QVERIFY(plain.wait());
    QCOMPARE(plain.json(), (QJsonObject{{"status", "ok"}}));
    const QByteArray query = "?nonce=00112233445566778899aabbccddeeff";
    HttpTalk asked(m_port, "GET", "/healthz" + query);
    QVERIFY(asked.wait());
    const QString proof = asked.json()["proof"].toString();
    QCOMPARE(proof.size(), 64);

    QWebSocket socket;
    QSignalSpy told(&socket, &QWebSocket::textMessageReceived);
    QSignalSpy closed(&socket, &QWebSocket::disconnected);
    socket.open(QUrl(QString("ws://127.0.0.1:%1/healthz/socket%2").arg(m_port).arg(QString::fromLatin1(query))));
    QTRY_COMPARE(told.count(), 1);
    QCOMPARE(told.first().first().toString(), proof);
    QTRY_COMPARE(closed.count(), 1); // nobody keeps a connection here
    HttpTalk noUpgrade(m_port, "GET", "/healthz/socket" + query);
    QVERIFY(noUpgrade.wait());
    QCOMPARE(noUpgrade.status(), 426);
}

void TestPracticeReadiness::strangersLearnNoDetails()
{
    start();
    QTRY_COMPARE(check(CheckId::Account).state, CheckState::Good);
    auto here = readyz();
    QVERIFY(here.wait());
    QVERIFY(here.body().contains("balance"));
    auto outside = readyz({{"X-Forwarded-For", "203.0.113.9"}});
    QVERIFY(outside.wait());
    QVERIFY(outside.body().contains("\"account\""));
    QVERIFY(!outside.body().contains("balance"));
}

void TestPracticeReadiness::checkingAgainAsksAgain()
{
    start();
    QTRY_VERIFY_WITH_TIMEOUT(!m_host->engine().readiness().checking(), 10'000);
    const QDateTime first = check(CheckId::Voice).checkedAt;
    m_host->engine().checkAgain(CheckId::Voice);
    QCOMPARE(check(CheckId::Voice).state, CheckState::Checking);
    QTRY_COMPARE(check(CheckId::Voice).state, CheckState::Good);
    QVERIFY(check(CheckId::Voice).checkedAt > first);
}

DIALDESK_TEST(TestPracticeReadiness)
#include "tst_practice_readiness.moc"
