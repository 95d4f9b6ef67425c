#include "engine/calls/call_desk.h"

#include "engine/telephony/media_transport.h"

#include <QLoggingCategory>
#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::calls {

Q_DECLARE_LOGGING_CATEGORY(lcCalls)

namespace {

constexpr size_t kEarlyReportsKept = 256;
constexpr auto kEarlyReportLife = 60s;
constexpr auto kLeaseCheckPeriod = 5s;

Error unknownCall()
{
    return {Fault::Carrier, u"call_unknown"_s, u"This call is not one of ours, or it is over."_s};
}

} // namespace

CallDesk::CallDesk(const config::AgentConfig &agent, const config::LimitsConfig &limits, const CallSettings &settings,
                   telephony::PhoneNetwork &network, records::DialJournal &journal, const AgentParts &parts, Random &random, QObject *parent)
    : QObject(parent), m_agent(agent), m_settings(settings), m_network(network), m_journal(journal), m_parts(parts),
      m_admission(limits.maxCalls, limits.callsPerSecond, settings.lease, parts.clock), m_tokens(settings.tokenLife, parts.clock, random),
      m_leaseTimer(parts.clock.makeTimer([this] { endDeadCalls(); }))
{
    m_leaseTimer->startRepeating(kLeaseCheckPeriod);
}

CallDesk::~CallDesk()
{
    // All of them, also those that are over and were to be deleted later: what their agents talk with goes when the desk's owner does.
    // Before the members go, and unheard: a dying call must not report to a desk that is half gone.
    const auto calls = findChildren<LiveCall *>(QString(), Qt::FindDirectChildrenOnly);
    for (LiveCall *call : calls) {
        call->disconnect(this);
        delete call;
    }
}

PlaceJob *CallDesk::place(const CallOrder &order, QObject *parent)
{
    auto *job = new PlaceJob(parent);
    const auto refuse = [job](const Error &error) {
        QMetaObject::invokeMethod(
            job,
            [job, error] {
                emit job->finished(tl::unexpected(error));
                job->deleteLater();
            },
            Qt::QueuedConnection);
        return job;
    };
    if (m_closedFor)
        return refuse({Fault::Program, u"shutting_down"_s, u"The server is stopping and takes no new calls."_s});
    if (const auto allowed = m_numberRule(order.to, order.from); !allowed)
        return refuse(allowed.error());
    const auto admitted = m_admission.admit();
    if (!admitted) {
        job->retryAfter = admitted.error().retryAfter;
        return refuse(admitted.error().error);
    }

    telephony::PlaceRequest request;
    request.to = order.to;
    request.from = order.from;
    request.instructionsUrl = order.instructionsUrl;
    request.statusUrl = order.statusUrl;
    request.ringTimeout = m_settings.ringTimeout;
    request.timeLimit = m_settings.carrierTimeLimit;
    // Ours, not the asker's: whoever loses interest, a call that was created must be known here.
    auto *placement = new Placement(order, request, m_network, m_journal, m_parts.clock, this);
    m_placements.insert(placement);
    connect(placement, &Placement::finished, this,
            [this, placement, lease = *admitted, job = QPointer(job)](const Result<telephony::CarrierCall> &call) {
                m_placements.remove(placement);
                placement->deleteLater();
                if (call)
                    admitCall(*call, placement->order(), lease);
                else
                    m_admission.release(lease);
                if (job) {
                    emit job->finished(call.map([](const telephony::CarrierCall &placed) { return placed.sid; }));
                    job->deleteLater();
                }
                if (!call && isIdle())
                    emit idle();
            });
    placement->start();
    return job;
}

bool CallDesk::isPlacing(qint64 entry) const
{
    return std::any_of(m_placements.begin(), m_placements.end(), [entry](const Placement *each) { return each->entry() == entry; });
}

bool CallDesk::isPlacing(const QString &to, const QString &from) const
{
    return std::any_of(m_placements.begin(), m_placements.end(),
                       [&](const Placement *each) { return each->order().to.value() == to && each->order().from.value() == from; });
}

void CallDesk::admitCall(const telephony::CarrierCall &carrierCall, const CallOrder &order, Admission::Lease lease)
{
    const CallSid sid = carrierCall.sid;
    CallFacts facts;
    facts.sid = sid;
    facts.to = order.to;
    facts.from = order.from;
    facts.environment = order.environment;
    facts.practice = order.practice;
    facts.customData = order.customData;

    std::unique_ptr<AgentPipeline> agent;
    if (order.environment == config::Environment::Local) {
        // The model is told whom it speaks to as well; the callee's own data must not be able to change either number.
        QMap<QString, QString> data = order.customData;
        data.insert(u"to_number"_s, order.to.value());
        data.insert(u"from_number"_s, order.from.value());
        agent = std::make_unique<AgentPipeline>(sid, m_agent, m_settings, data, m_parts);
    }
    auto *call = new LiveCall(facts, std::move(agent), m_settings, m_agent.greetingMode, m_network, m_parts.clock, this);
    call->setTransferRule(m_numberRule);
    m_calls.insert(sid, call);
    m_leases.insert(lease, sid);
    m_admission.renew(lease);
    connect(call, &LiveCall::event, this, [this, call](const records::Event &happened) { onCallEvent(*call, happened); });
    connect(call, &LiveCall::alive, this, [this, lease] { m_admission.renew(lease); });
    connect(call, &LiveCall::doNotCallAsked, this, [this, to = facts.to] { emit doNotCallAsked(to); });
    connect(call, &LiveCall::finished, this, [this, call, sid, lease] {
        m_calls.remove(sid);
        call->deleteLater(); // only after the handler that ended it has returned
        m_leases.remove(lease);
        m_tokens.forget(sid);
        m_admission.release(lease);
        if (isIdle())
            emit idle();
    });
    emit placed(sid, order.customData);
    call->start();

    std::vector<EarlyProgress> early;
    std::swap(early, m_early);
    for (const EarlyProgress &report : early) {
        if (report.progress.sid == sid)
            call->onProgress(report.progress);
        else if (m_parts.clock.now() - report.at < kEarlyReportLife)
            m_early.push_back(report);
    }
    // A call that had to be looked for may be further than one that was just created.
    if (carrierCall.status != telephony::CallStatus::Queued) {
        telephony::CallProgress progress;
        progress.sid = sid;
        progress.status = carrierCall.status;
        progress.durationSeconds = carrierCall.durationSeconds;
        call->onProgress(progress);
    }
    if (m_closedFor)
        call->hangUp(*m_closedFor);
}

records::CallLevels CallDesk::levels() const
{
    records::CallLevels levels;
    levels.reserve(m_calls.size());
    for (const LiveCall *call : m_calls)
        if (const auto level = call->level())
            levels.append(*level);
    return levels;
}

void CallDesk::onCallEvent(const LiveCall &call, const records::Event &happened)
{
    // An end that is only supposed leaves the entry open, and the sentinel finds out.
    if (const auto *ended = std::get_if<records::CallEnded>(&happened); ended && call.isEndKnown())
        m_journal.end(ended->sid, {ended->status, ended->durationS, ended->at});
    emit event(happened);
}

void CallDesk::endDeadCalls()
{
    for (const Admission::Lease lease : m_admission.expire()) {
        qCWarning(lcCalls) << "call" << m_leases.value(lease) << "gave no sign of life and lost its slot";
        if (auto *call = m_calls.value(m_leases.take(lease)))
            call->endAsDead();
    }
}

void CallDesk::onProgress(const telephony::CallProgress &progress)
{
    if (auto *call = m_calls.value(progress.sid)) {
        call->onProgress(progress);
    } else if (!m_placements.isEmpty() && m_early.size() < kEarlyReportsKept) {
        m_early.push_back({progress, m_parts.clock.now()});
    }
    // Anything else is about a call that is over: ordinary.
}

Result<QString> CallDesk::issueStreamToken(const CallSid &sid)
{
    if (!m_calls.contains(sid))
        return tl::unexpected(unknownCall());
    return m_tokens.issue(sid);
}

Result<Done> CallDesk::admitStream(const CallSid &sid, const QString &token)
{
    auto *call = m_calls.value(sid);
    if (!call || call->facts().environment != config::Environment::Local)
        return tl::unexpected(unknownCall());
    if (call->hasStream())
        return failure(Fault::Carrier, u"stream_taken"_s, u"This call already has its media stream."_s);
    return m_tokens.redeem(sid, token);
}

void CallDesk::beginStream(const CallSid &sid, std::unique_ptr<telephony::MediaTransport> transport)
{
    auto *call = m_calls.value(sid);
    if (!call || call->hasStream()) {
        transport->close(); // the call ended between the two questions
        transport.release()->deleteLater();
        return;
    }
    call->attachStream(std::move(transport));
}

void CallDesk::hangUp(const CallSid &sid, const QString &reason)
{
    if (auto *call = m_calls.value(sid))
        call->hangUp(reason);
}

void CallDesk::cancelUnanswered(const E164Number &number, const QString &reason)
{
    const auto calls = m_calls.values();
    for (LiveCall *call : calls)
        if (call->facts().to == number && call->state() < CallState::InProgress)
            call->hangUp(reason);
}

void CallDesk::hangUpAll(const QString &reason)
{
    m_closedFor = reason;
    const auto calls = m_calls.values();
    for (LiveCall *call : calls)
        call->hangUp(reason);
}

} // namespace engine::calls
