#pragma once

#include "engine/base/clock.h"
#include "engine/config/config.h"
#include "engine/records/call_store.h"
#include "engine/records/record_book.h"

#include <QObject>
#include <QSet>

#include <memory>

namespace engine::records::sqlite {
class Database;
}
namespace engine::recording {
class RecordingFolder;
}

namespace engine {

/// What every question about a call that was never kept is answered.
[[nodiscard]] Error unknownCall();

/// The calls of this run and of all before it, with their recordings: live ones from memory, the others from the store.
///
/// Questions are answered later, to `then`, unless `context` is gone by then. When the disk fails, what is in memory
/// still answers. Engine thread; owned by the Engine.
class CallHistory : public QObject
{
    Q_OBJECT
public:
    template <typename T>
    using Then = records::CallStore::Then<T>;

    /// @param database, recordings (null: there are none), clock  outlive this
    CallHistory(const config::HistoryConfig &config, records::sqlite::Database &database,
                recording::RecordingFolder *recordings, Clock &clock, QObject *parent = nullptr);
    ~CallHistory() override;

    void open(const CallSid &sid, const QMap<QString, QString> &customData);
    void apply(const records::Event &event);
    /// Ends, in the records, the calls that an earlier run of the program left without an end, as far as their events
    /// tell. Once, at the start. @param knownBetter  calls whose true end somebody is about to find out
    void endInterrupted(const QSet<CallSid> &knownBetter);

    /// The live calls and the last ended ones of this run.
    const records::RecordBook &book() const { return m_book; }
    /// For those who know what became of calls of an earlier run.
    records::CallStore &store() { return *m_store; }

    void find(const CallSid &sid, QObject *context, Then<std::optional<records::CallRecord>> then);
    /// @param then  Error "call_unknown" when `before` is none of the calls
    void list(const records::CallFilter &filter, QObject *context, Then<std::vector<records::CallSummary>> then);
    void listWhole(const records::CallFilter &filter, QObject *context, Then<std::vector<records::CallRecord>> then);
    /// Deletes everything about a call. @param then  Error "call_unknown", or "call_live" for one that is not over
    void remove(const CallSid &sid, QObject *context, Then<Done> then);
    /// The call's recording as a WAV file. @param then  Error "no_recording" when there is none
    void readRecording(const CallSid &sid, QObject *context, Then<QByteArray> then);

private:
    void removeOld();

    config::HistoryConfig m_config;
    recording::RecordingFolder *m_recordings;
    Clock &m_clock;
    std::unique_ptr<records::CallStore> m_store;
    records::RecordBook m_book;
    std::unique_ptr<Timer> m_retentionTimer;
};

} // namespace engine
