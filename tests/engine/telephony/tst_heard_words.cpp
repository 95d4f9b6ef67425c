#include "engine/telephony/heard_words.h"
#include "tests/support/test_program.h"


using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using engine::pipeline::WordTime;
using engine::telephony::heardWordCount;
using engine::telephony::SpokenWords;
using engine::telephony::wordStart;

namespace {

/// Words of half a second each, the first beginning at 0.1 s, each sounding for 0.4 s.
SpokenWords evenly(const QString &ours, const QString &theirs, bool complete)
{
    SpokenWords spoken;
    spoken.words = ours.split(u' ');
    auto at = 100ms;
    for (const QString &word : theirs.split(u' ', Qt::SkipEmptyParts)) {
        spoken.times.push_back({word, at, at + 400ms});
        at += 500ms;
    }
    spoken.audio = at;
    spoken.complete = complete;
    return spoken;
}

} // namespace

class TestHeardWords : public QObject
{
    Q_OBJECT
private slots:
    void wordsWhoseEndWasHeardCount_data()
    {
        QTest::addColumn<QString>("theirs");
        QTest::addColumn<bool>("complete");
        QTest::addColumn<int>("heardMs");
        QTest::addColumn<int>("count");
        // "one two three four" ends at 500, 1000, 1500 and 2000 ms; the audio is 2100 ms long.
        const QString same = u"one two three four"_s;
        QTest::newRow("nothing") << same << true << 0 << 0;
        QTest::newRow("not quite one") << same << true << 499 << 0;
        QTest::newRow("exactly one") << same << true << 500 << 1;
        QTest::newRow("three") << same << true << 1999 << 3;
        QTest::newRow("all") << same << true << 2100 << 4;
        QTest::newRow("before all is made") << same << false << 1000 << 2;
        QTest::newRow("two told so far") << u"one two"_s << false << 5000 << 2;
        // Eight words of the vendor for our four: ours end with theirs 2, 4, 6 and 8, at 1000, 2000, 3000, 4000 ms.
        const QString finer = u"o ne t wo th ree fo ur"_s;
        QTest::newRow("finer, first half") << finer << true << 999 << 0;
        QTest::newRow("finer, one") << finer << true << 1000 << 1;
        QTest::newRow("finer, three") << finer << true << 3999 << 3;
        QTest::newRow("finer, before all is made") << finer << false << 1000 << 1;
        // Two words of the vendor for our four: a word is heard when theirs that holds its end is.
        const QString coarser = u"onetwo threefour"_s;
        QTest::newRow("coarser, none") << coarser << true << 499 << 0;
        QTest::newRow("coarser, half") << coarser << true << 500 << 2;
        QTest::newRow("coarser, all") << coarser << true << 1000 << 4;
    }
    void wordsWhoseEndWasHeardCount()
    {
        QFETCH(QString, theirs);
        QFETCH(bool, complete);
        QFETCH(int, heardMs);
        QFETCH(int, count);
        QCOMPARE(heardWordCount(evenly(u"one two three four"_s, theirs, complete), std::chrono::milliseconds(heardMs)),
                 count);
    }

    void withoutTimesWordsShareTheAudioByLength()
    {
        // Shares with the gap behind each word: 2 of 10, 4 of 10, 4 of 10; of 1000 ms: ends at 200, 600 and 1000.
        const SpokenWords spoken{{u"a"_s, u"bcd"_s, u"efg"_s}, {}, 1000ms, true};
        QCOMPARE(heardWordCount(spoken, 199ms), 0);
        QCOMPARE(heardWordCount(spoken, 200ms), 1);
        QCOMPARE(heardWordCount(spoken, 600ms), 2);
        QCOMPARE(heardWordCount(spoken, 1000ms), 3);
        QCOMPARE(wordStart(spoken, 1), std::nullopt);
    }

    void withoutTimesAudioThatIsNotAllThereIsNotAllTheWords()
    {
        const SpokenWords spoken{
            u"this sentence is much longer than the audio made so far"_s.split(u' '), {}, 400ms, false};
        QVERIFY(heardWordCount(spoken, 400ms) <= 2);
    }

    void wordsOfASentenceThatFailedAreNotHeard()
    {
        // Times for the first two words and no room behind them: the vendor never said the rest.
        SpokenWords spoken = evenly(u"Hello there. This sentence failed."_s, u"Hello there."_s, true);
        QCOMPARE(heardWordCount(spoken, spoken.audio), 2);
        // The same with room for them: only the times are missing.
        spoken.audio = 3000ms;
        QCOMPARE(heardWordCount(spoken, spoken.audio), 5);
    }

    void aWordStartsWhereTheVendorSays()
    {
        const SpokenWords spoken = evenly(u"one two three four"_s, u"one two three four"_s, true);
        QCOMPARE(wordStart(spoken, 0), std::optional(100ms));
        QCOMPARE(wordStart(spoken, 3), std::optional(1600ms));
        QCOMPARE(wordStart(spoken, 4), std::nullopt);
        const SpokenWords coarser = evenly(u"one two three four"_s, u"onetwo threefour"_s, true);
        QCOMPARE(wordStart(coarser, 1), std::optional(100ms));
        QCOMPARE(wordStart(coarser, 2), std::optional(600ms));
    }

    void noWordsAndNoAudioAreNothing()
    {
        QCOMPARE(heardWordCount({}, 1000ms), 0);
        QCOMPARE(heardWordCount({{u"a"_s}, {}, 0ms, true}, 1000ms), 0);
        QCOMPARE(wordStart({}, 0), std::nullopt);
    }
};

DIALDESK_TEST(TestHeardWords)
#include "tst_heard_words.moc"
