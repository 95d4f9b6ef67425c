#include "engine/dialogue/markup.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

/// First words that show that *...* or (...) tells how something is said, not what.
const QString &stageWords()
{
    static const QString words =
        u"(?:softly|warmly|quietly|gently|slightly|long|short|brief|awkward|nervous(?:ly)?|a)?\\s*"
        "(?:laugh(?:s|ing|ter)?|chuckl(?:es?|ing)|giggl(?:es?|ing)|smil(?:es?|ing)|grin(?:s|ning)?|sigh(?:s|ing)?|paus("
        "?:es?|ing)|"
        "beat|silence|nod(?:s|ding)?|cough(?:s|ing)?|gasp(?:s|ing)?|whisper(?:s|ing)?|clear(?:s|ing) (?:his |her "
        "|their |my )?throat|"
        "thinks|thinking|typing|types|shrugs?|winks?|sniff(?:s|ling)?|breath(?:es|ing)|takes a (?:deep "
        ")?breath|inhales|exhales|"
        "hums?|humming|applause|music|background noise|cheerful(?:ly)?|excited(?:ly)?|enthusiastic(?:ally)?)"
        "(?:\\s+[^*()\\[\\].!?]*)?"_s;
    return words;
}

QString withoutStageDirections(QString text)
{
    static const auto options = QRegularExpression::CaseInsensitiveOption;
    static const QRegularExpression starred(u"(?<!\\*)\\*\\s*"_s + stageWords() + u"[.!…]*\\s*\\*(?!\\*)"_s, options);
    static const QRegularExpression underscored(u"(?<![\\w_])_\\s*"_s + stageWords() + u"[.!…]*\\s*_(?![\\w_])"_s,
                                                options);
    static const QRegularExpression parenthesised(u"\\(\\s*"_s + stageWords() + u"[.!…]*\\s*\\)"_s, options);
    static const QRegularExpression bracketed(u"\\[[^\\]\\n]{0,200}\\]"_s);
    text.replace(starred, u" "_s);
    text.replace(underscored, u" "_s);
    text.replace(parenthesised, u" "_s);
    text.replace(bracketed, u" "_s);
    return text;
}

QString withoutMarkdown(QString text)
{
    static const auto lines = QRegularExpression::MultilineOption;
    static const QRegularExpression fence(u"^\\s*(?:```|~~~).*$"_s, lines);
    static const QRegularExpression link(u"!?\\[([^\\]\\n]*)\\]\\([^)\\s]*(?:\\s+\"[^\"]*\")?\\)"_s);
    static const QRegularExpression autoLink(u"<(https?://[^<>\\s]+|mailto:[^<>\\s]+|[^<>\\s/]+[@.][^<>\\s]+)>"_s);
    static const QRegularExpression tag(u"</?[A-Za-z][^<>\\n]{0,200}>"_s);
    static const QRegularExpression rule(u"^\\s*(?:-{3,}|\\*{3,}|_{3,}|={3,})\\s*$"_s, lines);
    static const QRegularExpression tableRule(u"^\\s*\\|?(?:\\s*:?-{3,}:?\\s*\\|?)+\\s*$"_s, lines);
    static const QRegularExpression heading(u"^\\s{0,3}#{1,6}\\s+"_s, lines);
    static const QRegularExpression quote(u"^\\s*>+\\s?"_s, lines);
    static const QRegularExpression bullet(u"^\\s*[-*+•◦▪‣·]\\s+"_s, lines);
    static const QRegularExpression number(u"^\\s*(\\d{1,2})[.)]\\s+(?=\\S)"_s, lines);
    static const QRegularExpression edgePipe(u"^\\s*\\||\\|\\s*$"_s, lines);
    static const QRegularExpression pipe(u"\\s*\\|\\s*"_s);
    static const QRegularExpression stars(u"\\*{1,3}(?=\\S)([^*\\n]*?\\S)\\*{1,3}"_s);
    static const QRegularExpression underscores(u"(?<![\\w@./])_{1,3}(?=\\S)([^_\\n]*?\\S)_{1,3}(?![\\w@])"_s);

    text.remove(fence);
    text.replace(link, u"\\1"_s);
    text.replace(autoLink, u"\\1"_s);
    text.replace(tag, u" "_s);
    text.replace(rule, u" "_s);
    text.replace(tableRule, u" "_s);
    text.remove(heading);
    text.remove(quote);
    text.remove(bullet);
    text.replace(number, u"\\1, "_s);
    if (text.contains(u'|')) {
        text.replace(edgePipe, u" "_s);
        text.replace(pipe, u", "_s);
    }
    text.remove(u'`');
    text.remove(u"~~"_s);
    text = withoutStageDirections(text);
    text.replace(stars, u"\\1"_s);
    text.replace(underscores, u"\\1"_s);
    return text;
}

/// Marks whose partner is in another piece of the text.
QString withoutLoneMarks(QString text)
{
    static const QRegularExpression loneStars(u"\\*{2,}|(?<!\\S)\\*+(?=\\S)|(?<=\\S)\\*+(?!\\S)"_s);
    static const QRegularExpression loneUnderscores(u"(?<!\\S)_+(?=\\S)|(?<=\\S)_+(?!\\S)"_s);
    static const QRegularExpression loneTicks(u"(?<!\\S)#{2,}\\s"_s);
    text.remove(loneStars);
    text.remove(loneUnderscores);
    text.remove(loneTicks);
    return text;
}

bool isPictograph(char32_t c)
{
    return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) || (c >= 0x2190 && c <= 0x21FF) ||
           (c >= 0x2300 && c <= 0x23FF) || (c >= 0x25A0 && c <= 0x25FF) || (c >= 0x2B00 && c <= 0x2BFF) ||
           (c >= 0xE0000 && c <= 0xE007F) || c == 0x3030 || c == 0x303D || c == 0x2122 || c == 0x00AE || c == 0x00A9;
}

/// Parts of a drawn sequence that show nothing by themselves: joiner, variation selectors, keycap, byte-order mark.
bool isInvisible(char32_t c)
{
    return c == 0x200B || c == 0x200D || c == 0x20E3 || c == 0x2060 || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

QString withoutPictographs(const QString &text)
{
    QString kept;
    kept.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text.at(i).unicode();
        qsizetype length = 1;
        if (text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text.at(i), text.at(i + 1));
            length = 2;
        }
        if (isPictograph(c))
            kept += u' ';
        else if (!isInvisible(c) && !text.at(i).isNull())
            kept += QStringView(text).sliced(i, length);
        i += length - 1;
    }
    return kept;
}

} // namespace

QString withoutMarkup(const QString &text)
{
    return withoutLoneMarks(withoutMarkdown(withoutPictographs(text)));
}

} // namespace engine::dialogue
