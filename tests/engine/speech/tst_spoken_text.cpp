#include "engine/speech/phrase_book.h"
#include "engine/speech/spoken_progress.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::speech;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using pipeline::WordTime;

class TestSpokenText : public QObject
{
    Q_OBJECT

    static RenderedSpeech speech(qsizetype bytes) { return {QByteArray(bytes, '\x55'), {{u"hi"_s, 0ms, 1ms}}}; }

private slots:
    // --- what is still to be said ---------------------------------------------------------------------------------

    void nothingCameSoAllIsUnspoken()
    {
        SpokenProgress progress;
        QVERIFY(!progress.hasUnspoken());
        progress.addSentence(u"Good morning."_s);
        progress.addSentence(u"How are you?"_s);
        QCOMPARE(progress.unspoken(), (QStringList{u"Good morning."_s, u"How are you?"_s}));
    }

    void wordsCountOnlyWhenTheirSoundCame()
    {
        SpokenProgress progress;
        progress.addSentence(u"Good morning, how are you?"_s);
        progress.addWords({{u"Good"_s, 0ms, 200ms}, {u"morning,"_s, 210ms, 600ms}, {u"how"_s, 700ms, 800ms}});
        QCOMPARE(progress.unspoken(), QStringList{u"Good morning, how are you?"_s});
        progress.addAudio(8 * 300); // into "morning"
        QCOMPARE(progress.unspoken(), QStringList{u"how are you?"_s});
        QCOMPARE(progress.takeAudibleWords().size(), size_t(2));
        QCOMPARE(progress.takeAudibleWords().size(), size_t(0));
        progress.addAudio(8 * 450); // into "how"
        QCOMPARE(progress.unspoken(), QStringList{u"are you?"_s});
        QCOMPARE(progress.takeAudibleWords(), (std::vector<WordTime>{{u"how"_s, 700ms, 800ms}}));
    }

    void restOfLaterSentencesFollows()
    {
        SpokenProgress progress;
        progress.addSentence(u"One two."_s);
        progress.addSentence(u"Three four."_s);
        progress.addSentence(u"Five."_s);
        progress.addAudio(8 * 1500);
        progress.addWords({{u"One"_s, 0ms, 300ms}, {u"two."_s, 400ms, 700ms}, {u"Three"_s, 1200ms, 1500ms}});
        QCOMPARE(progress.unspoken(), (QStringList{u"four."_s, u"Five."_s}));
    }

    void vendorsCutWordsInTheirOwnWay()
    {
        SpokenProgress progress;
        progress.addSentence(u"It's a twenty-one day trial - OK?"_s);
        progress.addAudio(8 * 900);
        progress.addWords({{u"It"_s, 0ms, 100ms},
                           {u"'s"_s, 100ms, 200ms},
                           {u"a"_s, 200ms, 300ms},
                           {u"twenty"_s, 300ms, 600ms},
                           {u"one"_s, 600ms, 850ms}});
        QCOMPARE(progress.unspoken(), QStringList{u"day trial - OK?"_s});
    }

    void sentencesReportedWholeAreDoneWhateverTheirWords()
    {
        SpokenProgress progress;
        progress.addSentence(u"Call 555."_s);
        progress.addSentence(u"Bye."_s);
        progress.addAudio(8 * 2000);
        progress.addWords({{u"Call"_s, 0ms, 300ms}, {u"five"_s, 300ms, 600ms}});
        progress.setDelivered(1);
        QCOMPARE(progress.unspoken(), QStringList{u"Bye."_s});
        progress.setDelivered(2);
        QVERIFY(!progress.hasUnspoken());
    }

    void soundWhoseWordsAreNotReportedYetIsNotSaidTwice()
    {
        SpokenProgress progress;
        progress.addSentence(u"Certainly, one moment please."_s);
        progress.addAudio(8 * 250); // no word times yet
        QCOMPARE(progress.unspoken(), QStringList{u"one moment please."_s});
    }

    void pauseAfterASentenceReportedWholeIsNoWord()
    {
        SpokenProgress progress;
        progress.addSentence(u"One."_s);
        progress.addSentence(u"Two."_s);
        progress.addWords({{u"One."_s, 0ms, 300ms}});
        progress.addAudio(8 * 900); // ends with a long pause
        progress.setDelivered(1);
        QCOMPARE(progress.unspoken(), QStringList{u"Two."_s});
    }

    void allWordsSoundedIsAllSaid()
    {
        SpokenProgress progress;
        progress.addSentence(u"Good bye!"_s);
        progress.addWords({{u"Good"_s, 0ms, 300ms}, {u"bye!"_s, 300ms, 600ms}});
        progress.addAudio(8 * 500);
        QVERIFY(!progress.hasUnspoken());
        QCOMPARE(progress.takeWords().size(), size_t(2));
    }

    void sentenceWithoutLettersIsNeverOwed()
    {
        SpokenProgress progress;
        progress.addSentence(u"..."_s);
        QVERIFY(!progress.hasUnspoken());
    }

    // --- the book -------------------------------------------------------------------------------------------------

    void bookFindsByVoiceAndText()
    {
        PhraseBook book;
        book.put(u"anna"_s, u"Hello."_s, speech(10));
        QVERIFY(book.contains(u"anna"_s, u"Hello."_s));
        QCOMPARE(book.find(u"anna"_s, u"Hello."_s), speech(10));
        QVERIFY(!book.find(u"bert"_s, u"Hello."_s));
        QVERIFY(!book.find(u"anna"_s, u"Hello"_s));
    }

    void bookForgetsWhatWasNotUsedForTheLongestTime()
    {
        PhraseBook book(100);
        book.put(u"v"_s, u"a"_s, speech(40));
        book.put(u"v"_s, u"b"_s, speech(40));
        QVERIFY(book.find(u"v"_s, u"a"_s));
        book.put(u"v"_s, u"c"_s, speech(40));
        QVERIFY(book.contains(u"v"_s, u"a"_s));
        QVERIFY(!book.contains(u"v"_s, u"b"_s));
        QVERIFY(book.contains(u"v"_s, u"c"_s));
        QCOMPARE(book.bytes(), 80);
        QCOMPARE(book.count(), 2);
    }

    void bookReplacesAndRefuses()
    {
        PhraseBook book(100);
        book.put(u"v"_s, u"a"_s, speech(40));
        book.put(u"v"_s, u"a"_s, speech(60));
        QCOMPARE(book.bytes(), 60);
        book.put(u"v"_s, u"empty"_s, speech(0));
        book.put(u"v"_s, u"huge"_s, speech(101));
        QCOMPARE(book.count(), 1);
    }
};

DIALDESK_TEST(TestSpokenText)
#include "tst_spoken_text.moc"
