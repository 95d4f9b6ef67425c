#include "engine/dialogue/sentence_splitter.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

namespace {

QStringList split(const QString &text, const std::vector<qsizetype> &cuts = {})
{
    SentenceSplitter splitter;
    QStringList sentences;
    qsizetype at = 0;
    for (const qsizetype cut : cuts) {
        sentences += splitter.push(text.sliced(at, cut - at));
        at = cut;
    }
    sentences += splitter.push(text.sliced(at));
    if (const auto rest = splitter.takeAll())
        sentences += *rest;
    return sentences;
}

} // namespace

class TestSentenceSplitter : public QObject
{
    Q_OBJECT
private slots:
    void textIsCutIntoSentences_data();
    void textIsCutIntoSentences();
    void chunkBordersDoNotMatter_data();
    void chunkBordersDoNotMatter();
    void anEndIsCertainOnceABlankFollows();
    void completenessIsJudged_data();
    void completenessIsJudged();
    void clausesAreTakenWhenLongEnough_data();
    void clausesAreTakenWhenLongEnough();
    void endlessTextIsCut();
    void endlessTextIsCutTheSameInAnyChunks();
};

void TestSentenceSplitter::textIsCutIntoSentences_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("sentences");
    const auto row = [](const QString &text, const QStringList &sentences) {
        QTest::newRow(qPrintable(text)) << text << sentences;
    };
    row(u"Hello there. How are you? Fine!"_s, {u"Hello there."_s, u"How are you?"_s, u"Fine!"_s});
    row(u"Dr. Lee will see you. Bye."_s, {u"Dr. Lee will see you."_s, u"Bye."_s});
    row(u"It takes 3.5 hours. Really."_s, {u"It takes 3.5 hours."_s, u"Really."_s});
    row(u"Some fruit, e.g. apples. Or pears."_s, {u"Some fruit, e.g. apples."_s, u"Or pears."_s});
    row(u"Well... maybe. Or... No."_s, {u"Well... maybe."_s, u"Or..."_s, u"No."_s});
    row(u"Well… maybe. Hm… Yes."_s, {u"Well… maybe."_s, u"Hm…"_s, u"Yes."_s});
    row(u"\"Yes.\" He left."_s, {u"\"Yes.\""_s, u"He left."_s});
    row(u"(It is open.) Come in."_s, {u"(It is open.)"_s, u"Come in."_s});
    row(u"**Done.** Next."_s, {u"**Done.**"_s, u"Next."_s});
    row(u"What?! No way!! Ok."_s, {u"What?!"_s, u"No way!!"_s, u"Ok."_s});
    row(u"We open at 9 a.m. on Monday. Good?"_s, {u"We open at 9 a.m. on Monday."_s, u"Good?"_s});
    row(u"We close at 5 p.m. Anything else?"_s, {u"We close at 5 p.m."_s, u"Anything else?"_s});
    row(u"It is on Jan. 5 then. Ok."_s, {u"It is on Jan. 5 then."_s, u"Ok."_s});
    row(u"Take No. 5 there. No. I mean it."_s, {u"Take No. 5 there."_s, u"No."_s, u"I mean it."_s});
    row(u"Ask J. Smith. So do I. Bye."_s, {u"Ask J. Smith."_s, u"So do I."_s, u"Bye."_s});
    row(u"Pens, paper, etc. are here. Pens, etc. Good."_s,
        {u"Pens, paper, etc. are here."_s, u"Pens, etc."_s, u"Good."_s});
    row(u"Go to example.com. Then call."_s, {u"Go to example.com."_s, u"Then call."_s});
    row(u"1. Apples\n2. Pears\n"_s, {u"1. Apples"_s, u"2. Pears"_s});
    row(u"It is 5. Good."_s, {u"It is 5."_s, u"Good."_s});
    row(u"First line\nSecond line"_s, {u"First line"_s, u"Second line"_s});
    row(u"\n\nHello.\n\n\nBye."_s, {u"Hello."_s, u"Bye."_s});
    row(u"はい。そうです！本当？ええ"_s, {u"はい。"_s, u"そうです！"_s, u"本当？"_s, u"ええ"_s});
    row(u"「はい。」そうです。"_s, {u"「はい。」"_s, u"そうです。"_s});
    row(u"नमस्ते। आप कैसे हैं?"_s, {u"नमस्ते।"_s, u"आप कैसे हैं?"_s});
    row(u"No end here"_s, {u"No end here"_s});
    row(u"   "_s, {});
    row(QString(), {});
    row(u"!"_s, {u"!"_s});
}

void TestSentenceSplitter::textIsCutIntoSentences()
{
    QFETCH(QString, text);
    QFETCH(QStringList, sentences);
    QCOMPARE(split(text), sentences);
}

void TestSentenceSplitter::chunkBordersDoNotMatter_data()
{
    textIsCutIntoSentences_data();
}

void TestSentenceSplitter::chunkBordersDoNotMatter()
{
    QFETCH(QString, text);
    QFETCH(QStringList, sentences);
    for (qsizetype first = 0; first <= text.size(); ++first)
        for (qsizetype second = first; second <= text.size(); ++second)
            QCOMPARE(split(text, {first, second}), sentences);
    std::vector<qsizetype> everywhere;
    for (qsizetype at = 0; at < text.size(); ++at)
        everywhere.push_back(at);
    QCOMPARE(split(text, everywhere), sentences);
}

void TestSentenceSplitter::anEndIsCertainOnceABlankFollows()
{
    SentenceSplitter splitter;
    QVERIFY(splitter.push(u"Of course."_s).isEmpty());
    QCOMPARE(splitter.push(u" "_s), QStringList{u"Of course."_s});
    QVERIFY(splitter.push(u"We close at 5 p.m. "_s).isEmpty()); // only the next word tells
    QCOMPARE(splitter.push(u"B"_s), QStringList{u"We close at 5 p.m."_s});
    splitter.clear();
    QVERIFY(splitter.isEmpty());
    QVERIFY(!splitter.takeAll());
}

void TestSentenceSplitter::completenessIsJudged_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("complete");
    QTest::newRow("full stop") << u"Of course."_s << true;
    QTest::newRow("blank behind") << u"Of course. "_s << true;
    QTest::newRow("quote behind") << u"\"Of course.\""_s << true;
    QTest::newRow("question") << u"Really?"_s << true;
    QTest::newRow("CJK") << u"はい。"_s << true;
    QTest::newRow("no mark") << u"Of course"_s << false;
    QTest::newRow("title") << u"I am Dr."_s << false;
    QTest::newRow("initial") << u"Ask J."_s << false;
    QTest::newRow("ellipsis") << u"Well..."_s << false;
    QTest::newRow("point of a number") << u"It is 3."_s << false;
    QTest::newRow("end of day") << u"At 5 p.m."_s << true;
    QTest::newRow("nothing") << QString() << false;
}

void TestSentenceSplitter::completenessIsJudged()
{
    QFETCH(QString, text);
    QFETCH(bool, complete);
    SentenceSplitter splitter;
    const bool alreadyCut = !splitter.push(text).isEmpty();
    QCOMPARE(alreadyCut || splitter.looksComplete(), complete);
}

void TestSentenceSplitter::clausesAreTakenWhenLongEnough_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("clause");
    QTest::addColumn<QString>("rest");
    QTest::newRow("comma") << u"I can look that up, if you"_s << u"I can look that up,"_s << u"if you"_s;
    QTest::newRow("last comma") << u"I can look, right now, if you"_s << u"I can look, right now,"_s << u"if you"_s;
    QTest::newRow("dash") << u"There are two free – nine and"_s << u"There are two free –"_s << u"nine and"_s;
    QTest::newRow("hyphen") << u"There are two free - nine and"_s << u"There are two free -"_s << u"nine and"_s;
    QTest::newRow("colon") << u"These are the free ones: nine"_s << u"These are the free ones:"_s << u"nine"_s;
    QTest::newRow("too short") << u"Yes, of course, I"_s << QString() << u"Yes, of course, I"_s;
    QTest::newRow("no boundary") << u"I can look that up if you"_s << QString() << u"I can look that up if you"_s;
    QTest::newRow("comma at the very end") << u"I can look that up,"_s << QString() << u"I can look that up,"_s;
    QTest::newRow("number") << u"We have about 1,200 of those"_s << QString() << u"We have about 1,200 of those"_s;
    QTest::newRow("time") << u"It starts at 10:30 on that"_s << QString() << u"It starts at 10:30 on that"_s;
}

void TestSentenceSplitter::clausesAreTakenWhenLongEnough()
{
    QFETCH(QString, text);
    QFETCH(QString, clause);
    QFETCH(QString, rest);
    SentenceSplitter splitter;
    QVERIFY(splitter.push(text).isEmpty());
    QCOMPARE(splitter.takeClauses(4).value_or(QString()), clause);
    QCOMPARE(splitter.takeAll().value_or(QString()), rest);
}

void TestSentenceSplitter::endlessTextIsCut()
{
    for (const QString &word : {u"word "_s, u"x"_s, u"some words, "_s, u"😀"_s}) {
        const QString text = word.repeated(2000);
        const QStringList sentences = split(text);
        QVERIFY(sentences.size() > 1);
        for (const QString &sentence : sentences) {
            QVERIFY(sentence.size() <= SentenceSplitter::kMaxSentenceChars + 32);
            QVERIFY(sentence.isValidUtf16());
        }
        QString kept = sentences.join(QString());
        QCOMPARE(kept.remove(u' '), QString(text).remove(u' '));
    }
    QCOMPARE(split(u"a few words, and more "_s.repeated(30)).first().back(), u',');
}

void TestSentenceSplitter::endlessTextIsCutTheSameInAnyChunks()
{
    const QString text = u"one two three, four five six seven eight nine ten eleven twelve p.m. and "_s.repeated(12) +
                         u"End. More p.m. Yes."_s;
    const QStringList whole = split(text);
    for (qsizetype size = 1; size < 60; ++size) {
        std::vector<qsizetype> cuts;
        for (qsizetype at = size; at < text.size(); at += size)
            cuts.push_back(at);
        QCOMPARE(split(text, cuts), whole);
    }
}

DIALDESK_TEST(TestSentenceSplitter)
#include "tst_sentence_splitter.moc"
