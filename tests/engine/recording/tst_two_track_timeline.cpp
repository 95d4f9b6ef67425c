#include "engine/recording/two_track_timeline.h"
#include "tests/support/test_program.h"


using engine::recording::TwoTrackTimeline;
using namespace std::chrono_literals;

namespace {

QByteArray sound(std::chrono::milliseconds length, char value)
{
    return QByteArray(length.count() * 8, value);
}

/// Each side of a recording in short, 10 ms a letter: what was put there, "." for silence, "?" for a mixture.
QString side(const QByteArray &interleaved, int track)
{
    QString letters;
    for (qsizetype at = 0; at + 160 <= interleaved.size(); at += 160) {
        const char first = interleaved[at + track];
        bool same = true;
        for (qsizetype i = 0; i < 160; i += 2)
            same = same && interleaved[at + i + track] == first;
        letters += same ? (first == '\xFF' ? QChar('.') : QChar::fromLatin1(first)) : QChar('?');
    }
    return letters;
}

} // namespace

class TestTwoTrackTimeline : public QObject
{
    Q_OBJECT

private slots:
    void calleeIsLeftAgentIsRight();
    void theCalleeIsPlacedByTheCarriersTimeNotByArrival();
    void soundWithoutABreakStaysWithoutABreak();
    void aPauseOfTheAgentStaysAPause();
    void takingGivesEachMomentOnce();
    void whatComesTooLate();
    void aLeapInTimeIsNoPause();
};

void TestTwoTrackTimeline::calleeIsLeftAgentIsRight()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(10ms, sound(20ms, 'c'));
    timeline.addAgent(30ms, sound(10ms, 'a'));
    QCOMPARE(timeline.end(), 30ms);
    const QByteArray all = timeline.take(30ms);
    QCOMPARE(all.size(), 30 * 8 * 2);
    QCOMPARE(side(all, 0), QString(".cc"));
    QCOMPARE(side(all, 1), QString("..a"));
}

void TestTwoTrackTimeline::theCalleeIsPlacedByTheCarriersTimeNotByArrival()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(40ms, sound(20ms, 'c'));
    timeline.addCallee(0ms, sound(20ms, 'b')); // overtaken on the way; 20 to 40 ms was lost
    QCOMPARE(side(timeline.take(60ms), 0), QString("bb..cc"));
}

void TestTwoTrackTimeline::soundWithoutABreakStaysWithoutABreak()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(0ms, sound(700ms, 'c'));
    QCOMPARE(timeline.addAgent(220ms, sound(200ms, 'x')), 20ms);
    QCOMPARE(timeline.addAgent(440ms, sound(200ms, 'y')), 220ms); // its mark was told 20 ms late
    timeline.addAgent(610ms, sound(200ms, 'z')); // and this one 10 ms early
    QCOMPARE(side(timeline.take(700ms), 1),
             QString("..") + QString(20, 'x') + QString(20, 'y') + QString(20, 'z') + QString(8, '.'));
}

void TestTwoTrackTimeline::aPauseOfTheAgentStaysAPause()
{
    TwoTrackTimeline timeline;
    timeline.addAgent(100ms, sound(100ms, 'x'));
    timeline.addAgent(300ms, sound(100ms, 'y'));
    QCOMPARE(side(timeline.take(300ms), 1), QString(10, 'x') + QString(10, '.') + QString(10, 'y'));
}

void TestTwoTrackTimeline::takingGivesEachMomentOnce()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(0ms, sound(30ms, 'c'));
    QCOMPARE(side(timeline.take(20ms), 0), QString("cc"));
    QCOMPARE(timeline.take(20ms), QByteArray());
    timeline.addCallee(30ms, sound(10ms, 'd'));
    QCOMPARE(side(timeline.take(1000ms), 0), QString("cd")); // no more than there is
    QCOMPARE(timeline.end(), 40ms);
}

void TestTwoTrackTimeline::whatComesTooLate()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(0ms, sound(40ms, 'c'));
    QCOMPARE(timeline.take(40ms).size(), 40 * 16);
    timeline.addCallee(20ms, sound(30ms, 'd')); // 20 ms of it are past
    timeline.addAgent(50ms, sound(30ms, 'a'));  // it was heard, so all of it is there
    const QByteArray rest = timeline.take(1000ms);
    QCOMPARE(side(rest, 0), QString("d.."));
    QCOMPARE(side(rest, 1), QString("aaa"));
}

void TestTwoTrackTimeline::aLeapInTimeIsNoPause()
{
    TwoTrackTimeline timeline;
    timeline.addCallee(0ms, sound(10ms, 'c'));
    timeline.addCallee(std::chrono::hours(10'000), sound(10ms, 'd'));
    timeline.addCallee(-5s, sound(10ms, 'e'));
    QCOMPARE(timeline.end(), 10ms);
    QCOMPARE(side(timeline.take(10ms), 0), QString("c"));
}

DIALDESK_TEST(TestTwoTrackTimeline)
#include "tst_two_track_timeline.moc"
