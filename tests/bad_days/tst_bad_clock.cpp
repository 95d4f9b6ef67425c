#include "tests/integration/engine_rig.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace std::chrono_literals;

/// The computer's clock is set while calls are under way: what takes time goes by a clock nobody sets.
class TestBadClock : public QObject
{
    Q_OBJECT

private slots:
    void callsGoOnWhenTheClockJumps_data();
    void callsGoOnWhenTheClockJumps();

private:
    static QString tokenIn(const QByteArray &instructions)
    {
        const QByteArray before = "dialdesk_token\" value=\"";
        const qsizetype at = instructions.indexOf(before) + before.size();
        return QString::fromLatin1(instructions.mid(at, instructions.indexOf('"', at) - at));
    }
};

void TestBadClock::callsGoOnWhenTheClockJumps_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("an hour ahead") << 1;
    QTest::newRow("an hour back") << -1;
}

void TestBadClock::callsGoOnWhenTheClockJumps()
{
    QFETCH(int, hours);
    EngineRig rig;
    QVERIFY(rig.start());
    rig.carrierAccepts(1);
    QVERIFY(rig.dial().wait());
    auto instructions = rig.instructions(1);
    QVERIFY(instructions.wait());
    const QString token = tokenIn(instructions.body());

    rig.clock.setWallTimeAhead(std::chrono::hours(hours));
    StreamEnd stream(rig.port); // the token lives for a minute, and none has passed
    QVERIFY(stream.waitOpen());
    stream.connected();
    stream.start(1, token);
    QTRY_VERIFY(rig.log.states().contains("in-progress"));
    rig.clock.advance(5s);
    QCOMPARE(stream.socket.state(), QAbstractSocket::ConnectedState);
    QCOMPARE(rig.log.ends().size(), 0u);

    QVERIFY(rig.callback(1, "completed", "12").wait());
    QCOMPARE(rig.log.ends().size(), 1u);
    QCOMPARE(rig.log.ends().front().durationS, 12.0);
}

DIALDESK_TEST(TestBadClock)
#include "tst_bad_clock.moc"
