#pragma once

#include <QByteArray>
#include <QDebug>
#include <QHash>
#include <QMetaType>
#include <QString>

namespace engine {

/// A string that cannot be mistaken for another kind of string: no implicit conversion in or out.
template <typename Tag>
class StrongId
{
public:
    StrongId() = default;
    explicit StrongId(QString value) : m_value(std::move(value)) {}

    const QString &value() const { return m_value; }
    bool isEmpty() const { return m_value.isEmpty(); }
    auto operator<=>(const StrongId &) const = default;
    bool operator==(const StrongId &) const = default;

private:
    QString m_value;
};

template <typename Tag>
size_t qHash(const StrongId<Tag> &id, size_t seed = 0)
{
    return ::qHash(id.value(), seed);
}

template <typename Tag>
QDebug operator<<(QDebug debug, const StrongId<Tag> &id)
{
    return debug << id.value();
}

/// The carrier's id of a call: "CA" and 32 lower-case hex digits at Twilio.
using CallSid = StrongId<struct CallSidTag>;
/// The carrier's id of a media stream: "MZ" and 32 lower-case hex digits at Twilio.
using StreamSid = StrongId<struct StreamSidTag>;

/// A key, token or password. Prints as ***; only reveal() gives the bytes, at the place that sends them.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray value) : m_value(std::move(value)) {}

    const QByteArray &reveal() const { return m_value; }
    bool isEmpty() const { return m_value.isEmpty(); }
    bool operator==(const Secret &) const = default;

private:
    QByteArray m_value;
};

inline QDebug operator<<(QDebug debug, const Secret &)
{
    return debug << "***";
}

} // namespace engine

Q_DECLARE_METATYPE(engine::CallSid)
Q_DECLARE_METATYPE(engine::StreamSid)
