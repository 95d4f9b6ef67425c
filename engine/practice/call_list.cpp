#include "engine/practice/call_list.h"

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;

bool passesDate(const QDateTime &time, QByteArrayView name, QByteArrayView field, const QByteArray &value)
{
    if (!name.startsWith(field))
        return true;
    const QByteArrayView sign = name.sliced(field.size());
    const QDate wanted =
        QDate::fromString(QString::fromLatin1(value.first(qMin<qsizetype>(10, value.size()))), Qt::ISODate);
    if (!wanted.isValid() || (!sign.isEmpty() && sign != "<" && sign != ">"))
        return true;
    if (!time.isValid())
        return false;
    const QDate date = time.toUTC().date();
    if (sign == "<")
        return date <= wanted;
    return sign == ">" ? date >= wanted : date == wanted;
}

int numberOr(const twilio::FormPairs &query, QByteArrayView name, int fallback)
{
    const auto value = twilio::fieldValue(query, name);
    bool isNumber = false;
    const int number = value ? value->toInt(&isNumber) : 0;
    return isNumber ? number : fallback;
}

} // namespace

bool passesFilters(const CallRecord &call, const twilio::FormPairs &query)
{
    return std::all_of(query.begin(), query.end(), [&call](const auto &pair) {
        const auto &[name, value] = pair;
        if (value.isEmpty())
            return true;
        const QString text = QString::fromUtf8(value);
        if (name == "To")
            return call.to == text;
        if (name == "From")
            return call.from == text;
        if (name == "Status")
            return toWord(call.status) == text;
        if (name == "ParentCallSid")
            return false; // no call here has a parent
        return passesDate(call.started, name, "StartTime", value) && passesDate(call.ended, name, "EndTime", value);
    });
}

tl::expected<QJsonObject, RestError> listPage(const QString &path, const QByteArray &query, const QString &key,
                                              const std::vector<QJsonObject> &items)
{
    const twilio::FormPairs parameters = twilio::parseForm(query);
    const int pageSize = numberOr(parameters, "PageSize", kDefaultPageSize);
    if (pageSize < 1 || pageSize > kMaxPageSize)
        return tl::unexpected(RestError{400, 20007, u"Page size must be between 1 and %1."_s.arg(kMaxPageSize), {}});
    const int page = qMax(0, numberOr(parameters, "Page", 0));

    // A page after the first begins behind the item its token names, so that new calls do not shift it.
    size_t first = static_cast<size_t>(page) * static_cast<size_t>(pageSize);
    if (const auto token = twilio::fieldValue(parameters, "PageToken"); token && token->startsWith("PA")) {
        const QString sid = QString::fromLatin1(token->sliced(2));
        const auto last = std::find_if(items.begin(), items.end(),
                                       [&](const QJsonObject &item) { return item.value("sid"_L1) == sid; });
        if (last != items.end())
            first = static_cast<size_t>(last - items.begin()) + 1;
    }
    QJsonArray shown;
    for (size_t index = first; index < items.size() && shown.size() < pageSize; ++index)
        shown.append(items[index]);

    twilio::FormPairs filters;
    for (const auto &pair : parameters)
        if (pair.first != "PageSize" && pair.first != "Page" && pair.first != "PageToken")
            filters.append(pair);
    const auto uri = [&](int number, const QString &token) {
        twilio::FormPairs pairs = filters;
        pairs.emplaceBack("PageSize", QByteArray::number(pageSize));
        pairs.emplaceBack("Page", QByteArray::number(number));
        if (!token.isEmpty())
            pairs.emplaceBack("PageToken", token.toLatin1());
        return QString(path + u'?' + QString::fromLatin1(twilio::buildForm(pairs)));
    };
    const bool hasMore = first + static_cast<size_t>(shown.size()) < items.size();
    const QString lastSid = shown.isEmpty() ? QString() : shown.last().toObject().value("sid"_L1).toString();
    return QJsonObject{
        {key, shown},
        {u"page"_s, page},
        {u"page_size"_s, pageSize},
        {u"start"_s, static_cast<qint64>(first)},
        {u"end"_s, static_cast<qint64>(first) + qMax<qint64>(0, shown.size() - 1)},
        {u"previous_page_uri"_s, page > 0 ? QJsonValue(uri(page - 1, {})) : QJsonValue()},
        {u"uri"_s, uri(page, {})},
        {u"first_page_uri"_s, uri(0, {})},
        {u"next_page_uri"_s, hasMore ? QJsonValue(uri(page + 1, u"PA"_s + lastSid)) : QJsonValue()},
    };
}

} // namespace engine::practice
