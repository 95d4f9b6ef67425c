#pragma once

#include "engine/records/call_record.h"

#include <QObject>

#include <functional>
#include <optional>
#include <vector>

namespace engine::records {

/// Which calls of the history are asked for; what is left empty does not narrow.
struct CallFilter
{
    QString text;    ///< words said by either side, part of a number, a call's id, custom data; all of them must match
    QString outcome; ///< a disposition (see dispositionOf())
    QDateTime from;  ///< placed at this time or later
    QDateTime to;    ///< placed before this time
    std::optional<CallSid> before; ///< only calls older than this one: where the last page ended
    int limit = 50;                ///< newest first
    bool operator==(const CallFilter &) const = default;
};

/// What a list shows of a call, without its words: the record less its transcript, tools and incidents.
using CallSummary = CallRecord;

/// The history of calls, on something that outlives the program.
///
/// Commands return at once; what they do, they do in order. Answers come later on this thread, to `then`, unless
/// `context` is gone by then. Engine thread.
class CallStore : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    template <typename T>
    using Then = std::function<void(const Result<T> &)>;

    /// A call was placed; its events follow. A call opened twice keeps its first data.
    virtual void open(const CallSid &sid, const QMap<QString, QString> &customData) = 0;
    /// Something happened in a call. Kept at most 100 ms in memory; events of no call and those that are not part of a
    /// record (isLasting()) are ignored.
    virtual void append(const Event &event) = 0;
    /// Writes what is still in memory, now.
    virtual void flush() = 0;

    /// @param then  nullopt: there is no such call
    virtual void find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then) = 0;
    /// @param then  Error "call_unknown" when `before` is none of the calls
    virtual void list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then) = 0;
    /// As list(), with every word.
    virtual void listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then) = 0;
    /// Calls without an end. Right after the start: those an earlier run of the program left behind, to be ended by
    /// append() of a CallEnded once somebody knows what became of them. None while another program uses the same store:
    /// they may be its own.
    virtual void unfinished(QObject *context, Then<std::vector<CallRecord>> then) = 0;

    /// Forgets everything about a call.
    virtual void remove(const CallSid &sid, QObject *context, Then<Done> then) = 0;
    /// Forgets the calls that ended before `time`. @param then  which they were
    virtual void removeEndedBefore(const QDateTime &time, QObject *context, Then<std::vector<CallSid>> then) = 0;
};

} // namespace engine::records
