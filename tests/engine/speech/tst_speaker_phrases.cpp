#include "tests/engine/speech/speaker_bench.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace speaker_bench;

/// Phrases rendered while the phone rings, and the book they are kept in.
class TestSpeakerPhrases : public QObject
{
    Q_OBJECT
private slots:
    void phrasesAreRenderedOneAfterAnotherWhileThePhoneRings()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.book.put(u"anna"_s, u"Known."_s, phraseOf(100ms));
        bench.processor->prepare({u"Hello."_s, u"Known."_s, u"Goodbye."_s});
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 1 Hello."_s, u"finish 1"_s}));
        bench.voice->giveSentence(1, {u"Hello."_s});
        bench.voice->end(1);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 2 Goodbye."_s, u"finish 2"_s}));
        QCOMPARE(prepared.count(), 0);
        bench.voice->giveSentence(2, {u"Goodbye."_s});
        bench.voice->end(2);
        QCOMPARE(prepared.count(), 1);
        QVERIFY(bench.down.empty());
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello."_s),
                 (RenderedSpeech{QByteArray(300 * 8, '\x55'), {{u"Hello."_s, 0ms, 280ms}}}));
        bench.say(1, u"Hello."_s);
        QCOMPARE(bench.told(), (QStringList{u"sentence 1"_s, u"words 1 1"_s, u"audio 1 300"_s}));
    }

    void nothingToRenderIsPreparedAtOnce()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({});
        QCOMPARE(prepared.count(), 1);
    }

    void phraseBeingRenderedIsHeardFromWhatThereIs()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.voice->takeCalls();
        bench.say(1, u"Hello you."_s);
        bench.done(1);
        QCOMPARE(bench.takeTold(), (QStringList{u"sentence 1"_s, u"words 1 1"_s, u"audio 1 300"_s, u"ModelDone"_s}));
        QCOMPARE(bench.voice->takeCalls(), QStringList());
        bench.voice->giveSentence(1, {u"you."_s}, 300ms);
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
        bench.voice->end(1);
        QCOMPARE(bench.takeTold(), QStringList{u"speech done 1"_s});
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void interruptedPhraseStillComesIntoTheBook()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.say(1, u"Hello you."_s);
        bench.voice->takeCalls();
        bench.push(Interrupted{1});
        bench.takeTold();
        bench.voice->giveSentence(1, {u"you."_s}, 300ms);
        bench.voice->end(1);
        QCOMPARE(bench.voice->takeCalls(), QStringList());
        QCOMPARE(bench.takeTold(), QStringList());
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void phraseThatFailsWhileItIsSaidIsSaidToItsEnd()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.say(1, u"Hello you."_s);
        bench.voice->takeCalls();
        bench.voice->fail(1, true);
        QCOMPARE(bench.voice->takeCalls(), (QStringList{u"speak 3 you."_s, u"finish 3"_s}));
        bench.takeTold();
        bench.voice->giveSentence(3, {u"you."_s});
        QCOMPARE(bench.takeTold(), (QStringList{u"words 1 1"_s, u"audio 1 300"_s}));
        QVERIFY(!bench.book.contains(u"anna"_s, u"Hello you."_s));
    }

    void stalledRenderingIsTriedOnceMoreAndThenSkipped()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({u"Hello."_s});
        bench.voice->giveAudio(1, 100ms);
        bench.clock.advance(1s);
        QCOMPARE(bench.voice->reconnects, 1);
        QVERIFY(bench.voice->calls.contains(u"speak 2 Hello."_s));
        QCOMPARE(prepared.count(), 0);
        bench.clock.advance(1s);
        QCOMPARE(prepared.count(), 1);
        QVERIFY(!bench.book.contains(u"anna"_s, u"Hello."_s));
    }

    void renderingStartsAnewAfterALoss()
    {
        Bench bench;
        bench.processor->prepare({u"Hello you."_s});
        bench.voice->giveSentence(1, {u"Hello"_s});
        bench.voice->drop();
        bench.voice->answer();
        bench.voice->giveSentence(2, {u"Hello"_s, u"you."_s});
        bench.voice->end(2);
        QCOMPARE(bench.book.find(u"anna"_s, u"Hello you."_s)->mulaw.size(), 600 * 8);
    }

    void wrongVoiceIsToldWhileThePhoneRings()
    {
        Bench bench;
        QSignalSpy prepared(bench.processor, &SpeakerProcessor::prepared);
        bench.processor->prepare({u"Hello."_s, u"Goodbye."_s});
        bench.voice->fail(1, false);
        QVERIFY(bench.upOf<Incident>().back().fatal);
        QCOMPARE(prepared.count(), 1);
    }
};

DIALDESK_TEST(TestSpeakerPhrases)
#include "tst_speaker_phrases.moc"
