#pragma once

#include "engine/base/clock.h"
#include "engine/calls/call_order.h"
#include "engine/records/dial_journal.h"
#include "engine/telephony/phone_network.h"

#include <QObject>

namespace engine::calls {

/// One order's way to a call: written into the journal, then asked for, and looked for when the answer is lost. Nothing
/// is ever asked for twice.
///
/// finished() comes once. Engine thread; owned by the CallDesk.
class Placement : public QObject
{
    Q_OBJECT
public:
    /// @param network, journal, clock  outlive this
    Placement(const CallOrder &order, const telephony::PlaceRequest &request, telephony::PhoneNetwork &network,
              records::DialJournal &journal, Clock &clock, QObject *parent);

    void start();
    const CallOrder &order() const { return m_order; }
    /// The journal's number for it; 0 until written.
    qint64 entry() const { return m_entry; }

signals:
    /// The call, which may be further than queued when it had to be looked for, or why there is none: the codes of
    /// telephony::PlaceCallJob, "journal_unwritable" and "request_repeated".
    void finished(const engine::Result<engine::telephony::CarrierCall> &call);

private:
    using Answer = Result<telephony::CarrierCall>;
    void ask();
    void look();
    void settle(records::DialOutcome outcome, const Answer &answer);

    CallOrder m_order;
    telephony::PlaceRequest m_request;
    telephony::PhoneNetwork &m_network;
    records::DialJournal &m_journal;
    Clock &m_clock;
    records::DialWish m_wish;
    qint64 m_entry = 0;
};

} // namespace engine::calls
