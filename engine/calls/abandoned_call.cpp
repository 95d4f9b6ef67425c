#include "engine/calls/abandoned_call.h"

#include "engine/calls/call_lookup.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::calls {

namespace {

constexpr auto kEndsWithin = 500ms; ///< between the request to end a call and the question whether it has
constexpr int kMostQuestions = 12;  ///< then the next round begins again

Error absentAfterRestart()
{
    return {Fault::Carrier, u"carrier_unreachable"_s,
            u"The program stopped before the carrier's answer came, and the carrier's list of calls shows that no call "
            u"was placed. To "
            "dial again, use a new Idempotency-Key."_s};
}

} // namespace

AbandonedCall::AbandonedCall(const records::DialEntry &entry, telephony::PhoneNetwork &network,
                             records::DialJournal &journal, Clock &clock, QObject *parent)
    : QObject(parent), m_entry(entry), m_network(network), m_journal(journal), m_clock(clock),
      m_timer(clock.makeTimer([this] { fetch(); }))
{
}

void AbandonedCall::start()
{
    if (m_entry.answer.outcome == records::DialOutcome::Placed)
        fetch();
    else
        look();
}

void AbandonedCall::look()
{
    // Its request is of an earlier run, so that wall time is all there is to tell its age by.
    const std::chrono::milliseconds age(m_entry.wish.askedAt.msecsTo(m_clock.wallTime()));
    const auto patience = std::clamp<std::chrono::milliseconds>(CallLookup::kAppearsAfterRequest - age, 0ms,
                                                                CallLookup::kAppearsAfterRequest);
    auto *lookup = new CallLookup(m_entry.wish, patience, m_network, m_journal, m_clock, this);
    connect(lookup, &CallLookup::finished, this, [this](const Found &found) {
        if (!found)
            finish(found);
        else if (*found)
            settle({records::DialOutcome::Placed, (*found)->sid, std::nullopt});
        else
            settle({records::DialOutcome::Absent, {}, absentAfterRestart()});
    });
}

void AbandonedCall::settle(const records::DialAnswer &answer)
{
    m_journal.settle(m_entry.id, answer, this, [this, answer](const Result<Done> &settled) {
        if (!settled)
            return finish(tl::unexpected(settled.error()));
        m_entry.answer = answer;
        if (answer.outcome == records::DialOutcome::Placed)
            fetch();
        else
            finish(std::nullopt);
    });
}

void AbandonedCall::fetch()
{
    if (++m_questions > kMostQuestions)
        return finish(failure(Fault::Carrier, u"call_not_ended"_s,
                              u"The carrier took the request to end a call, and the call goes on."_s));
    auto *job = m_network.fetch(m_entry.answer.sid, this);
    connect(job, &telephony::FetchCallJob::finished, this, &AbandonedCall::take);
}

void AbandonedCall::take(const Result<telephony::CarrierCall> &call)
{
    telephony::CarrierCall last;
    if (call) {
        last = *call;
    } else if (call.error().code == "carrier_unknown_call"_L1) {
        last.sid = m_entry.answer.sid;
        last.status = telephony::CallStatus::Failed;
    } else {
        return finish(tl::unexpected(call.error()));
    }
    if (!isTerminal(last.status))
        return hangUp(last.status == telephony::CallStatus::InProgress);
    m_entry.end = records::DialEnd{telephony::toWord(last.status),
                                   static_cast<double>(last.durationSeconds.value_or(0)), m_clock.wallTime()};
    m_journal.end(last.sid, *m_entry.end);
    finish(std::optional(last));
}

void AbandonedCall::hangUp(bool answered)
{
    m_wasLive = true;
    auto *job = m_network.hangUp(m_entry.answer.sid, answered, this);
    connect(job, &telephony::HangUpJob::finished, this, [this](const Result<Done> &done) {
        if (done)
            m_timer->start(kEndsWithin);
        else
            finish(tl::unexpected(done.error()));
    });
}

void AbandonedCall::finish(const Found &call)
{
    deleteLater();
    emit finished(call);
}

} // namespace engine::calls
