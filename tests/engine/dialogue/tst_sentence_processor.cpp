#include "engine/dialogue/sentence_processor.h"
#include "tests/engine/dialogue/dialogue_bench.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace engine::dialogue;
using namespace engine::pipeline;

namespace {

struct SentenceBench
{
    explicit SentenceBench(const SentenceSettings &settings = {})
        : pipe(std::make_unique<SentenceProcessor>(clock, settings))
    {
    }

    void text(const QString &text, int turn = 1) { pipe.downstream(ModelText{.turn = turn, .text = text}); }
    void downstream(const Frame &frame) { pipe.downstream(frame); }
    void upstream(const Frame &frame) { pipe.upstream(frame); }
    void advance(milliseconds time) { clock.advance(time); }
    const std::vector<Frame> &down() const { return pipe.down; }
    QStringList sentences() const
    {
        QStringList texts;
        for (const Sentence &sentence : pipe.downOf<Sentence>())
            texts.append(sentence.text);
        return texts;
    }

    support::FakeClock clock;
    DialogueBench pipe;
};

} // namespace

class TestSentenceProcessor : public QObject
{
    Q_OBJECT
private slots:
    void sentencesLeaveAsSoonAsTheyEnd();
    void theRestGoesBeforeTheDone();
    void chunksDoNotMatter();
    void sentencesAreMadeSpeakable();
    void aSettledSentenceDoesNotWait();
    void aPieceOfSeveralWordsIsBelieved();
    void aSlowSentenceGivesItsClausesFirst();
    void aSlowSentenceWithoutClausesWaits();
    void textThatKeepsComingIsNotSlow();
    void interruptionDropsWhatIsKept();
    void lateTextOfAnInterruptedTurnIsDropped();
    void interruptionOfAnOlderTurnKeepsTheNewerText();
    void fixedPhrasesPassInOrder();
    void theNextTurnFlushesTheLast();
    void theDoneOfAnotherTurnChangesNothing();
    void theEndOfTheCallWaitsForTheWords();
    void aFunctionCallWaitsForTheWords();
    void everyOtherFramePasses();
};

void TestSentenceProcessor::sentencesLeaveAsSoonAsTheyEnd()
{
    SentenceBench bench;
    bench.text(u"Of cou"_s);
    bench.text(u"rse. Tues"_s);
    QCOMPARE(bench.sentences(), QStringList{u"Of course."_s});
    QVERIFY(bench.pipe.downOf<Sentence>()[0] == (Sentence{.turn = 1, .text = u"Of course."_s, .interruptible = true}));
    bench.text(u"day at nine? Or ten? I"_s);
    QCOMPARE(bench.sentences(), (QStringList{u"Of course."_s, u"Tuesday at nine?"_s, u"Or ten?"_s}));
    QVERIFY(bench.pipe.downOf<ModelText>().empty());
}

void TestSentenceProcessor::theRestGoesBeforeTheDone()
{
    SentenceBench bench;
    bench.text(u"See you then"_s);
    const ModelDone done{.turn = 1, .usage = {.promptTokens = 3}};
    bench.downstream(done);
    QVERIFY(bench.down() == (std::vector<Frame>{Sentence{.turn = 1, .text = u"See you then"_s}, done}));
    // More of the same turn may follow, after a function call.
    bench.text(u"Done. "_s);
    bench.downstream(done);
    QCOMPARE(bench.down().size(), size_t(4));
    QVERIFY(bench.down()[2] == Frame(Sentence{.turn = 1, .text = u"Done."_s}));
}

void TestSentenceProcessor::chunksDoNotMatter()
{
    const QString text = u"Dr. Lee has 3.5 hours, e.g. at 9:30 a.m. on Tuesday. Is that ok? \"Fine.\" Bye"_s;
    const auto spoken = [&text](qsizetype size) {
        SentenceBench bench;
        for (qsizetype at = 0; at < text.size(); at += size)
            bench.text(text.sliced(at, std::min(size, text.size() - at)));
        bench.downstream(ModelDone{.turn = 1});
        return bench.sentences();
    };
    const QStringList whole = spoken(text.size());
    QCOMPARE(whole, (QStringList{u"Doctor Lee has three point five hours, for example, at nine thirty AM on Tuesday."_s,
                                 u"Is that ok?"_s, u"Fine."_s, u"Bye"_s}));
    for (qsizetype size = 1; size < text.size(); ++size)
        QCOMPARE(spoken(size), whole);
}

void TestSentenceProcessor::sentencesAreMadeSpeakable()
{
    SentenceBench bench;
    bench.text(u"**It costs $20.** 😀 *smiles* \n---\nThat is 50%. "_s);
    bench.downstream(ModelDone{.turn = 1});
    QCOMPARE(bench.sentences(), (QStringList{u"It costs twenty dollars."_s, u"That is fifty percent."_s}));

    SentenceBench german(SentenceSettings{.language = u"de"_s});
    german.text(u"Das kostet **20 €**. "_s);
    QCOMPARE(german.sentences(), QStringList{u"Das kostet 20 €."_s});
}

void TestSentenceProcessor::aSettledSentenceDoesNotWait()
{
    SentenceBench bench;
    bench.text(u"Of course"_s);
    bench.text(u"."_s);
    bench.advance(19ms);
    QVERIFY(bench.sentences().isEmpty());
    bench.advance(1ms);
    QCOMPARE(bench.sentences(), QStringList{u"Of course."_s});
    bench.downstream(ModelDone{.turn = 1});
    QCOMPARE(bench.sentences().size(), 1);
}

void TestSentenceProcessor::aPieceOfSeveralWordsIsBelieved()
{
    SentenceBench bench;
    bench.text(u"Of course you can."_s);
    QCOMPARE(bench.sentences(), QStringList{u"Of course you can."_s});
    bench.text(u" Shall we say at 9 a.m."_s); // or "on Tuesday"?
    QCOMPARE(bench.sentences().size(), 1);
    bench.text(u" on Tuesday?"_s);
    QCOMPARE(bench.sentences().back(), u"Shall we say at nine AM on Tuesday?"_s);
}

void TestSentenceProcessor::aSlowSentenceGivesItsClausesFirst()
{
    SentenceBench bench;
    bench.text(u"I can look that up for you, if you"_s);
    bench.advance(249ms);
    QVERIFY(bench.sentences().isEmpty());
    bench.advance(1ms);
    QCOMPARE(bench.sentences(), QStringList{u"I can look that up for you,"_s});
    bench.text(u" like."_s);
    bench.downstream(ModelDone{.turn = 1});
    QCOMPARE(bench.sentences(), (QStringList{u"I can look that up for you,"_s, u"if you like."_s}));
}

void TestSentenceProcessor::aSlowSentenceWithoutClausesWaits()
{
    SentenceBench bench;
    bench.text(u"Well, I could look that up"_s);
    bench.advance(10s);
    QVERIFY(bench.sentences().isEmpty());
    bench.text(u". Ok"_s);
    QCOMPARE(bench.sentences(), QStringList{u"Well, I could look that up."_s});
}

void TestSentenceProcessor::textThatKeepsComingIsNotSlow()
{
    SentenceBench bench;
    for (int i = 0; i < 20; ++i) {
        bench.text(u"one two three four five, "_s.sliced(0, 24));
        bench.advance(200ms);
        if (i < 10)
            QVERIFY(bench.sentences().isEmpty());
    }
}

void TestSentenceProcessor::interruptionDropsWhatIsKept()
{
    SentenceBench bench;
    bench.text(u"I can look that up for you, if"_s);
    bench.downstream(Interrupted{.turn = 1});
    QVERIFY(bench.down() == (std::vector<Frame>{Interrupted{.turn = 1}}));
    bench.advance(1s);
    bench.downstream(ModelDone{.turn = 1});
    QVERIFY(bench.sentences().isEmpty());
    bench.text(u"Yes. "_s, 2);
    QCOMPARE(bench.sentences(), QStringList{u"Yes."_s});
}

void TestSentenceProcessor::lateTextOfAnInterruptedTurnIsDropped()
{
    SentenceBench bench;
    bench.downstream(Interrupted{.turn = 2});
    bench.text(u"Late. "_s, 1);
    bench.text(u"Late. "_s, 2);
    bench.text(u"New. "_s, 3);
    QCOMPARE(bench.sentences(), QStringList{u"New."_s});
}

void TestSentenceProcessor::interruptionOfAnOlderTurnKeepsTheNewerText()
{
    SentenceBench bench;
    bench.text(u"New"_s, 2);
    bench.downstream(Interrupted{.turn = 1});
    bench.downstream(ModelDone{.turn = 2});
    QCOMPARE(bench.sentences(), QStringList{u"New"_s});
}

void TestSentenceProcessor::fixedPhrasesPassInOrder()
{
    SentenceBench bench;
    const Sentence notice{.turn = 1, .text = u"This call is **recorded** at 9:30."_s, .interruptible = false};
    bench.downstream(notice);
    QVERIFY(bench.down() == (std::vector<Frame>{notice})); // unchanged
    bench.text(u"And"_s, 1);
    bench.downstream(notice);
    QVERIFY(bench.down() == (std::vector<Frame>{notice, Sentence{.turn = 1, .text = u"And"_s}, notice}));
}

void TestSentenceProcessor::theNextTurnFlushesTheLast()
{
    SentenceBench bench;
    bench.text(u"First"_s, 1);
    bench.text(u"Second"_s, 2);
    bench.downstream(ModelDone{.turn = 2});
    QVERIFY(bench.pipe.downOf<Sentence>() ==
            (std::vector<Sentence>{{.turn = 1, .text = u"First"_s}, {.turn = 2, .text = u"Second"_s}}));
}

void TestSentenceProcessor::theDoneOfAnotherTurnChangesNothing()
{
    SentenceBench bench;
    bench.text(u"Half a"_s, 2);
    bench.downstream(ModelDone{.turn = 1});
    QVERIFY(bench.down() == (std::vector<Frame>{ModelDone{.turn = 1}}));
    bench.text(u" sentence. "_s, 2);
    QCOMPARE(bench.sentences(), QStringList{u"Half a sentence."_s});
}

void TestSentenceProcessor::theEndOfTheCallWaitsForTheWords()
{
    SentenceBench bench;
    bench.text(u"Goodbye"_s);
    bench.downstream(EndOfCall{.reason = u"agent_ended"_s});
    QVERIFY(bench.down() ==
            (std::vector<Frame>{Sentence{.turn = 1, .text = u"Goodbye"_s}, EndOfCall{.reason = u"agent_ended"_s}}));
}

void TestSentenceProcessor::aFunctionCallWaitsForTheWords()
{
    SentenceBench bench;
    bench.text(u"One moment"_s);
    bench.downstream(ToolCall{.turn = 1, .name = u"find_slots"_s});
    QVERIFY(bench.down() == (std::vector<Frame>{Sentence{.turn = 1, .text = u"One moment"_s},
                                                ToolCall{.turn = 1, .name = u"find_slots"_s}}));
}

void TestSentenceProcessor::everyOtherFramePasses()
{
    SentenceBench bench;
    bench.text(u"Kept"_s);
    std::vector<Frame> frames = strangers();
    for (const Frame &frame : {Frame(UserTurn{.turn = 1}), Frame(SpeculationResolved{.turn = 1})})
        frames.push_back(frame);
    for (const Frame &frame : frames)
        bench.downstream(frame);
    QVERIFY(bench.down() == frames);
    bench.pipe.clear();
    frames.push_back(AgentHeard{.turn = 1});
    frames.push_back(ToolResult{.turn = 1});
    for (const Frame &frame : frames)
        bench.upstream(frame);
    QVERIFY(bench.pipe.up == frames);
}

DIALDESK_TEST(TestSentenceProcessor)
#include "tst_sentence_processor.moc"
