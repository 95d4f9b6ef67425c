#include "engine/turns/callee_words.h"

#include "engine/turns/plain_words.h"

#include <algorithm>

namespace engine::turns {

namespace {

QStringList tokens(const QString &text)
{
    return text.simplified().split(u' ', Qt::SkipEmptyParts);
}

/// Whether a segment is the one whose beginning was given away, perhaps with corrections, and not a new one (a
/// transcriber that reconnects forgets its open segment). Half of the words in place say so.
bool continuesFrom(const QStringList &released, const QStringList &segment)
{
    const qsizetype common = std::min(released.size(), segment.size());
    qsizetype same = 0;
    for (qsizetype i = 0; i < common; ++i)
        same += plainWords(released[i]) == plainWords(segment[i]) ? 1 : 0;
    return same * 2 >= common;
}

bool startsWith(const QStringList &words, const QStringList &beginning)
{
    return words.mid(0, beginning.size()) == beginning;
}

QString joined(QStringList parts)
{
    parts.removeAll(QString());
    return parts.join(u' ');
}

} // namespace

bool CalleeWords::interim(const QString &text)
{
    const QStringList before = plainWords(fresh());
    m_segment = text;
    m_interim = unsettled(text);
    return plainWords(fresh()) != before;
}

bool CalleeWords::final(const QString &text)
{
    const QStringList before = plainWords(fresh());
    if (const QString added = unsettled(text); !added.isEmpty())
        m_finals.append(added);
    m_interim.clear();
    closeSegment();
    return plainWords(fresh()) != before;
}

void CalleeWords::closeSegment()
{
    if (!m_interim.isEmpty())
        m_finals.append(m_interim);
    m_interim.clear();
    m_segment.clear();
    m_releasedWords.clear();
    m_discardedWords.clear();
}

void CalleeWords::carry(const QString &text)
{
    m_carried = joined({text, m_carried});
}

QString CalleeWords::text() const
{
    return joined({m_carried, fresh()});
}

QString CalleeWords::fresh() const
{
    return joined(m_finals + QStringList{m_interim});
}

void CalleeWords::release()
{
    m_releasedWords = tokens(m_segment);
    m_discardedWords.clear();
    m_lastDiscarded.clear();
    m_carried.clear();
    m_finals.clear();
    m_interim.clear();
}

void CalleeWords::discard()
{
    m_lastDiscarded = fresh();
    m_discardedWords = plainWords(m_interim);
    m_finals.clear();
    m_interim.clear();
}

bool CalleeWords::restore()
{
    if (m_lastDiscarded.isEmpty())
        return false;
    // They count as settled words of their segment from here on, so that a final that repeats them adds nothing.
    m_finals.prepend(m_lastDiscarded);
    m_lastDiscarded.clear();
    m_releasedWords = tokens(m_segment);
    m_discardedWords.clear();
    return true;
}

/// What of the open segment's text has not been dealt with.
QString CalleeWords::unsettled(const QString &text)
{
    const QStringList words = tokens(text);
    if (!continuesFrom(m_releasedWords, words))
        m_releasedWords.clear();
    const QString rest = words.mid(m_releasedWords.size()).join(u' ');
    m_continuesReleased = !m_releasedWords.isEmpty() && !rest.isEmpty();
    if (!m_discardedWords.isEmpty() && startsWith(m_discardedWords, plainWords(rest)))
        return {};
    return rest;
}

} // namespace engine::turns
