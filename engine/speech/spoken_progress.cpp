#include "engine/speech/spoken_progress.h"

#include "engine/speech/mulaw_time.h"

#include <algorithm>

namespace engine::speech {

using namespace std::chrono_literals;
using pipeline::WordTime;
using std::chrono::milliseconds;

namespace {

/// Sound beyond the last known word that cannot be a pause between words: its words just have not been reported.
constexpr milliseconds kUnreportedSound = 150ms;
/// Letters a voice speaks in a second, for sound without word times.
constexpr qint64 kLettersPerSecond = 12;

qsizetype lettersIn(const QString &text)
{
    return std::count_if(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); });
}

/// What follows the word that holds the given number of letters.
QString restAfter(const QString &text, qsizetype letters)
{
    qsizetype at = 0;
    for (qsizetype seen = 0; at < text.size() && seen < letters; ++at)
        if (text[at].isLetterOrNumber())
            ++seen;
    while (at < text.size() && !text[at].isSpace())
        ++at;
    return text.mid(at).trimmed();
}

} // namespace

void SpokenProgress::addSentence(const QString &sentence)
{
    m_sentences.append(sentence);
}

void SpokenProgress::addWords(const std::vector<WordTime> &words)
{
    m_words.insert(m_words.end(), words.begin(), words.end());
}

void SpokenProgress::setDelivered(int sentences)
{
    m_delivered = std::max(m_delivered, sentences);
    m_audioAtDelivered = m_audioBytes;
}

milliseconds SpokenProgress::audioTime() const
{
    return mulawTime(m_audioBytes);
}

qsizetype SpokenProgress::spokenLetters() const
{
    qsizetype whole = 0;
    for (qsizetype i = 0; i < std::min<qsizetype>(m_delivered, m_sentences.size()); ++i)
        whole += lettersIn(m_sentences[i]);

    // Words of sentences reported whole are counted above, as they were written: the vendor may spell them otherwise.
    const milliseconds reportedUntil = mulawTime(m_audioAtDelivered);
    qsizetype told = 0;
    milliseconds toldUntil = reportedUntil;
    for (const WordTime &word : m_words) {
        if (word.start >= audioTime())
            break;
        if (word.end <= reportedUntil)
            continue;
        told += lettersIn(word.word);
        toldUntil = word.end;
    }

    // Word times may lag behind the sound by a chunk. Where a sentence begins in the sound is known only of the first
    // one and after a report of a whole sentence; elsewhere a pause between sentences would be taken for words.
    qsizetype untold = 0;
    if (m_delivered > 0 || m_sentences.size() == 1 || m_words.empty()) {
        const milliseconds sound = audioTime() - toldUntil;
        if (sound > kUnreportedSound)
            untold = std::max<qsizetype>(1, sound.count() * kLettersPerSecond / 1000);
    }
    return whole + told + untold;
}

QStringList SpokenProgress::unspoken() const
{
    const qsizetype spoken = spokenLetters();
    QStringList rest;
    qsizetype begin = 0;
    for (qsizetype i = 0; i < m_sentences.size(); ++i) {
        const QString &sentence = m_sentences[i];
        const qsizetype letters = lettersIn(sentence);
        const qsizetype end = begin + letters;
        if (i >= m_delivered && letters > 0 && spoken < end) {
            if (spoken <= begin) {
                rest.append(sentence);
            } else {
                const QString tail = restAfter(sentence, spoken - begin);
                if (lettersIn(tail) > 0)
                    rest.append(tail);
            }
        }
        begin = end;
    }
    return rest;
}

std::vector<WordTime> SpokenProgress::takeAudibleWords()
{
    std::vector<WordTime> words;
    for (; m_taken < m_words.size() && m_words[m_taken].start < audioTime(); ++m_taken)
        words.push_back(m_words[m_taken]);
    return words;
}

std::vector<WordTime> SpokenProgress::takeWords()
{
    std::vector<WordTime> words(m_words.begin() + static_cast<std::ptrdiff_t>(m_taken), m_words.end());
    m_taken = m_words.size();
    return words;
}

} // namespace engine::speech
