#include "engine/net/qt_web_socket.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/simulated_phone_network.h"
#include "engine/practice/twilio_rest_simulator.h"

#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTimer>

using namespace engine::practice;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kAccount = u"AC00000000000000000000000000000001"_s;
const QByteArray kToken = "0123456789abcdef0123456789abcdef";
const QByteArray kCreate = "To=%2B14155550107&From=%2B14155550190&Url=http%3A%2F%2F127.0.0.1%3A1%2Ftwiml";

struct Answer
{
    int status = 0;
    QByteArray head;
    QJsonObject body;
    int code() const { return body.value("code"_L1).toInt(); }
};

} // namespace

Q_DECLARE_METATYPE(std::vector<engine::practice::CreateFault>)

class TestTwilioRestSimulator : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void createsAQueuedCall();
    void refusesWrongCredentials_data();
    void refusesWrongCredentials();
    void letsApiKeysIn();
    void keepsOtherAccountsOut();
    void refusesABadCreateAndMakesNoCall();
    void readsCreateFaults_data();
    void readsCreateFaults();
    void losesAnswersToCreatesAsTold();
    void answersACreateLateAsTold();
    void readsUpdatesAndDeletesACall();
    void answersEndedAndUnknownCalls();
    void neverShowsInitiated();
    void listsCallsNewestFirst();
    void listsNotifications();
    void servesBalanceAccountAndNumbers();
    void wantsTheJsonSuffix();

private:
    Answer ask(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
               const QByteArray &credentials = kAccount.toLatin1() + ':' + kToken);
    QByteArray path(const QByteArray &rest) const { return "/2010-04-01/Accounts/" + kAccount.toLatin1() + rest; }

    support::FakeClock m_clock;
    engine::SystemClock m_serverClock;
    engine::SeededRandom m_random{3};
    engine::net::QtWebSocketFactory m_sockets;
    ScenarioBoard m_board;
    LineFigures m_figures{m_clock};
    std::unique_ptr<SimulatedPhoneNetwork> m_network;
    std::unique_ptr<TwilioRestSimulator> m_rest;
    std::unique_ptr<engine::server::HttpServer> m_server;
    quint16 m_port = 0;
};

void TestTwilioRestSimulator::init()
{
    NetworkSettings settings;
    settings.accountSid = kAccount;
    settings.authToken = engine::Secret(kToken);
    settings.ownNumbers = QStringList{u"+14155550190"_s, u"+14155550191"_s};
    m_network = std::make_unique<SimulatedPhoneNetwork>(settings, m_clock, m_random, m_sockets, m_board, m_figures,
                                                        [](Speaker, const QString &, QObject *, const auto &) {});
    m_server = std::make_unique<engine::server::HttpServer>(engine::server::Limits{}, m_serverClock);
    m_rest = std::make_unique<TwilioRestSimulator>(*m_server, *m_network, m_clock.wallTime());
    const auto port = m_server->listen(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(port.has_value());
    m_port = *port;
}

void TestTwilioRestSimulator::cleanup()
{
    m_server.reset();
    m_rest.reset();
    m_network.reset();
}

Answer TestTwilioRestSimulator::ask(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                                    const QByteArray &credentials)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    if (!credentials.isEmpty())
        request += "Authorization: Basic " + credentials.toBase64() + "\r\n";
    if (method == "POST")
        request +=
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + QByteArray::number(body.size()) +
            "\r\n";
    socket.write(request + "\r\n" + body);
    QByteArray received;
    const auto isWhole = [&] {
        received += socket.readAll();
        const qsizetype headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0)
            return false;
        const QByteArray head = received.first(headEnd).toLower();
        const qsizetype at = head.indexOf("content-length:");
        const int length = at < 0 ? 0 : head.mid(at + 15).split('\r').first().trimmed().toInt();
        return received.size() >= headEnd + 4 + length;
    };
    if (!QTest::qWaitFor(isWhole))
        return {};
    const qsizetype headEnd = received.indexOf("\r\n\r\n");
    return {received.split(' ').value(1).toInt(), received.first(headEnd),
            QJsonDocument::fromJson(received.sliced(headEnd + 4)).object()};
}

void TestTwilioRestSimulator::createsAQueuedCall()
{
    const Answer answer =
        ask("POST", path("/Calls.json"), kCreate + "&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing");
    QCOMPARE(answer.status, 201);
    QVERIFY(answer.head.toLower().contains("content-type: application/json"));
    QCOMPARE(answer.body.value("status"_L1).toString(), u"queued"_s);
    QCOMPARE(answer.body.value("to"_L1).toString(), u"+14155550107"_s);
    QCOMPARE(answer.body.value("from_formatted"_L1).toString(), u"(415) 555-0190"_s);
    QCOMPARE(answer.body.value("account_sid"_L1).toString(), kAccount);
    QVERIFY(QRegularExpression(u"^CA[0-9a-f]{32}$"_s).match(answer.body.value("sid"_L1).toString()).hasMatch());
    QVERIFY(QRegularExpression(u"^PN[0-9a-f]{32}$"_s)
                .match(answer.body.value("phone_number_sid"_L1).toString())
                .hasMatch());
}

void TestTwilioRestSimulator::refusesWrongCredentials_data()
{
    QTest::addColumn<QByteArray>("credentials");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("wrong token") << kAccount.toLatin1() + ":nope";
    QTest::newRow("other account") << QByteArray("AC00000000000000000000000000000002:" + kToken);
    QTest::newRow("malformed key") << QByteArray("SK12:secret");
    QTest::newRow("key without secret") << QByteArray("SK00000000000000000000000000000001:");
    QTest::newRow("key that is known to be bad") << QByteArray("SK00000000000000000000000000000001:bad");
}

void TestTwilioRestSimulator::refusesWrongCredentials()
{
    QFETCH(QByteArray, credentials);
    const Answer answer = ask("POST", path("/Calls.json"), kCreate, credentials);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.code(), 20003);
    QCOMPARE(answer.body.value("status"_L1).toInt(), 401);
    QCOMPARE(answer.body.value("more_info"_L1).toString(), u"https://www.twilio.com/docs/errors/20003"_s);
    QVERIFY(m_network->calls().empty());
}

void TestTwilioRestSimulator::letsApiKeysIn()
{
    const QByteArray key = "SK00000000000000000000000000000001:any-secret";
    QCOMPARE(ask("POST", path("/Calls.json"), kCreate, key).status, 201);
    QCOMPARE(ask("GET", path(".json"), {}, key).status, 401); // a standard key cannot read the account itself
}

void TestTwilioRestSimulator::keepsOtherAccountsOut()
{
    const Answer answer = ask("GET", "/2010-04-01/Accounts/AC00000000000000000000000000000009/Calls.json");
    QCOMPARE(answer.status, 404);
    QCOMPARE(answer.code(), 20404);
}

void TestTwilioRestSimulator::refusesABadCreateAndMakesNoCall()
{
    const Answer answer =
        ask("POST", path("/Calls.json"), "To=%2B14155550107&From=%2B14155550177&Url=http%3A%2F%2F127.0.0.1%2F");
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), 21210);
    QVERIFY(answer.body.value("message"_L1).toString().contains(u"+14155550177, is not yet verified"_s));
    QVERIFY(m_network->calls().empty());
}

void TestTwilioRestSimulator::readsCreateFaults_data()
{
    using Kind = CreateFault::Kind;
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isRead");
    QTest::addColumn<std::vector<CreateFault>>("faults");
    QTest::newRow("one") << u"lost"_s << true << std::vector<CreateFault>{{Kind::Lost, 0s}};
    QTest::newRow("all") << u"ok, lost,dropped,html,slow=30,late=2,busy=1"_s << true
                         << std::vector<CreateFault>{{Kind::None, 0s}, {Kind::Lost, 0s}, {Kind::Dropped, 0s}, {Kind::Html, 0s},
                                                     {Kind::Slow, 30s}, {Kind::Late, 2s}, {Kind::Busy, 1s}};
    for (const char *wrong : {"", "lost,", "slow", "slow=", "slow=-1", "lost=3", "gone", "slow=1.5"})
        QTest::newRow(wrong) << QString::fromLatin1(wrong) << false << std::vector<CreateFault>();
}

void TestTwilioRestSimulator::readsCreateFaults()
{
    QFETCH(QString, text);
    QFETCH(bool, isRead);
    QFETCH(std::vector<CreateFault>, faults);
    const auto read = parseCreateFaults(text);
    QCOMPARE(read.has_value(), isRead);
    QVERIFY(read.value_or(std::vector<CreateFault>()) == faults);
}

void TestTwilioRestSimulator::losesAnswersToCreatesAsTold()
{
    m_network->settings().createFaults = *parseCreateFaults(u"lost,dropped,html,busy=3,ok"_s);
    const auto create = [this] { return ask("POST", path("/Calls.json"), kCreate); };
    QVERIFY(create().body.isEmpty());
    QCOMPARE(m_network->calls().size(), 1u);
    QVERIFY(create().body.isEmpty());
    QCOMPARE(m_network->calls().size(), 1u);
    const Answer page = create();
    QCOMPARE(page.status, 200);
    QVERIFY(page.head.contains("text/html"));
    QCOMPARE(m_network->calls().size(), 2u);
    const Answer busy = create();
    QCOMPARE(busy.status, 429);
    QVERIFY(busy.head.toLower().contains("retry-after: 3"));
    QCOMPARE(m_network->calls().size(), 2u);
    QCOMPARE(create().status, 201);
    QCOMPARE(m_network->calls().size(), 3u);
    QVERIFY(create().body.isEmpty()); // from the first again
    QCOMPARE(m_network->calls().size(), 4u);
}

void TestTwilioRestSimulator::answersACreateLateAsTold()
{
    m_network->settings().createFaults = *parseCreateFaults(u"slow=30"_s);
    const auto began = m_clock.now();
    QTimer time; // goes on as soon as the call is there
    connect(&time, &QTimer::timeout, this, [this] {
        if (!m_network->calls().empty())
            m_clock.advance(1s);
    });
    time.start(0);
    QCOMPARE(ask("POST", path("/Calls.json"), kCreate).status, 201);
    QVERIFY(m_clock.now() - began >= 30s);
}

void TestTwilioRestSimulator::readsUpdatesAndDeletesACall()
{
    const QByteArray sid = ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString().toLatin1();
    const QByteArray call = path("/Calls/" + sid + ".json");
    QCOMPARE(ask("GET", call).body.value("sid"_L1).toString().toLatin1(), sid);
    QCOMPARE(ask("DELETE", call).status, 409);
    const Answer updated = ask("POST", call, "Status=canceled");
    QCOMPARE(updated.status, 200);
    QCOMPARE(updated.body.value("status"_L1).toString(), u"canceled"_s);
    QCOMPARE(updated.body.value("duration"_L1).toString(), u"0"_s);
    QCOMPARE(ask("DELETE", call).status, 204);
    QCOMPARE(ask("GET", call).code(), 20404);
}

void TestTwilioRestSimulator::answersEndedAndUnknownCalls()
{
    const Answer unknown = ask("POST", path("/Calls/CA00000000000000000000000000000009.json"), "Status=completed");
    QCOMPARE(unknown.status, 404);
    QCOMPARE(unknown.code(), 20404);
    const QByteArray sid = ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString().toLatin1();
    ask("POST", path("/Calls/" + sid + ".json"), "Status=completed");
    const Answer ended = ask("POST", path("/Calls/" + sid + ".json"), "Status=completed");
    QCOMPARE(ended.status, 400);
    QCOMPARE(ended.code(), 21220);
}

void TestTwilioRestSimulator::neverShowsInitiated()
{
    const QByteArray sid = ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString().toLatin1();
    const auto status = [&] { return ask("GET", path("/Calls/" + sid + ".json")).body.value("status"_L1).toString(); };
    m_clock.advance(250ms); // initiated
    QCOMPARE(status(), u"queued"_s);
    m_clock.advance(250ms);
    QCOMPARE(status(), u"ringing"_s);
    m_clock.advance(600ms);
    QCOMPARE(status(), u"in-progress"_s);
}

void TestTwilioRestSimulator::listsCallsNewestFirst()
{
    QStringList sids;
    for (int i = 0; i < 3; ++i)
        sids.prepend(ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString());
    Answer page = ask("GET", path("/Calls.json?Status=queued&PageSize=2"));
    QCOMPARE(page.status, 200);
    QStringList listed;
    const auto collect = [&] {
        for (const QJsonValue &call : page.body.value("calls"_L1).toArray())
            listed.append(call.toObject().value("sid"_L1).toString());
    };
    collect();
    page = ask("GET", page.body.value("next_page_uri"_L1).toString().toLatin1());
    collect();
    QCOMPARE(listed, sids);
    QVERIFY(page.body.value("next_page_uri"_L1).isNull());
    QCOMPARE(ask("GET", path("/Calls.json?Status=completed")).body.value("calls"_L1).toArray().size(), 0);
    QCOMPARE(ask("GET", path("/Calls.json?PageSize=5000")).code(), 20007);
}

void TestTwilioRestSimulator::listsNotifications()
{
    // Nobody listens at the address of the instructions.
    const QByteArray sid = ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString().toLatin1();
    m_clock.advance(1200ms);
    const auto notes = [&](const QByteArray &query = {}) {
        return ask("GET", path("/Calls/" + sid + "/Notifications.json" + query))
            .body.value("notifications"_L1)
            .toArray();
    };
    QTRY_COMPARE(notes().size(), 1);
    const QJsonObject note = notes()[0].toObject();
    QCOMPARE(note.value("error_code"_L1).toString(), u"11205"_s);
    QCOMPARE(note.value("log"_L1).toString(), u"0"_s);
    QCOMPARE(note.value("request_url"_L1).toString(), u"http://127.0.0.1:1/twiml"_s);
    QVERIFY(note.value("sid"_L1).toString().startsWith(u"NO"_s));
    QCOMPARE(notes("?Log=1").size(), 0);
    QCOMPARE(ask("GET", path("/Calls/CA0/Notifications.json")).code(), 20404);
    QCOMPARE(ask("GET", path("/Calls/" + sid + "/Recordings.json")).body.value("recordings"_L1).toArray().size(), 0);
}

void TestTwilioRestSimulator::servesBalanceAccountAndNumbers()
{
    QCOMPARE(ask("GET", path("/Balance.json")).body,
             (QJsonObject{{u"account_sid"_s, kAccount}, {u"balance"_s, u"18.7250"_s}, {u"currency"_s, u"USD"_s}}));
    QCOMPARE(ask("GET", path(".json")).body.value("status"_L1).toString(), u"active"_s);
    const QJsonArray numbers =
        ask("GET", path("/IncomingPhoneNumbers.json")).body.value("incoming_phone_numbers"_L1).toArray();
    QCOMPARE(numbers.size(), 2);
    QCOMPARE(numbers[0].toObject().value("phone_number"_L1).toString(), u"+14155550190"_s);
    QCOMPARE(numbers[0].toObject().value("capabilities"_L1).toObject().value("voice"_L1), QJsonValue(true));
    // Every field of the vendor's resource, also those that a practice number leaves empty.
    const QByteArray fields =
        "account_sid address_requirements address_sid api_version beta bundle_sid capabilities date_created "
        "date_updated emergency_address_sid emergency_address_status emergency_status friendly_name identity_sid "
        "origin phone_number sid sms_application_sid sms_fallback_method sms_fallback_url sms_method sms_url status "
        "status_callback status_callback_method trunk_sid type uri voice_application_sid voice_caller_id_lookup "
        "voice_fallback_method voice_fallback_url voice_method voice_receive_mode voice_url";
    QCOMPARE(numbers[0].toObject().keys(), QString::fromLatin1(fields).split(u' '));
    QCOMPARE(ask("GET", path("/IncomingPhoneNumbers.json?PhoneNumber=*0191"))
                 .body.value("incoming_phone_numbers"_L1)
                 .toArray()
                 .size(),
             1);
    const Answer callerIds = ask("GET", path("/OutgoingCallerIds.json"));
    QCOMPARE(callerIds.status, 200);
    QVERIFY(callerIds.body.value("outgoing_caller_ids"_L1).isArray());
}

void TestTwilioRestSimulator::wantsTheJsonSuffix()
{
    const QByteArray sid = ask("POST", path("/Calls.json"), kCreate).body.value("sid"_L1).toString().toLatin1();
    QCOMPARE(ask("GET", path("/Calls/" + sid)).status, 404);
}

DIALDESK_TEST(TestTwilioRestSimulator)
#include "tst_twilio_rest_simulator.moc"
