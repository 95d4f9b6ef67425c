#include "engine/dialogue/speakable.h"

#include "engine/dialogue/markup.h"
#include "engine/dialogue/spoken_english.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

bool isEnglish(const QString &language)
{
    return language.isEmpty() || language.startsWith("en"_L1, Qt::CaseInsensitive);
}

/// What the removals left behind: blanks before marks, doubled marks, marks at the start.
QString tidied(QString text)
{
    static const QRegularExpression blankBeforeMark(u"\\s+([,.;:!?…。！？，])"_s);
    static const QRegularExpression doubledMark(u"([,;:])(?:\\s*[,;:])+"_s);
    static const QRegularExpression commaBeforeEnd(u"[,;:]\\s*([.!?…])"_s);
    static const QRegularExpression marksAtStart(u"^[\\s,;:.!?\\-–—]+(?=[^\\s,;:.!?\\-–—])"_s);
    text.replace(blankBeforeMark, u"\\1"_s);
    text.replace(doubledMark, u"\\1"_s);
    text.replace(commaBeforeEnd, u"\\1"_s);
    text = text.simplified();
    text.remove(marksAtStart);
    return text;
}

bool hasWords(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber() || c.isSurrogate(); });
}

} // namespace

QString speakable(const QString &text, const QString &language)
{
    QString spoken = withoutMarkup(text);
    if (isEnglish(language))
        spoken = spokenEnglish(spoken);
    spoken = tidied(spoken);
    return hasWords(spoken) ? spoken : QString();
}

} // namespace engine::dialogue
