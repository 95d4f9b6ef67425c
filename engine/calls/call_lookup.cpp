#include "engine/calls/call_lookup.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace engine::calls {

namespace {

constexpr auto kSoonPeriod = 1s; ///< most calls are in the list at once or within seconds
constexpr auto kSoon = 5s;
constexpr auto kLaterPeriod = 4s;

// The carrier's clock and ours differ a little, and its times are whole seconds.
constexpr auto kClocksDiffer = 30s;
constexpr auto kCreatedWithin = 300s; ///< after the request: whatever is newer was asked for by somebody else

} // namespace

bool fits(const telephony::CarrierCall &call, const records::DialWish &wish)
{
    if (call.to != wish.to || call.from != wish.from)
        return false;
    const QDateTime created = call.createdAt.isValid() ? call.createdAt : call.startedAt;
    if (!created.isValid())
        return !isTerminal(call.status); // just created: the dates come later
    return created >= wish.askedAt.addMSecs(-std::chrono::milliseconds(kClocksDiffer).count()) &&
           created <= wish.askedAt.addMSecs(std::chrono::milliseconds(kCreatedWithin).count());
}

CallLookup::CallLookup(const records::DialWish &wish, std::chrono::milliseconds patience,
                       telephony::PhoneNetwork &network, records::DialJournal &journal, Clock &clock, QObject *parent)
    : QObject(parent), m_wish(wish), m_network(network), m_journal(journal), m_clock(clock),
      m_until(clock.now() + patience), m_startedAt(clock.now()), m_timer(clock.makeTimer([this] { ask(); }))
{
    ask();
}

void CallLookup::ask()
{
    auto *listing = m_network.list({.to = m_wish.to, .from = m_wish.from, .status = std::nullopt}, this);
    connect(listing, &telephony::ListCallsJob::finished, this, &CallLookup::take);
}

void CallLookup::take(const Result<Calls> &calls)
{
    if (!calls)
        return goOn(tl::unexpected(calls.error()));
    Calls candidates;
    std::copy_if(calls->begin(), calls->end(), std::back_inserter(candidates),
                 [this](const telephony::CarrierCall &call) { return fits(call, m_wish); });
    if (candidates.empty())
        return goOn(Done{});
    leaveOutKnown(candidates);
}

void CallLookup::leaveOutKnown(const Calls &candidates)
{
    QList<CallSid> sids;
    for (const telephony::CarrierCall &call : candidates)
        sids.append(call.sid);
    m_journal.find(sids, this, [this, candidates](const Result<std::vector<records::DialEntry>> &known) {
        if (!known)
            return goOn(tl::unexpected(known.error()));
        const auto isKnown = [&known](const telephony::CarrierCall &call) {
            return std::any_of(known->begin(), known->end(),
                               [&call](const records::DialEntry &entry) { return entry.answer.sid == call.sid; });
        };
        const auto ours = std::find_if_not(candidates.begin(), candidates.end(), isKnown);
        if (ours == candidates.end())
            return goOn(Done{});
        finish(std::optional(*ours));
    });
}

void CallLookup::goOn(const Result<Done> &lastLook)
{
    const auto now = m_clock.now();
    if (now < m_until)
        return m_timer->start(now - m_startedAt < kSoon ? kSoonPeriod : kLaterPeriod);
    if (lastLook)
        finish(std::nullopt);
    else
        finish(tl::unexpected(lastLook.error()));
}

void CallLookup::finish(const Result<std::optional<telephony::CarrierCall>> &found)
{
    deleteLater();
    emit finished(found);
}

} // namespace engine::calls
