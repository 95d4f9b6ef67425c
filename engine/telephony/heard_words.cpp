#include "engine/telephony/heard_words.h"

#include <algorithm>

namespace engine::telephony {

using pipeline::WordTime;
using std::chrono::milliseconds;

namespace {

/// A usual pace of speech, for judging audio that is not all there yet.
constexpr milliseconds kPerCharacter{65};

QString lettersOf(const QString &word)
{
    QString letters;
    for (const QChar c : word)
        if (c.isLetterOrNumber())
            letters.append(c.toLower());
    return letters;
}

/// A word's share of the audio: its letters and the gap behind it.
qint64 weightOf(const QString &word)
{
    return word.size() + 1;
}

milliseconds usualLength(const QStringList &words, qsizetype from)
{
    qint64 weight = 0;
    for (qsizetype i = from; i < words.size(); ++i)
        weight += weightOf(words[i]);
    return weight * kPerCharacter;
}

/// Whether the vendor said the first words and no others: its words are ours, and behind them is no room for the rest.
/// So it is when a later sentence failed. (Otherwise fewer words mean that it counts differently.)
bool endsEarly(const SpokenWords &spoken)
{
    const auto count = static_cast<qsizetype>(spoken.times.size());
    if (count == 0 || count >= spoken.words.size())
        return false;
    for (qsizetype i = 0; i < count; ++i)
        if (lettersOf(spoken.words[i]) != lettersOf(spoken.times[static_cast<size_t>(i)].word))
            return false;
    return spoken.audio - spoken.times.back().end < usualLength(spoken.words, count) / 2;
}

/// The vendor's word that holds a given edge of ours; nullptr when it has not been told (yet).
const WordTime *timeOf(const SpokenWords &spoken, qsizetype word, bool endEdge)
{
    const auto ours = spoken.words.size();
    const auto theirs = static_cast<qsizetype>(spoken.times.size());
    if (word < 0 || word >= ours || theirs == 0)
        return nullptr;
    const bool differs = theirs > ours || (spoken.complete && theirs < ours && !endsEarly(spoken));
    qsizetype index = word;
    if (differs) // rounded outwards: a word was heard only when all of it was
        index = endEdge ? ((word + 1) * theirs + ours - 1) / ours - 1 : word * theirs / ours;
    return index < theirs ? &spoken.times[static_cast<size_t>(index)] : nullptr;
}

int countByLength(const SpokenWords &spoken, milliseconds heard)
{
    const milliseconds usual = usualLength(spoken.words, 0);
    const milliseconds total = spoken.complete ? spoken.audio : std::max(spoken.audio, usual);
    qint64 weight = 0;
    for (const QString &word : spoken.words)
        weight += weightOf(word);
    qint64 before = 0;
    int count = 0;
    for (const QString &word : spoken.words) {
        before += weightOf(word);
        if (before * total.count() > weight * heard.count())
            break;
        ++count;
    }
    return count;
}

} // namespace

int heardWordCount(const SpokenWords &spoken, milliseconds heard)
{
    if (spoken.audio.count() == 0 || heard.count() <= 0)
        return 0;
    const bool everything = spoken.complete && heard >= spoken.audio;
    if (everything)
        return static_cast<int>(endsEarly(spoken) ? static_cast<qsizetype>(spoken.times.size()) : spoken.words.size());
    if (spoken.times.empty())
        return countByLength(spoken, heard);
    int count = 0;
    while (const WordTime *time = timeOf(spoken, count, true)) {
        if (time->end > heard)
            break;
        ++count;
    }
    return count;
}

std::optional<milliseconds> wordStart(const SpokenWords &spoken, int word)
{
    const WordTime *time = timeOf(spoken, word, false);
    return time ? std::optional(time->start) : std::nullopt;
}

} // namespace engine::telephony
