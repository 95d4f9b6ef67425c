#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

#include <QTemporaryDir>
#include <QTemporaryFile>

using namespace engine;
using namespace std::chrono_literals;

/// Dialing through the engine's HTTP interface: what is placed, what is refused, and what a key protects from being dialed twice.
class TestEngineDialout : public QObject
{
    Q_OBJECT

private slots:
    void dialoutPlacesACall();
    void wrongDialouts_data();
    void wrongDialouts();
    void dialoutWithoutSettings();
    void dialoutWithoutPublicAddress();
    void dialoutTheCarrierRefuses();
    void aLostAnswerIsLookedFor();
    void aJournalThatCannotBeWrittenRefusesTheDial();
    void aKeyIsRememberedAcrossAStop();
    void aKeyWhoseCallIsNotKnownWaitsForTheLookUp();
    void dialoutOverTheLimits();
    void strangersMayNotDial();
    void withAnApiKeyOnlyItsHoldersMay();
    void theSameKeyIsTheSameCall();
    void theSameKeyAtTheSameTimeIsTheSameCall();
    void aRefusedKeyIsFreeAgain();
    void aKeyWhoseCallNeverAppearedDialsNoMore();
};

void TestEngineDialout::dialoutPlacesACall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto talk = rig.dial(kDialWithData);
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    QCOMPARE(talk.json()["call_sid"].toString(), rig.sid(1));
    QCOMPARE(talk.json()["status"].toString(), QString("call_initiated"));
    QCOMPARE(talk.json()["to_number"].toString(), QString("+14155550100"));
    QCOMPARE(rig.log.states(), QStringList("queued"));
    const auto form = twilio::parseForm(rig.http.requests.at(0).body);
    const auto value = [&form](const char *name) { return server::fieldValue(form, name).value_or("-"); };
    QCOMPARE(value("To"), QByteArray("+14155550100"));
    QCOMPARE(value("From"), QByteArray("+14155550199"));
    QCOMPARE(value("Url"), QByteArray("https://desk.example/twiml"));
    QCOMPARE(value("StatusCallback"), QByteArray("https://desk.example/status"));
    QCOMPARE(value("Timeout"), QByteArray("30"));
    QCOMPARE(value("TimeLimit"), QByteArray("630"));
    QVERIFY(rig.http.isExhausted());

    rig.carrierAccepts(2);
    auto national = rig.dial(R"({"to_number": "(415) 555-0142", "from_number": "+14155550188"})");
    QVERIFY(national.wait());
    QCOMPARE(national.status(), 200);
    QCOMPARE(national.json()["to_number"].toString(), QString("+14155550142")); // in the caller's country
}

void TestEngineDialout::wrongDialouts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &body, const char *code) {
        QTest::newRow(name) << body << QString::fromLatin1(code);
    };
    row("no JSON", "", "not_json");
    row("a form", "to_number=%2B14155550100", "not_json");
    row("an array", "[\"+14155550100\"]", "not_json");
    row("missing", "{}", "number_missing");
    row("null", R"({"to_number": null})", "number_missing");
    row("a number", R"({"to_number": 15551234567})", "number_impossible");
    row("country code alone", R"({"to_number": "+1"})", "number_impossible");
    row("too short", R"({"to_number": "+1415555"})", "number_impossible");
    row("too long", R"({"to_number": "+141555501000000000"})", "number_impossible");
    row("words", R"({"to_number": "call Robin"})", "number_impossible");
    row("bad from", R"({"to_number": "+14155550100", "from_number": "+1"})", "bad_from_number");
    row("bad data", R"({"to_number": "+14155550100", "custom_data": {"a": [1]}})", "bad_custom_data");
    row("data with a reserved name", R"({"to_number": "+14155550100", "custom_data": {"dialdesk_token": "x"}})",
        "custom_data_invalid");
    row("data with a taken name", R"({"to_number": "+14155550100", "custom_data": {"to_number": "x"}})",
        "custom_data_invalid");
    row("data too long",
        QByteArray("{\"to_number\": \"+14155550100\", \"custom_data\": {\"a\": \"") + QByteArray(600, 'x') + "\"}}",
        "custom_data_invalid");
    row("data XML cannot hold", "{\"to_number\": \"+14155550100\", \"custom_data\": {\"a\": \"\\u0001\"}}",
        "custom_data_invalid");
}

void TestEngineDialout::wrongDialouts()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    EngineRig rig;
    QVERIFY(rig.start());
    auto talk = rig.dial(body);
    QVERIFY(talk.wait());
    QCOMPARE(talk.code(), code);
    QCOMPARE(talk.status(), 400);
    QVERIFY(talk.isError());
    QVERIFY(rig.http.requests.isEmpty());
    QVERIFY(rig.log.all().empty());
}

void TestEngineDialout::dialoutWithoutSettings()
{
    EngineRig rig;
    rig.config.deepgram = {};
    rig.config.twilio.fromNumber.clear();
    QVERIFY(rig.start());
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("settings_missing"));
    const QString detail = talk.json()["detail"].toString();
    QVERIFY2(detail.contains("DEEPGRAM_API_KEY") && detail.contains("TWILIO_FROM_NUMBER"), qPrintable(detail));
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineDialout::dialoutWithoutPublicAddress()
{
    EngineRig rig;
    rig.config.server.publicUrl.clear();
    QVERIFY(rig.start());
    rig.http.fail("GET", "/api/tunnels", {Fault::Vendor, "unreachable", "refused"});
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("public_url_missing"));
    // And with a tunnel it works.
    rig.http.answer(
        "GET", "/api/tunnels", 200,
        QByteArray("{\"tunnels\":[{\"public_url\":\"https://abc.ngrok.app\",\"config\":{\"addr\":\"http://localhost:") +
            QByteArray::number(rig.port) + "\"}}]}");
    rig.carrierAccepts(1);
    auto again = rig.dial();
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QCOMPARE(server::fieldValue(twilio::parseForm(rig.http.requests.last().body), "Url"),
             std::optional<QByteArray>("https://abc.ngrok.app/twiml"));
}

void TestEngineDialout::dialoutTheCarrierRefuses()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.answer("POST", rig.callsPath(), 400,
                    "{\"code\": 21211, \"message\": \"Invalid 'To' Phone Number: +1415555XXXX\", \"status\": 400}");
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 502);
    QVERIFY2(talk.json()["detail"].toString().contains("21211"), talk.body().constData());
    QVERIFY(talk.json()["detail"].toString().contains("Invalid 'To' Phone Number"));
    rig.http.answer("POST", rig.callsPath(), 401, R"({"code": 20003, "message": "Authenticate", "status": 401})");
    auto credentials = rig.dial();
    QVERIFY(credentials.wait());
    QCOMPARE(credentials.status(), 502);
    QCOMPARE(credentials.code(), QString("carrier_credentials"));
    QVERIFY(!credentials.body().contains(EngineRig::kToken));
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "not_sent", "There is no network."});
    auto notSent = rig.dial();
    QVERIFY(notSent.wait());
    QCOMPARE(notSent.status(), 502);
    QCOMPARE(notSent.code(), QString("carrier_not_reached"));
    QVERIFY(rig.log.all().empty());
}

void TestEngineDialout::aLostAnswerIsLookedFor()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "timeout", "No answer."});
    rig.carrierShows({rig.resource(1, "ringing")});
    auto found = rig.dial();
    QVERIFY(found.wait());
    QCOMPARE(found.status(), 200);
    QCOMPARE(found.json()["call_sid"].toString(), rig.sid(1));
    QCOMPARE(rig.log.states(), QStringList({"queued", "ringing"}));
    QVERIFY(rig.http.isExhausted());
}

void TestEngineDialout::aJournalThatCannotBeWrittenRefusesTheDial()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    EngineRig rig;
    rig.config.dataDir = file.fileName() + "/below-a-file";
    QVERIFY(rig.start());
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 503);
    QCOMPARE(talk.code(), QString("journal_unwritable"));
    QVERIFY(rig.http.requests.isEmpty());
    auto withKey = rig.dial(kDialWithData, {{"Idempotency-Key", "order-17"}});
    QVERIFY(withKey.wait());
    QCOMPARE(withKey.status(), 503);
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineDialout::aKeyIsRememberedAcrossAStop()
{
    QTemporaryDir folder;
    EngineRig rig;
    rig.config.dataDir = folder.path();
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto first = rig.dial(kDialWithData, key);
    QVERIFY(first.wait());
    QCOMPARE(first.status(), 200);
    rig.http.requests.clear();
    // The program dies, and the carrier ends the call before it is back.
    rig.http.answer("GET", rig.callPath(1), 200, rig.resource(1, "completed"));
    for (int status = 0; status < 3; ++status)
        rig.carrierShows({});
    QVERIFY(rig.start());
    auto again = rig.dial(kDialWithData, key);
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QCOMPARE(again.json(), first.json());
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QTRY_COMPARE(rig.log.incidents(), QStringList("call_interrupted"));
    for (const net::HttpRequest &request : rig.http.requests)
        QCOMPARE(request.method, QByteArray("GET"));
}

void TestEngineDialout::aKeyWhoseCallIsNotKnownWaitsForTheLookUp()
{
    QTemporaryDir folder;
    EngineRig rig;
    rig.config.dataDir = folder.path();
    QVERIFY(rig.start());
    rig.http.hold("POST", rig.callsPath());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto lost = rig.dial(kDialWithData, key);
    QTRY_COMPARE(rig.http.held.size(), 1); // written down and asked for: now the program dies
    rig.http.requests.clear();
    rig.carrierShows({rig.resource(1, "ringing")}); // found by its numbers
    rig.http.answer("GET", rig.callPath(1), 200, rig.resource(1, "completed"));
    for (int status = 0; status < 3; ++status)
        rig.carrierShows({});
    QVERIFY(rig.start());
    auto again = rig.dial(kDialWithData, key);
    QVERIFY(QTest::qWaitFor([&] {
        rig.clock.advance(50ms);
        return again.isComplete();
    }));
    QCOMPARE(again.status(), 200);
    QCOMPARE(again.json()["call_sid"].toString(), rig.sid(1));
    for (const net::HttpRequest &request : rig.http.requests)
        QCOMPARE(request.method, QByteArray("GET"));
}

void TestEngineDialout::dialoutOverTheLimits()
{
    EngineRig rig;
    rig.config.limits = {1, 100.0};
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    auto first = rig.dial();
    QVERIFY(first.wait());
    QCOMPARE(first.status(), 200);
    auto second = rig.dial();
    QVERIFY(second.wait());
    QCOMPARE(second.status(), 429);
    QCOMPARE(second.code(), QString("too_many_calls"));
    QVERIFY(second.header("Retry-After").toInt() >= 1);
    QVERIFY(rig.callback(1, "busy").wait());
    rig.carrierAccepts(2);
    auto third = rig.dial();
    QVERIFY(third.wait());
    QCOMPARE(third.status(), 200);

    EngineRig slow;
    slow.config.limits = {50, 0.5};
    QVERIFY(slow.start());
    slow.carrierAccepts(1);
    QVERIFY(slow.dial().wait());
    auto fast = slow.dial();
    QVERIFY(fast.wait());
    QCOMPARE(fast.status(), 429);
    QCOMPARE(fast.code(), QString("too_fast"));
    QCOMPARE(fast.header("Retry-After"), QByteArray("2"));
    slow.clock.advance(2s);
    slow.carrierAccepts(2);
    auto later = slow.dial();
    QVERIFY(later.wait());
    QCOMPARE(later.status(), 200);
}

void TestEngineDialout::strangersMayNotDial()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const QList<net::HeaderList> strangers = {{{"X-Forwarded-For", "203.0.113.9"}},
                                              {{"Origin", "https://evil.example"}},
                                              {{"Host", "evil.example"}},
                                              {{"Sec-Fetch-Site", "cross-site"}}};
    for (const auto &headers : strangers) {
        for (const char *target : {"/dialout", "/api/calls/CA1/hangup"}) {
            auto talk = rig.ask("POST", target, kDialWithData, headers);
            QVERIFY(talk.wait());
            QCOMPARE(talk.status(), 403);
            QVERIFY(talk.isError());
        }
        auto list = rig.ask("GET", "/api/calls", {}, headers);
        QVERIFY(list.wait());
        QCOMPARE(list.status(), 403);
    }
    auto health = rig.ask("GET", "/healthz", {}, strangers[0]); // for everybody
    QVERIFY(health.wait());
    QCOMPARE(health.status(), 200);
    QVERIFY(rig.http.requests.isEmpty());
}

void TestEngineDialout::withAnApiKeyOnlyItsHoldersMay()
{
    EngineRig rig;
    rig.config.server.apiKey = Secret("the-key");
    QVERIFY(rig.start());
    auto without = rig.dial();
    QVERIFY(without.wait());
    QCOMPARE(without.status(), 401);
    QCOMPARE(without.header("WWW-Authenticate"), QByteArray("Bearer"));
    auto wrong = rig.dial(kDialWithData, {{"Authorization", "Bearer another"}});
    QVERIFY(wrong.wait());
    QCOMPARE(wrong.status(), 401);
    rig.carrierAccepts(1);
    auto right = rig.dial(
        kDialWithData, {{"Authorization", "Bearer the-key"}, {"X-Forwarded-For", "203.0.113.9"}, {"Host", "desk.example"}});
    QVERIFY(right.wait());
    QCOMPARE(right.status(), 200);
    auto list = rig.ask("GET", "/api/calls");
    QVERIFY(list.wait());
    QCOMPARE(list.status(), 401);
}

void TestEngineDialout::theSameKeyIsTheSameCall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    auto first = rig.dial(kDialWithData, key);
    QVERIFY(first.wait());
    auto second = rig.dial(kDialWithData, key);
    QVERIFY(second.wait());
    QCOMPARE(second.status(), 200);
    QCOMPARE(second.json(), first.json());
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QVERIFY(other.isError());
    auto longKey = rig.dial(kDialWithData, {{"Idempotency-Key", QByteArray(256, 'k')}});
    QVERIFY(longKey.wait());
    QCOMPARE(longKey.status(), 400);
    QCOMPARE(rig.http.requests.size(), 1);
    QCOMPARE(rig.log.states(), QStringList("queued"));
}

void TestEngineDialout::theSameKeyAtTheSameTimeIsTheSameCall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.hold("POST", rig.callsPath());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    std::vector<HttpTalk> talks;
    for (int i = 0; i < 5; ++i)
        talks.push_back(rig.dial(kDialWithData, key));
    auto other = rig.dial(R"({"to_number": "+14155550101"})", key);
    QVERIFY(other.wait());
    QCOMPARE(other.status(), 409);
    QTRY_COMPARE(rig.http.held.size(), 1);
    for (const auto &talk : talks)
        QVERIFY(!talk.isComplete());
    rig.http.held[0]->finish(net::HttpResponse{201, {}, rig.resource(1, "queued")});
    for (auto &talk : talks) {
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
        QCOMPARE(talk.json()["call_sid"].toString(), rig.sid(1));
    }
    QCOMPARE(rig.http.requests.size(), 1);
    QCOMPARE(rig.log.states().size(), 1);
}

void TestEngineDialout::aRefusedKeyIsFreeAgain()
{
    EngineRig rig;
    QVERIFY(rig.start());
    const net::HeaderList key = {{"Idempotency-Key", "order-17"}};
    rig.http.answer("POST", rig.callsPath(), 400, R"({"code": 21211, "message": "x", "status": 400})");
    auto refused = rig.dial(kDialWithData, key);
    QVERIFY(refused.wait());
    QCOMPARE(refused.status(), 502);
    rig.carrierAccepts(1);
    auto again = rig.dial(kDialWithData, key);
    QVERIFY(again.wait());
    QCOMPARE(again.status(), 200);
    QVERIFY(rig.http.isExhausted());
    QCOMPARE(rig.http.requests.size(), 2);
}

void TestEngineDialout::aKeyWhoseCallNeverAppearedDialsNoMore()
{
    EngineRig rig;
    QVERIFY(rig.start());
    rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "timeout", "No answer."});
    const net::HeaderList key = {{"Idempotency-Key", "order-18"}};
    auto lost = rig.dial(kDialWithData, key);
    QVERIFY(QTest::qWaitFor([&] {
        if (rig.http.isExhausted())
            rig.carrierShows({});
        rig.clock.advance(100ms);
        return lost.isComplete();
    }, 30'000));
    QCOMPARE(lost.status(), 502);
    QCOMPARE(lost.code(), QString("carrier_unreachable"));
    // It may have been a call after all: the same key must never dial again.
    auto repeated = rig.dial(kDialWithData, key);
    QVERIFY(repeated.wait());
    QCOMPARE(repeated.status(), 502);
    QCOMPARE(repeated.json(), lost.json());
    const auto creations = std::count_if(rig.http.requests.begin(), rig.http.requests.end(),
                                         [](const net::HttpRequest &request) { return request.method == "POST"; });
    QCOMPARE(creations, 1);
}

DIALDESK_TEST(TestEngineDialout)
#include "tst_engine_dialout.moc"
