#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"

#include <QDateTime>
#include <QMap>
#include <QMetaType>
#include <QObject>

#include <functional>
#include <optional>
#include <vector>

namespace engine::records {

/// What came of asking the carrier for a call.
enum class DialOutcome
{
    Unknown, ///< asked, and nobody knows yet: an answer is awaited, or was lost
    Placed,  ///< there is a call, with a sid
    Refused, ///< the carrier created nothing
    Absent   ///< the answer was lost, and the carrier showed no such call for as long as one could appear
};

/// What was asked for: on the disk before the carrier hears of it.
struct DialWish
{
    QString to;
    QString from;
    QString environment; ///< "local" or "production"
    bool practice = false;
    QMap<QString, QString> customData;
    QByteArray requestKey;  ///< the Idempotency-Key; empty: none
    QByteArray requestHash; ///< of the body that came with it
    QDateTime askedAt;
    bool operator==(const DialWish &) const = default;
};

/// How asking turned out.
struct DialAnswer
{
    DialOutcome outcome = DialOutcome::Unknown;
    CallSid sid;                ///< when Placed
    std::optional<Error> error; ///< when Refused or Absent
    bool operator==(const DialAnswer &) const = default;
};

/// The carrier's last word on a call.
struct DialEnd
{
    QString status; ///< "completed", "busy", ...
    double durationS = 0;
    QDateTime at;
    bool operator==(const DialEnd &) const = default;
};

/// One line of the journal.
struct DialEntry
{
    qint64 id = 0;
    DialWish wish;
    DialAnswer answer;
    std::optional<DialEnd> end;
    bool ownedElsewhere = false; ///< of a run of the program that may still be going on beside this one
    bool operator==(const DialEntry &) const = default;
};

/// Which calls this program asked the carrier for. It decides which calls are ours: nothing else of the account is ever
/// touched.
///
/// Outlives the program. Answers come later on this thread, to `then`, unless `context` is gone by then; what was
/// queued is done all the same, in order. Knows the calls of one account; those of others stay in it untouched. Engine
/// thread.
class DialJournal : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    template <typename T>
    using Then = std::function<void(const Result<T> &)>;

    /// @param then  the entry's id, once the entry is on the disk itself. Any Error means: it is not, so do not dial.
    /// Code
    ///              "request_repeated": the key has an entry already
    virtual void write(const DialWish &wish, QObject *context, Then<qint64> then) = 0;
    /// Whether write() would work now: writes to the disk, and nothing that changes what is known.
    virtual void probe(QObject *context, Then<Done> then) = 0;
    /// A refused entry is over, and its key free again. @param then  Error "call_taken" when the sid belongs to another
    /// entry
    virtual void settle(qint64 id, const DialAnswer &answer, QObject *context, Then<Done> then) = 0;
    /// The call is over for certain.
    virtual void end(const CallSid &sid, const DialEnd &end) = 0;

    /// Entries whose call may be live: Unknown, Placed without an end, and Absent ones of the last minutes. Entries of
    /// other runs only when those are over.
    virtual void open(QObject *context, Then<std::vector<DialEntry>> then) = 0;
    /// The entries of these calls; a call without one is not ours.
    virtual void find(const QList<CallSid> &sids, QObject *context, Then<std::vector<DialEntry>> then) = 0;
    /// The entry a request of the last day made; none when it was refused, or there was no such request.
    virtual void findRequest(const QByteArray &key, QObject *context, Then<std::optional<DialEntry>> then) = 0;
};

} // namespace engine::records

Q_DECLARE_METATYPE(engine::records::DialEntry)
