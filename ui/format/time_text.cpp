#include "ui/format/time_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

using namespace Qt::StringLiterals;

namespace ui::format {

namespace {

struct TimeText
{
    Q_DECLARE_TR_FUNCTIONS(TimeText)
};

/// Qt's short formats leave out the seconds; of the locale we take whether the day has twelve hours or twenty-four.
QString formatted(const QDateTime &at, const QString &twelveHours, const QString &twentyFourHours)
{
    if (!at.isValid())
        return {};
    const QLocale locale;
    const bool twelve = locale.timeFormat(QLocale::ShortFormat).contains(u'a', Qt::CaseInsensitive);
    return locale.toString(at.toLocalTime().time(), twelve ? twelveHours : twentyFourHours);
}

} // namespace

QString runningTime(double seconds)
{
    const auto whole = static_cast<qint64>(std::max(0.0, std::floor(seconds)));
    const QString minutes = QString::number(whole / 60 % 60).rightJustified(whole >= 3600 ? 2 : 1, u'0');
    const QString text = minutes + u':' + QString::number(whole % 60).rightJustified(2, u'0');
    return whole >= 3600 ? QString::number(whole / 3600) + u':' + text : text;
}

QString inSeconds(double ms)
{
    return TimeText::tr("%1 s", "seconds").arg(QLocale().toString(ms / 1000.0, 'f', 2));
}

QString clockTime(const QDateTime &at)
{
    return formatted(at, u"h:mm:ss AP"_s, u"HH:mm:ss"_s);
}

QString exactTime(const QDateTime &at)
{
    return formatted(at, u"h:mm:ss.zzz AP"_s, u"HH:mm:ss.zzz"_s);
}

QString shortTime(const QDateTime &at)
{
    return formatted(at, u"h:mm AP"_s, u"HH:mm"_s);
}

QString dayText(const QDate &day, const QDate &today)
{
    if (day == today)
        return TimeText::tr("TODAY");
    if (day == today.addDays(-1))
        return TimeText::tr("YESTERDAY");
    const QLocale locale;
    return locale.toUpper(locale.toString(day, QLocale::LongFormat));
}

} // namespace ui::format
