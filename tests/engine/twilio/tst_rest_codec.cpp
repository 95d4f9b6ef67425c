#include "engine/twilio/rest_codec.h"
#include "tests/support/test_program.h"

#include <QTimeZone>

using namespace engine;
using namespace engine::twilio;
using namespace Qt::StringLiterals;
using telephony::CallStatus;
using telephony::CarrierCall;
using telephony::OwnNumber;

namespace {

// As Twilio answers the creation of a call.
const QByteArray kCreated = R"json({
  "sid": "CA000000000000000000000000000000a1", "account_sid": "AC00000000000000000000000000000001",
  "parent_call_sid": null, "phone_number_sid": "PN00000000000000000000000000000001", "group_sid": null, "trunk_sid": null,
  "to": "+14155550142", "to_formatted": "(415) 555-0142", "from": "+14155550100", "from_formatted": "(415) 555-0100",
  "status": "queued", "direction": "outbound-api", "answered_by": null, "annotation": null, "api_version": "2010-04-01",
  "forwarded_from": null, "caller_name": null, "queue_time": "0", "duration": null, "price": null, "price_unit": "USD",
  "date_created": null, "date_updated": null, "start_time": null, "end_time": null,
  "uri": "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA000000000000000000000000000000a1.json",
  "subresource_uris": {"notifications": "/2010-04-01/x/Notifications.json"}
})json";

const QByteArray kNumber = R"json({ "sid": "PN00000000000000000000000000000001",
  "phone_number": "+14155550100", "friendly_name": "Front desk", "type": "local", "status": "in-use", "origin": "twilio",
  "capabilities": { "voice": true, "sms": true, "mms": true, "fax": false }, "trunk_sid": null })json";

CarrierCall createdCall()
{
    return {.sid = CallSid(u"CA000000000000000000000000000000a1"_s),
            .to = u"+14155550142"_s,
            .from = u"+14155550100"_s,
            .status = CallStatus::Queued};
}

} // namespace

class TestRestCodec : public QObject
{
    Q_OBJECT

private slots:
    void asksForACallWithEveryParameter();
    void asksToEndACall();
    void asksForAFilteredList();
    void readsACall();
    void readsACallThatEnded();
    void readsDurationsInEveryForm_data();
    void readsDurationsInEveryForm();
    void refusesWhatIsNoCall_data();
    void refusesWhatIsNoCall();
    void refusesEveryTruncation();
    void readsAPageOfCalls();
    void leavesOutCallsItCannotRead();
    void readsPagesOfNumbers();
    void readsBalanceAndAccount();
};

void TestRestCodec::asksForACallWithEveryParameter()
{
    telephony::PlaceRequest request;
    request.to = *E164Number::parse(u"+14155550142"_s);
    request.from = *E164Number::parse(u"+14155550100"_s);
    request.instructionsUrl = QUrl(u"https://dial.example.com/twiml?job=42"_s);
    request.statusUrl = QUrl(u"https://dial.example.com/status?job=42"_s);
    QCOMPARE(buildForm(createCallForm(request)),
             QByteArray("To=%2B14155550142&From=%2B14155550100&Url=https%3A%2F%2Fdial.example.com%2Ftwiml%3Fjob%3D42&"
                        "Method=POST&StatusCallback=https%3A%2F%2Fdial.example.com%2Fstatus%3Fjob%3D42&"
                        "StatusCallbackMethod=POST&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing&"
                        "StatusCallbackEvent=answered&StatusCallbackEvent=completed&Timeout=30&TimeLimit=630"));
}

void TestRestCodec::asksToEndACall()
{
    QCOMPARE(buildForm(endCallForm(EndCallAs::Canceled)), QByteArray("Status=canceled"));
    QCOMPARE(buildForm(endCallForm(EndCallAs::Completed)), QByteArray("Status=completed"));
}

void TestRestCodec::asksForAFilteredList()
{
    QCOMPARE(buildForm(listCallsQuery({}, 50)), QByteArray("PageSize=50"));
    QCOMPARE(buildForm(listCallsQuery({u"+14155550142"_s, u"+14155550100"_s, CallStatus::InProgress}, 200)),
             QByteArray("To=%2B14155550142&From=%2B14155550100&Status=in-progress&PageSize=200"));
    QCOMPARE(buildForm(listCallsQuery({.status = CallStatus::Initiated}, 50)), QByteArray("Status=queued&PageSize=50"));
}

void TestRestCodec::readsACall()
{
    const auto call = parseCall(kCreated);
    QVERIFY(call);
    QVERIFY(*call == createdCall());
    QVERIFY(!call->startedAt.isValid());
}

void TestRestCodec::readsACallThatEnded()
{
    const QByteArray json = QByteArray(kCreated)
                                .replace("\"start_time\": null", "\"start_time\": \"Wed, 04 Mar 2026 12:15:30 +0200\"")
                                .replace("\"duration\": null", "\"duration\": \"49\"")
                                .replace("queued", "completed");
    const auto call = parseCall(json);
    QVERIFY(call);
    QCOMPARE(call->status, CallStatus::Completed);
    QCOMPARE(call->durationSeconds, std::optional<int>(49));
    QCOMPARE(call->startedAt, QDateTime(QDate(2026, 3, 4), QTime(10, 15, 30), QTimeZone::utc()));
    QCOMPARE(call->startedAt.timeSpec(), Qt::UTC);
}

void TestRestCodec::readsDurationsInEveryForm_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<std::optional<int>>("seconds");
    QTest::newRow("null") << QByteArray("null") << std::optional<int>();
    QTest::newRow("string") << QByteArray("\"0\"") << std::optional<int>(0);
    QTest::newRow("number") << QByteArray("12") << std::optional<int>(12);
    QTest::newRow("empty") << QByteArray("\"\"") << std::optional<int>();
    QTest::newRow("object") << QByteArray("{}") << std::optional<int>();
}

void TestRestCodec::readsDurationsInEveryForm()
{
    QFETCH(QByteArray, json);
    QFETCH(std::optional<int>, seconds);
    const auto call = parseCall(QByteArray(kCreated).replace("\"duration\": null", "\"duration\": " + json));
    QVERIFY(call);
    QCOMPARE(call->durationSeconds, seconds);
}

void TestRestCodec::refusesWhatIsNoCall_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("html") << QByteArray("<html>");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no sid") << QByteArray(kCreated).replace("\"sid\"", "\"sib\"");
    QTest::newRow("unknown status") << QByteArray(kCreated).replace("queued", "dreaming");
    QTest::newRow("status of another type") << QByteArray(kCreated).replace("\"queued\"", "7");
}

void TestRestCodec::refusesWhatIsNoCall()
{
    QFETCH(QByteArray, json);
    QVERIFY(!parseCall(json));
}

void TestRestCodec::refusesEveryTruncation()
{
    for (qsizetype length = 0; length < kCreated.size(); ++length)
        QVERIFY(!parseCall(kCreated.first(length)));
}

void TestRestCodec::readsAPageOfCalls()
{
    const auto page = parseCallPage("{\"calls\": [" + kCreated +
                                    "], \"page\": 0, \"page_size\": 2, \"start\": 0, \"end\": 1, "
                                    "\"next_page_uri\": \"/2010-04-01/x?Page=1&PageToken=PACA1\"}");
    QVERIFY(page);
    QVERIFY(page->items == std::vector{createdCall()});
    QCOMPARE(page->nextPageUri, u"/2010-04-01/x?Page=1&PageToken=PACA1"_s);
    const auto last = parseCallPage("{\"calls\": [], \"next_page_uri\": null}");
    QVERIFY(last);
    QVERIFY(last->items.empty());
    QVERIFY(last->nextPageUri.isEmpty());
    QVERIFY(!parseCallPage("{}"));
    QVERIFY(!parseCallPage("{\"calls\": 1}"));
}

void TestRestCodec::leavesOutCallsItCannotRead()
{
    const auto page = parseCallPage("{\"calls\": [{\"sid\":\"CA1\",\"status\":\"dreaming\"}, 7, " + kCreated + "]}");
    QVERIFY(page);
    QVERIFY(page->items == std::vector{createdCall()});
    QCOMPARE(page->unreadable, 2);
}

void TestRestCodec::readsPagesOfNumbers()
{
    const QByteArray mute = QByteArray(kNumber).replace("\"voice\": true", "\"voice\": false");
    const auto bought = parseNumberPage("{\"incoming_phone_numbers\": [" + mute + ',' + kNumber + ",{}]}");
    QVERIFY(bought);
    const std::vector<OwnNumber> frontDesk{{u"+14155550100"_s, u"Front desk"_s}};
    QVERIFY(bought->items == frontDesk);
    QCOMPARE(bought->unreadable, 1);
    const auto verified = parseNumberPage(
        "{\"outgoing_caller_ids\": [{\"phone_number\": \"+14155550111\", \"friendly_name\": \"Mobile\"}]}");
    QVERIFY(verified);
    const std::vector<OwnNumber> mobile{{u"+14155550111"_s, u"Mobile"_s}};
    QVERIFY(verified->items == mobile);
    QVERIFY(!parseNumberPage("{\"calls\": []}"));
}

void TestRestCodec::readsBalanceAndAccount()
{
    const auto balance = parseBalance(
        "{\"account_sid\":\"AC00000000000000000000000000000001\",\"balance\":\"18.7250\",\"currency\":\"USD\"}");
    QVERIFY(balance);
    const Balance expected{u"18.7250"_s, u"USD"_s};
    QVERIFY(*balance == expected);
    QVERIFY(!parseBalance("{}"));
    const auto account = parseAccount("{\"friendly_name\":\"Acme\",\"status\":\"active\",\"type\":\"Trial\"}");
    QVERIFY(account);
    const Account trial{u"Acme"_s, u"active"_s, true};
    QVERIFY(*account == trial);
    QVERIFY(!parseAccount("[]"));
}

DIALDESK_TEST(TestRestCodec)
#include "tst_rest_codec.moc"
