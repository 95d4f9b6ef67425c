#include "engine/audio/replay_buffer.h"
#include "tests/support/test_program.h"


using namespace engine::audio;

class TestReplayBuffer : public QObject
{
    Q_OBJECT

private slots:
    void keepsWhatFits()
    {
        ReplayBuffer buffer(8);
        QVERIFY(buffer.isEmpty());
        QVERIFY(buffer.contents().isEmpty());
        buffer.append("abc");
        buffer.append("de");
        QCOMPARE(buffer.contents(), QByteArray("abcde"));
        QCOMPARE(buffer.size(), 5);
        QCOMPARE(buffer.capacity(), 8);
    }
    void dropsTheOldest()
    {
        ReplayBuffer buffer(4);
        QByteArray everything;
        for (char c = 'a'; c <= 'z'; ++c) {
            buffer.append(QByteArray(1, c));
            everything += c;
            QCOMPARE(buffer.contents(), everything.last(std::min<qsizetype>(4, everything.size())));
        }
    }
    void matchesASimpleModelForEveryPieceLength_data()
    {
        QTest::addColumn<int>("piece");
        for (int piece = 0; piece <= 12; ++piece)
            QTest::addRow("%d", piece) << piece;
    }
    void matchesASimpleModelForEveryPieceLength()
    {
        QFETCH(int, piece);
        constexpr qsizetype kCapacity = 5;
        ReplayBuffer buffer(kCapacity);
        QByteArray model;
        char next = 0;
        for (int round = 0; round < 20; ++round) {
            QByteArray bytes;
            for (int i = 0; i < piece; ++i)
                bytes += next++;
            buffer.append(bytes);
            model = (model + bytes).right(kCapacity);
            QCOMPARE(buffer.contents(), model);
            QCOMPARE(buffer.size(), model.size());
        }
    }
    void clearForgets()
    {
        ReplayBuffer buffer(4);
        buffer.append("abcdef");
        buffer.clear();
        QVERIFY(buffer.isEmpty());
        buffer.append("xy");
        QCOMPARE(buffer.contents(), QByteArray("xy"));
    }
    void withoutRoomItKeepsNothing()
    {
        ReplayBuffer buffer(0);
        buffer.append("abc");
        QVERIFY(buffer.contents().isEmpty());
    }
};

DIALDESK_TEST(TestReplayBuffer)
#include "tst_replay_buffer.moc"
