#include "engine/dialogue/spoken_numbers.h"

#include <QStringList>

#include <array>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

/// A plain row of digits this long is a reference, not an amount.
constexpr qsizetype kLongestPlainAmount = 6;
constexpr qsizetype kLongestAmount = 15;

const QStringList &small()
{
    static const QStringList words = {u"zero"_s,    u"one"_s,     u"two"_s,       u"three"_s,    u"four"_s,
                                      u"five"_s,    u"six"_s,     u"seven"_s,     u"eight"_s,    u"nine"_s,
                                      u"ten"_s,     u"eleven"_s,  u"twelve"_s,    u"thirteen"_s, u"fourteen"_s,
                                      u"fifteen"_s, u"sixteen"_s, u"seventeen"_s, u"eighteen"_s, u"nineteen"_s};
    return words;
}

const QStringList &tens()
{
    static const QStringList words = {QString(),  QString(),  u"twenty"_s,  u"thirty"_s, u"forty"_s,
                                      u"fifty"_s, u"sixty"_s, u"seventy"_s, u"eighty"_s, u"ninety"_s};
    return words;
}

QString belowHundred(qint64 number)
{
    if (number < 20)
        return small().at(number);
    const QString ten = tens().at(number / 10);
    return number % 10 ? ten + u'-' + small().at(number % 10) : ten;
}

QString belowThousand(qint64 number)
{
    if (number < 100)
        return belowHundred(number);
    const QString hundreds = small().at(number / 100) + u" hundred"_s;
    return number % 100 ? hundreds + u' ' + belowHundred(number % 100) : hundreds;
}

} // namespace

QString cardinal(qint64 number)
{
    struct Scale
    {
        qint64 value;
        QString name;
    };
    static const std::array<Scale, 4> scales = {Scale{1'000'000'000'000, u"trillion"_s},
                                                Scale{1'000'000'000, u"billion"_s}, Scale{1'000'000, u"million"_s},
                                                Scale{1'000, u"thousand"_s}};
    if (number == 0)
        return small().at(0);
    QStringList words;
    if (number < 0) {
        words.append(u"minus"_s);
        number = -number;
    }
    for (const Scale &scale : scales) {
        if (number >= scale.value) {
            words.append(cardinal(number / scale.value) + u' ' + scale.name);
            number %= scale.value;
        }
    }
    if (number > 0)
        words.append(belowThousand(number));
    return words.join(u' ');
}

QString ordinal(qint64 number)
{
    static const std::array<std::pair<QString, QString>, 7> irregular = {
        std::pair{u"one"_s, u"first"_s}, {u"two"_s, u"second"_s}, {u"three"_s, u"third"_s},   {u"five"_s, u"fifth"_s},
        {u"eight"_s, u"eighth"_s},       {u"nine"_s, u"ninth"_s}, {u"twelve"_s, u"twelfth"_s}};
    QString words = cardinal(number);
    for (const auto &[base, form] : irregular) {
        const qsizetype start = words.size() - base.size();
        if (words.endsWith(base) && (start == 0 || !words.at(start - 1).isLetter()))
            return words.first(start) + form;
    }
    if (words.endsWith(u'y'))
        return words.chopped(1) + u"ieth"_s;
    return words + u"th"_s;
}

QString digitByDigit(QStringView digits)
{
    QStringList words;
    for (const QChar digit : digits)
        if (digit >= u'0' && digit <= u'9')
            words.append(small().at(digit.unicode() - u'0'));
    return words.join(u' ');
}

QString numberInWords(const QString &written)
{
    const bool negative = written.startsWith(u'-') || written.startsWith(u'−');
    const bool grouped = written.contains(u',');
    QString digits = negative ? written.sliced(1) : written;
    digits.remove(u',');
    const qsizetype point = digits.indexOf(u'.');
    const QString whole = point < 0 ? digits : digits.first(point);

    const bool reference =
        !grouped && (whole.size() > kLongestPlainAmount || (whole.size() > 1 && whole.startsWith(u'0')));
    QString words = reference || whole.size() > kLongestAmount ? digitByDigit(whole) : cardinal(whole.toLongLong());
    if (point >= 0)
        words += u" point "_s + digitByDigit(QStringView(digits).sliced(point + 1));
    return negative ? u"minus "_s + words : words;
}

QString yearInWords(int year)
{
    if (year < 1000 || year > 9999 || (year >= 2000 && year < 2010) || year % 1000 == 0)
        return cardinal(year);
    const int rest = year % 100;
    const QString century = belowHundred(year / 100);
    if (rest == 0)
        return century + u" hundred"_s;
    return rest < 10 ? century + u" oh "_s + belowHundred(rest) : century + u' ' + belowHundred(rest);
}

} // namespace engine::dialogue
