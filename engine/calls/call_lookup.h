#pragma once

#include "engine/base/clock.h"
#include "engine/records/dial_journal.h"
#include "engine/telephony/phone_network.h"

#include <QObject>

#include <memory>

namespace engine::calls {

/// Whether a call the carrier shows can be the one that was wished for. Its time has to fit: the same number may have
/// been called before, and may be called again.
[[nodiscard]] bool fits(const telephony::CarrierCall &call, const records::DialWish &wish);

/// Looks for the call of a wish whose answer was lost: asks the carrier for its calls by To and From until one fits
/// that no other wish has, or none can appear any more. A child of who wants to know; finished() comes once, then it
/// deletes itself. Engine thread.
class CallLookup : public QObject
{
    Q_OBJECT
public:
    /// How long a call may take to appear in the carrier's list: after its request's answer was lost, and after the
    /// request.
    static constexpr std::chrono::seconds kAppearsAfterLoss{30};
    static constexpr std::chrono::seconds kAppearsAfterRequest{45};

    /// @param patience  how much of that is still to come; the carrier is asked at least once
    /// @param network, journal, clock  outlive this
    CallLookup(const records::DialWish &wish, std::chrono::milliseconds patience, telephony::PhoneNetwork &network,
               records::DialJournal &journal, Clock &clock, QObject *parent);

signals:
    /// The call; nullopt: there is none, for certain; an Error: the carrier did not show its calls, so nobody knows.
    void finished(const engine::Result<std::optional<engine::telephony::CarrierCall>> &found);

private:
    using Calls = std::vector<telephony::CarrierCall>;
    void ask();
    void take(const Result<Calls> &calls);
    void leaveOutKnown(const Calls &candidates);
    void goOn(const Result<Done> &lastLook);
    void finish(const Result<std::optional<telephony::CarrierCall>> &found);

    records::DialWish m_wish;
    telephony::PhoneNetwork &m_network;
    records::DialJournal &m_journal;
    Clock &m_clock;
    Clock::TimePoint m_until;
    Clock::TimePoint m_startedAt;
    std::unique_ptr<Timer> m_timer;
};

} // namespace engine::calls
