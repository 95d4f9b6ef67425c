#include "engine/twilio/twilio_rest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QPointer>
#include <QSignalSpy>

#include <deque>

using namespace engine;
using namespace engine::twilio;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using telephony::CallStatus;
using telephony::CarrierCall;
using telephony::OwnNumber;

namespace {

const CallSid kCall(u"CA000000000000000000000000000000a1"_s);
const QByteArray kToken = "0123456789abcdef0123456789abcdef";
const QByteArray kAccountPath = "/2010-04-01/Accounts/AC00000000000000000000000000000001";
const QByteArray kCallPath = kAccountPath + "/Calls/CA000000000000000000000000000000a1.json";
const QByteArray kOver = R"json({"code":21220,"message":"Call is not in-progress. Cannot redirect.","status":400})json";
const QByteArray kUnknown = R"json({"code":20404,"message":"The requested resource was not found","status":404})json";

QByteArray callJson(const QByteArray &status)
{
    return R"json({"sid":"CA000000000000000000000000000000a1","to":"+14155550142","from":"+14155550100","status":")json" +
           status + R"json(","start_time":null,"duration":null})json";
}

const Error kTimeout{Fault::Vendor, u"timeout"_s, u"api.twilio.com did not answer in time."_s};

/// Answers one request after the other from a script, from the event loop; a request too many fails the test.
class ScriptedHttp : public net::HttpClient
{
public:
    std::deque<Result<net::HttpResponse>> answers;
    QList<net::HttpRequest> requests;

    void then(int status, const QByteArray &body, const net::HeaderList &headers = {})
    {
        answers.push_back(net::HttpResponse{status, headers, body});
    }
    void thenFail() { answers.push_back(tl::unexpected(kTimeout)); }

    net::HttpJob *send(const net::HttpRequest &request, QObject *parent) override
    {
        auto *job = new net::HttpJob(parent);
        requests += request;
        if (answers.empty()) {
            QTest::qFail("a request the script does not hold", __FILE__, __LINE__);
            return job;
        }
        const auto answer = answers.front();
        answers.pop_front();
        QMetaObject::invokeMethod(
            job,
            [job, answer] {
                job->deleteLater();
                emit job->finished(answer);
            },
            Qt::QueuedConnection);
        return job;
    }
    void preconnect(const QUrl &) override {}
};

/// The longest wait each time.
class LargestRandom : public Random
{
public:
    quint64 next() override { return ~quint64(0); }
};

template <typename Job, typename Answer>
class Outcomes
{
public:
    explicit Outcomes(Job *job)
    {
        QObject::connect(job, &Job::finished, &m_context, [this](const Answer &answer) { answers.push_back(answer); });
    }
    std::vector<Answer> answers;

private:
    QObject m_context;
};

using CallAnswer = Result<CarrierCall>;
using DoneAnswer = Result<Done>;

} // namespace

class TestTwilioRest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void placesACall();
    void signsInWithAnApiKeyWhenOneIsSet();
    void asksAnotherHostWhenToldTo();
    void placesAgainOnlyWhenTurnedAway();
    void waitsLongerEachTime();
    void waitsAsLongAsAsked();
    void givesUpWhenAskedToWaitTooLong();
    void neverPlacesAgainWhenTheAnswerIsLost_data();
    void neverPlacesAgainWhenTheAnswerIsLost();
    void saysWhyACallWasRefused();
    void keepsSecretsOutOfErrors();
    void forgetsAJobThatWasDeleted();
    void jobsDeleteThemselves();

    void completesAnAnsweredCall();
    void cancelsACallThatRings();
    void takesACallThatIsOverAsEnded_data();
    void takesACallThatIsOverAsEnded();
    void endsACallAnsweredWhileCanceling_data();
    void endsACallAnsweredWhileCanceling();
    void endsACallAgainWhenTheAnswerIsLost();
    void saysWhenACallCannotBeEnded();

    void fetchesACall();
    void saysWhenACallIsUnknown();
    void listsAllPages();
    void staysOnTheHostOfTheApi_data();
    void staysOnTheHostOfTheApi();
    void stopsAtABoundedNumberOfPages();
    void mergesOwnNumbers();
    void transfersACall();
    void doesNotTransferACallThatIsOver();
    void tellsTheStateOfTheAccount();
    void tellsTheStateOfASubaccountWithAnApiKey();

private:
    telephony::PlaceRequest request() const;
    TwilioSettings settings() const;
    /// Lets queued answers arrive.
    static void settle();

    std::unique_ptr<ScriptedHttp> m_http;
    std::unique_ptr<support::FakeClock> m_clock;
    LargestRandom m_random;
    std::unique_ptr<TwilioRest> m_rest;
};

void TestTwilioRest::init()
{
    m_http = std::make_unique<ScriptedHttp>();
    m_clock = std::make_unique<support::FakeClock>();
    m_rest = std::make_unique<TwilioRest>(settings(), *m_http, *m_clock, m_random);
}

void TestTwilioRest::cleanup()
{
    QVERIFY2(m_http->answers.empty(), "the script holds an answer nobody asked for");
    m_rest.reset();
}

TwilioSettings TestTwilioRest::settings() const
{
    return {.accountSid = u"AC00000000000000000000000000000001"_s, .authToken = Secret(kToken)};
}

telephony::PlaceRequest TestTwilioRest::request() const
{
    telephony::PlaceRequest request;
    request.to = *E164Number::parse(u"+14155550142"_s);
    request.from = *E164Number::parse(u"+14155550100"_s);
    request.instructionsUrl = QUrl(u"https://dial.example.com/twiml"_s);
    request.statusUrl = QUrl(u"https://dial.example.com/status"_s);
    return request;
}

void TestTwilioRest::settle()
{
    for (int i = 0; i < 100; ++i) {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

void TestTwilioRest::placesACall()
{
    m_http->then(201, callJson("queued"));
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    QVERIFY(outcomes.answers.empty());
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
    QCOMPARE(outcomes.answers[0]->sid, kCall);
    QCOMPARE(outcomes.answers[0]->status, CallStatus::Queued);

    const net::HttpRequest &sent = m_http->requests.at(0);
    QCOMPARE(sent.method, QByteArray("POST"));
    QCOMPARE(sent.url.toEncoded(), "https://api.twilio.com" + kAccountPath + "/Calls.json");
    QVERIFY(sent.body.startsWith("To=%2B14155550142&From=%2B14155550100&Url="));
    QVERIFY(
        sent.headers.contains(std::pair<QByteArray, QByteArray>("Content-Type", "application/x-www-form-urlencoded")));
    QVERIFY(sent.headers.contains(std::pair<QByteArray, QByteArray>(
        "Authorization", "Basic " + ("AC00000000000000000000000000000001:" + kToken).toBase64())));
}

void TestTwilioRest::signsInWithAnApiKeyWhenOneIsSet()
{
    TwilioSettings withKey = settings();
    withKey.apiKeySid = u"SK1"_s;
    withKey.apiKeySecret = Secret("hush");
    TwilioRest rest(withKey, *m_http, *m_clock, m_random);
    m_http->then(200, callJson("ringing"));
    Outcomes<telephony::FetchCallJob, CallAnswer> outcomes(rest.fetch(kCall, &rest));
    settle();
    QVERIFY(m_http->requests.at(0).headers.contains(
        std::pair<QByteArray, QByteArray>("Authorization", "Basic " + QByteArray("SK1:hush").toBase64())));
    // The path names the account all the same.
    QCOMPARE(m_http->requests.at(0).url.path().toLatin1(), kCallPath);
}

void TestTwilioRest::asksAnotherHostWhenToldTo()
{
    TwilioSettings practice = settings();
    practice.baseUrl = QUrl(u"http://127.0.0.1:4711/"_s);
    TwilioRest rest(practice, *m_http, *m_clock, m_random);
    m_http->then(200, callJson("ringing"));
    Outcomes<telephony::FetchCallJob, CallAnswer> outcomes(rest.fetch(kCall, &rest));
    settle();
    QCOMPARE(m_http->requests.at(0).url.toEncoded(), "http://127.0.0.1:4711" + kCallPath);
}

void TestTwilioRest::placesAgainOnlyWhenTurnedAway()
{
    m_http->then(429, R"json({"code":20429,"message":"Too Many Requests","status":429})json");
    m_http->then(201, callJson("queued"));
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.empty());
    QCOMPARE(m_http->requests.size(), 1);
    m_clock->advance(200ms);
    settle();
    QCOMPARE(m_http->requests.size(), 2);
    QVERIFY(m_http->requests.at(0) == m_http->requests.at(1));
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
}

void TestTwilioRest::waitsLongerEachTime()
{
    const QByteArray busy = R"json({"code":20429,"message":"Too Many Requests","status":429})json";
    for (int i = 0; i < 4; ++i)
        m_http->then(429, busy);
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    int expected = 1;
    for (const auto wait : {200ms, 400ms, 800ms}) {
        settle();
        m_clock->advance(wait - 2ms); // the random share is just below its bound
        settle();
        QCOMPARE(m_http->requests.size(), expected);
        m_clock->advance(2ms);
        settle();
        QCOMPARE(m_http->requests.size(), ++expected);
    }
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(!outcomes.answers[0]);
    QCOMPARE(outcomes.answers[0].error().code, u"carrier_busy"_s);
    QVERIFY(outcomes.answers[0].error().message.contains(u"20429"_s));
}

void TestTwilioRest::waitsAsLongAsAsked()
{
    m_http->then(429, "", {{"Retry-After", "3"}});
    m_http->then(201, callJson("queued"));
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    m_clock->advance(2999ms);
    settle();
    QCOMPARE(m_http->requests.size(), 1);
    m_clock->advance(201ms);
    settle();
    QCOMPARE(m_http->requests.size(), 2);
}

void TestTwilioRest::givesUpWhenAskedToWaitTooLong()
{
    m_http->then(429, "", {{"retry-after", "60"}});
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QCOMPARE(outcomes.answers[0].error().code, u"carrier_busy"_s);
}

void TestTwilioRest::neverPlacesAgainWhenTheAnswerIsLost_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no answer") << 0 << QByteArray();
    QTest::newRow("proxy failed") << 502 << QByteArray("<html>");
    QTest::newRow("Twilio failed") << 503 << QByteArray(R"json({"code":20503,"message":"Service unavailable"})json");
    QTest::newRow("created, unreadable") << 201 << QByteArray("{\"sid\":");
}

void TestTwilioRest::neverPlacesAgainWhenTheAnswerIsLost()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    if (status == 0)
        m_http->thenFail();
    else
        m_http->then(status, body);
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    m_clock->advance(60s);
    settle();
    QCOMPARE(m_http->requests.size(), 1);
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(!outcomes.answers[0]);
    QCOMPARE(outcomes.answers[0].error().code, u"carrier_unreachable"_s);
    QCOMPARE(outcomes.answers[0].error().fault, Fault::Carrier);
}

void TestTwilioRest::saysWhyACallWasRefused()
{
    m_http->then(400, R"json({"code":21219,"message":"The number +14155550142 is unverified.","status":400})json");
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers[0].error().code, u"carrier_refused"_s);
    QVERIFY(outcomes.answers[0].error().message.contains(u"21219"_s));
}

void TestTwilioRest::keepsSecretsOutOfErrors()
{
    m_http->then(400, R"json({"code":20001,"message":"You sent )json" + kToken + R"json("})json");
    Outcomes<telephony::PlaceCallJob, CallAnswer> outcomes(m_rest->place(request(), m_rest.get()));
    settle();
    QVERIFY(outcomes.answers[0].error().message.contains(u"You sent ***"_s));
    QVERIFY(!outcomes.answers[0].error().message.contains(QString::fromLatin1(kToken)));
}

void TestTwilioRest::forgetsAJobThatWasDeleted()
{
    m_http->then(429, "");
    Outcomes<telephony::PlaceCallJob, CallAnswer> *outcomes = nullptr;
    auto *job = m_rest->place(request(), m_rest.get());
    outcomes = new Outcomes<telephony::PlaceCallJob, CallAnswer>(job);
    settle();
    delete job; // while it waits to ask again
    m_clock->advance(60s);
    settle();
    QCOMPARE(m_http->requests.size(), 1);
    QVERIFY(outcomes->answers.empty());
    delete outcomes;
}

void TestTwilioRest::jobsDeleteThemselves()
{
    m_http->then(201, callJson("queued"));
    const QPointer<telephony::PlaceCallJob> job = m_rest->place(request(), m_rest.get());
    settle();
    QVERIFY(job.isNull());
    QVERIFY(m_rest->children().isEmpty());
}

void TestTwilioRest::completesAnAnsweredCall()
{
    m_http->then(200, callJson("in-progress")); // the end comes later
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, true, m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
    QCOMPARE(m_http->requests.size(), 1);
    QCOMPARE(m_http->requests.at(0).body, QByteArray("Status=completed"));
    QCOMPARE(m_http->requests.at(0).url.path().toLatin1(), kCallPath);
}

void TestTwilioRest::cancelsACallThatRings()
{
    m_http->then(200, callJson("canceled"));
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, false, m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.at(0));
    QCOMPARE(m_http->requests.size(), 1);
    QCOMPARE(m_http->requests.at(0).body, QByteArray("Status=canceled"));
}

void TestTwilioRest::takesACallThatIsOverAsEnded_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("21220") << 400 << kOver;
    QTest::newRow("20404") << 404 << kUnknown;
}

void TestTwilioRest::takesACallThatIsOverAsEnded()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    m_http->then(status, body);
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, true, m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
}

void TestTwilioRest::endsACallAnsweredWhileCanceling_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("left alone") << 200 << callJson("in-progress");
    QTest::newRow("refused") << 400 << kOver;
    QTest::newRow("said nothing") << 200 << QByteArray();
}

void TestTwilioRest::endsACallAnsweredWhileCanceling()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    m_http->then(status, body);
    m_http->then(200, callJson("completed"));
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, false, m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
    QCOMPARE(m_http->requests.at(0).body, QByteArray("Status=canceled"));
    QCOMPARE(m_http->requests.at(1).body, QByteArray("Status=completed"));
}

void TestTwilioRest::endsACallAgainWhenTheAnswerIsLost()
{
    m_http->thenFail();
    m_http->then(503, "");
    m_http->then(400, kOver); // the first one had arrived
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, true, m_rest.get()));
    settle();
    m_clock->advance(200ms);
    settle();
    m_clock->advance(400ms);
    settle();
    QCOMPARE(m_http->requests.size(), 3);
    QVERIFY(outcomes.answers.at(0));
}

void TestTwilioRest::saysWhenACallCannotBeEnded()
{
    m_http->then(401, R"json({"code":20003,"message":"Authenticate","status":401})json");
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(m_rest->hangUp(kCall, false, m_rest.get()));
    settle();
    QVERIFY(!outcomes.answers.at(0));
    QCOMPARE(outcomes.answers.at(0).error().code, u"carrier_credentials"_s);
}

void TestTwilioRest::fetchesACall()
{
    m_http->then(200, callJson("ringing"));
    Outcomes<telephony::FetchCallJob, CallAnswer> outcomes(m_rest->fetch(kCall, m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.at(0));
    QCOMPARE(outcomes.answers.at(0)->status, CallStatus::Ringing);
    QCOMPARE(m_http->requests.at(0).method, QByteArray("GET"));
    QVERIFY(m_http->requests.at(0).body.isEmpty());
}

void TestTwilioRest::saysWhenACallIsUnknown()
{
    m_http->then(404, kUnknown);
    Outcomes<telephony::FetchCallJob, CallAnswer> outcomes(m_rest->fetch(kCall, m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.at(0).error().code, u"carrier_unknown_call"_s);
}

void TestTwilioRest::listsAllPages()
{
    m_http->then(200, "{\"calls\":[" + callJson("in-progress") + "],\"next_page_uri\":\"" + kAccountPath +
                          "/Calls.json?To=%2B14155550142&PageSize=200&Page=1&PageToken=PACA1\"}");
    m_http->then(200, "{\"calls\":[" + callJson("ringing") + "],\"next_page_uri\":null}");
    Outcomes<telephony::ListCallsJob, Result<std::vector<CarrierCall>>> outcomes(
        m_rest->list({.to = u"+14155550142"_s, .status = CallStatus::InProgress}, m_rest.get()));
    settle();
    QCOMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
    QCOMPARE(outcomes.answers[0]->size(), size_t(2));
    QCOMPARE(outcomes.answers[0]->at(0).status, CallStatus::InProgress);
    QCOMPARE(outcomes.answers[0]->at(1).status, CallStatus::Ringing);
    QCOMPARE(m_http->requests.at(0).url.toEncoded(),
             "https://api.twilio.com" + kAccountPath + "/Calls.json?To=%2B14155550142&Status=in-progress&PageSize=200");
    QCOMPARE(m_http->requests.at(1).url.toEncoded(),
             "https://api.twilio.com" + kAccountPath +
                 "/Calls.json?To=%2B14155550142&PageSize=200&Page=1&PageToken=PACA1");
}

void TestTwilioRest::staysOnTheHostOfTheApi_data()
{
    QTest::addColumn<QByteArray>("next");
    QTest::newRow("other host") << QByteArray("https://evil.example.com/x");
    QTest::newRow("other host, same scheme") << QByteArray("//evil.example.com/x");
    QTest::newRow("without TLS") << QByteArray("http://api.twilio.com/x");
    QTest::newRow("other port") << QByteArray("https://api.twilio.com:444/x");
}

void TestTwilioRest::staysOnTheHostOfTheApi()
{
    QFETCH(QByteArray, next);
    m_http->then(200, "{\"calls\":[],\"next_page_uri\":\"" + next + "\"}");
    Outcomes<telephony::ListCallsJob, Result<std::vector<CarrierCall>>> outcomes(m_rest->list({}, m_rest.get()));
    settle();
    QCOMPARE(m_http->requests.size(), 1);
    QVERIFY(!outcomes.answers.at(0));
}

void TestTwilioRest::stopsAtABoundedNumberOfPages()
{
    for (int i = 0; i < 25; ++i)
        m_http->then(200, "{\"calls\":[" + callJson("completed") + "],\"next_page_uri\":\"/again\"}");
    Outcomes<telephony::ListCallsJob, Result<std::vector<CarrierCall>>> outcomes(m_rest->list({}, m_rest.get()));
    QTRY_COMPARE(outcomes.answers.size(), size_t(1));
    QVERIFY(outcomes.answers[0]);
    QCOMPARE(outcomes.answers[0]->size(), size_t(25));
}

void TestTwilioRest::mergesOwnNumbers()
{
    m_http->then(200, R"json({"incoming_phone_numbers":[
        {"phone_number":"+14155550100","friendly_name":"Front desk","capabilities":{"voice":true}},
        {"phone_number":"+14155550101","friendly_name":"Text only","capabilities":{"voice":false}}]})json");
    m_http->then(200, R"json({"outgoing_caller_ids":[
        {"phone_number":"+14155550100","friendly_name":"The same"},
        {"phone_number":"+14155550111","friendly_name":"Mobile"}]})json");
    Outcomes<telephony::OwnNumbersJob, Result<std::vector<OwnNumber>>> outcomes(m_rest->ownNumbers(m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.at(0));
    const std::vector<OwnNumber> expected{{u"+14155550100"_s, u"Front desk"_s}, {u"+14155550111"_s, u"Mobile"_s}};
    QVERIFY(*outcomes.answers.at(0) == expected);
    QCOMPARE(m_http->requests.at(0).url.path().toLatin1(), kAccountPath + "/IncomingPhoneNumbers.json");
    QCOMPARE(m_http->requests.at(1).url.path().toLatin1(), kAccountPath + "/OutgoingCallerIds.json");
}

void TestTwilioRest::transfersACall()
{
    m_http->then(200, callJson("in-progress"));
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(
        m_rest->transfer(kCall, *E164Number::parse(u"+14155550199"_s), request().from, m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.at(0));
    const FormPairs form = parseForm(m_http->requests.at(0).body);
    QCOMPARE(form.size(), 1);
    QCOMPARE(form.at(0).first, QByteArray("Twiml"));
    QVERIFY(form.at(0).second.contains("<Dial callerId=\"+14155550100\"><Number>+14155550199</Number></Dial>"));
}

void TestTwilioRest::doesNotTransferACallThatIsOver()
{
    m_http->then(400, kOver);
    Outcomes<telephony::HangUpJob, DoneAnswer> outcomes(
        m_rest->transfer(kCall, *E164Number::parse(u"+14155550199"_s), request().from, m_rest.get()));
    settle();
    QVERIFY(!outcomes.answers.at(0));
    QCOMPARE(outcomes.answers.at(0).error().code, u"carrier_refused"_s);
    QVERIFY(outcomes.answers.at(0).error().message.contains(u"21220"_s));
}

void TestTwilioRest::tellsTheStateOfTheAccount()
{
    m_http->then(200, R"json({"balance":"18.7250","currency":"USD"})json");
    m_http->then(200, R"json({"friendly_name":"Acme","status":"active","type":"Trial"})json");
    Outcomes<AccountStateJob, Result<AccountState>> outcomes(m_rest->accountState(m_rest.get()));
    settle();
    QVERIFY(outcomes.answers.at(0));
    const AccountState expected{{u"18.7250"_s, u"USD"_s}, {u"Acme"_s, u"active"_s, true}};
    QVERIFY(*outcomes.answers.at(0) == expected);
    QCOMPARE(m_http->requests.at(0).url.path().toLatin1(), kAccountPath + "/Balance.json");
    QCOMPARE(m_http->requests.at(1).url.path().toLatin1(), kAccountPath + ".json");
}

void TestTwilioRest::tellsTheStateOfASubaccountWithAnApiKey()
{
    TwilioSettings withKey = settings();
    withKey.apiKeySid = u"SK1"_s;
    withKey.apiKeySecret = Secret("hush");
    TwilioRest rest(withKey, *m_http, *m_clock, m_random);
    m_http->then(404, kUnknown);
    m_http->then(200, R"json({"friendly_name":"Acme","status":"active","type":"Full"})json");
    Outcomes<AccountStateJob, Result<AccountState>> outcomes(rest.accountState(&rest));
    settle();
    QVERIFY(outcomes.answers.at(0));
    const AccountState expected{{}, {u"Acme"_s, u"active"_s, false}};
    QVERIFY(*outcomes.answers.at(0) == expected);
    // The account itself may only be read with the token, which is proven by it.
    const auto authorization = [this](int request) { return m_http->requests.at(request).headers.at(0).second; };
    QCOMPARE(authorization(0), "Basic " + QByteArray("SK1:hush").toBase64());
    QCOMPARE(authorization(1), "Basic " + QByteArray("AC00000000000000000000000000000001:" + kToken).toBase64());
}

DIALDESK_TEST(TestTwilioRest)
#include "tst_twilio_rest.moc"
