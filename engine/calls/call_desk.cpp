#include "engine/calls/call_desk.h"

#include "engine/telephony/media_transport.h"

#include <QLoggingCategory>
#include <QPointer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::calls {

Q_DECLARE_LOGGING_CATEGORY(lcCalls)

namespace {

constexpr size_t kEarlyReportsKept = 256;
constexpr auto kEarlyReportLife = 60s;

Error unknownCall()
{
    return {Fault::Carrier, u"call_unknown"_s, u"This call is not one of ours, or it is over."_s};
}

} // namespace

CallDesk::CallDesk(const config::AgentConfig &agent, const config::LimitsConfig &limits, const CallSettings &settings,
                   telephony::PhoneNetwork &network, const AgentParts &parts, Random &random, QObject *parent)
    : QObject(parent), m_agent(agent), m_settings(settings), m_network(network), m_parts(parts),
      m_admission(limits.maxCalls, limits.callsPerSecond, parts.clock), m_tokens(settings.tokenLife, parts.clock, random)
{}

CallDesk::~CallDesk() = default;

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
    ++m_placing;
    // Ours, not the asker's: whoever loses interest, a call that was created must be known here.
    auto *placing = m_network.place(request, this);
    connect(placing, &telephony::PlaceCallJob::finished, this,
            [this, order, job = QPointer(job)](const Result<telephony::CarrierCall> &call) {
                --m_placing;
                if (call)
                    admitCall(*call, order);
                else
                    m_admission.release();
                if (job) {
                    emit job->finished(call.map([](const telephony::CarrierCall &placed) { return placed.sid; }));
                    job->deleteLater();
                }
                if (!call && isIdle())
                    emit idle();
            });
    return job;
}

void CallDesk::admitCall(const telephony::CarrierCall &carrierCall, const CallOrder &order)
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
    // A call may be deleted only after the handler that ended it has returned.
    std::shared_ptr<LiveCall> call(new LiveCall(facts, std::move(agent), m_settings, m_agent.greetingMode, m_network, m_parts.clock),
                                   [](LiveCall *gone) { gone->deleteLater(); });
    call->setTransferRule(m_numberRule);
    m_calls.insert(sid, call);
    connect(call.get(), &LiveCall::event, this, &CallDesk::event);
    connect(call.get(), &LiveCall::doNotCallAsked, this, [this, to = facts.to] { emit doNotCallAsked(to); });
    connect(call.get(), &LiveCall::finished, this, [this, sid] {
        m_calls.remove(sid);
        m_tokens.forget(sid);
        m_admission.release();
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
    if (m_closedFor)
        call->hangUp(*m_closedFor);
}

records::CallLevels CallDesk::levels() const
{
    records::CallLevels levels;
    levels.reserve(m_calls.size());
    for (const auto &call : m_calls)
        if (const auto level = call->level())
            levels.append(*level);
    return levels;
}

void CallDesk::onProgress(const telephony::CallProgress &progress)
{
    if (const auto call = m_calls.value(progress.sid)) {
        call->onProgress(progress);
    } else if (m_placing > 0 && m_early.size() < kEarlyReportsKept) {
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
    const auto call = m_calls.value(sid);
    if (!call || call->facts().environment != config::Environment::Local)
        return tl::unexpected(unknownCall());
    if (call->hasStream())
        return failure(Fault::Carrier, u"stream_taken"_s, u"This call already has its media stream."_s);
    return m_tokens.redeem(sid, token);
}

void CallDesk::beginStream(const CallSid &sid, std::unique_ptr<telephony::MediaTransport> transport)
{
    const auto call = m_calls.value(sid);
    if (!call || call->hasStream()) {
        transport->close(); // the call ended between the two questions
        transport.release()->deleteLater();
        return;
    }
    call->attachStream(std::move(transport));
}

void CallDesk::hangUp(const CallSid &sid, const QString &reason)
{
    if (const auto call = m_calls.value(sid))
        call->hangUp(reason);
}

void CallDesk::cancelUnanswered(const E164Number &number, const QString &reason)
{
    const auto calls = m_calls.values();
    for (const auto &call : calls)
        if (call->facts().to == number && call->state() < CallState::InProgress)
            call->hangUp(reason);
}

void CallDesk::hangUpAll(const QString &reason)
{
    m_closedFor = reason;
    const auto calls = m_calls.values();
    for (const auto &call : calls)
        call->hangUp(reason);
}

} // namespace engine::calls
