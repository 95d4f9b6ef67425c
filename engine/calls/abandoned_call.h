#pragma once

#include "engine/base/clock.h"
#include "engine/records/dial_journal.h"
#include "engine/telephony/phone_network.h"

#include <QObject>

#include <memory>

namespace engine::calls {

/// Brings one entry of the journal that nobody owns to its end: finds its call when only the wish is known, ends it at
/// the carrier when it is live, and writes down its true end.
///
/// finished() comes once, then it deletes itself. What could not be done is left open in the journal, for the next
/// time. Engine thread; owned by the Sentinel.
class AbandonedCall : public QObject
{
    Q_OBJECT
public:
    /// @param entry  Placed, or Unknown when the call has yet to be looked for
    /// @param network, journal, clock  outlive this
    AbandonedCall(const records::DialEntry &entry, telephony::PhoneNetwork &network, records::DialJournal &journal,
                  Clock &clock, QObject *parent);

    void start();
    const records::DialEntry &entry() const { return m_entry; }
    /// Whether it was live, so that it had to be ended here.
    bool wasLive() const { return m_wasLive; }

signals:
    /// Its last state, which is in the journal now; nullopt: there never was a call. An Error: not at an end yet.
    void finished(const engine::Result<std::optional<engine::telephony::CarrierCall>> &call);

private:
    using Found = Result<std::optional<telephony::CarrierCall>>;
    void look();
    void settle(const records::DialAnswer &answer);
    void fetch();
    void take(const Result<telephony::CarrierCall> &call);
    void hangUp(bool answered);
    void finish(const Found &call);

    records::DialEntry m_entry;
    telephony::PhoneNetwork &m_network;
    records::DialJournal &m_journal;
    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    int m_questions = 0;
    bool m_wasLive = false;
};

} // namespace engine::calls
