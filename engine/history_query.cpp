#include "engine/history_query.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

constexpr int kListMost = 500;

tl::unexpected<Error> wrong(const QString &code, const QString &sentence)
{
    return failure(Fault::Settings, code, sentence);
}

/// @param wholeDay  what a date without a time means: its end instead of its beginning
Result<QDateTime> parseTime(const server::Request &request, const QString &name, bool wholeDay)
{
    const QString text = request.queryValue(name).value_or(QString());
    if (text.isEmpty())
        return QDateTime();
    const QDate date = QDate::fromString(text, Qt::ISODate);
    if (date.isValid() && !text.contains(u'T'))
        return QDateTime(wholeDay ? date.addDays(1) : date, QTime(0, 0), QTimeZone::utc());
    QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (time.isValid() && time.timeSpec() == Qt::LocalTime)
        time = QDateTime(time.date(), time.time(), QTimeZone::utc());
    if (!time.isValid())
        return wrong(u"bad_date"_s,
                     u"%1 must be a date or a time, such as 2026-03-04 or 2026-03-04T10:15:00Z."_s.arg(name));
    return time;
}

} // namespace

Result<records::CallFilter> parseCallFilter(const server::Request &request)
{
    records::CallFilter filter;
    if (const auto text = request.queryValue(u"limit"_s)) {
        bool ok = false;
        filter.limit = text->toInt(&ok);
        if (!ok || filter.limit < 1 || filter.limit > kListMost)
            return wrong(u"bad_limit"_s, u"limit must be a whole number from 1 to %1."_s.arg(kListMost));
    }
    if (const auto text = request.queryValue(u"before"_s))
        filter.before = CallSid(*text);
    filter.text = request.queryValue(u"q"_s).value_or(QString());
    filter.outcome = request.queryValue(u"outcome"_s).value_or(QString());
    static const QStringList kOutcomes = {{},          u"conversation"_s, u"no_words"_s, u"busy"_s, u"no_answer"_s,
                                          u"failed"_s, u"canceled"_s};
    if (!kOutcomes.contains(filter.outcome))
        return wrong(u"bad_outcome"_s, u"outcome can be %1."_s.arg(kOutcomes.mid(1).join(", "_L1)));
    const auto from = parseTime(request, u"from"_s, false);
    const auto to = parseTime(request, u"to"_s, true);
    if (!from || !to)
        return tl::unexpected(from ? to.error() : from.error());
    filter.from = *from;
    filter.to = *to;
    return filter;
}

Result<records::ExportFormat> parseExportFormat(const server::Request &request)
{
    if (const auto format = records::exportFormatFromWord(request.queryValue(u"format"_s).value_or(u"json"_s)))
        return *format;
    return wrong(u"bad_format"_s, u"format can be json, csv or txt."_s);
}

} // namespace engine
