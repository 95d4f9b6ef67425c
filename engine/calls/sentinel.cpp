#include "engine/calls/sentinel.h"

#include "engine/calls/abandoned_call.h"
#include "engine/calls/call_lookup.h"

#include <QLoggingCategory>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using engine::telephony::CallStatus;

namespace engine::calls {

Q_DECLARE_LOGGING_CATEGORY(lcCalls)

namespace {

constexpr auto kPeriod = 10s;

Error ghostEnded(const telephony::CarrierCall &call)
{
    return {
        Fault::Program, u"ghost_call_ended"_s,
        u"This call was live at the carrier and nobody here held it, as after a stop of the program. It has been ended (%1, %2 s)."_s
            .arg(telephony::toWord(call.status))
            .arg(call.durationSeconds.value_or(0))};
}

Error interrupted(const telephony::CarrierCall &call)
{
    return {Fault::Program, u"call_interrupted"_s,
            u"The program stopped during this call. It had ended at the carrier by the next start (%1, %2 s)."_s
                .arg(telephony::toWord(call.status))
                .arg(call.durationSeconds.value_or(0))};
}

Error blind(const Error &cause)
{
    return {cause.fault, u"sentinel_blind"_s,
            u"The carrier's list of live calls cannot be compared with ours, so a call that nobody holds would go "
            u"unnoticed. Dialdesk keeps "
            "trying. %1"_s.arg(cause.message)};
}

} // namespace

Sentinel::Sentinel(Owners owners, telephony::PhoneNetwork &network, records::DialJournal &journal, Clock &clock,
                   QObject *parent)
    : QObject(parent), m_owners(std::move(owners)), m_network(network), m_journal(journal), m_clock(clock),
      m_timer(clock.makeTimer([this] { round(); }))
{
}

Sentinel::~Sentinel() = default;

void Sentinel::start()
{
    m_timer->startRepeating(kPeriod);
    round();
}

void Sentinel::stop()
{
    m_timer->stop();
}

void Sentinel::round()
{
    if (std::exchange(m_busy, true))
        return; // the carrier is slow; its answer is still the newest there is
    // What begins after this moment is the next round's.
    m_journal.open(this, [this, anybody = m_owners.anybody()](const Result<Entries> &open) { takeOpen(open, anybody); });
}

void Sentinel::takeOpen(const Result<Entries> &open, bool anybody)
{
    m_absent.clear();
    if (!open)
        return skip();
    Entries suspects;
    for (const records::DialEntry &entry : *open) {
        if (isOwned(entry) || entry.ownedElsewhere)
            continue;
        if (entry.answer.outcome == records::DialOutcome::Absent)
            m_absent.push_back(entry);
        else
            suspects.push_back(entry);
    }
    const bool nothingLive = open->empty() && !anybody;
    if (!suspects.empty())
        confirm(suspects);
    else if (nothingLive)
        m_busy = false; // no call of ours can be live: no need to ask
    else
        compare();
}

/// Entries may change hands while they are read: a call that has just been answered or has just ended looks like
/// nobody's. What is written when that happens is written before the second reading, which therefore differs.
void Sentinel::confirm(const Entries &suspects)
{
    m_journal.open(this, [this, suspects](const Result<Entries> &again) {
        if (!again)
            return skip();
        for (const records::DialEntry &entry : *again)
            if (!isOwned(entry) && std::find(suspects.begin(), suspects.end(), entry) != suspects.end())
                handle(entry);
        compare();
    });
}

void Sentinel::compare()
{
    listLive({CallStatus::Queued, CallStatus::Ringing, CallStatus::InProgress}, {});
}

void Sentinel::listLive(std::vector<CallStatus> statuses, Calls soFar)
{
    if (statuses.empty())
        return takeLive(soFar);
    const CallStatus status = statuses.back();
    statuses.pop_back();
    auto *job = m_network.list({.to = {}, .from = {}, .status = status}, this);
    connect(job, &telephony::ListCallsJob::finished, this, [this, statuses, soFar](const Result<Calls> &calls) {
        if (!calls)
            return tellTrouble(calls.error());
        Calls all = soFar;
        all.insert(all.end(), calls->begin(), calls->end());
        listLive(statuses, std::move(all));
    });
}

void Sentinel::takeLive(const Calls &calls)
{
    m_blind = false;
    Calls unowned;
    std::copy_if(calls.begin(), calls.end(), std::back_inserter(unowned),
                 [this](const telephony::CarrierCall &call) { return !m_owners.ownsCall(call.sid); });
    if (unowned.empty()) {
        m_busy = false;
        return;
    }
    QList<CallSid> sids;
    for (const telephony::CarrierCall &call : unowned)
        sids.append(call.sid);
    m_journal.find(sids, this, [this, unowned](const Result<Entries> &known) {
        if (!known)
            return skip();
        m_busy = false;
        judge(unowned, *known);
    });
}

/// The journal decides which of the live calls without an owner are ours.
void Sentinel::judge(const Calls &unowned, const Entries &known)
{
    for (const telephony::CarrierCall &call : unowned) {
        const auto entry = std::find_if(known.begin(), known.end(), [&call](const records::DialEntry &each) {
            return each.answer.sid == call.sid;
        });
        if (entry != known.end()) {
            // Open entries had their turn. One that is over has a live call only if its end was a mistake; that it has
            // just ended and the carrier's list is a little old is everyday.
            if (!entry->ownedElsewhere && entry->end &&
                entry->end->at.addMSecs(std::chrono::milliseconds(kPeriod).count()) < m_clock.wallTime())
                handle(*entry);
            continue;
        }
        // A wish that was given up as never placed; unless a new call to the same number is just being placed, which
        // this may be.
        if (m_owners.isPlacing(call.to, call.from))
            continue;
        const auto wish = std::find_if(m_absent.begin(), m_absent.end(),
                                       [&call](const records::DialEntry &each) { return fits(call, each.wish); });
        if (wish == m_absent.end())
            continue; // another program's
        records::DialEntry late = *wish;
        late.answer = {
            records::DialOutcome::Unknown, {}, std::nullopt}; // to be looked for again, with certainty of success
        m_absent.erase(wish);
        handle(late);
    }
}

bool Sentinel::isOwned(const records::DialEntry &entry) const
{
    return m_owners.ownsEntry(entry.id) || (!entry.answer.sid.isEmpty() && m_owners.ownsCall(entry.answer.sid));
}

void Sentinel::handle(const records::DialEntry &entry)
{
    if (m_underWay.contains(entry.id))
        return;
    m_underWay.insert(entry.id);
    auto *call = new AbandonedCall(entry, m_network, m_journal, m_clock, this);
    const bool isDiscovered = entry.answer.outcome != records::DialOutcome::Placed;
    connect(call, &AbandonedCall::finished, this,
            [this, call, isDiscovered,
             wasOver = entry.end.has_value()](const Result<std::optional<telephony::CarrierCall>> &last) {
                m_underWay.remove(call->entry().id);
                if (!last)
                    tellFailure(call->entry(), last.error());
                else if (*last && (call->wasLive() || !wasOver))
                    tellEnd(call->entry(), **last, call->wasLive(), isDiscovered);
            });
    call->start();
}

void Sentinel::tellEnd(const records::DialEntry &entry, const telephony::CarrierCall &call, bool wasLive,
                       bool isDiscovered)
{
    qCWarning(lcCalls) << "call" << call.sid
                       << (wasLive ? "had no owner and was ended" : "had ended while the program was stopped");
    const records::DialWish &wish = entry.wish;
    const auto stateAt = [&](CallStatus status, const QDateTime &at) {
        return records::CallStateChanged{
            call.sid, telephony::toWord(status), wish.to, wish.from, wish.environment, wish.practice, at};
    };
    emit ending(call.sid, wish.customData);
    if (isDiscovered)
        emit event(stateAt(CallStatus::Queued, wish.askedAt));
    emit event(records::IncidentHappened{call.sid, wasLive ? ghostEnded(call) : interrupted(call), entry.end->at});
    emit event(stateAt(call.status, entry.end->at));
    records::CallEnded ended;
    ended.sid = call.sid;
    ended.status = telephony::toWord(call.status);
    ended.reason = wasLive ? u"no_owner"_s : u"interrupted"_s;
    ended.durationS = entry.end->durationS;
    ended.at = entry.end->at;
    emit event(ended);
}

/// The journal cannot be read, as its database has told; no call can be placed either.
void Sentinel::skip()
{
    m_busy = false;
}

void Sentinel::tellTrouble(const Error &trouble)
{
    m_busy = false;
    if (!std::exchange(m_blind, true))
        emit event(records::IncidentHappened{{}, blind(trouble), m_clock.wallTime()});
}

/// The next round tries again; the operator is told once.
void Sentinel::tellFailure(const records::DialEntry &entry, const Error &failure)
{
    if (m_failed.contains(entry.id))
        return;
    m_failed.insert(entry.id);
    emit event(records::IncidentHappened{entry.answer.sid, failure, m_clock.wallTime()});
}

} // namespace engine::calls
