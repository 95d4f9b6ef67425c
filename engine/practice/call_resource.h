#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace engine::practice {

/// The words of the REST interface; `initiated` is a word of callbacks only.
enum class CallStatus
{
    Queued,
    Ringing,
    InProgress,
    Completed,
    Busy,
    Failed,
    NoAnswer,
    Canceled
};

/// "in-progress", "no-answer", ...
[[nodiscard]] QString toWord(CallStatus status);
[[nodiscard]] bool isTerminal(CallStatus status);

/// A call as the carrier keeps it.
struct CallRecord
{
    QString sid;
    QString accountSid;
    QString phoneNumberSid;
    QString to;
    QString from;
    CallStatus status = CallStatus::Queued;
    std::chrono::milliseconds queueTime{0};
    QDateTime created; ///< UTC, as all times here
    QDateTime updated;
    QDateTime started; ///< dialed; invalid until then
    QDateTime ended;
    std::optional<int> durationSeconds; ///< set when an answered call ends
    QString answeredBy;
    QString price; ///< "-0.01400"; empty until some seconds after the end
};

/// What went wrong during a call, as `Notifications.json` lists it.
struct Notification
{
    QString sid;
    int errorCode = 0;
    bool isWarning = false;
    QString text;
    QDateTime date;
    QString requestUrl;
    QByteArray requestMethod;
};

/// "Wed, 04 Mar 2026 10:15:30 +0000", whatever the locale.
[[nodiscard]] QString rfc2822(const QDateTime &utc);

[[nodiscard]] QJsonObject toJson(const CallRecord &call);
[[nodiscard]] QJsonObject toJson(const Notification &notification, const CallRecord &call);

} // namespace engine::practice
