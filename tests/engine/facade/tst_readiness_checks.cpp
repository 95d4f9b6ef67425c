#include "engine/readiness_checks.h"

#include "engine/checks/self_proof.h"
#include "engine/public_address.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_dial_journal.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QUrlQuery>

using namespace engine;
using namespace engine::checks;
using namespace std::chrono_literals;

namespace {

const QByteArray kTunnel =
    R"({"tunnels":[{"public_url":"https://desk.example","config":{"addr":"http://localhost:7860"}}]})";
const QByteArray kNoTunnel = R"({"tunnels":[]})";

} // namespace

/// Which checks a configuration asks for, and what becomes of its missing settings and its public address.
class TestReadinessChecks : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void missingSettingsAreAnsweredWithoutAskingAnybody();
    void withoutATunnelTheCommandIsOffered();
    void productionAsksForTheAgentInsteadOfTheVendors();
    void aLostTunnelIsNoticedAndFoundAgain();
    void aFolderThatTakesNoCallsIsNotReady();
    void troubleOfACallAsksWhoeverItIsAbout();

private:
    void start()
    {
        m_address = std::make_unique<PublicAddress>(m_config.server.publicUrl, *m_http,
                                                    QUrl("http://127.0.0.1:4040/api/tunnels"));
        m_address->setPort(7860);
        m_checks =
            std::make_unique<ReadinessChecks>(m_config, *m_address, m_key, *m_http, m_sockets, m_journal, m_clock, m_random);
        m_checks->start(7860);
    }
    std::optional<Check> check(CheckId id) const
    {
        for (const Check &check : m_checks->checks())
            if (check.id == id)
                return check;
        return std::nullopt;
    }
    QByteArray proofFor(const QUrl &url) const
    {
        return proofOf(m_key, QUrlQuery(url).queryItemValue("nonce").toLatin1());
    }
    /// Plays the far side of the tunnel.
    void letTheProbeThrough()
    {
        QTRY_VERIFY(!m_http->held.isEmpty() && m_http->held.last());
        support::FakeHttpJob *health = m_http->held.last();
        health->finish(
            net::HttpResponse{.status = 200, .body = "{\"proof\":\"" + proofFor(health->request.url) + "\"}"});
        m_sockets.latest()->accept();
        m_sockets.latest()->receiveText(proofFor(m_sockets.latest()->url));
    }

    config::Config m_config;
    const Secret m_key{"the key of this run"};
    std::unique_ptr<support::FakeHttpClient> m_http;
    support::FakeWebSocketFactory m_sockets;
    support::FakeDialJournal m_journal;
    support::FakeClock m_clock;
    SeededRandom m_random{2};
    std::unique_ptr<PublicAddress> m_address;
    std::unique_ptr<ReadinessChecks> m_checks;
};

void TestReadinessChecks::init()
{
    m_checks.reset();
    m_address.reset();
    m_config = {};
    m_journal.trouble.reset();
    m_http = std::make_unique<support::FakeHttpClient>();
}

void TestReadinessChecks::missingSettingsAreAnsweredWithoutAskingAnybody()
{
    m_config.deepgram.apiKey = Secret("there");
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    start();
    QTRY_COMPARE(check(CheckId::Model)->state, CheckState::Bad);
    QCOMPARE(check(CheckId::Model)->fix, (Fix{Fix::Kind::OpenSetting, "GOOGLE_API_KEY"}));
    QVERIFY(check(CheckId::Model)->sentence.startsWith("GOOGLE_API_KEY is not set."));
    QCOMPARE(check(CheckId::Voice)->fix.value, QString("CARTESIA_API_KEY"));
    QCOMPARE(check(CheckId::Account)->fix.value, QString("TWILIO_ACCOUNT_SID"));
    QVERIFY(!check(CheckId::Numbers)); // nothing to say before there is an account
    QVERIFY(!check(CheckId::CloudAgent));
    QCOMPARE(check(CheckId::Transcriber)->state, CheckState::Checking); // this one is being asked
}

void TestReadinessChecks::withoutATunnelTheCommandIsOffered()
{
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    start();
    QTRY_COMPARE(check(CheckId::PublicAddress)->state, CheckState::Bad);
    QCOMPARE(check(CheckId::PublicAddress)->fix, (Fix{Fix::Kind::CopyCommand, "ngrok http 7860"}));
}

void TestReadinessChecks::productionAsksForTheAgentInsteadOfTheVendors()
{
    m_config.pipecatCloud.agentName = "front-desk";
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    start();
    m_checks->setEnvironment(config::Environment::Production);
    QVERIFY(!check(CheckId::Transcriber) && !check(CheckId::Model) && !check(CheckId::Voice));
    QTRY_COMPARE(check(CheckId::CloudAgent)->state, CheckState::Bad);
    QCOMPARE(check(CheckId::CloudAgent)->fix.value, QString("ORGANIZATION_NAME"));
    QTRY_COMPARE(check(CheckId::PublicAddress)->state, CheckState::Bad);
    m_checks->setEnvironment(config::Environment::Local);
    QVERIFY(check(CheckId::Transcriber) && !check(CheckId::CloudAgent));
}

void TestReadinessChecks::aLostTunnelIsNoticedAndFoundAgain()
{
    m_http->answer("GET", "/api/tunnels", 200, kTunnel);
    m_http->hold("GET", "/healthz");
    start();
    letTheProbeThrough();
    QCOMPARE(check(CheckId::PublicAddress)->state, CheckState::Good);

    m_clock.advance(10s);
    m_http->answer("GET", "/api/tunnels", 200, kTunnel);
    m_checks->lookForPublicAddress(); // still there: nobody is bothered
    QTRY_VERIFY(m_http->isExhausted());
    QCOMPARE(m_http->requests.size(), 3);

    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    m_checks->lookForPublicAddress();
    QTRY_COMPARE(check(CheckId::PublicAddress)->state, CheckState::Bad);
    QCOMPARE(check(CheckId::PublicAddress)->since, m_clock.wallTime());

    m_http->answer("GET", "/api/tunnels", 200, kTunnel);
    m_http->answer("GET", "/api/tunnels", 200, kTunnel);
    m_http->hold("GET", "/healthz");
    m_checks->lookForPublicAddress();
    QTRY_COMPARE(m_http->held.size(), 2);
    letTheProbeThrough();
    QCOMPARE(check(CheckId::PublicAddress)->state, CheckState::Good);
}

void TestReadinessChecks::aFolderThatTakesNoCallsIsNotReady()
{
    m_config.dataDir = "/a/folder";
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    start();
    QTRY_COMPARE(check(CheckId::DataFolder)->state, CheckState::Good);
    QVERIFY(check(CheckId::DataFolder)->sentence.contains("/a/folder"));

    m_journal.trouble = Error{Fault::Settings, "data_dir_unwritable", "Make /a/folder writable."};
    m_checks->lookAtDataFolder();
    QTRY_COMPARE(check(CheckId::DataFolder)->state, CheckState::Bad);
    QCOMPARE(check(CheckId::DataFolder)->sentence, QString("Make /a/folder writable."));
    QCOMPARE(check(CheckId::DataFolder)->fix, (Fix{Fix::Kind::OpenSetting, "DIALDESK_DATA_DIR"}));

    m_journal.trouble.reset(); // mended elsewhere: it is asked again soon
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel); // as is the address
    m_clock.advance(40s);
    QTRY_COMPARE(check(CheckId::DataFolder)->state, CheckState::Good);
}

void TestReadinessChecks::troubleOfACallAsksWhoeverItIsAbout()
{
    m_config.gemini.apiKey = Secret("a key");
    m_config.gemini.model = "gemini-x";
    const QString model = "/v1beta/models/gemini-x";
    m_http->answer("GET", "/api/tunnels", 200, kNoTunnel);
    m_http->answer("GET", model, 200, R"({"name":"models/gemini-x"})");
    start();
    QTRY_COMPARE(check(CheckId::Model)->state, CheckState::Good);

    m_clock.advance(15s);
    m_checks->doubt({Fault::Vendor, "tts_stalled", "The voice stalled."});
    QCOMPARE(check(CheckId::Model)->state, CheckState::Good); // and nobody was asked: the script holds no answer
    m_http->answer("GET", model, 503, R"({"error":{"code":503,"message":"Overloaded."}})");
    m_checks->doubt({Fault::Vendor, "model_timeout", "The model did not answer."});
    QTRY_COMPARE(check(CheckId::Model)->state, CheckState::Bad);
}

DIALDESK_TEST(TestReadinessChecks)
#include "tst_readiness_checks.moc"
