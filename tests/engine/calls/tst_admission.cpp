#include "engine/calls/admission.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"


using namespace engine;
using namespace engine::calls;
using namespace std::chrono_literals;

class TestAdmission : public QObject
{
    Q_OBJECT

private slots:
    void aBurstIsAsLargeAsTheRate_data();
    void aBurstIsAsLargeAsTheRate();
    void theRateHoldsOverTime();
    void slowRatesSayHowLongToWait();
    void idleTimeDoesNotAddUp();
    void noMoreCallsAtOnceThanAllowed();
    void aRefusedCallTakesNoSlotAndNoShareOfTheRate();
    void aSlotLastsAsLongAsSignsOfLifeGoOn();
    void aSlotHoldsWhileItsCallIsBeingPlaced();
};

void TestAdmission::aBurstIsAsLargeAsTheRate_data()
{
    QTest::addColumn<double>("rate");
    QTest::addColumn<int>("burst");
    QTest::newRow("one a second") << 1.0 << 1;
    QTest::newRow("five a second") << 5.0 << 5;
    QTest::newRow("one in ten seconds") << 0.1 << 1;
}

void TestAdmission::aBurstIsAsLargeAsTheRate()
{
    QFETCH(double, rate);
    QFETCH(int, burst);
    support::FakeClock clock;
    Admission admission(1000, rate, 60s, clock);
    for (int i = 0; i < burst; ++i)
        QVERIFY(admission.admit());
    const auto refused = admission.admit();
    QVERIFY(!refused);
    QCOMPARE(refused.error().error.code, QString("too_fast"));
    QCOMPARE(refused.error().error.fault, Fault::Settings);
    QCOMPARE(admission.active(), burst);
}

void TestAdmission::theRateHoldsOverTime()
{
    support::FakeClock clock;
    Admission admission(1000, 2.0, 60s, clock);
    int admitted = 0;
    for (int step = 0; step < 1000; ++step) { // ten seconds
        admitted += admission.admit() ? 1 : 0;
        clock.advance(10ms);
    }
    QVERIFY2(admitted >= 20 && admitted <= 22, qPrintable(QString::number(admitted))); // 2 at once, then 2 a second
}

void TestAdmission::slowRatesSayHowLongToWait()
{
    support::FakeClock clock;
    Admission admission(1000, 0.1, 60s, clock);
    QVERIFY(admission.admit());
    auto refused = admission.admit();
    QVERIFY(!refused);
    QCOMPARE(refused.error().retryAfter, 10s);
    clock.advance(7500ms);
    refused = admission.admit();
    QVERIFY(!refused);
    QCOMPARE(refused.error().retryAfter, 3s); // 2.5 s, in whole seconds
    clock.advance(2499ms);
    QVERIFY(!admission.admit());
    clock.advance(2ms);
    QVERIFY(admission.admit());
}

void TestAdmission::idleTimeDoesNotAddUp()
{
    support::FakeClock clock;
    Admission admission(1000, 1.0, 60s, clock);
    clock.advance(1h);
    QVERIFY(admission.admit());
    QVERIFY(!admission.admit());
}

void TestAdmission::noMoreCallsAtOnceThanAllowed()
{
    support::FakeClock clock;
    Admission admission(2, 100.0, 60s, clock);
    const auto first = admission.admit();
    QVERIFY(first);
    QVERIFY(admission.admit());
    const auto refused = admission.admit();
    QVERIFY(!refused);
    QCOMPARE(refused.error().error.code, QString("too_many_calls"));
    QVERIFY(refused.error().retryAfter >= 1s);
    QVERIFY(refused.error().error.message.contains("DIALDESK_MAX_CALLS"));
    admission.release(*first);
    QCOMPARE(admission.active(), 1);
    QVERIFY(admission.admit());
}

void TestAdmission::aRefusedCallTakesNoSlotAndNoShareOfTheRate()
{
    support::FakeClock clock;
    Admission admission(1, 1.0, 60s, clock);
    const auto first = admission.admit();
    QVERIFY(first);
    clock.advance(1s);
    for (int i = 0; i < 50; ++i)
        QVERIFY(!admission.admit());
    admission.release(*first);
    QVERIFY(admission.admit()); // the share of the second that passed is still there
}

void TestAdmission::aSlotLastsAsLongAsSignsOfLifeGoOn()
{
    support::FakeClock clock;
    Admission admission(1, 1.0, 60s, clock);
    const auto lease = admission.admit();
    QVERIFY(lease);
    for (int i = 0; i < 5; ++i) {
        admission.renew(*lease);
        clock.advance(59s);
        QVERIFY(admission.expire().empty());
    }
    QVERIFY(!admission.admit());
    clock.advance(1s);
    QCOMPARE(admission.expire(), std::vector<Admission::Lease>{*lease});
    QVERIFY(admission.expire().empty()); // told once
    QVERIFY(admission.admit());
    admission.renew(*lease); // a late sign does not take the slot back
    admission.release(*lease);
    QCOMPARE(admission.active(), 1);
}

void TestAdmission::aSlotHoldsWhileItsCallIsBeingPlaced()
{
    support::FakeClock clock;
    Admission admission(1, 1.0, 60s, clock);
    QVERIFY(admission.admit());
    clock.advance(1h); // the carrier takes its time
    QVERIFY(admission.expire().empty());
    QCOMPARE(admission.active(), 1);
}

DIALDESK_TEST(TestAdmission)
#include "tst_admission.moc"
