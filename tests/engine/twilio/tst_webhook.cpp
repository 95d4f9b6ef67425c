#include "engine/twilio/webhook.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::twilio;
using namespace Qt::StringLiterals;
using telephony::CallProgress;
using telephony::CallStatus;

namespace {

const CallSid kCall(u"CA000000000000000000000000000000a1"_s);

// As Twilio sends them, empty and unknown parameters included.
const QByteArray kBase =
    "AccountSid=AC00000000000000000000000000000001&CallSid=CA000000000000000000000000000000a1&ApiVersion=2010-04-01&"
    "Direction=outbound-api&From=%2B14155550100&FromCity=&FromState=CA&To=%2B14155550142&ToCity=SAN+FRANCISCO&"
    "Caller=%2B14155550100&Called=%2B14155550142&SomethingNew=1";

FormPairs form(const QByteArray &rest)
{
    return parseForm(kBase + '&' + rest);
}

} // namespace

class TestWebhook : public QObject
{
    Q_OBJECT

private slots:
    void readsStatusCallbacks_data();
    void readsStatusCallbacks();
    void refusesStatusCallbacks_data();
    void refusesStatusCallbacks();
    void readsTheRequestForInstructions();
    void refusesRequestsForInstructions();
    void knowsTheShapeOfACallSid_data();
    void knowsTheShapeOfACallSid();
};

void TestWebhook::readsStatusCallbacks_data()
{
    QTest::addColumn<FormPairs>("pairs");
    QTest::addColumn<CallProgress>("progress");
    const auto row = [](const char *name, const QByteArray &rest, const CallProgress &progress) {
        QTest::newRow(name) << form(rest) << progress;
    };
    row("initiated", "CallStatus=initiated&CallbackSource=call-progress-events&SequenceNumber=0",
        {.sid = kCall, .status = CallStatus::Initiated, .sequence = 0});
    row("ringing", "CallStatus=ringing&SequenceNumber=1", {.sid = kCall, .status = CallStatus::Ringing, .sequence = 1});
    row("answered", "CallStatus=in-progress&SequenceNumber=2",
        {.sid = kCall, .status = CallStatus::InProgress, .sequence = 2});
    row("completed counts seconds, not minutes",
        "CallStatus=completed&SequenceNumber=3&Duration=1&CallDuration=49&AnsweredBy=human",
        {.sid = kCall,
         .status = CallStatus::Completed,
         .sequence = 3,
         .durationSeconds = 49,
         .answeredBy = u"human"_s});
    row("busy",
        "CallStatus=busy&CallbackSource=call-progress-events&SequenceNumber=2&Timestamp=Wed%2C+04+Mar+2026+10%3A15%"
        "3A41+"
        "%2B0000&Duration=0&CallDuration=0&SipResponseCode=486",
        {.sid = kCall, .status = CallStatus::Busy, .sequence = 2, .sipCode = 486, .durationSeconds = 0});
    row("no answer", "CallStatus=no-answer&SequenceNumber=2&CallDuration=0&SipResponseCode=487",
        {.sid = kCall, .status = CallStatus::NoAnswer, .sequence = 2, .sipCode = 487, .durationSeconds = 0});
    row("failed", "CallStatus=failed&SequenceNumber=1", {.sid = kCall, .status = CallStatus::Failed, .sequence = 1});
    row("canceled", "CallStatus=canceled&SequenceNumber=0",
        {.sid = kCall, .status = CallStatus::Canceled, .sequence = 0});
    row("no sequence", "CallStatus=ringing", {.sid = kCall, .status = CallStatus::Ringing});
    row("numbers that are none", "CallStatus=ringing&SequenceNumber=x&SipResponseCode=&CallDuration=-3",
        {.sid = kCall, .status = CallStatus::Ringing});
}

void TestWebhook::readsStatusCallbacks()
{
    QFETCH(FormPairs, pairs);
    QFETCH(CallProgress, progress);
    const auto parsed = parseStatusCallback(pairs);
    QVERIFY(parsed);
    QVERIFY(*parsed == progress);
}

void TestWebhook::refusesStatusCallbacks_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no call") << QByteArray("CallStatus=ringing");
    QTest::newRow("bad call") << QByteArray("CallSid=CA1&CallStatus=ringing");
    QTest::newRow("no status") << kBase;
    QTest::newRow("unknown status") << kBase + "&CallStatus=dreaming";
    QTest::newRow("status in another letter case") << kBase + "&CallStatus=Ringing";
}

void TestWebhook::refusesStatusCallbacks()
{
    QFETCH(QByteArray, body);
    const auto parsed = parseStatusCallback(parseForm(body));
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, u"webhook_malformed"_s);
    QCOMPARE(parsed.error().fault, Fault::Carrier);
}

void TestWebhook::readsTheRequestForInstructions()
{
    const auto parsed = parseInstructionsRequest(form("CallStatus=in-progress&AnsweredBy=machine_start"));
    QVERIFY(parsed);
    const InstructionsRequest expected{kCall, u"+14155550142"_s, u"+14155550100"_s, CallStatus::InProgress,
                                       u"machine_start"_s};
    QVERIFY(*parsed == expected);
    const auto plain = parseInstructionsRequest(parseForm(kBase));
    QVERIFY(plain);
    QCOMPARE(plain->status, CallStatus::InProgress);
    QVERIFY(plain->answeredBy.isEmpty());
}

void TestWebhook::refusesRequestsForInstructions()
{
    QVERIFY(!parseInstructionsRequest({}));
    QVERIFY(!parseInstructionsRequest({{"CallSid", "CA"}}));
    QVERIFY(!parseInstructionsRequest(form("CallStatus=dreaming")));
}

void TestWebhook::knowsTheShapeOfACallSid_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isOne");
    QTest::newRow("one") << u"CA000000000000000000000000000000a1"_s << true;
    QTest::newRow("upper case") << u"CA000000000000000000000000000000A1"_s << false;
    QTest::newRow("another kind") << u"MZ000000000000000000000000000000a1"_s << false;
    QTest::newRow("short") << u"CA000000000000000000000000000000a"_s << false;
    QTest::newRow("long") << u"CA000000000000000000000000000000a10"_s << false;
    QTest::newRow("path") << u"CA../../../../../../../../../../.."_s << false;
    QTest::newRow("other digits") << u"CA00000000000000000000000000000٠a1"_s << false;
    QTest::newRow("empty") << QString() << false;
}

void TestWebhook::knowsTheShapeOfACallSid()
{
    QFETCH(QString, text);
    QFETCH(bool, isOne);
    QCOMPARE(isCallSid(text), isOne);
}

DIALDESK_TEST(TestWebhook)
#include "tst_webhook.moc"
