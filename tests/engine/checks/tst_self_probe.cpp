#include "engine/checks/self_probe.h"
#include "engine/checks/self_proof.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>
#include <QUrlQuery>

using namespace engine;
using namespace engine::checks;

/// The test is the far side of the tunnel.
class TestSelfProbe : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void theProofIsAnHmac();
    void onlyHexOfTheRightLengthIsANonce();
    void bothWaysLeadHere();
    void anUnreachableAddressIsSaid();
    void anotherServerIsNotTakenForUs_data();
    void anotherServerIsNotTakenForUs();
    void aProxyThatDropsTheUpgradeIsSaid();
    void aSocketOfSomebodyElseIsNotTakenForOurs();

private:
    QByteArray nonceOf(const QUrl &url) const { return QUrlQuery(url).queryItemValue("nonce").toLatin1(); }
    void probe()
    {
        m_http->hold("GET", "/desk/healthz");
        m_probe = new SelfProbe(QUrl("https://calls.example/desk"), m_key, *m_http, m_sockets, m_random, this);
        connect(m_probe, &net::CheckJob::finished, this,
                [this](const Result<net::CheckNote> &found) { m_found.append(found); });
    }
    void answerHealth(int status, const QByteArray &body)
    {
        m_http->held.first()->finish(net::HttpResponse{.status = status, .body = body});
    }
    QByteArray rightBody() const
    {
        return "{\"status\":\"ok\",\"proof\":\"" + proofOf(m_key, nonceOf(m_http->requests.first().url)) + "\"}";
    }
    QString code() const { return m_found.value(0, net::CheckNote{}).error().code; }

    const Secret m_key{"a key of this run"};
    SeededRandom m_random{3};
    std::unique_ptr<support::FakeHttpClient> m_http;
    support::FakeWebSocketFactory m_sockets;
    QPointer<SelfProbe> m_probe;
    QList<Result<net::CheckNote>> m_found;
};

void TestSelfProbe::init()
{
    delete m_probe;
    m_found.clear();
    m_sockets.sockets.clear();
    m_http = std::make_unique<support::FakeHttpClient>();
}

void TestSelfProbe::theProofIsAnHmac()
{
    // RFC 4231, test case 2.
    QCOMPARE(proofOf(Secret("Jefe"), "what do ya want for nothing?"),
             QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

void TestSelfProbe::onlyHexOfTheRightLengthIsANonce()
{
    QVERIFY(isNonce("0123456789abcdef0123456789abcdef"));
    QVERIFY(!isNonce(""));
    QVERIFY(!isNonce("0123456789abcdef0123456789abcde"));
    QVERIFY(!isNonce("0123456789abcdef0123456789abcdeG"));
    QVERIFY(!isNonce("0123456789ABCDEF0123456789ABCDEF"));
}

void TestSelfProbe::bothWaysLeadHere()
{
    probe();
    QVERIFY(isNonce(nonceOf(m_http->requests.first().url)));
    answerHealth(200, rightBody());
    support::FakeWebSocket *socket = m_sockets.latest();
    QCOMPARE(socket->url.toString(QUrl::RemoveQuery), QString("wss://calls.example/desk/healthz/socket"));
    QVERIFY(nonceOf(socket->url) != nonceOf(m_http->requests.first().url));
    socket->accept();
    QVERIFY(m_found.isEmpty()); // an open socket alone proves nothing
    socket->receiveText(proofOf(m_key, nonceOf(socket->url)));
    QCOMPARE(m_found.size(), 1);
    QVERIFY(m_found.first());
    QVERIFY(!m_found.first()->warning);
    QVERIFY(m_found.first()->sentence.contains("https://calls.example/desk"));
    QTRY_VERIFY(!m_probe);
}

void TestSelfProbe::anUnreachableAddressIsSaid()
{
    probe();
    m_http->held.first()->finish(failure(Fault::Vendor, "timeout", "calls.example did not answer in time."));
    QCOMPARE(code(), QString("public_url_unreachable"));
    QVERIFY(m_found.first().error().message.contains("calls.example did not answer in time."));
}

void TestSelfProbe::anotherServerIsNotTakenForUs_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("another Dialdesk") << 200 << QByteArray(R"({"status":"ok","proof":"00"})");
    QTest::newRow("an older one") << 200 << QByteArray(R"({"status":"ok"})");
    QTest::newRow("a web page") << 200 << QByteArray("<html>Welcome</html>");
    QTest::newRow("an idle tunnel") << 502 << QByteArray("ERR_NGROK_8012");
    QTest::newRow("nothing") << 404 << QByteArray();
}

void TestSelfProbe::anotherServerIsNotTakenForUs()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    probe();
    answerHealth(status, body);
    QCOMPARE(code(), QString("public_url_foreign"));
    QVERIFY(m_found.first().error().message.contains(QString::number(status)));
    QCOMPARE(m_sockets.count(), 0);
}

void TestSelfProbe::aProxyThatDropsTheUpgradeIsSaid()
{
    probe();
    answerHealth(200, rightBody());
    m_sockets.latest()->refuse(426);
    QCOMPARE(code(), QString("public_url_no_websocket"));
    QVERIFY(m_found.first().error().message.contains("426"));
    QCOMPARE(m_found.size(), 1);
}

void TestSelfProbe::aSocketOfSomebodyElseIsNotTakenForOurs()
{
    probe();
    answerHealth(200, rightBody());
    m_sockets.latest()->accept();
    m_sockets.latest()->receiveText(proofOf(m_key, nonceOf(m_http->requests.first().url))); // an old answer again
    QCOMPARE(code(), QString("public_url_no_websocket"));
}

DIALDESK_TEST(TestSelfProbe)
#include "tst_self_probe.moc"
