#pragma once

#include "engine/base/e164_number.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QDateTime>
#include <QMetaType>
#include <QObject>
#include <QUrl>

#include <chrono>
#include <optional>
#include <vector>

namespace engine::telephony {

/// The carrier's word for where a call is.
enum class CallStatus { Queued, Initiated, Ringing, InProgress, Completed, Busy, NoAnswer, Failed, Canceled };

/// "queued", "in-progress", "no-answer", ...: the words of contract.md, which are Twilio's.
[[nodiscard]] QString toWord(CallStatus status);
[[nodiscard]] std::optional<CallStatus> callStatusFromWord(QStringView word);
/// Completed, Busy, NoAnswer, Failed, Canceled: nothing follows.
[[nodiscard]] bool isTerminal(CallStatus status);

/// What the carrier needs to place a call.
struct PlaceRequest
{
    E164Number to;
    E164Number from;
    QUrl instructionsUrl; ///< asked when the callee answers
    QUrl statusUrl;       ///< told of every change
    std::chrono::seconds ringTimeout{30};
    std::chrono::seconds timeLimit{630};
    bool operator==(const PlaceRequest &) const = default;
};

/// A call as the carrier's list shows it.
struct CarrierCall
{
    CallSid sid;
    QString to;
    QString from;
    CallStatus status = CallStatus::Queued;
    QDateTime createdAt; ///< invalid when the carrier did not say
    QDateTime startedAt; ///< invalid until dialed
    std::optional<int> durationSeconds;
    bool operator==(const CarrierCall &) const = default;
};

/// A change the carrier told us about.
struct CallProgress
{
    CallSid sid;
    CallStatus status = CallStatus::Queued;
    int sequence = -1;    ///< order of the changes, from 0; -1 when the carrier gave none
    int sipCode = 0;      ///< final SIP response, 0 when not told
    std::optional<int> durationSeconds;
    QString answeredBy;   ///< "human", "machine_start", ...; empty without detection
    bool operator==(const CallProgress &) const = default;
};

/// One of the account's numbers that may be shown as caller.
struct OwnNumber
{
    QString number;
    QString name;
    bool operator==(const OwnNumber &) const = default;
};

/// A request to the carrier under way. finished() comes once, then the job deletes itself; deleting it earlier means nobody wants
/// the answer any more (the request may still be carried out).
class PlaceCallJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// Error codes: "carrier_refused", "carrier_credentials", "carrier_busy" (429) and "carrier_not_reached" (the request did not
    /// leave): nothing was created. "carrier_unreachable": nobody knows whether a call was created.
    void finished(const engine::Result<engine::telephony::CarrierCall> &call);
};

class HangUpJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// "Already over" is a success.
    void finished(const engine::Result<engine::Done> &done);
};

class ListCallsJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void finished(const engine::Result<std::vector<engine::telephony::CarrierCall>> &calls);
};

class FetchCallJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void finished(const engine::Result<engine::telephony::CarrierCall> &call);
};

class OwnNumbersJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void finished(const engine::Result<std::vector<engine::telephony::OwnNumber>> &numbers);
};

/// What to list: all filters given must match.
struct CallFilter
{
    QString to;
    QString from;
    std::optional<CallStatus> status;
    bool operator==(const CallFilter &) const = default;
};

/// The phone network as the engine sees it: place, end, look. A carrier is behind it. Engine thread.
class PhoneNetwork : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Retries by itself only when the carrier said that nothing was created (429).
    [[nodiscard]] virtual PlaceCallJob *place(const PlaceRequest &request, QObject *parent) = 0;
    /// Ends a call in any state. @param answered  false: still queued or ringing, so it is to be canceled
    [[nodiscard]] virtual HangUpJob *hangUp(const CallSid &sid, bool answered, QObject *parent) = 0;
    [[nodiscard]] virtual FetchCallJob *fetch(const CallSid &sid, QObject *parent) = 0;
    [[nodiscard]] virtual ListCallsJob *list(const CallFilter &filter, QObject *parent) = 0;
    [[nodiscard]] virtual OwnNumbersJob *ownNumbers(QObject *parent) = 0;
    /// Sends a live call to another number: the callee stays on the line, our media stream ends.
    [[nodiscard]] virtual HangUpJob *transfer(const CallSid &sid, const E164Number &to, const E164Number &callerId, QObject *parent) = 0;
};

} // namespace engine::telephony

Q_DECLARE_METATYPE(engine::telephony::CallProgress)
