#include "engine/practice/proto_schema.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

QString toSnake(const QString &camel)
{
    QString snake;
    for (const QChar c : camel) {
        if (c.isUpper())
            snake += u'_';
        snake += c.toLower();
    }
    return snake;
}

QString toCamel(const QString &snake)
{
    QString camel;
    bool upper = false;
    for (const QChar c : snake) {
        if (c == u'_') {
            upper = true;
            continue;
        }
        camel += upper ? c.toUpper() : c;
        upper = false;
    }
    return camel;
}

QString shown(const QJsonValue &value)
{
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.mid(1, list.size() - 2));
}

QString wrongType(const QString &path, const QString &type, const QJsonValue &value)
{
    return u"Invalid value at '%1' (%2), %3"_s.arg(path, type, shown(value));
}

std::optional<QString> scalarProblem(ProtoSchema::Kind kind, const QJsonValue &value, const QString &path)
{
    using Kind = ProtoSchema::Kind;
    static const QRegularExpression base64(u"^[A-Za-z0-9+/_-]*={0,2}$"_s);
    switch (kind) {
    case Kind::String:
        if (!value.isString())
            return wrongType(path, u"TYPE_STRING"_s, value);
        break;
    case Kind::Bytes:
        if (!value.isString() || !base64.match(value.toString()).hasMatch())
            return u"Invalid value at '%1' (TYPE_BYTES), Base64 decoding failed for %2"_s.arg(path, shown(value));
        break;
    case Kind::Number: {
        bool numeric = value.isDouble();
        if (value.isString()) // numbers may come as text in protobuf JSON
            value.toString().toDouble(&numeric);
        if (!numeric)
            return wrongType(path, u"TYPE_DOUBLE"_s, value);
        break;
    }
    case Kind::Bool:
        if (!value.isBool())
            return wrongType(path, u"TYPE_BOOL"_s, value);
        break;
    case Kind::Object:
        if (!value.isObject())
            return wrongType(path, u"type.googleapis.com/google.protobuf.Struct"_s, value);
        break;
    case Kind::Any:
    case Kind::Message:
    case Kind::Map:
        break;
    }
    return std::nullopt;
}

std::optional<QString> fieldProblem(const ProtoSchema::Field &field, const QJsonValue &value, const QString &path)
{
    if (field.kind == ProtoSchema::Kind::Message)
        return field.message->problem(value, path);
    if (field.kind == ProtoSchema::Kind::Map) {
        if (!value.isObject())
            return u"Invalid JSON payload received. Expected a map at '%1'."_s.arg(path);
        const QJsonObject map = value.toObject();
        for (auto item = map.begin(); item != map.end(); ++item) {
            const QString inner = u"%1[%2].value"_s.arg(path).arg(std::distance(map.begin(), item));
            const auto found = field.message ? field.message->problem(item.value(), inner)
                                             : scalarProblem(ProtoSchema::Kind::String, item.value(), inner);
            if (found)
                return found;
        }
        return std::nullopt;
    }
    return scalarProblem(field.kind, value, path);
}

} // namespace

std::optional<QString> ProtoSchema::problem(const QJsonValue &value, const QString &path) const
{
    if (!value.isObject())
        return path.isEmpty() ? u"Invalid JSON payload received. Expected an object."_s
                              : u"Invalid value at '%1', %2"_s.arg(path, shown(value));
    const QJsonObject object = value.toObject();
    for (auto item = object.begin(); item != object.end(); ++item) {
        const auto field = fields.find(toCamel(item.key()));
        if (field == fields.end())
            return path.isEmpty()
                       ? u"Invalid JSON payload received. Unknown name \"%1\": Cannot find field."_s.arg(item.key())
                       : u"Invalid JSON payload received. Unknown name \"%1\" at '%2': Cannot find field."_s.arg(
                             item.key(), path);
        if (item.value().isNull())
            continue; // as if absent
        const QString name = toSnake(field->first);
        const QString inner = path.isEmpty() ? name : path + u'.' + name;
        if (!field->second.repeated) {
            // A list where one value belongs is told as a field that may not start one.
            if (item.value().isArray() && field->second.kind != Kind::Any)
                return u"Invalid JSON payload received. Unknown name \"%1\"%2: Proto field is not repeating, cannot start list."_s
                    .arg(item.key(), path.isEmpty() ? QString() : u" at '%1'"_s.arg(path));
            if (const auto found = fieldProblem(field->second, item.value(), inner))
                return found;
            continue;
        }
        // A single value stands for a list of one.
        const QJsonArray list = item.value().isArray() ? item.value().toArray() : QJsonArray{item.value()};
        for (qsizetype i = 0; i < list.size(); ++i)
            if (const auto found = fieldProblem(field->second, list.at(i), u"%1[%2]"_s.arg(inner).arg(i)))
                return found;
    }
    return std::nullopt;
}

} // namespace engine::practice
