#include "engine/dialogue/sentence_splitter.h"

#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

/// How far behind kMaxSentenceChars a decision may still need to look.
constexpr qsizetype kLookAhead = 32;
/// A shorter word before a full stop may be the beginning of an abbreviation ("e.g.").
constexpr qsizetype kClearWord = 3;

/// Ends that need no blank behind them.
bool isFullWidthEnd(QChar c)
{
    return QStringView(u"。！？．｡।॥؟۔").contains(c);
}

bool isEnd(QChar c)
{
    return QStringView(u".!?…").contains(c) || isFullWidthEnd(c);
}

/// Quotes, brackets and emphasis that close behind an end mark.
bool isCloser(QChar c)
{
    return QStringView(u"\"'”’»)]}*_`」』）】〉》").contains(c);
}

bool isClauseMark(QChar c)
{
    return QStringView(u",;:—–，；：、،").contains(c);
}

/// Before a name or a number; the sentence always goes on.
bool neverEnds(const QString &word)
{
    static const QSet<QString> words = {u"dr"_s,   u"mr"_s,   u"mrs"_s, u"ms"_s,   u"prof"_s, u"st"_s,  u"sr"_s,
                                        u"jr"_s,   u"capt"_s, u"gen"_s, u"lt"_s,   u"col"_s,  u"sgt"_s, u"rev"_s,
                                        u"hon"_s,  u"vs"_s,   u"e.g"_s, u"i.e"_s,  u"eg"_s,   u"ie"_s,  u"approx"_s,
                                        u"appt"_s, u"nr"_s,   u"bzw"_s, u"z.b"_s,  u"d.h"_s,  u"ca"_s,  u"cf"_s,
                                        u"mt"_s,   u"ft"_s,   u"sra"_s, u"herr"_s, u"ext"_s};
    return words.contains(word.toLower());
}

/// May stand at the end or in the middle; what follows decides.
bool mayEnd(const QString &word)
{
    static const QSet<QString> words = {u"etc"_s, u"a.m"_s,  u"p.m"_s,  u"inc"_s, u"ltd"_s, u"co"_s,  u"corp"_s,
                                        u"u.s"_s, u"u.k"_s,  u"jan"_s,  u"feb"_s, u"mar"_s, u"apr"_s, u"jun"_s,
                                        u"jul"_s, u"aug"_s,  u"sept"_s, u"sep"_s, u"oct"_s, u"nov"_s, u"dec"_s,
                                        u"ave"_s, u"blvd"_s, u"dept"_s, u"min"_s, u"max"_s, u"tel"_s, u"fig"_s,
                                        u"est"_s, u"ph.d"_s, u"usw"_s};
    return words.contains(word.toLower());
}

enum class Verdict
{
    End,
    NoEnd,
    Undecided
};

/// The word right before a full stop at `dot`, inner dots included: "e.g" for "e.g.".
QString wordBefore(const QString &text, qsizetype dot)
{
    qsizetype start = dot;
    while (start > 0 && (text.at(start - 1).isLetterOrNumber() || text.at(start - 1) == u'.'))
        --start;
    return text.sliced(start, dot - start);
}

/// Judges a single full stop at `dot`, which blank space follows from `blank` on.
Verdict judgeFullStop(const QString &text, qsizetype dot, qsizetype blank)
{
    const QString word = wordBefore(text, dot);
    if (neverEnds(word))
        return Verdict::NoEnd;
    const bool initial = word.size() == 1 && word.at(0).isUpper() && word != "I"_L1;
    if (initial)
        return Verdict::NoEnd;
    const bool onlyDigits =
        !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) { return c.isDigit(); });
    if (onlyDigits && word.size() <= 2 && QStringView(text).first(dot - word.size()).trimmed().isEmpty())
        return Verdict::NoEnd; // "1. Apples"
    const bool no = word.compare("no"_L1, Qt::CaseInsensitive) == 0;
    if (!no && !mayEnd(word))
        return Verdict::End;
    while (blank < text.size() && text.at(blank).isSpace())
        ++blank;
    if (blank == text.size())
        return Verdict::Undecided;
    const QChar next = text.at(blank);
    if (next.isDigit()) // "No. 5", "Jan. 3"
        return Verdict::NoEnd;
    return next.isLower() && !no ? Verdict::NoEnd : Verdict::End;
}

struct Cut
{
    Verdict verdict = Verdict::Undecided;
    qsizetype end = 0; ///< behind the sentence, closers included
};

/// Judges the run of end marks that starts at `at`.
Cut judgeEnd(const QString &text, qsizetype at)
{
    qsizetype behind = at;
    bool fullWidth = false;
    while (behind < text.size() && isEnd(text.at(behind)))
        fullWidth = isFullWidthEnd(text.at(behind++)) || fullWidth;
    const qsizetype marks = behind - at;
    while (behind < text.size() && isCloser(text.at(behind)))
        ++behind;
    if (behind == text.size())
        return {Verdict::Undecided, behind};
    if (fullWidth)
        return {Verdict::End, behind};
    if (!text.at(behind).isSpace())
        return {Verdict::NoEnd, behind}; // "3.5", "example.com", "Yahoo!s"
    if (text.at(behind) == u'\n')
        return {Verdict::End, behind};
    const bool fullStop = marks == 1 && text.at(at) == u'.';
    if (fullStop)
        return {judgeFullStop(text, at, behind), behind};
    const bool ellipsis = text.at(at) == u'…' || (marks > 1 && text.at(at) == u'.' && text.at(at + 1) == u'.');
    if (!ellipsis)
        return {Verdict::End, behind};
    qsizetype next = behind;
    while (next < text.size() && text.at(next).isSpace())
        ++next;
    if (next == text.size())
        return {Verdict::Undecided, behind};
    return {text.at(next).isLower() ? Verdict::NoEnd : Verdict::End, behind};
}

/// Where the first sentence of `text` ends.
Cut firstEnd(const QString &text)
{
    const bool blankSoFar = text.trimmed().isEmpty();
    for (qsizetype i = 0; i < text.size() && !blankSoFar; ++i) {
        if (text.at(i) == u'\n' && !QStringView(text).first(i).trimmed().isEmpty())
            return {Verdict::End, i};
        if (!isEnd(text.at(i)))
            continue;
        const Cut cut = judgeEnd(text, i);
        if (cut.verdict != Verdict::NoEnd)
            return cut;
        i = std::max(i, cut.end - 1);
    }
    return {};
}

/// The end of the last clause in the first `limit` characters: behind a mark that a blank follows (or that needs none);
/// -1 if none.
qsizetype lastClauseEnd(const QString &text, qsizetype limit)
{
    for (qsizetype i = std::min(limit, text.size()) - 1; i > 0; --i) {
        const QChar c = text.at(i);
        const bool fullWidth = c.unicode() >= 0x3000;
        const bool spacedHyphen = c == u'-' && text.at(i - 1).isSpace();
        if ((isClauseMark(c) || spacedHyphen) && i + 1 < text.size() && (fullWidth || text.at(i + 1).isSpace()))
            return i + 1;
    }
    return -1;
}

/// Only when the text is longer than any sentence may be.
qsizetype forcedEnd(const QString &text)
{
    constexpr qsizetype limit = SentenceSplitter::kMaxSentenceChars;
    if (const qsizetype clause = lastClauseEnd(text, limit); clause > 0)
        return clause;
    for (qsizetype i = limit; i > 0; --i)
        if (text.at(i).isSpace())
            return i;
    return text.at(limit - 1).isHighSurrogate() ? limit - 1 : limit;
}

int wordCount(const QString &text)
{
    return static_cast<int>(text.simplified().split(u' ', Qt::SkipEmptyParts).size());
}

} // namespace

QStringList SentenceSplitter::push(const QString &text)
{
    m_text += text;
    QStringList sentences;
    for (;;) {
        const Cut cut = firstEnd(m_text);
        qsizetype end = cut.verdict == Verdict::End && cut.end <= kMaxSentenceChars ? cut.end : -1;
        // The slack makes sure that an end within the limit has been decided, however the text came.
        if (end < 0 && m_text.size() > kMaxSentenceChars + kLookAhead)
            end = forcedEnd(m_text);
        if (end < 0)
            return sentences;
        const QString sentence = m_text.first(end).trimmed();
        m_text.remove(0, end);
        if (!sentence.isEmpty())
            sentences.append(sentence);
    }
}

bool SentenceSplitter::looksComplete() const
{
    QString text = m_text.trimmed();
    while (!text.isEmpty() && isCloser(text.back()))
        text.chop(1);
    if (text.isEmpty() || !isEnd(text.back()))
        return false;
    if (text.endsWith(u'…') || text.endsWith(".."_L1))
        return false;
    if (text.back() != u'.')
        return true;
    const QString word = wordBefore(text, text.size() - 1);
    const bool initial = word.size() == 1 && word.at(0).isUpper();
    // After a digit it may be the point of a number still to come.
    return !neverEnds(word) && !initial && !word.isEmpty() && !word.back().isDigit();
}

bool SentenceSplitter::endsClearly() const
{
    const QString text = m_text.trimmed();
    if (!looksComplete() || !isEnd(text.back()))
        return false;
    const QString word = wordBefore(text, text.size() - 1);
    return text.back() != u'.' || (word.size() >= kClearWord && !word.contains(u'.') && !mayEnd(word));
}

std::optional<QString> SentenceSplitter::takeAll()
{
    const QString text = std::exchange(m_text, {}).trimmed();
    if (text.isEmpty())
        return std::nullopt;
    return text;
}

std::optional<QString> SentenceSplitter::takeClauses(int minimumWords)
{
    const qsizetype end = lastClauseEnd(m_text, m_text.size());
    if (end < 0)
        return std::nullopt;
    const QString clauses = m_text.first(end).trimmed();
    if (wordCount(clauses) < minimumWords)
        return std::nullopt;
    m_text.remove(0, end);
    return clauses;
}

} // namespace engine::dialogue
