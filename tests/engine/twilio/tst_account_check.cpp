#include "engine/twilio/account_check.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::twilio;
using telephony::OwnNumber;

/// What an account's answers mean for calls.
class TestAccountCheck : public QObject
{
    Q_OBJECT
private slots:
    void accounts_data();
    void accounts();
    void numbers_data();
    void numbers();
    void theNumbersAreHandedOn();
    void refusedCredentialsAreSaid();
};

void TestAccountCheck::accounts_data()
{
    QTest::addColumn<QString>("status");
    QTest::addColumn<bool>("trial");
    QTest::addColumn<QString>("balance");
    QTest::addColumn<QString>("outcome"); // "good", "warning" or an error's code
    QTest::addColumn<QString>("words");
    QTest::newRow("full") << "active" << false << "18.7250"
                          << "good"
                          << "18.73 USD";
    QTest::newRow("subaccount") << "active" << false << ""
                                << "good"
                                << "active";
    QTest::newRow("small balance") << "active" << false << "1.2"
                                   << "warning"
                                   << "only 1.20 USD";
    QTest::newRow("owing") << "active" << false << "-3"
                           << "warning"
                           << "-3.00 USD";
    QTest::newRow("trial") << "active" << true << "15"
                           << "account_trial"
                           << "Upgrade";
    QTest::newRow("suspended") << "suspended" << false << "15"
                               << "account_not_active"
                               << "suspended";
}

void TestAccountCheck::accounts()
{
    QFETCH(QString, status);
    QFETCH(bool, trial);
    QFETCH(QString, balance);
    QFETCH(QString, outcome);
    QFETCH(QString, words);
    const auto verdict = accountVerdict({{balance, balance.isEmpty() ? "" : "USD"}, {"Bright Dental", status, trial}});
    const QString sentence = verdict ? verdict->sentence : verdict.error().message;
    QVERIFY2(sentence.contains(words) && sentence.contains("Bright Dental"), qPrintable(sentence));
    QCOMPARE(verdict ? QString(verdict->warning ? "warning" : "good") : verdict.error().code, outcome);
}

void TestAccountCheck::numbers_data()
{
    QTest::addColumn<QStringList>("own");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("its own") << QStringList{"+14155550100", "+14155550111"} << "+14155550111"
                             << "good";
    QTest::newRow("another's") << QStringList{"+14155550100"} << "+14155550111"
                               << "warning";
    QTest::newRow("none set") << QStringList{"+14155550100"} << ""
                              << "from_missing";
    QTest::newRow("none there") << QStringList() << "+14155550111"
                                << "no_numbers";
}

void TestAccountCheck::numbers()
{
    QFETCH(QStringList, own);
    QFETCH(QString, from);
    QFETCH(QString, outcome);
    std::vector<OwnNumber> list;
    for (const QString &number : own)
        list.push_back({number, {}});
    const auto verdict = numbersVerdict(list, from);
    QCOMPARE(verdict ? QString(verdict->warning ? "warning" : "good") : verdict.error().code, outcome);
    QCOMPARE(verdict ? verdict->setting : QString(), outcome == "warning" ? "TWILIO_FROM_NUMBER" : "");
}

void TestAccountCheck::theNumbersAreHandedOn()
{
    support::FakeHttpClient http;
    support::FakeClock clock;
    SeededRandom random(1);
    http.answer("GET", "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers.json", 200,
                R"({"incoming_phone_numbers":[
                    {"phone_number":"+14155550100","friendly_name":"Front desk","capabilities":{"voice":true}},
                    {"phone_number":"+14155550101","friendly_name":"Text only","capabilities":{"voice":false}}]})");
    http.answer("GET", "/2010-04-01/Accounts/AC1/OutgoingCallerIds.json", 200, R"({"outgoing_caller_ids":[]})");
    std::vector<OwnNumber> found;
    int finished = 0;
    auto *job = new NumbersCheck({.accountSid = "AC1", .authToken = Secret("t")}, {}, http, clock, random, this);
    connect(job, &NumbersCheck::found, this, [&](const std::vector<OwnNumber> &numbers) { found = numbers; });
    connect(job, &net::CheckJob::finished, this, [&](const Result<net::CheckNote> &verdict) {
        ++finished;
        QCOMPARE(verdict.error().code, QString("from_missing"));
        QCOMPARE(found.size(), std::size_t(1)); // known already
    });
    QTRY_COMPARE(finished, 1);
    const OwnNumber frontDesk{"+14155550100", "Front desk"};
    QVERIFY(found.front() == frontDesk);
}

void TestAccountCheck::refusedCredentialsAreSaid()
{
    support::FakeHttpClient http;
    support::FakeClock clock;
    SeededRandom random(1);
    http.answer("GET", "/2010-04-01/Accounts/AC1/Balance.json", 401, R"({"code":20003,"message":"Authenticate"})");
    QString code;
    auto *job = new AccountCheck({.accountSid = "AC1", .authToken = Secret("t")}, http, clock, random, this);
    connect(job, &net::CheckJob::finished, this,
            [&](const Result<net::CheckNote> &verdict) { code = verdict.error().code; });
    QTRY_COMPARE(code, QString("carrier_credentials"));
}

DIALDESK_TEST(TestAccountCheck)
#include "tst_account_check.moc"
