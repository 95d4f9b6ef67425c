#include "engine/practice/phone_text.h"

#include <QRegularExpression>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

bool isNorthAmerican(const QString &e164)
{
    return e164.size() == 12 && e164.startsWith("+1"_L1);
}

} // namespace

std::optional<QString> normalizedNumber(const QString &text)
{
    static const QRegularExpression separators(u"[ ()\\-.]"_s);
    static const QRegularExpression digitsOnly(u"^\\d+$"_s);
    static const QRegularExpression e164(u"^\\+[1-9]\\d{1,14}$"_s);
    static const QRegularExpression northAmerican(u"^\\+1[2-9]\\d{9}$"_s);
    QString number = text.trimmed();
    if (!number.startsWith(u'+') || number.startsWith("+1"_L1))
        number.remove(separators);
    if (digitsOnly.match(number).hasMatch()) {
        if (number.size() == 10)
            number.prepend("+1"_L1);
        else if (number.size() == 11 && number.startsWith(u'1'))
            number.prepend(u'+');
    }
    if (!e164.match(number).hasMatch())
        return std::nullopt;
    if (number.startsWith("+1"_L1) && !northAmerican.match(number).hasMatch())
        return std::nullopt;
    return number;
}

QString formattedNumber(const QString &e164)
{
    if (!isNorthAmerican(e164))
        return e164;
    return u"(%1) %2-%3"_s.arg(e164.mid(2, 3), e164.mid(5, 3), e164.mid(8, 4));
}

QString quotedNumber(const QString &text)
{
    return text.size() < 8 ? text : text.chopped(4) + "XXXX"_L1;
}

NumberPlace placeOf(const QString &e164)
{
    if (!isNorthAmerican(e164))
        return {};
    if (e164.mid(2, 3) == "415"_L1)
        return {u"SAN FRANCISCO"_s, u"CA"_s, u"94105"_s, u"US"_s};
    return {{}, {}, {}, u"US"_s};
}

} // namespace engine::practice
