#include "engine/dialogue/spoken_english.h"

#include "engine/dialogue/spoken_numbers.h"

#include <QRegularExpression>
#include <QStringList>

#include <functional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

using Match = QRegularExpressionMatch;

/// Rewrites every match; an empty answer of `rewrite` leaves the match as it is.
QString replaced(const QString &text, const QRegularExpression &pattern,
                 const std::function<QString(const Match &)> &rewrite)
{
    QString result;
    qsizetype copied = 0;
    for (auto it = pattern.globalMatch(text); it.hasNext();) {
        const Match match = it.next();
        const QString words = rewrite(match);
        if (words.isEmpty())
            continue;
        result += QStringView(text).sliced(copied, match.capturedStart() - copied);
        result += words;
        copied = match.capturedEnd();
    }
    if (copied == 0)
        return text;
    result += QStringView(text).sliced(copied);
    return result;
}

QRegularExpression pattern(const QString &text)
{
    return QRegularExpression(text, QRegularExpression::CaseInsensitiveOption);
}

// --- addresses ----------------------------------------------------------------------------------------------------

/// "ana.b-c_1" -> "ana dot b dash c underscore one"
QString spelledAddress(const QString &address)
{
    static const QRegularExpression digits(u"\\d+"_s);
    QString words = address;
    words.replace(u"."_s, u" dot "_s);
    words.replace(u"-"_s, u" dash "_s);
    words.replace(u"_"_s, u" underscore "_s);
    words.replace(u"/"_s, u" slash "_s);
    words.replace(u"+"_s, u" plus "_s);
    words.replace(u"@"_s, u" at "_s);
    words.replace(u"%"_s, u" percent "_s);
    words = replaced(words, digits, [](const Match &match) {
        const QString number = match.captured();
        const bool amount = number.size() <= 2 && !number.startsWith(u'0');
        return u' ' + (amount ? numberInWords(number) : digitByDigit(number)) + u' ';
    });
    return words.simplified();
}

QString emailsSpoken(const QString &text)
{
    static const QRegularExpression email =
        pattern(u"(?:mailto:)?\\b([a-z0-9][a-z0-9._%+\\-]*@[a-z0-9\\-]+(?:\\.[a-z0-9\\-]+)*\\.[a-z]{2,})"_s);
    return replaced(text, email, [](const Match &match) { return spelledAddress(match.captured(1)); });
}

QString urlsSpoken(const QString &text)
{
    static const QRegularExpression url = pattern(
        u"\\b(?:https?://(?:www\\.)?|www\\.)([a-z0-9\\-]+(?:\\.[a-z0-9\\-]+)*(?::\\d+)?)((?:/[\\w\\-./%+~]*)?)(?:[?#][\\w=&%.+\\-/#]*)?"_s);
    static const QRegularExpression bareDomain = pattern(
        u"\\b((?:[a-z0-9\\-]+\\.)+(?:com|org|net|edu|gov|info|app|dev|io|ai|co|uk|de|eu|us|ca))\\b((?:/[\\w\\-./%+~]*)?)"_s);
    const auto spoken = [](const Match &match) {
        QString address = match.captured(1) + match.captured(2);
        QString ending; // the mark that ends the sentence is not part of the address
        while (address.endsWith(u'/') || address.endsWith(u'.') || address.endsWith(u'-')) {
            if (address.endsWith(u'.'))
                ending = u"."_s;
            address.chop(1);
        }
        address.replace(u":"_s, u" port "_s);
        return spelledAddress(address) + ending;
    };
    return replaced(replaced(text, url, spoken), bareDomain, spoken);
}

// --- phone numbers ------------------------------------------------------------------------------------------------

/// "+1 (415) 555-0142" -> "plus one, four one five, five five five, zero one four two"
QString spokenPhoneNumber(const QString &written)
{
    static const QRegularExpression separators(u"[^\\d]+"_s);
    QStringList groups = written.split(separators, Qt::SkipEmptyParts);
    if (groups.size() == 1 && groups.first().size() == 11 && written.startsWith("+1"_L1)) {
        const QString digits = groups.first();
        groups = {digits.first(1), digits.sliced(1, 3), digits.sliced(4, 3), digits.sliced(7)};
    } else if (groups.size() == 1 && groups.first().size() == 10) {
        const QString digits = groups.first();
        groups = {digits.first(3), digits.sliced(3, 3), digits.sliced(6)};
    }
    QStringList words;
    for (const QString &group : groups)
        words.append(digitByDigit(group));
    return (written.startsWith(u'+') ? u"plus "_s : QString()) + words.join(u", "_s);
}

QString phoneNumbersSpoken(const QString &text)
{
    static const QRegularExpression international(u"(?<![\\w.])\\+\\d(?:[\\s().\\-]{0,2}\\d){6,14}(?![\\w])"_s);
    static const QRegularExpression northAmerican(
        u"(?<![\\w.$£€+])(?:1[\\s.\\-])?(?:\\(\\d{3}\\)\\s?|\\d{3}[\\s.\\-])\\d{3}[\\s.\\-]\\d{4}(?![\\w\\-])"_s);
    static const QRegularExpression local(u"(?<![\\w.$£€+\\-])\\d{3}-\\d{4}(?![\\w\\-])"_s);
    static const QRegularExpression tenDigits(u"(?<![\\w.$£€+,\\-])[2-9]\\d{9}(?![\\w\\-,.]\\w|\\w)"_s);
    QString spoken = text;
    const auto rewrite = [](const Match &match) { return spokenPhoneNumber(match.captured()); };
    for (const QRegularExpression *form : {&international, &northAmerican, &local, &tenDigits})
        spoken = replaced(spoken, *form, rewrite);
    return spoken;
}

// --- dates and times ----------------------------------------------------------------------------------------------

const QStringList &months()
{
    static const QStringList names = {u"January"_s,   u"February"_s, u"March"_s,    u"April"_s,
                                      u"May"_s,       u"June"_s,     u"July"_s,     u"August"_s,
                                      u"September"_s, u"October"_s,  u"November"_s, u"December"_s};
    return names;
}

/// "Nov", "Sept." or "november" -> "November"
QString fullMonth(const QString &written)
{
    for (const QString &name : months())
        if (name.startsWith(written.first(3), Qt::CaseInsensitive))
            return name;
    return written;
}

QString spokenDate(int year, int month, int day)
{
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return {};
    const QString words = months().at(month - 1) + u' ' + ordinal(day);
    return year > 0 ? words + u", "_s + yearInWords(year) : words;
}

QString datesSpoken(const QString &text)
{
    static const QString monthNames = u"(Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?\\.?"
                                      u"|July?\\.?|Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|"
                                      "Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)"_s;
    static const QRegularExpression iso(u"(?<![\\w\\-])(\\d{4})-(\\d{2})-(\\d{2})(?![\\d\\-])(?:T(?=\\d))?"_s);
    static const QRegularExpression slashed(u"(?<![\\w/])(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})(?![\\w/])"_s);
    // Month names are matched with their capital: "may 5" and "march 20" are verbs as often as not.
    static const QRegularExpression monthDay(
        u"\\b"_s + monthNames + u"\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:(,?)\\s+(\\d{4}))?(?![\\w:.]\\d|\\w)"_s);
    static const QRegularExpression dayMonth(u"(?<![\\w.,$:])(\\d{1,2})(?:st|nd|rd|th)?(?:\\s+of)?\\s+"_s + monthNames +
                                             u"(?![\\w])(?:,?\\s+(\\d{4})(?!\\w))?"_s);
    static const QRegularExpression monthYear(u"\\b"_s + monthNames + u"\\s+(\\d{4})(?!\\w)"_s);

    QString spoken = replaced(text, iso, [](const Match &match) {
        const QString date =
            spokenDate(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt());
        return date.isEmpty() || !match.captured().endsWith(u'T') ? date : date + u" at "_s;
    });
    spoken = replaced(spoken, slashed, [](const Match &match) {
        int first = match.captured(1).toInt();
        int second = match.captured(2).toInt();
        if (first > 12 && second <= 12) // day first, whoever wrote it
            std::swap(first, second);
        const int year = match.captured(3).toInt();
        return spokenDate(year < 100 ? 2000 + year : year, first, second);
    });
    spoken = replaced(spoken, monthDay, [](const Match &match) {
        const int day = match.captured(2).toInt();
        if (day < 1 || day > 31)
            return QString();
        const QString date = fullMonth(match.captured(1)) + u' ' + ordinal(day);
        return match.captured(4).isEmpty() ? date : date + u", "_s + yearInWords(match.captured(4).toInt());
    });
    spoken = replaced(spoken, dayMonth, [](const Match &match) {
        const int day = match.captured(1).toInt();
        if (day < 1 || day > 31)
            return QString();
        const QString date = fullMonth(match.captured(2)) + u' ' + ordinal(day);
        return match.captured(3).isEmpty() ? date : date + u", "_s + yearInWords(match.captured(3).toInt());
    });
    return replaced(spoken, monthYear, [](const Match &match) {
        return QString(fullMonth(match.captured(1)) + u' ' + yearInWords(match.captured(2).toInt()));
    });
}

/// "9:05" and "am" -> "nine oh five AM"
QString spokenTime(int hour, int minute, QString half)
{
    if (hour > 24 || minute > 59)
        return {};
    if (half.isEmpty() && (hour > 12 || hour == 0)) {
        half = hour >= 12 && hour < 24 ? u"PM"_s : u"AM"_s;
    }
    const int shownHour = hour % 12 == 0 ? 12 : hour % 12;
    QString words = cardinal(shownHour);
    if (minute > 0)
        words += (minute < 10 ? u" oh "_s : u" "_s) + cardinal(minute);
    else if (half.isEmpty())
        words += u" o'clock"_s;
    return half.isEmpty() ? words : words + u' ' + half;
}

QString timesSpoken(const QString &text)
{
    static const QRegularExpression range = pattern(
        u"(\\b\\d{1,2}(?::\\d{2})?(?:\\s?[ap]\\.?m\\.?)?)\\s?[\\-–—]\\s?(?=\\d{1,2}(?::\\d{2}|\\s?[ap]\\.?m\\b))"_s);
    static const QRegularExpression clock =
        pattern(u"(?<![\\w:.])(\\d{1,2}):(\\d{2})(?::\\d{2})?(?![\\d:])(?:\\s?([ap])(?:m\\b|\\.m\\.))?(?!\\w)"_s);
    static const QRegularExpression hourOnly = pattern(u"(?<![\\w:.])(\\d{1,2})\\s?([ap])(?:m\\b|\\.m\\.)(?!\\w)"_s);
    static const QRegularExpression loneHalf(u"\\b([ap])\\.m\\.(?!\\w)"_s);
    const auto half = [](const QString &letter) { return letter.isEmpty() ? QString() : letter.toUpper() + u'M'; };
    QString spoken = replaced(text, range, [](const Match &match) { return match.captured(1) + u" to "_s; });
    // "5 p.m." at the end of a sentence keeps that end.
    const auto withEnd = [&spoken](const Match &match, QString words) {
        const bool last = QStringView(spoken).sliced(match.capturedEnd()).trimmed().isEmpty();
        if (!words.isEmpty() && last && match.captured().endsWith(u'.'))
            words += u'.';
        return words;
    };
    spoken = replaced(spoken, clock, [&](const Match &match) {
        return withEnd(match,
                       spokenTime(match.captured(1).toInt(), match.captured(2).toInt(), half(match.captured(3))));
    });
    spoken = replaced(spoken, hourOnly, [&](const Match &match) {
        return withEnd(match, spokenTime(match.captured(1).toInt(), 0, half(match.captured(2))));
    });
    return replaced(spoken, loneHalf, [&](const Match &match) { return withEnd(match, half(match.captured(1))); });
}

// --- amounts ------------------------------------------------------------------------------------------------------

QString numberPattern()
{
    return u"\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?"_s;
}

struct Currency
{
    QString sign;
    QString one;
    QString many;
    QString oneCent;
    QString manyCents;
};

const Currency &currency(const QString &sign)
{
    static const Currency dollar{u"$"_s, u"dollar"_s, u"dollars"_s, u"cent"_s, u"cents"_s};
    static const Currency pound{u"£"_s, u"pound"_s, u"pounds"_s, u"penny"_s, u"pence"_s};
    static const Currency euro{u"€"_s, u"euro"_s, u"euros"_s, u"cent"_s, u"cents"_s};
    static const Currency yen{u"¥"_s, u"yen"_s, u"yen"_s, u"sen"_s, u"sen"_s};
    if (sign == u"£"_s || sign == u"GBP"_s)
        return pound;
    if (sign == u"€"_s || sign == u"EUR"_s)
        return euro;
    return sign == u"¥"_s ? yen : dollar;
}

QString spokenMoney(const Currency &money, QString amount, const QString &scale)
{
    amount.remove(u',');
    if (!scale.isEmpty())
        return numberInWords(amount) + u' ' + scale.toLower() + u' ' + money.many;
    const QStringList halves = amount.split(u'.');
    if (halves.first().size() > 15)
        return {};
    const qint64 whole = halves.first().toLongLong();
    const QString fraction = halves.size() > 1 ? halves.at(1) : QString();
    if (fraction.size() > 2) // a unit price such as $0.0035
        return numberInWords(amount) + u' ' + money.many;
    const int cents = fraction.leftJustified(2, u'0').toInt();
    QStringList words;
    if (whole > 0 || cents == 0)
        words.append(cardinal(whole) + u' ' + (whole == 1 ? money.one : money.many));
    if (cents > 0)
        words.append(cardinal(cents) + u' ' + (cents == 1 ? money.oneCent : money.manyCents));
    return words.join(u" and "_s);
}

QString moneySpoken(const QString &text)
{
    static const QRegularExpression signFirst = pattern(u"(?:US)?([$£€¥])\\s?("_s + numberPattern() +
                                                        u")(?:\\s?(thousand|million|billion|trillion)\\b)?(?!\\d)"_s);
    static const QRegularExpression signLast(u"(?<![\\w.,])("_s + numberPattern() +
                                             u")\\s?(€|£|USD\\b|EUR\\b|GBP\\b)"_s);
    QString spoken = replaced(text, signFirst, [](const Match &match) {
        return spokenMoney(currency(match.captured(1)), match.captured(2), match.captured(3));
    });
    return replaced(spoken, signLast, [](const Match &match) {
        return spokenMoney(currency(match.captured(2)), match.captured(1), QString());
    });
}

/// "72°F", "5 km", "15%", "#5", "No. 5"
QString unitsSpoken(const QString &text)
{
    struct Unit
    {
        QString written;
        QString one;
        QString many;
    };
    static const std::vector<Unit> units = {{u"km"_s, u"kilometer"_s, u"kilometers"_s},
                                            {u"cm"_s, u"centimeter"_s, u"centimeters"_s},
                                            {u"mm"_s, u"millimeter"_s, u"millimeters"_s},
                                            {u"kg"_s, u"kilogram"_s, u"kilograms"_s},
                                            {u"lb"_s, u"pound"_s, u"pounds"_s},
                                            {u"lbs"_s, u"pound"_s, u"pounds"_s},
                                            {u"mph"_s, u"mile per hour"_s, u"miles per hour"_s},
                                            {u"min"_s, u"minute"_s, u"minutes"_s},
                                            {u"mins"_s, u"minute"_s, u"minutes"_s},
                                            {u"hr"_s, u"hour"_s, u"hours"_s},
                                            {u"hrs"_s, u"hour"_s, u"hours"_s},
                                            {u"sec"_s, u"second"_s, u"seconds"_s},
                                            {u"GB"_s, u"gigabyte"_s, u"gigabytes"_s},
                                            {u"MB"_s, u"megabyte"_s, u"megabytes"_s}};
    static const QRegularExpression percentRange(u"(\\d)\\s?[\\-–—]\\s?(?=[\\d.]+\\s?%)"_s);
    static const QRegularExpression percent(u"\\s?%"_s);
    static const QRegularExpression degrees(u"\\s?°\\s?([CF])\\b"_s);
    static const QRegularExpression plainDegrees(u"\\s?°"_s);
    static const QRegularExpression unit(u"\\b([\\d.,]*\\d)\\s?(km|cm|mm|kg|lbs?|mph|mins?|hrs?|sec|GB|MB)\\b"_s);
    static const QRegularExpression hash(u"(?<![\\w&])#\\s?(?=\\d)"_s);
    static const QRegularExpression numero(u"\\b(?:No|Nr)\\.\\s?(?=\\d)"_s);

    QString spoken = text;
    spoken.replace(percentRange, u"\\1 to "_s);
    spoken.replace(percent, u" percent"_s);
    spoken = replaced(spoken, degrees, [](const Match &match) {
        return match.captured(1) == u"C"_s ? u" degrees Celsius"_s : u" degrees Fahrenheit"_s;
    });
    spoken.replace(plainDegrees, u" degrees"_s);
    spoken.replace(hash, u"number "_s);
    spoken.replace(numero, u"number "_s);
    return replaced(spoken, unit, [](const Match &match) {
        for (const Unit &known : units)
            if (known.written == match.captured(2))
                return QString(match.captured(1) + u' ' + (match.captured(1) == u"1"_s ? known.one : known.many));
        return QString();
    });
}

/// "AB12" -> "A B one two": letters and digits mixed are a code.
QString codesSpoken(const QString &text)
{
    static const QRegularExpression code(
        u"(?<![\\w\\-.])(?=[A-Z0-9\\-]*\\d)(?=[A-Z0-9\\-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\\w])"_s);
    return replaced(text, code, [](const Match &match) {
        QStringList words;
        for (const QChar character : match.captured()) {
            if (character.isDigit())
                words.append(digitByDigit(QStringView(&character, 1)));
            else if (character.isLetter())
                words.append(character);
        }
        return words.join(u' ');
    });
}

QString numbersSpoken(const QString &text)
{
    static const QRegularExpression fraction(u"(?<![\\w/.,])(?:(\\d+)\\s)?([123])/([234])(?![\\w/])"_s);
    static const QRegularExpression aroundTheClock(u"\\b24/7\\b"_s);
    static const QRegularExpression ordinals(u"(?<![\\w.,])(\\d{1,6})(?:st|nd|rd|th)\\b"_s);
    static const QRegularExpression decade(u"(?<![\\w.,'])((?:1[1-9]|20)\\d)0s\\b"_s);
    static const QRegularExpression numberRange(u"(?<![\\w.,\\-])("_s + numberPattern() +
                                                u")\\s?[\\-–—]\\s?(?=\\d)(?!\\d+-)"_s);
    static const QRegularExpression year(u"(?<![\\w.,\\-$])((?:19|20)\\d{2})(?![\\w,]\\d|\\w|\\.\\d)"_s);
    static const QRegularExpression number(u"(?<![\\w.])([\\-−]?)("_s + numberPattern() + u")(?![\\w])"_s);
    static const QRegularExpression glued(u"(\\d+)"_s);

    QString spoken = text;
    spoken.replace(u"½"_s, u" 1/2"_s);
    spoken.replace(u"¼"_s, u" 1/4"_s);
    spoken.replace(u"¾"_s, u" 3/4"_s);
    spoken.replace(aroundTheClock, u"twenty-four seven"_s);
    spoken = replaced(spoken, fraction, [](const Match &match) {
        const int top = match.captured(2).toInt();
        const int bottom = match.captured(3).toInt();
        if (top >= bottom)
            return QString();
        const QString name = bottom == 2 ? u"half"_s : bottom == 3 ? u"third"_s : u"quarter"_s;
        const QString words = cardinal(top) + u' ' + name + (top > 1 ? u"s"_s : QString());
        if (match.captured(1).isEmpty())
            return words;
        return QString(numberInWords(match.captured(1)) + u" and "_s + (top == 1 ? u"a "_s + name : words));
    });
    spoken = replaced(spoken, ordinals, [](const Match &match) { return ordinal(match.captured(1).toLongLong()); });
    spoken = replaced(spoken, decade, [](const Match &match) {
        QString words = yearInWords(match.captured(1).toInt() * 10);
        return words.endsWith(u'y') ? words.chopped(1) + u"ies"_s : words + u's';
    });
    spoken = replaced(spoken, numberRange, [](const Match &match) { return match.captured(1) + u" to "_s; });
    spoken = replaced(spoken, year, [](const Match &match) { return yearInWords(match.captured(1).toInt()); });
    spoken = replaced(spoken, number, [&spoken](const Match &match) {
        // A dash behind a word or a number joins, it does not negate.
        const qsizetype before = match.capturedStart() - 1;
        const bool joins = before >= 0 && !spoken.at(before).isSpace() && spoken.at(before) != u'(';
        const QString sign = match.captured(1);
        const QString words = numberInWords(match.captured(2));
        return sign.isEmpty() ? words : (joins ? u" "_s : u"minus "_s) + words;
    });
    // Digits glued to letters, as in "covid19" or "10x".
    return replaced(spoken, glued, [&spoken](const Match &match) {
        const qsizetype start = match.capturedStart();
        const qsizetype end = match.capturedEnd();
        const bool letterBefore = start > 0 && spoken.at(start - 1).isLetter();
        const bool letterAfter = end < spoken.size() && spoken.at(end).isLetter();
        return QString((letterBefore ? u" "_s : QString()) + numberInWords(match.captured()) +
                       (letterAfter ? u" "_s : QString()));
    });
}

// --- words and signs ----------------------------------------------------------------------------------------------

QString abbreviationsSpoken(const QString &text)
{
    struct Abbreviation
    {
        QRegularExpression written;
        QString spoken;
    };
    static const std::vector<Abbreviation> abbreviations = {
        {QRegularExpression(u"\\bDr\\.(?=\\s+[A-Z])"_s), u"Doctor"_s},
        {QRegularExpression(u"\\bMr\\.(?=\\s+[A-Z])"_s), u"Mister"_s},
        {QRegularExpression(u"\\bMrs\\.(?=\\s+[A-Z])"_s), u"Missus"_s},
        {QRegularExpression(u"\\bMs\\.(?=\\s+[A-Z])"_s), u"Ms"_s},
        {QRegularExpression(u"\\bProf\\.(?=\\s+[A-Z])"_s), u"Professor"_s},
        {QRegularExpression(u"\\bSt\\.(?=\\s+[A-Z])"_s), u"Saint"_s},
        {pattern(u"\\be\\.g\\.,?"_s), u"for example,"_s},
        {pattern(u"\\bi\\.e\\.,?"_s), u"that is,"_s},
        {pattern(u"\\betc\\.(?=\\s*$)"_s), u"et cetera."_s},
        {pattern(u"\\betc\\.(?=\\s+[A-Z])"_s), u"et cetera."_s},
        {pattern(u"\\betc\\."_s), u"et cetera"_s},
        {pattern(u"\\bvs\\.?(?=\\s)"_s), u"versus"_s},
        {pattern(u"\\bapprox\\."_s), u"approximately"_s},
        {pattern(u"\\bappt\\."_s), u"appointment"_s},
        {pattern(u"\\bw/(?=\\s)"_s), u"with"_s},
        {pattern(u"\\bw/o\\b"_s), u"without"_s},
    };
    QString spoken = text;
    for (const Abbreviation &abbreviation : abbreviations)
        spoken.replace(abbreviation.written, abbreviation.spoken);
    return spoken;
}

QString signsSpoken(const QString &text)
{
    static const QRegularExpression andOr = pattern(u"\\band\\s?/\\s?or\\b"_s);
    static const QRegularExpression letterSlash(u"(?<=[A-Za-z])\\s?/\\s?(?=[A-Za-z])"_s);
    static const QRegularExpression calculation(u"(?<=\\w)\\s*([+=×])\\s*(?=\\w)"_s);
    static const QRegularExpression dash(u"\\s*[—–]\\s*|\\s+-{1,2}\\s+"_s);
    static const QRegularExpression brackets(u"\\s*\\(([^()]*)\\)"_s);
    static const QRegularExpression loneBrackets(u"[()\\[\\]{}<>~^\\\\]"_s);
    static const QRegularExpression doubleQuotes(u"[\"“”„«»]"_s);
    static const QRegularExpression repeatedMarks(u"([!?])[!?]*(\\?)[!?]*|([!?])[!?]+"_s);

    QString spoken = text;
    spoken.replace(u"’"_s, u"'"_s);
    spoken.replace(u"…"_s, u"..."_s);
    spoken.replace(u"&"_s, u" and "_s);
    spoken.replace(andOr, u"or"_s);
    spoken.replace(letterSlash, u" or "_s);
    spoken = replaced(spoken, calculation, [](const Match &match) {
        const QString sign = match.captured(1);
        return sign == u"+"_s ? u" plus "_s : sign == u"="_s ? u" equals "_s : u" times "_s;
    });
    spoken.replace(dash, u", "_s);
    spoken.replace(brackets, u", \\1,"_s);
    spoken.remove(loneBrackets);
    spoken.remove(doubleQuotes);
    return replaced(spoken, repeatedMarks, [](const Match &match) {
        return match.captured(2).isEmpty() ? match.captured(3) : match.captured(2);
    });
}

} // namespace

// From the most particular form to the plainest: what one step has put into words, the next no longer sees as a number.
QString spokenEnglish(const QString &text)
{
    QString spoken = text;
    for (const auto step : {emailsSpoken, urlsSpoken, phoneNumbersSpoken, datesSpoken, timesSpoken, moneySpoken,
                            unitsSpoken, codesSpoken, numbersSpoken, abbreviationsSpoken, signsSpoken})
        spoken = step(spoken);
    return spoken;
}

} // namespace engine::dialogue
