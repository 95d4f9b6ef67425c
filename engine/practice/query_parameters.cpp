#include "engine/practice/query_parameters.h"

#include "engine/server/form.h"

namespace engine::practice {

QueryParameters::QueryParameters(const QByteArray &target)
{
    for (const auto &[name, value] : server::parseQuery(target))
        m_items.append({QString::fromUtf8(name), QString::fromUtf8(value)});
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
