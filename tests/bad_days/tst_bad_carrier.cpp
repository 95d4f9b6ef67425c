#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

using namespace engine;

/// A carrier that answers nonsense, floods us with reports, or cannot be found.
class TestBadCarrier : public QObject
{
    Q_OBJECT

private slots:
    void aWebPageInsteadOfAnAnswer_data();
    void aWebPageInsteadOfAnAnswer();
    void aWebPageAndNoCall();
    void aThousandReportsAtOnce();
    void aNameThatCannotBeFound();

private:
    static void dial(EngineRig &rig, int call)
    {
        rig.carrierAccepts(call);
        auto talk = rig.dial();
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 200);
    }
    static int posts(const EngineRig &rig)
    {
        return static_cast<int>(std::count_if(rig.http.requests.cbegin(), rig.http.requests.cend(),
                                              [](const net::HttpRequest &request) { return request.method == "POST"; }));
    }
};

void TestBadCarrier::aWebPageInsteadOfAnAnswer_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("as a success") << 201;
    QTest::newRow("as a failure") << 502;
}

/// Nobody can tell from a web page whether a call was made: it is looked for, and never ordered again.
void TestBadCarrier::aWebPageInsteadOfAnAnswer()
{
    QFETCH(int, status);
    EngineRig rig;
    QVERIFY(rig.start());
    dial(rig, 1);
    rig.http.answer("POST", rig.callsPath(), status, "<html><body>Please log in to the network.</body></html>");
    rig.carrierShows({rig.resource(1, "in-progress"), rig.resource(2, "ringing")});
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 200);
    QCOMPARE(talk.json()["call_sid"].toString(), rig.sid(2));
    QCOMPARE(posts(rig), 2);
    QVERIFY(rig.http.isExhausted());
    QCOMPARE(rig.log.ends().size(), 0u);
}

void TestBadCarrier::aWebPageAndNoCall()
{
    EngineRig rig;
    QVERIFY(rig.start());
    dial(rig, 1);
    rig.http.answer("POST", rig.callsPath(), 404, "<html><body>Nothing here.</body></html>");
    auto talk = rig.dial();
    QVERIFY(talk.wait());
    QCOMPARE(talk.status(), 502);
    QVERIFY2(!talk.body().contains("<html>"), talk.body().constData());
    QVERIFY2(talk.json()["detail"].toString().contains("Twilio"), talk.body().constData());
    QCOMPARE(rig.log.ends().size(), 0u);
}

void TestBadCarrier::aThousandReportsAtOnce()
{
    constexpr int kReports = 1000;
    constexpr int kAtOnce = 50;
    EngineRig rig;
    QVERIFY(rig.start());
    dial(rig, 1);
    dial(rig, 2);
    QVERIFY(rig.callback(1, "in-progress").wait());
    for (int sent = 0; sent < kReports; sent += kAtOnce) {
        std::vector<HttpTalk> talks;
        for (int i = 0; i < kAtOnce; ++i)
            talks.push_back(rig.callback(1, i % 2 == 0 ? "ringing" : "in-progress"));
        for (HttpTalk &talk : talks) {
            QVERIFY(talk.wait());
            QCOMPARE(talk.status(), 204);
        }
    }
    QCOMPARE(rig.log.states(CallSid(rig.sid(1))), QStringList({"queued", "in-progress"}));
    QCOMPARE(rig.log.states(CallSid(rig.sid(2))), QStringList("queued"));
    QCOMPARE(rig.log.incidents().size(), 0);
    QVERIFY(rig.callback(2, "completed", "7").wait());
    QCOMPARE(rig.log.ends(CallSid(rig.sid(2))).size(), 1u);
}

void TestBadCarrier::aNameThatCannotBeFound()
{
    EngineRig rig;
    QVERIFY(rig.start());
    dial(rig, 1);
    for (int i = 0; i < 3; ++i) {
        rig.http.fail("POST", rig.callsPath(), {Fault::Vendor, "not_sent", "The name api.twilio.com was not found."});
        auto talk = rig.dial();
        QVERIFY(talk.wait());
        QCOMPARE(talk.status(), 502);
        QCOMPARE(talk.code(), QString("carrier_not_reached"));
        QVERIFY2(talk.json()["detail"].toString().contains("api.twilio.com"), talk.body().constData());
    }
    QCOMPARE(rig.log.ends().size(), 0u); // the call under way is none of it
    dial(rig, 2);                        // the minute is over
    QCOMPARE(rig.log.states(CallSid(rig.sid(2))), QStringList("queued"));
}

DIALDESK_TEST(TestBadCarrier)
#include "tst_bad_carrier.moc"
