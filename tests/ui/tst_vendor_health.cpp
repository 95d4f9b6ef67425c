#include "tests/support/test_program.h"
#include "ui/models/vendor_health.h"

#include <QSignalSpy>

using namespace engine::records;
using ui::models::VendorHealth;
using State = VendorHealth::State;

/// How the vendors do, as the calls tell.
class TestVendorHealth : public QObject
{
    Q_OBJECT

    static AgentTurn answer(double modelMs)
    {
        AgentTurn turn;
        turn.latency.stepsMs = {{"stt_final", 210}, {"llm_first_token", modelMs}, {"tts_first_byte", 160}};
        return turn;
    }

private slots:
    void nothingIsKnownBeforeTheFirstAnswer()
    {
        VendorHealth health;
        QSignalSpy changed(&health, &VendorHealth::changed);
        health.apply(CalleeSaid{});
        health.apply(AgentTurn{});
        QCOMPARE(changed.count(), 0);
        QCOMPARE(health.vendors()[VendorHealth::Model].state, State::Unknown);
        health.apply(answer(400));
        QCOMPARE(changed.count(), 1);
        for (const auto &vendor : health.vendors())
            QCOMPARE(vendor.state, State::Ok);
    }

    void aFewSlowAnswersMakeItSlow()
    {
        VendorHealth health;
        for (int i = 0; i < 39; ++i)
            health.apply(answer(400));
        health.apply(answer(1'400)); // one in forty is not the 95th percentile
        QCOMPARE(health.vendors()[VendorHealth::Model].state, State::Ok);
        QCOMPARE(health.vendors()[VendorHealth::Model].p95Ms, 400.0);
        health.apply(answer(1'400));
        health.apply(answer(1'400));
        QCOMPARE(health.vendors()[VendorHealth::Model].state, State::Slow);
        QCOMPARE(health.vendors()[VendorHealth::Model].p95Ms, 1'400.0);
        QCOMPARE(health.vendors()[VendorHealth::Voice].state, State::Ok);
        for (int i = 0; i < 40; ++i)
            health.apply(answer(400));
        QCOMPARE(health.vendors()[VendorHealth::Model].state, State::Ok);
    }

    void troubleLastsUntilItWorksAgain()
    {
        VendorHealth health;
        health.apply(IncidentHappened{{}, {engine::Fault::Vendor, "tts_stalled", "No sound came."}, {}});
        QCOMPARE(health.vendors()[VendorHealth::Voice].state, State::Trouble);
        QCOMPARE(health.vendors()[VendorHealth::Voice].trouble, QString("No sound came."));
        QCOMPARE(health.vendors()[VendorHealth::Model].state, State::Unknown);
        health.apply(IncidentHappened{{}, {engine::Fault::Carrier, "media_gap", "Silence."}, {}});
        health.apply(answer(400));
        QCOMPARE(health.vendors()[VendorHealth::Voice].state, State::Ok);
        QCOMPARE(health.vendors()[VendorHealth::Voice].trouble, QString());
    }
};

DIALDESK_TEST(TestVendorHealth)
#include "tst_vendor_health.moc"
