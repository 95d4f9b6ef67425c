#include "engine/turns/backchannel.h"

#include "engine/turns/plain_words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::turns {

namespace {

/// Sounds that mean the same wherever people talk, as transcribers write them.
const QSet<QString> &sounds()
{
    static const QSet<QString> kSounds = {u"mhm"_s, u"mm"_s,  u"mmm"_s, u"hm"_s,  u"hmm"_s,   u"mmhmm"_s, u"uh"_s,
                                          u"um"_s,  u"er"_s,  u"erm"_s, u"huh"_s, u"uhhuh"_s, u"ah"_s,    u"aha"_s,
                                          u"oh"_s,  u"ooh"_s, u"eh"_s,  u"ok"_s,  u"okay"_s};
    return kSounds;
}

/// "Hello" stands here because a callee who says it into the greeting wants to hear the greeting.
const QSet<QString> &englishWords()
{
    static const QSet<QString> kWords = {u"yes"_s,        u"yeah"_s,       u"yep"_s,     u"yup"_s,    u"ya"_s,
                                         u"right"_s,      u"alright"_s,    u"sure"_s,    u"fine"_s,   u"good"_s,
                                         u"great"_s,      u"nice"_s,       u"cool"_s,    u"true"_s,   u"wow"_s,
                                         u"exactly"_s,    u"thanks"_s,     u"perfect"_s, u"really"_s, u"indeed"_s,
                                         u"absolutely"_s, u"understood"_s, u"hello"_s,   u"hi"_s};
    return kWords;
}

const QStringList &englishPhrases()
{
    static const QStringList kPhrases = {u"i see"_s,       u"got it"_s,       u"all right"_s,   u"of course"_s,
                                         u"go on"_s,       u"go ahead"_s,     u"thank you"_s,   u"sounds good"_s,
                                         u"makes sense"_s, u"that's right"_s, u"that's fine"_s, u"i understand"_s,
                                         u"very good"_s};
    return kPhrases;
}

} // namespace

Backchannels::Backchannels(const QString &language) : m_words(sounds())
{
    if (language.section(u'-', 0, 0).compare(u"en", Qt::CaseInsensitive) != 0)
        return;
    m_words.unite(englishWords());
    for (const QString &phrase : englishPhrases())
        m_phrases.push_back(plainWords(phrase));
}

bool Backchannels::isOnly(QStringView text) const
{
    const QStringList words = plainWords(text);
    for (qsizetype at = 0; at < words.size();) {
        if (m_words.contains(words[at])) {
            ++at;
            continue;
        }
        const auto phrase =
            std::find_if(m_phrases.begin(), m_phrases.end(), [&words, at](const QStringList &candidate) {
                return words.mid(at, candidate.size()) == candidate;
            });
        if (phrase == m_phrases.end())
            return false;
        at += phrase->size();
    }
    return !words.isEmpty();
}

} // namespace engine::turns
