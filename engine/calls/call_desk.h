#pragma once

#include "engine/calls/admission.h"
#include "engine/calls/call_order.h"
#include "engine/calls/live_call.h"
#include "engine/calls/placement.h"
#include "engine/calls/stream_tokens.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <memory>

namespace engine::calls {

/// A call being placed. finished() comes once, then the job deletes itself.
class PlaceJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// After "too_many_calls", "too_fast" or "carrier_busy": how long to wait before asking again.
    std::chrono::seconds retryAfter{1};

signals:
    /// The call the carrier accepted, or why there is none: the codes of the number rule, of Admission and Placement.
    void finished(const engine::Result<engine::CallSid> &sid);
};

/// Where calls are placed, found and ended. Holds every live call; knows no vendor and no HTTP. Engine thread.
class CallDesk : public QObject
{
    Q_OBJECT
public:
    /// @param parts  references that outlive the desk
    CallDesk(const config::AgentConfig &agent, const config::LimitsConfig &limits, const CallSettings &settings,
             telephony::PhoneNetwork &network, records::DialJournal &journal, const AgentParts &parts, Random &random,
             QObject *parent = nullptr);
    ~CallDesk() override;

    /// Decides whether a number may be called, or a call transferred to it; without a rule any may.
    void setNumberRule(const NumberRule &rule) { m_numberRule = rule; }

    /// @return never null; answered later, never from within this call
    [[nodiscard]] PlaceJob *place(const CallOrder &order, QObject *parent);

    LiveCall *find(const CallSid &sid) const { return m_calls.value(sid); }
    int liveCalls() const { return static_cast<int>(m_calls.size()); }
    /// Whether nothing is under way: no live call, and none being placed.
    bool isIdle() const { return m_calls.isEmpty() && m_placements.isEmpty(); }
    /// Whether an order of this journal entry, or between these numbers, waits for the carrier's answer.
    bool isPlacing(qint64 entry) const;
    bool isPlacing(const QString &to, const QString &from) const;
    QList<CallSid> liveSids() const { return m_calls.keys(); }
    /// Of every call that has sound.
    [[nodiscard]] records::CallLevels levels() const;

    /// A change the carrier reported. One for a call whose creation has not been answered yet is kept for it.
    void onProgress(const telephony::CallProgress &progress);
    /// The token for the call's TwiML; Error "call_unknown" for a call that is not ours or is over.
    [[nodiscard]] Result<QString> issueStreamToken(const CallSid &sid);
    /// Whether a media stream that names this call may begin; the token is used up by asking.
    /// @return Error codes "call_unknown", "stream_taken" and those of StreamTokens
    [[nodiscard]] Result<Done> admitStream(const CallSid &sid, const QString &token);
    /// Gives the call its sound, after admitStream() said yes.
    void beginStream(const CallSid &sid, std::unique_ptr<telephony::MediaTransport> transport);
    void hangUp(const CallSid &sid, const QString &reason);
    /// Ends the calls to a number that nobody has answered yet; a conversation under way comes to its own end.
    void cancelUnanswered(const E164Number &number, const QString &reason);
    /// Also ends the calls that are still being placed, as soon as they exist, and places no more.
    void hangUpAll(const QString &reason);

signals:
    void event(const engine::records::Event &event);
    /// A call was created; its first events follow. Carries what the events do not.
    void placed(const engine::CallSid &sid, const QMap<QString, QString> &customData);
    /// The person at this number asked not to be called again.
    void doNotCallAsked(const engine::E164Number &number);
    /// The last live call has ended, or the last placing came to nothing.
    void idle();

private:
    void admitCall(const telephony::CarrierCall &carrierCall, const CallOrder &order, Admission::Lease lease);
    void onCallEvent(const LiveCall &call, const records::Event &happened);
    void endDeadCalls();

    config::AgentConfig m_agent;
    CallSettings m_settings;
    telephony::PhoneNetwork &m_network;
    records::DialJournal &m_journal;
    AgentParts m_parts;
    NumberRule m_numberRule = anyNumber;
    Admission m_admission;
    StreamTokens m_tokens;
    std::unique_ptr<Timer> m_leaseTimer;
    QHash<CallSid, LiveCall *> m_calls; // children: no call outlives the desk
    QHash<Admission::Lease, CallSid> m_leases;

    /// Reports that overtook the answer to their call's creation.
    struct EarlyProgress
    {
        telephony::CallProgress progress;
        Clock::TimePoint at;
    };
    std::vector<EarlyProgress> m_early;
    QSet<Placement *> m_placements;
    std::optional<QString> m_closedFor; // hangUpAll()'s reason: a call that appears now is ended at once
};

} // namespace engine::calls
