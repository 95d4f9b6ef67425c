#include "engine/practice/playback_buffer.h"
#include "tests/support/test_program.h"


using engine::practice::PlaybackBuffer;

class TestPlaybackBuffer : public QObject
{
    Q_OBJECT
private slots:
    void playsSilenceWhenEmpty();
    void playsInOrderAndFillsUpTheLastFrame();
    void returnsMarksAtTheirBytePosition();
    void reachesAMarkAtOnceWhenEmpty();
    void clearGivesBackEveryMarkInOrder();
    void startsFreshAfterClear();
    void keepsTenMinutes();
};

void TestPlaybackBuffer::playsSilenceWhenEmpty()
{
    PlaybackBuffer buffer;
    QCOMPARE(buffer.play().frame, QByteArray(160, '\xff'));
}

void TestPlaybackBuffer::playsInOrderAndFillsUpTheLastFrame()
{
    PlaybackBuffer buffer;
    QVERIFY(buffer.append(QByteArray(100, 'a')));
    QVERIFY(buffer.append(QByteArray(100, 'b')));
    QCOMPARE(buffer.play().frame, QByteArray(100, 'a') + QByteArray(60, 'b'));
    QCOMPARE(buffer.play().frame, QByteArray(40, 'b') + QByteArray(120, '\xff'));
    QVERIFY(buffer.isEmpty());
}

void TestPlaybackBuffer::returnsMarksAtTheirBytePosition()
{
    PlaybackBuffer buffer;
    QVERIFY(buffer.append(QByteArray(160, 'a')));
    QVERIFY(!buffer.addMark("one"));
    QVERIFY(buffer.append(QByteArray(1, 'b')));
    QVERIFY(!buffer.addMark("two"));
    QVERIFY(!buffer.addMark("three"));
    QCOMPARE(buffer.play().marks, QList<QByteArray>{"one"});
    QCOMPARE(buffer.play().marks, (QList<QByteArray>{"two", "three"}));
    QVERIFY(buffer.play().marks.isEmpty());
}

void TestPlaybackBuffer::reachesAMarkAtOnceWhenEmpty()
{
    PlaybackBuffer buffer;
    QVERIFY(buffer.addMark("now"));
    QVERIFY(buffer.append(QByteArray(160, 'a')));
    QVERIFY(!buffer.addMark("later"));
    QCOMPARE(buffer.play().marks, QList<QByteArray>{"later"});
    QVERIFY(buffer.addMark("now again"));
}

void TestPlaybackBuffer::clearGivesBackEveryMarkInOrder()
{
    PlaybackBuffer buffer;
    QVERIFY(buffer.append(QByteArray(1000, 'a')));
    QVERIFY(!buffer.addMark("one"));
    QVERIFY(buffer.append(QByteArray(1000, 'a')));
    QVERIFY(!buffer.addMark("two"));
    QCOMPARE(buffer.clear(), (QList<QByteArray>{"one", "two"}));
    QVERIFY(buffer.isEmpty());
    QVERIFY(buffer.clear().isEmpty());
}

void TestPlaybackBuffer::startsFreshAfterClear()
{
    PlaybackBuffer buffer;
    QVERIFY(buffer.append(QByteArray(250, 'a')));
    QCOMPARE(buffer.play().frame, QByteArray(160, 'a'));
    QVERIFY(buffer.clear().isEmpty());
    QVERIFY(buffer.append(QByteArray(160, 'b')));
    QVERIFY(!buffer.addMark("new"));
    const auto played = buffer.play();
    QCOMPARE(played.frame, QByteArray(160, 'b'));
    QCOMPARE(played.marks, QList<QByteArray>{"new"});
}

void TestPlaybackBuffer::keepsTenMinutes()
{
    constexpr int tenMinutes = 600 * 8000;
    PlaybackBuffer buffer;
    QVERIFY(buffer.append(QByteArray(tenMinutes, 'a')));
    QVERIFY(!buffer.append(QByteArray(1, 'b')));
    QCOMPARE(buffer.bufferedBytes(), tenMinutes);
    QCOMPARE(buffer.play().frame, QByteArray(160, 'a'));
    QVERIFY(!buffer.append(QByteArray(161, 'c')));
    QCOMPARE(buffer.bufferedBytes(), tenMinutes);
}

DIALDESK_TEST(TestPlaybackBuffer)
#include "tst_playback_buffer.moc"
