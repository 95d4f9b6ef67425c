#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

namespace engine::practice {

/// The query of a request target, in order, names repeated as they came. `+` and `%20` are both a space.
class QueryParameters
{
public:
    QueryParameters() = default;
    /// @param target  path and query as sent, "/v1/listen?model=nova-3&keyterm=a&keyterm=b"
    explicit QueryParameters(const QByteArray &target);

    bool has(QStringView name) const;
    std::optional<QString> first(QStringView name) const;
    QStringList all(QStringView name) const;

private:
    QList<std::pair<QString, QString>> m_items;
};

} // namespace engine::practice
