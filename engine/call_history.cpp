#include "engine/call_history.h"

#include "engine/recording/recording_folder.h"
#include "engine/records/sqlite/sqlite_call_store.h"

#include <QLoggingCategory>
#include <QPointer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

using namespace records;

namespace {

Q_LOGGING_CATEGORY(lcCallHistory, "dialdesk.history")

constexpr auto kRetentionPeriod = 1h;

} // namespace

Error unknownCall()
{
    return {Fault::Settings, u"call_unknown"_s, u"There is no call with this id."_s};
}

CallHistory::CallHistory(const config::HistoryConfig &config, sqlite::Database &database,
                         recording::RecordingFolder *recordings, Clock &clock, QObject *parent)
    : QObject(parent), m_config(config), m_recordings(recordings), m_clock(clock),
      m_store(std::make_unique<sqlite::SqliteCallStore>(database, clock)),
      m_retentionTimer(clock.makeTimer([this] { removeOld(); }))
{
    if (config.retentionDays == 0)
        return;
    removeOld();
    m_retentionTimer->startRepeating(kRetentionPeriod);
}

CallHistory::~CallHistory() = default;

void CallHistory::open(const CallSid &sid, const QMap<QString, QString> &customData)
{
    m_book.open(sid, customData);
    m_store->open(sid, customData);
}

void CallHistory::apply(const Event &event)
{
    m_book.apply(event);
    m_store->append(event);
}

void CallHistory::endInterrupted(const QSet<CallSid> &knownBetter)
{
    m_store->unfinished(this, [this, knownBetter](const Result<std::vector<CallRecord>> &calls) {
        if (!calls)
            return; // the database itself has told why
        for (const CallRecord &call : *calls) {
            if (m_book.find(call.sid) || knownBetter.contains(call.sid))
                continue; // placed since the question, or left to those who know
            qCInfo(lcCallHistory) << call.sid << "was cut off by a stop of the program";
            m_store->append(endOfInterrupted(call, m_clock.wallTime()));
        }
    });
}

void CallHistory::find(const CallSid &sid, QObject *context, Then<std::optional<CallRecord>> then)
{
    m_store->find(sid, context, [this, sid, then = std::move(then)](const Result<std::optional<CallRecord>> &stored) {
        // What is in memory is as good, and there also when the disk fails.
        const CallRecord *known = m_book.find(sid);
        then(known ? Result<std::optional<CallRecord>>(*known) : stored);
    });
}

void CallHistory::list(const CallFilter &filter, QObject *context, Then<std::vector<CallSummary>> then)
{
    m_store->list(filter, context,
                  [this, filter, then = std::move(then)](const Result<std::vector<CallSummary>> &stored) {
                      CallFilter plain;
                      plain.before = filter.before;
                      plain.limit = filter.limit;
                      if (stored || stored.error().code == "call_unknown"_L1 || filter != plain) {
                          then(stored);
                          return;
                      }
                      std::vector<CallSummary> known;
                      for (const CallRecord *record : m_book.list(filter.limit, filter.before))
                          known.push_back(*record);
                      then(known);
                  });
}

void CallHistory::listWhole(const CallFilter &filter, QObject *context, Then<std::vector<CallRecord>> then)
{
    m_store->listWhole(filter, context, std::move(then));
}

void CallHistory::remove(const CallSid &sid, QObject *context, Then<Done> then)
{
    find(sid, context,
         [this, sid, context = QPointer(context),
          then = std::move(then)](const Result<std::optional<CallRecord>> &call) {
             if (!call) {
                 then(tl::unexpected(call.error()));
             } else if (!*call) {
                 then(tl::unexpected(unknownCall()));
             } else if (const CallRecord *known = m_book.find(sid); known && !known->ended) {
                 then(failure(Fault::Settings, u"call_live"_s,
                              u"This call is not over. Hang up first, then delete it."_s));
             } else {
                 m_book.remove(sid);
                 if (m_recordings)
                     m_recordings->remove(sid);
                 m_store->remove(sid, context, then);
             }
         });
}

void CallHistory::readRecording(const CallSid &sid, QObject *context, Then<QByteArray> then)
{
    if (m_recordings) {
        m_recordings->read(sid, context, std::move(then));
        return;
    }
    QMetaObject::invokeMethod(
        context,
        [then = std::move(then)] {
            then(failure(Fault::Settings, u"no_recording"_s, u"There is no recording of this call."_s));
        },
        Qt::QueuedConnection);
}

void CallHistory::removeOld()
{
    const QDateTime oldest = m_clock.wallTime().addDays(-m_config.retentionDays);
    m_store->removeEndedBefore(oldest, this, [this](const Result<std::vector<CallSid>> &removed) {
        for (const CallSid &sid : removed.value_or(std::vector<CallSid>{})) {
            m_book.remove(sid);
            if (m_recordings)
                m_recordings->remove(sid);
        }
    });
}

} // namespace engine
