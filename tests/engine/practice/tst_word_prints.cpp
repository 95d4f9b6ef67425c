#include "engine/audio/mulaw.h"
#include "engine/practice/companding.h"
#include "engine/practice/voice.h"
#include "engine/practice/word_prints.h"
#include "tests/support/test_program.h"

#include <QElapsedTimer>

#include <random>

using namespace Qt::StringLiterals;
using namespace engine::practice;

class TestWordPrints : public QObject
{
    Q_OBJECT

    Voice m_voice;
    std::shared_ptr<const Utterance> m_utterance;

    static QStringList wordsOf(const std::vector<WordEar::Heard> &heard)
    {
        QStringList words;
        for (const auto &one : heard)
            words.append(one.word());
        return words;
    }
    QStringList allWords() const
    {
        QStringList words;
        for (const auto &word : m_utterance->words)
            words.append(word.word);
        return words;
    }
    QStringList heardIn(const QByteArray &audio, Companding companding = Companding::MuLaw)
    {
        WordEar ear(m_voice.prints(), companding);
        return wordsOf(ear.hear(audio));
    }

private slots:
    void initTestCase()
    {
        m_voice.say(Speaker::Callee, u"I would like a question about the third of May, please."_s, this,
                    [this](const auto &utterance) { m_utterance = utterance; });
        QTRY_VERIFY(m_utterance);
        QVERIFY(m_utterance->words.size() >= 10);
    }

    void wholeAudioGivesEveryWordWithItsTime()
    {
        WordEar ear(m_voice.prints(), Companding::MuLaw);
        const QByteArray before(1234, '\xFF');
        QVERIFY(ear.hear(before).empty());
        const auto heard = ear.hear(m_utterance->mulaw);
        QCOMPARE(wordsOf(heard), allWords());
        for (std::size_t i = 0; i < heard.size(); ++i) {
            QCOMPARE(heard[i].firstSample, 1234 + m_utterance->words[i].firstSample);
            QCOMPARE(heard[i].endSample, 1234 + m_utterance->words[i].endSample);
            QCOMPARE(heard[i].isLastOfUtterance(), i + 1 == heard.size());
        }
        QVERIFY(!ear.isMidWord());
    }

    void anyChunkingIsTheSame_data()
    {
        QTest::addColumn<int>("chunk");
        for (const int chunk : {1, 3, 63, 64, 65, 160, 400, 800, 7919})
            QTest::addRow("%d", chunk) << chunk;
    }
    void anyChunkingIsTheSame()
    {
        QFETCH(int, chunk);
        WordEar ear(m_voice.prints(), Companding::MuLaw);
        QStringList words;
        for (qsizetype at = 0; at < m_utterance->mulaw.size(); at += chunk)
            words += wordsOf(ear.hear(
                QByteArrayView(m_utterance->mulaw).sliced(at, qMin<qsizetype>(chunk, m_utterance->mulaw.size() - at))));
        QCOMPARE(words, allWords());
    }

    void oneChangedSampleLosesThatWordOnly_data()
    {
        QTest::addColumn<int>("word");
        QTest::addColumn<int>("where"); // of 100
        for (const int word : {0, 3, 5})
            for (const int where : {0, 1, 50, 99})
                QTest::addRow("word %d at %d%%", word, where) << word << where;
    }
    void oneChangedSampleLosesThatWordOnly()
    {
        QFETCH(int, word);
        QFETCH(int, where);
        const SpokenWord &damaged = m_utterance->words[static_cast<std::size_t>(word)];
        QByteArray audio = m_utterance->mulaw;
        const int length = damaged.endSample - damaged.firstSample;
        const int at = damaged.firstSample + (where == 99 ? length - 1 : length * where / 100);
        audio[at] = static_cast<char>(audio[at] ^ 1);
        QStringList expected = allWords();
        expected.removeAt(word);
        QCOMPARE(heardIn(audio), expected);
    }

    void lostPacketLosesTheWordsItTouched()
    {
        const SpokenWord &hit = m_utterance->words[3];
        QByteArray audio = m_utterance->mulaw;
        audio.remove((hit.firstSample + hit.endSample) / 2 - 80, 160);
        QStringList expected = allWords();
        expected.removeAt(3);
        QCOMPARE(heardIn(audio), expected);
    }

    void swappedPacketsLoseTheWord()
    {
        const SpokenWord &hit = m_utterance->words[3];
        const int at = (hit.firstSample + hit.endSample) / 2 - 160;
        const QByteArray swapped = m_utterance->mulaw.left(at) + m_utterance->mulaw.mid(at + 160, 160) +
                                   m_utterance->mulaw.mid(at, 160) + m_utterance->mulaw.mid(at + 320);
        QVERIFY(!heardIn(swapped).contains(hit.word));
    }

    void repeatedAudioIsHeardAgain()
    {
        QCOMPARE(heardIn(m_utterance->mulaw + m_utterance->mulaw), allWords() + allWords());
    }

    void wordIsHeardAloneBetweenNoise()
    {
        std::mt19937 engine(1);
        QByteArray noise(3000, '\0');
        for (char &byte : noise)
            byte = static_cast<char>(engine());
        const SpokenWord &word = m_utterance->words[4];
        const QByteArray audio =
            noise + m_utterance->mulaw.mid(word.firstSample, word.endSample - word.firstSample) + noise;
        QCOMPARE(heardIn(audio), QStringList{word.word});
    }

    void linearAudioMadeOfMulawIsHeard()
    {
        QCOMPARE(heardIn(engine::audio::toMulaw(engine::audio::fromMulaw(m_utterance->mulaw))), allWords());
    }

    void otherZeroOfMulawIsTheSameSound()
    {
        QByteArray audio = m_utterance->mulaw;
        QVERIFY(audio.contains('\xFF'));
        audio.replace('\xFF', '\x7F');
        QCOMPARE(heardIn(audio), allWords());
    }

    void alawIsHeardAfterTranscoding()
    {
        QCOMPARE(heardIn(mulawToAlaw(m_utterance->mulaw), Companding::ALaw), allWords());
        QCOMPARE(heardIn(m_utterance->mulaw, Companding::ALaw), QStringList());
        QByteArray damaged = mulawToAlaw(m_utterance->mulaw);
        damaged[m_utterance->words[0].firstSample + 700] ^= 1;
        QCOMPARE(heardIn(damaged, Companding::ALaw), allWords().mid(1));
    }

    void removedUtteranceIsForgotten()
    {
        WordPrints prints;
        prints.add(m_utterance);
        prints.add(m_utterance);
        WordEar ear(prints, Companding::MuLaw);
        QCOMPARE(wordsOf(ear.hear(m_utterance->mulaw)), allWords());
        prints.remove(m_utterance);
        QVERIFY(ear.hear(m_utterance->mulaw).empty());
    }

    void alawOfTheStandard()
    {
        // ITU-T G.711 table 1a: value of the first and the last code of each segment, on the 16-bit scale.
        const QList<std::pair<int, int>> table{{0xD5, 8},     {0xD4, 24},    {0xC5, 264},  {0xF5, 528},
                                               {0xE5, 1056},  {0x95, 2112},  {0x85, 4224}, {0xB5, 8448},
                                               {0xA5, 16896}, {0xAA, 32256}, {0x55, -8},   {0x2A, -32256}};
        for (const auto &[code, value] : table) {
            const QByteArray alaw(1, static_cast<char>(code));
            const auto decoded = decodeAlaw(alaw);
            QCOMPARE(int(decoded.front()), value);
            QCOMPARE(encodeAlaw(decoded), alaw);
        }
    }

    void hundredsOfStreamsCostLittle()
    {
        QByteArray audio;
        while (audio.size() < 800'000)
            audio += m_utterance->mulaw;
        WordEar ear(m_voice.prints(), Companding::MuLaw);
        QElapsedTimer timer;
        timer.start();
        for (qsizetype at = 0; at + 160 <= audio.size(); at += 160)
            ear.hear(QByteArrayView(audio).sliced(at, 160));
        const double perByte = static_cast<double>(timer.nsecsElapsed()) / static_cast<double>(audio.size());
        qInfo("%.1f ns a byte", perByte);
        // 300 streams are 2.4 million bytes a second; at this bound they take a quarter of one core, in an unoptimised
        // build.
        QVERIFY(perByte < 100);
    }
};

DIALDESK_TEST(TestWordPrints)
#include "tst_word_prints.moc"
