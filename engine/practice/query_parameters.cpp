#include "engine/practice/query_parameters.h"

#include <QUrl>

namespace engine::practice {

namespace {

QString decoded(QByteArray part)
{
    return QUrl::fromPercentEncoding(part.replace('+', ' '));
}

} // namespace

QueryParameters::QueryParameters(const QByteArray &target)
{
    const qsizetype mark = target.indexOf('?');
    if (mark < 0)
        return;
    for (const QByteArray &pair : target.mid(mark + 1).split('&')) {
        if (pair.isEmpty())
            continue;
        const qsizetype equals = pair.indexOf('=');
        m_items.append(
            {decoded(equals < 0 ? pair : pair.left(equals)), equals < 0 ? QString() : decoded(pair.mid(equals + 1))});
    }
}

bool QueryParameters::has(QStringView name) const
{
    return first(name).has_value();
}

std::optional<QString> QueryParameters::first(QStringView name) const
{
    for (const auto &item : m_items)
        if (item.first == name)
            return item.second;
    return std::nullopt;
}

QStringList QueryParameters::all(QStringView name) const
{
    QStringList values;
    for (const auto &item : m_items)
        if (item.first == name)
            values.append(item.second);
    return values;
}

} // namespace engine::practice
