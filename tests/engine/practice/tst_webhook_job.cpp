#include "engine/practice/line_context.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/media_beats.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/webhook_job.h"

#include "engine/net/web_socket.h"
#include "engine/twilio/signature.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QNetworkInterface>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

class NoSockets final : public engine::net::WebSocketFactory
{
public:
    engine::net::WebSocket *create(QObject *) override
    {
        Q_ASSERT_X(false, "NoSockets", "a webhook opens no WebSocket");
        return nullptr;
    }
};

} // namespace

class TestWebhookJob : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void sendsASignedForm();
    void sendsParametersOfAGetInTheQuery();
    void readsAnswers_data();
    void readsAnswers();
    void readsAnAnswerThatComesByteByByte();
    void givesUpAfterFifteenSeconds();
    void triesARefusedConnectionTwice();
    void staysOnThisMachine();

private:
    void start(const QString &url, const QByteArray &method = "POST");
    QByteArray receivedRequest();
    QString url(const QString &path) const { return u"http://127.0.0.1:%1%2"_s.arg(m_server->serverPort()).arg(path); }

    NetworkSettings m_settings;
    support::FakeClock m_clock;
    engine::SeededRandom m_random{1};
    NoSockets m_sockets;
    std::unique_ptr<MediaBeats> m_beats = std::make_unique<MediaBeats>(m_clock);
    ScenarioBoard m_board;
    LineFigures m_figures{m_clock};
    std::unique_ptr<QTcpServer> m_server;
    QTcpSocket *m_peer = nullptr;
    QPointer<WebhookJob> m_job;
    std::unique_ptr<LineContext> m_context;
    std::optional<WebhookOutcome> m_outcome;
};

void TestWebhookJob::init()
{
    m_settings.authToken = engine::Secret("0123456789abcdef0123456789abcdef");
    m_context = std::make_unique<LineContext>(
        LineContext{m_settings, m_clock, m_random, m_sockets, *m_beats, m_board, m_figures, {}});
    m_server = std::make_unique<QTcpServer>();
    QVERIFY(m_server->listen(QHostAddress::LocalHost));
    m_peer = nullptr;
    m_outcome.reset();
}

void TestWebhookJob::cleanup()
{
    delete m_job;
}

void TestWebhookJob::start(const QString &url, const QByteArray &method)
{
    m_job =
        new WebhookJob({method, url, {{"CallSid", "CA1"}, {"FromCity", ""}, {"To", "+14155550142"}, {"Name", "a b"}}},
                       *m_context, this);
    connect(m_job.data(), &WebhookJob::finished, this, [this](const WebhookOutcome &outcome) { m_outcome = outcome; });
    m_job->start();
}

QByteArray TestWebhookJob::receivedRequest()
{
    if (!QTest::qWaitFor([this] { return m_server->hasPendingConnections(); }))
        return {};
    m_peer = m_server->nextPendingConnection();
    QByteArray request;
    if (!QTest::qWaitFor([&] {
            request += m_peer->readAll();
            return request.contains("\r\n\r\n") && (request.startsWith("GET") || !request.endsWith("\r\n\r\n"));
        }))
        return {};
    return request;
}

void TestWebhookJob::sendsASignedForm()
{
    start(url(u"/twiml?job=42&lang=pt-BR#rc=2"_s));
    const QByteArray request = receivedRequest();
    QVERIFY(request.startsWith("POST /twiml?job=42&lang=pt-BR HTTP/1.1\r\n"));
    QVERIFY(request.contains("\r\nUser-Agent: TwilioProxy/1.1\r\n"));
    QVERIFY(request.contains("\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"));
    QVERIFY(request.contains("\r\nI-Twilio-Idempotency-Token: "));
    const QByteArray body = request.mid(request.indexOf("\r\n\r\n") + 4);
    QVERIFY(body.contains("FromCity="));
    QVERIFY(body.contains("To=%2B14155550142"));
    const qsizetype at = request.indexOf("X-Twilio-Signature: ") + 20;
    const QByteArray signature = request.mid(at, request.indexOf('\r', at) - at);
    QVERIFY(engine::twilio::isSignatureValid(m_settings.authToken, signature, QUrl(url({})), "/twiml?job=42&lang=pt-BR",
                                             engine::twilio::SignedRequest::Webhook, engine::twilio::parseForm(body)));
}

void TestWebhookJob::sendsParametersOfAGetInTheQuery()
{
    start(url(u"/twiml?job=42"_s), "GET");
    const QByteArray request = receivedRequest();
    const QByteArray target = request.split(' ').value(1);
    QVERIFY(target.startsWith("/twiml?job=42&CallSid=CA1&FromCity=&To=%2B14155550142&"));
    const qsizetype at = request.indexOf("X-Twilio-Signature: ") + 20;
    const QByteArray signature = request.mid(at, request.indexOf('\r', at) - at);
    QVERIFY(engine::twilio::isSignatureValid(m_settings.authToken, signature, QUrl(url({})), target,
                                             engine::twilio::SignedRequest::Webhook, {}));
}

void TestWebhookJob::readsAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("errorCode");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("with length")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>") << 0
        << QByteArray("<Response/>");
    QTest::newRow("until close") << QByteArray("HTTP/1.0 200 OK\r\ncontent-type: text/xml\r\n\r\n<Response/>") << 0
                                 << QByteArray("<Response/>");
    QTest::newRow("chunked")
        << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<Resp\r\n6;x=y\r\nonse/>\r\n0\r\n\r\n")
        << 0 << QByteArray("<Response/>");
    QTest::newRow("no content") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << 0 << QByteArray();
    QTest::newRow("server error") << QByteArray("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n") << 11200
                                  << QByteArray();
    QTest::newRow("redirect") << QByteArray("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n") << 11200
                              << QByteArray();
    QTest::newRow("not HTTP") << QByteArray("220 mail.example.com ESMTP\r\n\r\n") << 11206 << QByteArray();
    QTest::newRow("cut short") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<Resp") << 11206
                               << QByteArray();
    QTest::newRow("nothing") << QByteArray() << 11206 << QByteArray();
}

void TestWebhookJob::readsAnswers()
{
    QFETCH(QByteArray, answer);
    start(url(u"/twiml"_s));
    QVERIFY(!receivedRequest().isEmpty());
    m_peer->write(answer);
    m_peer->disconnectFromHost();
    QTRY_VERIFY(m_outcome.has_value());
    QTEST(m_outcome->errorCode, "errorCode");
    QTEST(m_outcome->body, "body");
}

void TestWebhookJob::readsAnAnswerThatComesByteByByte()
{
    start(url(u"/twiml"_s));
    QVERIFY(!receivedRequest().isEmpty());
    const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>";
    for (const char byte : answer) {
        QVERIFY(!m_outcome.has_value());
        m_peer->write(&byte, 1);
        m_peer->flush();
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(m_outcome.has_value());
    QCOMPARE(m_outcome->body, QByteArray("<Response/>"));
    QCOMPARE(m_outcome->contentType, QByteArray("text/xml"));
}

void TestWebhookJob::givesUpAfterFifteenSeconds()
{
    start(url(u"/twiml"_s));
    QVERIFY(!receivedRequest().isEmpty());
    m_clock.advance(14'999ms);
    QVERIFY(!m_outcome.has_value());
    m_clock.advance(1ms);
    QVERIFY(m_outcome.has_value());
    QCOMPARE(m_outcome->errorCode, 11200);
}

void TestWebhookJob::triesARefusedConnectionTwice()
{
    const QString address = url(u"/twiml"_s);
    m_server->close();
    start(address);
    QTRY_VERIFY(m_outcome.has_value());
    QCOMPARE(m_outcome->errorCode, 11205);
    QCOMPARE(m_outcome->status, 0);
}

void TestWebhookJob::staysOnThisMachine()
{
    start(u"http://192.0.2.1/twiml"_s);
    QTRY_VERIFY(m_outcome.has_value());
    QCOMPARE(m_outcome->errorCode, 11205);
    QVERIFY(m_outcome->errorText.contains(u"192.0.2.1"_s));
    QVERIFY(isThisMachine(u"localhost"_s));
    QVERIFY(isThisMachine(u"127.0.0.2"_s));
    QVERIFY(isThisMachine(u"::1"_s));
    for (const QHostAddress &own : QNetworkInterface::allAddresses())
        QVERIFY2(isThisMachine(own.toString()), qPrintable(own.toString()));
    QVERIFY(!isThisMachine(u"192.0.2.1"_s));
    QVERIFY(!isThisMachine(u"127.0.0.1.example.com"_s));
}

DIALDESK_TEST(TestWebhookJob)
#include "tst_webhook_job.moc"
