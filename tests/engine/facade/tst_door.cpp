#include "engine/door.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace engine;
using namespace std::chrono_literals;

namespace {

using Headers = QList<std::pair<QByteArray, QByteArray>>;

server::Request request(const QString &peer, const Headers &headers = {})
{
    server::Request request;
    request.method = "POST";
    request.target = "/dialout";
    request.path = "/dialout";
    request.peer = QHostAddress(peer);
    request.headers = Headers{{"Host", "127.0.0.1:7860"}} + headers;
    return request;
}

const Headers kWrongKey = {{"Authorization", "Bearer not-the-key"}};
const Headers kRightKey = {{"Authorization", "Bearer the-key-of-this-desk"}};

int statusOf(const std::optional<server::Response> &response)
{
    return response ? response->status : 0;
}

} // namespace

class TestDoor : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_clock = std::make_unique<support::FakeClock>();
        m_door = std::make_unique<Door>(Secret("the-key-of-this-desk"), *m_clock);
    }
    void cleanup()
    {
        m_door.reset();
        m_clock.reset();
    }

    void whoGuessesKeysHasToWait();
    void whoGuessesSignaturesHasToWait();
    void aValidSignatureNeverWaits();
    void thisMachineItselfNeverWaits();
    void whoPresentsNothingLearnsNothing();
    void theSenderBehindATunnelIsCounted_data();
    void theSenderBehindATunnelIsCounted();
    void refusalsAreCountedByReason();
    void theOperatorIsToldAtMostOnceAMinuteOfEachKind();
    void neitherLogNorIncidentHoldsWhatWasPresented();

private:
    std::unique_ptr<support::FakeClock> m_clock;
    std::unique_ptr<Door> m_door;
};

void TestDoor::whoGuessesKeysHasToWait()
{
    for (int i = 0; i < FailureLimiter::kFailures; ++i)
        QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.9", kWrongKey))), 401);
    const auto refused = m_door->refuseStranger(request("203.0.113.9", kWrongKey));
    QCOMPARE(statusOf(refused), 429);
    QCOMPARE(server::headerValue(refused->headers, "Retry-After"), std::optional<QByteArray>("60"));
    // Also the right key: else the answers would tell which guess was right.
    QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.9", kRightKey))), 429);
    QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.10", kRightKey))), 0);
    m_clock->advance(60s);
    QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.9", kRightKey))), 0);
}

void TestDoor::whoGuessesSignaturesHasToWait()
{
    const auto forged = request("203.0.113.9", {{"X-Twilio-Signature", "Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ="}});
    for (int i = 0; i < FailureLimiter::kFailures; ++i)
        QCOMPARE(statusOf(m_door->refuseUnsigned(forged, false)), 403);
    QCOMPARE(statusOf(m_door->refuseUnsigned(forged, false)), 429);
}

void TestDoor::aValidSignatureNeverWaits()
{
    const auto forged = request("203.0.113.9", {{"X-Twilio-Signature", "Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ="}});
    for (int i = 0; i < 2 * FailureLimiter::kFailures; ++i)
        QVERIFY(m_door->refuseUnsigned(forged, false));
    QCOMPARE(statusOf(m_door->refuseUnsigned(forged, true)), 0);
}

void TestDoor::thisMachineItselfNeverWaits()
{
    // A tunnel that names no sender makes strangers look like this machine; they must not be able to lock its owner
    // out.
    for (int i = 0; i < 2 * FailureLimiter::kFailures; ++i)
        QVERIFY(m_door->refuseStranger(request("127.0.0.1", kWrongKey)));
    QCOMPARE(statusOf(m_door->refuseStranger(request("127.0.0.1", kWrongKey))), 429);
    QCOMPARE(statusOf(m_door->refuseStranger(request("127.0.0.1", kRightKey))), 0);
}

void TestDoor::whoPresentsNothingLearnsNothing()
{
    for (int i = 0; i < 2 * FailureLimiter::kFailures; ++i) {
        QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.9"))), 401);
        QCOMPARE(statusOf(m_door->refuseUnsigned(request("203.0.113.9"), false)), 403);
    }
    QCOMPARE(statusOf(m_door->refuseStranger(request("203.0.113.9", kRightKey))), 0);
}

void TestDoor::theSenderBehindATunnelIsCounted_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QString>("sender");
    const auto row = [](const char *name, const char *peer, const Headers &headers, const char *sender) {
        QTest::newRow(name) << peer << headers << sender;
    };
    row("no tunnel", "203.0.113.9", {}, "203.0.113.9");
    row("behind a tunnel here", "127.0.0.1", {{"X-Forwarded-For", "198.51.100.7"}}, "198.51.100.7");
    row("only the last hop is believed", "127.0.0.1", {{"X-Forwarded-For", "10.9.9.9, 198.51.100.7"}}, "198.51.100.7");
    row("only the last header is", "127.0.0.1", {{"X-Forwarded-For", "10.9.9.9"}, {"x-forwarded-for", "198.51.100.7"}},
        "198.51.100.7");
    row("nobody else is believed", "203.0.113.9", {{"X-Forwarded-For", "198.51.100.7"}}, "203.0.113.9");
    row("words", "127.0.0.1", {{"X-Forwarded-For", "unknown"}}, "127.0.0.1");
    row("an IPv6 sender", "::1", {{"X-Forwarded-For", "2001:db8::7"}}, "2001:db8::7");
}

void TestDoor::theSenderBehindATunnelIsCounted()
{
    QFETCH(QString, peer);
    QFETCH(Headers, headers);
    QFETCH(QString, sender);
    QCOMPARE(senderOf(request(peer, headers)), QHostAddress(sender));
}

void TestDoor::refusalsAreCountedByReason()
{
    QVERIFY(m_door->refuseStranger(request("203.0.113.9", kWrongKey)));
    QVERIFY(m_door->refuseStranger(request("203.0.113.9")));
    QVERIFY(m_door->refuseUnsigned(request("203.0.113.9"), false));
    QVERIFY(m_door->refuseUnsigned(request("203.0.113.9", {{"X-Twilio-Signature", "x"}}), false));
    m_door->streamRefused();
    m_door->streamRefused();
    const QMap<QString, quint64> expected = {
        {"wrong_key", 1}, {"no_key", 1}, {"no_signature", 1}, {"wrong_signature", 1}, {"wrong_token", 2}};
    QCOMPARE(m_door->refusals(), expected);
    Door local({}, *m_clock);
    QVERIFY(local.refuseStranger(request("203.0.113.9", kRightKey)));
    QCOMPARE(local.refusals(), (QMap<QString, quint64>{{"not_local", 1}}));
}

void TestDoor::theOperatorIsToldAtMostOnceAMinuteOfEachKind()
{
    QStringList told;
    connect(m_door.get(), &Door::incident, this,
            [&told](const Error &error) { told.append(error.code + ": " + error.message); });
    for (int i = 0; i < 5; ++i)
        QVERIFY(m_door->refuseStranger(request("203.0.113.9", kWrongKey)));
    QCOMPARE(told.size(), 1);
    QVERIFY2(told[0].startsWith("refused_wrong_key: ") && told[0].contains("203.0.113.9") &&
                 told[0].contains("DIALDESK_API_KEY"),
             qPrintable(told[0]));
    m_door->streamRefused(); // another kind
    QCOMPARE(told.size(), 2);
    m_clock->advance(60s);
    QVERIFY(m_door->refuseStranger(request("203.0.113.9", kWrongKey)));
    QCOMPARE(told.size(), 3);
    QVERIFY2(told[2].contains("5 since the last notice"), qPrintable(told[2]));
}

void TestDoor::neitherLogNorIncidentHoldsWhatWasPresented()
{
    static QStringList lines; // a message handler has no object
    lines.clear();
    const auto before =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &text) { lines.append(text); });
    connect(m_door.get(), &Door::incident, this, [](const Error &error) { lines.append(error.message); });
    auto asked = request("203.0.113.9", kWrongKey);
    asked.path = "/api/calls/forged\nline";
    QVERIFY(m_door->refuseStranger(asked));
    QVERIFY(m_door->refuseUnsigned(request("203.0.113.9", {{"X-Twilio-Signature", "forged-signature"}}), false));
    qInstallMessageHandler(before);
    QCOMPARE(lines.size(), 4);
    for (const QString &line : std::as_const(lines)) {
        QVERIFY(!line.contains("not-the-key") && !line.contains("the-key-of-this-desk"));
        QVERIFY(!line.contains("forged"));
        QVERIFY(line.contains("203.0.113.9"));
    }
}

DIALDESK_TEST(TestDoor)
#include "tst_door.moc"
