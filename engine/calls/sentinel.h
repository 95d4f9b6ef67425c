#pragma once

#include "engine/base/clock.h"
#include "engine/records/dial_journal.h"
#include "engine/records/events.h"
#include "engine/telephony/phone_network.h"

#include <QObject>
#include <QSet>

#include <functional>
#include <memory>

namespace engine::calls {

/// Sees to it that no call of ours lives at the carrier without somebody here who holds it: behaviour.md section 6.
///
/// At the start and every 10 s it goes through the journal's open entries and, while anything is under way, through the
/// carrier's list of live calls. What is ours by the journal and owned by nobody is ended and told. Calls the journal
/// does not know belong to other programs and are never touched. Engine thread; owned by the Engine.
class Sentinel : public QObject
{
    Q_OBJECT
public:
    /// Who holds what, at the moment of asking.
    struct Owners
    {
        std::function<bool()> anybody;                 ///< any call live or being placed
        std::function<bool(const CallSid &)> ownsCall; ///< a live call of this run
        std::function<bool(qint64 entry)> ownsEntry;   ///< being placed
        std::function<bool(const QString &to, const QString &from)>
            isPlacing; ///< a call between these, not answered yet
    };

    /// @param network, journal, clock  outlive this
    Sentinel(Owners owners, telephony::PhoneNetwork &network, records::DialJournal &journal, Clock &clock,
             QObject *parent = nullptr);
    ~Sentinel() override;

    /// Makes the first round now and one every 10 s from then on.
    void start();
    void stop();

signals:
    void event(const engine::records::Event &event);
    /// A call of an earlier run is over; its last events follow. It may never have got a record.
    void ending(const engine::CallSid &sid, const QMap<QString, QString> &customData);

private:
    using Entries = std::vector<records::DialEntry>;
    using Calls = std::vector<telephony::CarrierCall>;
    void round();
    void takeOpen(const Result<Entries> &open, bool anybody);
    void confirm(const Entries &suspects);
    void compare();
    void listLive(std::vector<telephony::CallStatus> statuses, Calls soFar);
    void takeLive(const Calls &calls);
    void judge(const Calls &unowned, const Entries &known);
    bool isOwned(const records::DialEntry &entry) const;
    void handle(const records::DialEntry &entry);
    void tellEnd(const records::DialEntry &entry, const telephony::CarrierCall &call, bool wasLive, bool isDiscovered);
    void skip();
    void tellTrouble(const Error &trouble);
    void tellFailure(const records::DialEntry &entry, const Error &failure);

    Owners m_owners;
    telephony::PhoneNetwork &m_network;
    records::DialJournal &m_journal;
    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    Entries m_absent;        // of this round: unowned wishes whose call may appear late
    QSet<qint64> m_underWay; // entries being brought to their end
    QSet<qint64> m_failed;   // those that could not be, as the operator was told
    bool m_busy = false;     // a round is under way
    bool m_blind = false;    // the last one failed, and the operator knows
};

} // namespace engine::calls
