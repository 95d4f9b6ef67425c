#include "engine/turns/plain_words.h"

namespace engine::turns {

namespace {

constexpr QChar kApostrophe(u'\'');
constexpr QChar kTypographicApostrophe(u'\u2019');

} // namespace

QStringList plainWords(QStringView text)
{
    QStringList words;
    QString word;
    const auto finish = [&words, &word] {
        while (word.endsWith(kApostrophe))
            word.chop(1);
        if (!word.isEmpty())
            words.append(word);
        word.clear();
    };
    for (const QChar c : text) {
        // Surrogates and marks belong to letters of other scripts.
        if (c.isLetterOrNumber() || c.isMark() || c.isSurrogate())
            word.append(c.toLower());
        else if ((c == kApostrophe || c == kTypographicApostrophe) && !word.isEmpty())
            word.append(kApostrophe);
        else
            finish();
    }
    finish();
    return words;
}

} // namespace engine::turns
