#include "tests/support/test_program.h"
#include "ui/format/timeline.h"

#include <QTimeZone>

using namespace engine::records;
using engine::CallSid;

/// The course of a call in words.
class TestTimeline : public QObject
{
    Q_OBJECT

    const CallSid m_sid{"CA1"};
    const QDateTime m_at = QDateTime(QDate(2026, 11, 23), QTime(10, 44, 8), QTimeZone::utc());

    CallRecord call() const
    {
        const auto state = [this](const char *word, int ms) {
            return CallStateChanged{m_sid, word, "+14155550101", "+14155550199", "local", true, m_at.addMSecs(ms)};
        };
        CallRecord record;
        const std::vector<Event> events = {
            state("queued", 0),
            CallNoted{m_sid, "connections_ready", {}, m_at.addMSecs(400)},
            state("ringing", 900),
            state("in-progress", 6'000),
            CallNoted{m_sid, "twiml_served", "<Response/>", m_at.addMSecs(6'050)},
            CalleeSaid{m_sid, 1, "Hello?", true, m_at.addMSecs(7'000)},
            IncidentHappened{m_sid, {engine::Fault::Carrier, "media_gap", "No sound for 1 s."}, m_at.addMSecs(8'000)},
            CallNoted{m_sid, "carrier_code", "486 Busy Here", m_at.addMSecs(8'500)},
            state("completed", 9'000),
            CallEnded{m_sid, "completed", "operator", 3, {}, 1, 0, m_at.addMSecs(9'000)},
        };
        for (const Event &event : events)
            record.apply(event);
        return record;
    }

private slots:
    void everyStepStandsOnceInItsOrder()
    {
        QStringList lines;
        for (const auto &entry : ui::format::timelineOf(call()))
            lines.append(QString("%1 %2%3").arg(entry.afterMs).arg(entry.trouble ? "! " : "", entry.text));
        QCOMPARE(
            lines,
            QStringList({"0 Queued", "400 Connected to transcriber and voice", "900 Ringing", "6000 In progress",
                         "6050 Instructions (TwiML) served to the carrier", "8000 ! No sound for 1 s. (phone network)",
                         "8500 The network answered: SIP 486 Busy Here", "9000 Completed, 0:03 · ended by you"}));
    }

    void whatTheCarrierSaid()
    {
        QCOMPARE(ui::format::twimlOf(call()), QString("<Response/>"));
        QCOMPARE(ui::format::carrierTexts(call()),
                 QStringList({"The network answered: SIP 486 Busy Here", "No sound for 1 s."}));
        QCOMPARE(ui::format::twimlOf({}), QString());
        QVERIFY(ui::format::carrierTexts({}).isEmpty());
        QVERIFY(ui::format::timelineOf({}).empty());
    }

    void connectionsAreReadyBeforePickUp()
    {
        QCOMPARE(ui::format::readyBeforePickUpMs(call()), std::optional(5'600.0));
        QVERIFY(!ui::format::readyBeforePickUpMs({}));
    }

    void timeIsLeftWhileTheCallIsTalked()
    {
        using namespace std::chrono_literals;
        engine::records::CallRecord record;
        const QDateTime answered = QDateTime::fromString("2026-03-02T10:44:07.400Z", Qt::ISODateWithMs);
        record.states = {{"queued", answered.addSecs(-8)}, {"ringing", answered.addSecs(-6)}};
        QVERIFY(!ui::format::timeLeft(record, 600s, answered));
        record.states.push_back({"in-progress", answered});
        QCOMPARE(ui::format::timeLeft(record, 600s, answered.addSecs(72)), std::optional(528s));
        QCOMPARE(ui::format::timeLeft(record, 600s, answered.addSecs(700)), std::optional(0s));
        record.ended = engine::records::CallEnded{};
        QVERIFY(!ui::format::timeLeft(record, 600s, answered.addSecs(72)));
    }
};

DIALDESK_TEST(TestTimeline)
#include "tst_timeline.moc"
