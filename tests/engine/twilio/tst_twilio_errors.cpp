#include "engine/twilio/twilio_errors.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::twilio;
using namespace Qt::StringLiterals;

namespace {

QByteArray body(int code, const char *message)
{
    return "{\"code\":" + QByteArray::number(code) + ",\"message\":\"" + message +
           "\",\"more_info\":\"https://www.twilio.com/docs/errors/" + QByteArray::number(code) + "\",\"status\":400}";
}

} // namespace

class TestTwilioErrors : public QObject
{
    Q_OBJECT

private slots:
    void readsARefusal();
    void readsABodyThatIsNoRefusal_data();
    void readsABodyThatIsNoRefusal();
    void translatesForTheOperator_data();
    void translatesForTheOperator();
    void translatesALostAnswer();
    void knowsACallThatIsOver();
};

void TestTwilioErrors::readsARefusal()
{
    const Refusal refusal = parseRefusal(400, body(21211, "Invalid 'To' Phone Number: +1415555XXXX"));
    const Refusal expected{400, 21211, u"Invalid 'To' Phone Number: +1415555XXXX"_s};
    QVERIFY(refusal == expected);
}

void TestTwilioErrors::readsABodyThatIsNoRefusal_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("html") << QByteArray("<html><body>502 Bad Gateway</body></html>");
    QTest::newRow("array") << QByteArray("[1]");
    QTest::newRow("other members") << QByteArray("{\"title\":\"Not found\"}");
    QTest::newRow("other types") << QByteArray("{\"code\":{},\"message\":[]}");
    QTest::newRow("binary") << QByteArray("\0\xff\xfe{", 4);
}

void TestTwilioErrors::readsABodyThatIsNoRefusal()
{
    QFETCH(QByteArray, bytes);
    const Refusal expected{502, 0, QString()};
    QVERIFY(parseRefusal(502, bytes) == expected);
    QVERIFY(parseRefusal(400, QByteArray("{\"message\":\"") + QByteArray(5000, 'x') + "\"}").message.size() < 400);
}

void TestTwilioErrors::translatesForTheOperator_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("code");
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char *name, int status, const QByteArray &answer, const QString &code, Fault fault,
                        const QStringList &said) { QTest::newRow(name) << status << answer << code << fault << said; };
    const QString refused = u"carrier_refused"_s;
    row("20003", 401, body(20003, "Authenticate"), u"carrier_credentials"_s, Fault::Settings,
        {u"20003"_s, u"Authenticate"_s, u"TWILIO_ACCOUNT_SID"_s});
    row("401 without words", 401, "", u"carrier_credentials"_s, Fault::Settings, {u"401"_s, u"TWILIO_AUTH_TOKEN"_s});
    row("20429", 429, body(20429, "Too many requests"), u"carrier_busy"_s, Fault::Carrier, {u"20429"_s, u"again"_s});
    row("20500", 500, body(20500, "Internal"), u"carrier_unreachable"_s, Fault::Carrier, {u"20500"_s});
    row("proxy", 502, "<html>", u"carrier_unreachable"_s, Fault::Carrier, {u"HTTP status 502"_s});
    row("redirect", 302, "", refused, Fault::Settings, {u"302"_s, u"TWILIO_API_BASE_URL"_s});
    row("no Twilio there", 404, "<html>not found</html>", refused, Fault::Carrier,
        {u"404"_s, u"TWILIO_API_BASE_URL"_s});
    row("21219", 400, body(21219, "The number +14155550142 is unverified."), refused, Fault::Settings,
        {u"21219"_s, u"is unverified"_s, u"verify it"_s});
    row("21215", 400, body(21215, "Account not authorized to call +44"), refused, Fault::Settings,
        {u"21215"_s, u"not authorized"_s, u"Geo permissions"_s});
    row("21210", 400, body(21210, "The source phone number"), refused, Fault::Settings,
        {u"21210"_s, u"TWILIO_FROM_NUMBER"_s});
    row("21212", 400, body(21212, "Invalid From"), refused, Fault::Settings, {u"21212"_s, u"TWILIO_FROM_NUMBER"_s});
    row("21211", 400, body(21211, "Invalid 'To'"), refused, Fault::Settings, {u"21211"_s, u"country code"_s});
    row("21214", 400, body(21214, "cannot be reached"), refused, Fault::Carrier, {u"21214"_s, u"cannot be reached"_s});
    row("21216", 400, body(21216, "blocked"), refused, Fault::Carrier, {u"21216"_s, u"support"_s});
    row("21217", 400, body(21217, "not valid"), refused, Fault::Settings, {u"21217"_s, u"Check the number"_s});
    row("10004", 400, body(10004, "limit"), refused, Fault::Settings, {u"10004"_s, u"concurrent"_s});
    row("trial parameters", 400, body(20001, "Invalid or disallowed parameters provided"), refused, Fault::Settings,
        {u"20001"_s, u"trial"_s});
    row("a code we do not know", 400, body(21999, "Surprise"), refused, Fault::Carrier,
        {u"21999"_s, u"Surprise"_s, u"https://www.twilio.com/docs/errors/21999"_s});
    row("words with placeholders", 400, body(21999, "100%1 %2 %3"), refused, Fault::Carrier, {u"100%1 %2 %3"_s});
}

void TestTwilioErrors::translatesForTheOperator()
{
    QFETCH(int, status);
    QFETCH(QByteArray, answer);
    QFETCH(QString, code);
    QFETCH(Fault, fault);
    QFETCH(QStringList, said);
    const Error error = errorFrom(parseRefusal(status, answer), u"to place the call"_s);
    QCOMPARE(error.code, code);
    QCOMPARE(error.fault, fault);
    for (const QString &words : std::as_const(said))
        QVERIFY2(error.message.contains(words), qPrintable(error.message));
    QVERIFY2(error.message.contains(u"to place the call"_s), qPrintable(error.message));
    QVERIFY2(error.message.endsWith(u'.'), qPrintable(error.message));
    QVERIFY2(!error.message.contains(u".)"_s), qPrintable(error.message));
}

void TestTwilioErrors::translatesALostAnswer()
{
    const Error lost{Fault::Vendor, u"timeout"_s, u"api.twilio.com did not answer in time."_s};
    const Error error = errorFrom(lost, u"to place the call"_s);
    QCOMPARE(error.code, u"carrier_unreachable"_s);
    QCOMPARE(error.fault, Fault::Carrier);
    QVERIFY(error.message.contains(u"api.twilio.com did not answer in time."_s));
    const Error unsent{Fault::Vendor, u"not_sent"_s, u"api.twilio.com could not be reached: Host not found."_s};
    QCOMPARE(errorFrom(unsent, u"to place the call"_s).code, u"carrier_not_reached"_s);
    QVERIFY(errorFrom(unsent, u"to place the call"_s).message.contains(u"Nothing was done."_s));
}

void TestTwilioErrors::knowsACallThatIsOver()
{
    QVERIFY(isAlreadyOver(parseRefusal(400, body(21220, "Call is not in-progress. Cannot redirect."))));
    QVERIFY(isAlreadyOver(parseRefusal(404, body(20404, "not found"))));
    QVERIFY(!isAlreadyOver(parseRefusal(404, "<html>")));
    QVERIFY(!isAlreadyOver(parseRefusal(401, body(20003, "Authenticate"))));
}

DIALDESK_TEST(TestTwilioErrors)
#include "tst_twilio_errors.moc"
