#include "engine/audio/mulaw.h"
#include "engine/practice/voice.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

#include <cmath>

using namespace Qt::StringLiterals;
using engine::practice::Speaker;
using engine::practice::Utterance;
using engine::practice::Voice;

namespace {

double levelDbfs(QByteArrayView mulaw)
{
    double sum = 0;
    for (const std::int16_t sample : engine::audio::fromMulaw(mulaw))
        sum += static_cast<double>(sample) * sample;
    return 20.0 * std::log10(std::sqrt(sum / static_cast<double>(mulaw.size())) / 32768.0);
}

} // namespace

class TestVoice : public QObject
{
    Q_OBJECT

    Voice m_voice;

    std::shared_ptr<const Utterance> spoken(Speaker speaker, const QString &text)
    {
        std::shared_ptr<const Utterance> result;
        m_voice.say(speaker, text, this, [&result](const auto &utterance) { result = utterance; });
        const bool came = QTest::qWaitFor([&result] { return result != nullptr; }, 5000);
        Q_ASSERT(came);
        return result;
    }

private slots:
    void wordTimesFollowEachOtherWithinTheAudio()
    {
        const auto utterance = spoken(Speaker::Callee, u"Hello, this is Robin. Thursday at 2:30 is well-known!"_s);
        const QStringList expected{u"Hello,"_s, u"this"_s, u"is"_s, u"Robin."_s,     u"Thursday"_s,
                                   u"at"_s,     u"2:30"_s, u"is"_s, u"well-known!"_s};
        QStringList words;
        int last = 0;
        for (const auto &word : utterance->words) {
            words.append(word.word);
            QVERIFY2(word.firstSample >= last, qPrintable(word.word));
            const int milliseconds = (word.endSample - word.firstSample) / 8;
            QVERIFY2(milliseconds > 40 && milliseconds < 1200,
                     qPrintable(word.word + u": "_s + QString::number(milliseconds)));
            last = word.endSample;
        }
        QCOMPARE(words, expected);
        QVERIFY(last <= utterance->mulaw.size());
        // Three or so seconds of speech: between two and four words a second.
        QVERIFY(utterance->mulaw.size() > 8000 * 2 && utterance->mulaw.size() < 8000 * 6);
    }

    void theAgentIsNotKeptWaitingByCallees()
    {
        constexpr int kLines = 20;
        QList<Speaker> order;
        for (int line = 0; line < kLines; ++line)
            m_voice.say(Speaker::Callee, u"I am line number %1."_s.arg(line), this,
                        [&order](const auto &) { order.append(Speaker::Callee); });
        m_voice.say(Speaker::Agent, u"And I am waited for."_s, this,
                    [&order](const auto &) { order.append(Speaker::Agent); });
        QTRY_COMPARE(order.size(), kLines + 1);
        QCOMPARE(order.indexOf(Speaker::Agent), 1); // the first line is being spoken when the agent's text comes
    }

    void numberSpokenAsSeveralWordsIsOneWrittenWord()
    {
        const auto utterance = spoken(Speaker::Agent, u"Call 555-0142 now"_s);
        QCOMPARE(utterance->words.size(), 3U);
        QCOMPARE(utterance->words[1].word, u"555-0142"_s);
        // Seven digits cannot be said in less than a second.
        QVERIFY(utterance->words[1].endSample - utterance->words[1].firstSample > 8000);
    }

    void sameNumberTwiceIsTwoWords()
    {
        const auto utterance = spoken(Speaker::Agent, u"21 21"_s);
        QCOMPARE(utterance->words.size(), 2U);
        QVERIFY(utterance->words[0].endSample <= utterance->words[1].firstSample);
    }

    void wordsAreLoudAndPausesAreLineNoise()
    {
        const auto utterance = spoken(Speaker::Callee, u"Good morning."_s);
        const auto &first = utterance->words.front();
        const double speech =
            levelDbfs(QByteArrayView(utterance->mulaw).sliced(first.firstSample, first.endSample - first.firstSample));
        const double pause = levelDbfs(QByteArrayView(utterance->mulaw).first(400));
        QVERIFY2(speech > -30 && speech < -12, qPrintable(QString::number(speech)));
        QVERIFY2(pause > -62 && pause < -54, qPrintable(QString::number(pause)));
    }

    void agentHasLessNoiseThanTheCallee()
    {
        const auto utterance = spoken(Speaker::Agent, u"Good morning."_s);
        QVERIFY(levelDbfs(QByteArrayView(utterance->mulaw).first(400)) < -66);
    }

    void sameTextIsTheSameAudioAndIsKept()
    {
        const auto first = spoken(Speaker::Callee, u"Yes."_s);
        QCOMPARE(spoken(Speaker::Callee, u"Yes."_s), first);
        Voice other;
        std::shared_ptr<const Utterance> again;
        other.say(Speaker::Callee, u"Yes."_s, this, [&again](const auto &utterance) { again = utterance; });
        QTRY_VERIFY(again);
        QCOMPARE(again->mulaw, first->mulaw);
        QVERIFY(spoken(Speaker::Agent, u"Yes."_s)->mulaw != first->mulaw);
    }

    void unspeakableTextGivesNoAudio_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("blank") << u"  \n"_s;
        QTest::newRow("marks") << u"... - !"_s;
        QTest::newRow("not latin") << u"你好"_s;
    }
    void unspeakableTextGivesNoAudio()
    {
        QFETCH(QString, text);
        const auto utterance = spoken(Speaker::Agent, text);
        QCOMPARE(utterance->mulaw, QByteArray());
        QVERIFY(utterance->words.empty());
        QCOMPARE(utterance->text, text);
    }

    void accentsAndTypographyAreSpoken()
    {
        const auto utterance = spoken(Speaker::Agent, u"It’s a café – naïve “Zoë”."_s);
        QStringList words;
        for (const auto &word : utterance->words)
            words.append(word.word);
        QCOMPARE(words, QStringList({u"It’s"_s, u"a"_s, u"café"_s, u"naïve"_s, u"“Zoë”."_s}));
    }

    void answerNeverComesFromWithinTheCallNorToTheDead()
    {
        spoken(Speaker::Agent, u"Cached."_s);
        int answers = 0;
        auto dead = std::make_unique<QObject>();
        m_voice.say(Speaker::Agent, u"Cached."_s, this, [&answers](const auto &) { ++answers; });
        m_voice.say(Speaker::Agent, u"Cached."_s, dead.get(), [&answers](const auto &) { answers += 100; });
        m_voice.say(Speaker::Agent, u"Not cached."_s, dead.get(), [&answers](const auto &) { answers += 100; });
        QCOMPARE(answers, 0);
        dead.reset();
        spoken(Speaker::Agent, u"Not cached."_s);
        QCOMPARE(answers, 1);
    }

    void manyAskForTheSameTextAtOnce()
    {
        int answers = 0;
        for (int i = 0; i < 10; ++i)
            m_voice.say(Speaker::Callee, u"All at once."_s, this, [&answers](const auto &) { ++answers; });
        QTRY_COMPARE(answers, 10);
    }

    void dyingVoiceWaitsForNobody()
    {
        Voice brief;
        for (int i = 0; i < 50; ++i)
            brief.say(Speaker::Agent, u"Sentence number %1 is not going to be heard by anybody."_s.arg(i), this,
                      [](const auto &) { QFAIL("the voice is gone"); });
    }
};

DIALDESK_TEST(TestVoice)
#include "tst_voice.moc"
