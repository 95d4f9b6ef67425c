#include "engine/practice/call_request.h"

#include "engine/practice/phone_text.h"
#include "tests/support/test_program.h"


using namespace engine::practice;
using namespace Qt::StringLiterals;
namespace twilio = engine::twilio;

class TestCallRequest : public QObject
{
    Q_OBJECT
private slots:
    void readsTheRequestOfTheManual();
    void asksOnlyForTheEndByDefault();
    void refusesTheFirstFault_data();
    void refusesTheFirstFault();
    void takesAnyNumberAsOwnWhenNoneIsSet();
    void readsNumbersAsTheCarrierDoes_data();
    void readsNumbersAsTheCarrierDoes();
    void readsUpdates();
    void refusesFaultyUpdates();
};

static const QStringList kOwn{u"+14155550100"_s};

static QByteArray good()
{
    return "To=%2B14155550142&From=%2B14155550100&Url=https%3A%2F%2Fdial.example.com%2Ftwiml%3Fjob%3D42";
}

void TestCallRequest::readsTheRequestOfTheManual()
{
    const auto call =
        readCreate(twilio::parseForm(
                       good() + "&Method=POST&StatusCallback=https%3A%2F%2Fdial.example.com%2Fstatus%3Fjob%3D42"
                                "&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing"
                                "&StatusCallbackEvent=answered&StatusCallbackEvent=completed&Timeout=30&TimeLimit=630"),
                   kOwn);
    QVERIFY(call.has_value());
    QCOMPARE(call->to, u"+14155550142"_s);
    QCOMPARE(call->from, u"+14155550100"_s);
    QCOMPARE(call->instructions.url, u"https://dial.example.com/twiml?job=42"_s);
    QCOMPARE(call->statusCallback, u"https://dial.example.com/status?job=42"_s);
    QCOMPARE(call->events,
             (std::set{CallEvent::Initiated, CallEvent::Ringing, CallEvent::Answered, CallEvent::Completed}));
    QCOMPARE(call->timeout.count(), 30);
    QCOMPARE(call->timeLimit.count(), 630);
}

void TestCallRequest::asksOnlyForTheEndByDefault()
{
    const auto call = readCreate(twilio::parseForm(good()), kOwn);
    QVERIFY(call.has_value());
    QCOMPARE(call->events, std::set{CallEvent::Completed});
    QCOMPARE(call->timeout.count(), 60);
    QVERIFY(call->statusCallback.isEmpty());
}

void TestCallRequest::refusesTheFirstFault_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("message");
    const QByteArray url = "&Url=http%3A%2F%2Fa%2Ft";
    QTest::newRow("empty") << QByteArray() << 21201 << u"No 'To' number is specified"_s;
    QTest::newRow("no To") << QByteArray("From=%2B14155550100" + url) << 21201 << QString();
    QTest::newRow("no From") << QByteArray("To=%2B14155550142" + url) << 21213 << u"No 'From' number is specified"_s;
    QTest::newRow("no Url") << QByteArray("To=%2B14155550142&From=%2B14155550100") << 21205 << QString();
    QTest::newRow("relative Url") << QByteArray("To=%2B14155550142&From=%2B14155550100&Url=%2Ftwiml") << 21205
                                  << QString();
    QTest::newRow("impossible To") << QByteArray("To=%2B1415555&From=%2B14155550100" + url) << 21211
                                   << u"Invalid 'To' Phone Number: +141XXXX"_s;
    QTest::newRow("unescaped plus") << QByteArray("To=+351210000000&From=%2B14155550100" + url) << 21211 << QString();
    QTest::newRow("To equals From") << QByteArray("To=%2B14155550100&From=%2B14155550100" + url) << 21211 << QString();
    QTest::newRow("emergency") << QByteArray("To=911&From=%2B14155550100" + url) << 21202 << QString();
    QTest::newRow("impossible From") << QByteArray("To=%2B14155550142&From=front-desk" + url) << 21212 << QString();
    QTest::newRow("foreign From") << QByteArray("To=%2B14155550142&From=%2B14155550177" + url) << 21210 << QString();
    QTest::newRow("bad Method") << good() + "&Method=PUT" << 21209 << QString();
    QTest::newRow("bad Timeout") << good() + "&Timeout=soon" << 21208 << QString();
    QTest::newRow("long Timeout") << good() + "&Timeout=601" << 21208 << QString();
    QTest::newRow("bad event") << good() + "&StatusCallbackEvent=hangup" << 21626 << QString();
    QTest::newRow("joined events") << good() + "&StatusCallbackEvent=initiated%2Cringing" << 21626 << QString();
    QTest::newRow("host with underscore")
        << good() + "&StatusCallback=https%3A%2F%2Fmy_host.example.com%2F" << 21609 << QString();
    QTest::newRow("bad digits") << good() + "&SendDigits=12x" << 21206 << QString();
    QTest::newRow("bad detection") << good() + "&MachineDetection=true" << 21234 << QString();
    QTest::newRow("long Twiml") << good() + "&Twiml=" + QByteArray(4001, 'x') << 32018 << QString();
}

void TestCallRequest::refusesTheFirstFault()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    const auto call = readCreate(twilio::parseForm(body), kOwn);
    QVERIFY(!call.has_value());
    QTEST(call.error().code, "code");
    QCOMPARE(call.error().status, 400);
    if (!message.isEmpty())
        QCOMPARE(call.error().message, message);
}

void TestCallRequest::takesAnyNumberAsOwnWhenNoneIsSet()
{
    QVERIFY(readCreate(twilio::parseForm("To=%2B14155550142&From=%2B442079460018&Twiml=%3CResponse%2F%3E"), {})
                .has_value());
}

void TestCallRequest::readsNumbersAsTheCarrierDoes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("number");
    QTest::newRow("E.164") << u"+14155550142"_s << u"+14155550142"_s;
    QTest::newRow("national") << u"(415) 555-0142"_s << u"+14155550142"_s;
    QTest::newRow("leading 1") << u"1-415-555-0142"_s << u"+14155550142"_s;
    QTest::newRow("Portugal") << u"+351210000000"_s << u"+351210000000"_s;
    QTest::newRow("Portugal with spaces") << u"+351 210 000 000"_s << QString();
    QTest::newRow("Portugal without plus") << u"351210000000"_s << QString();
    QTest::newRow("letters") << u"+1415555HELP"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("too long") << u"+3512100000001234"_s << QString();
}

void TestCallRequest::readsNumbersAsTheCarrierDoes()
{
    QFETCH(QString, text);
    QTEST(normalizedNumber(text).value_or(QString()), "number");
}

void TestCallRequest::readsUpdates()
{
    const auto hangUp = readUpdate(twilio::parseForm("Status=completed"));
    QVERIFY(hangUp.has_value());
    QCOMPARE(hangUp->status, std::optional<QString>(u"completed"_s));
    QVERIFY(!hangUp->instructions.has_value());
    const auto redirect = readUpdate(twilio::parseForm("Twiml=%3CResponse%2F%3E&TimeLimit=5"));
    QVERIFY(redirect.has_value());
    QCOMPARE(redirect->instructions->twiml, u"<Response/>"_s);
    QCOMPARE(redirect->timeLimit, std::optional(std::chrono::seconds(5)));
}

void TestCallRequest::refusesFaultyUpdates()
{
    QVERIFY(!readUpdate(twilio::parseForm("Status=done")).has_value());
    QCOMPARE(readUpdate(twilio::parseForm("Url=nowhere")).error().code, 21205);
}

DIALDESK_TEST(TestCallRequest)
#include "tst_call_request.moc"
