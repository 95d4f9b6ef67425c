#pragma once

#include <QJsonValue>
#include <QString>

#include <map>
#include <optional>

namespace engine::practice {

/// What a JSON message of a Google API may hold: the checks its protobuf parser makes before any meaning is looked at.
///
/// Field names are accepted in camelCase and snake_case; problems are told in snake_case, as the vendor does.
struct ProtoSchema
{
    enum class Kind
    {
        Any,
        String,
        Bytes,
        Number,
        Bool,
        Object,
        Message,
        Map
    };
    struct Field
    {
        Kind kind = Kind::Any;
        bool repeated = false;
        const ProtoSchema *message =
            nullptr; ///< for Message, and for the values of a Map; nullptr for a Map of strings
    };
    std::map<QString, Field> fields; ///< by camelCase name

    /// What is wrong with `value`, in the vendor's words; nullopt when nothing is.
    /// @param path  snake_case path of the value, empty for the body itself
    std::optional<QString> problem(const QJsonValue &value, const QString &path = {}) const;
};

} // namespace engine::practice
