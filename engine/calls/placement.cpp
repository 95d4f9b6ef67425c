#include "engine/calls/placement.h"

#include "engine/calls/call_lookup.h"

using namespace Qt::StringLiterals;

namespace engine::calls {

namespace {

records::DialWish wishOf(const CallOrder &order, const Clock &clock)
{
    return {order.to.value(),  order.from.value(), config::toWord(order.environment),
            order.practice,    order.customData,   order.requestKey,
            order.requestHash, clock.wallTime()};
}

Error unwritable(const Error &cause)
{
    QString remedy = cause.message;
    if (cause.code == "disk_full"_L1)
        remedy = u"the disk of the data folder is full. Make room on it."_s;
    else if (cause.code == "data_dir_unwritable"_L1)
        remedy = u"the data folder cannot be written. Make it writable, or choose another with --data-dir."_s;
    else if (cause.code == "disk_error"_L1)
        remedy = u"the disk of the data folder fails. Check it."_s;
    return {
        cause.fault, u"journal_unwritable"_s,
        u"The call was not placed, because calls are written down first so that none is ever placed twice, and that failed: %1"_s
            .arg(remedy)};
}

Error absent()
{
    return {
        Fault::Carrier, u"carrier_unreachable"_s,
        u"The carrier's answer was lost, and its list of calls shows that no call was placed. Dial again when the network is well."_s};
}

Error unknown(const Error &cause)
{
    return {Fault::Carrier, u"carrier_unreachable"_s,
            u"Nobody knows whether the call was placed: the carrier's answer was lost, and so was that to the question "
            u"for its calls (%1). "
            "Dialdesk goes on asking, and ends the call should it exist. Wait for that before you dial again."_s.arg(
                cause.message)};
}

} // namespace

Placement::Placement(const CallOrder &order, const telephony::PlaceRequest &request, telephony::PhoneNetwork &network,
                     records::DialJournal &journal, Clock &clock, QObject *parent)
    : QObject(parent), m_order(order), m_request(request), m_network(network), m_journal(journal), m_clock(clock),
      m_wish(wishOf(order, clock))
{
}

void Placement::start()
{
    m_journal.write(m_wish, this, [this](const Result<qint64> &entry) {
        if (!entry) {
            emit finished(tl::unexpected(entry.error().code == "request_repeated"_L1 ? entry.error()
                                                                                     : unwritable(entry.error())));
            return;
        }
        m_entry = *entry;
        ask();
    });
}

void Placement::ask()
{
    auto *placing = m_network.place(m_request, this);
    connect(placing, &telephony::PlaceCallJob::finished, this, [this](const Answer &call) {
        if (call)
            settle(records::DialOutcome::Placed, call);
        else if (call.error().code == "carrier_unreachable"_L1)
            look();
        else
            settle(records::DialOutcome::Refused, call);
    });
}

void Placement::look()
{
    auto *lookup = new CallLookup(m_wish, CallLookup::kAppearsAfterLoss, m_network, m_journal, m_clock, this);
    connect(lookup, &CallLookup::finished, this, [this](const Result<std::optional<telephony::CarrierCall>> &found) {
        if (!found)
            emit finished(tl::unexpected(unknown(found.error()))); // the entry stays open, for the sentinel
        else if (*found)
            settle(records::DialOutcome::Placed, **found);
        else
            settle(records::DialOutcome::Absent, tl::unexpected(absent()));
    });
}

void Placement::settle(records::DialOutcome outcome, const Answer &answer)
{
    records::DialAnswer written{outcome, answer ? answer->sid : CallSid(),
                                answer ? std::nullopt : std::optional(answer.error())};
    // The asker's answer waits for it: after a crash the same question must not get another one. A call that exists is
    // carried on with even when the disk has failed meanwhile.
    m_journal.settle(m_entry, written, this, [this, answer](const Result<Done> &settled) {
        if (!settled && settled.error().code == "call_taken"_L1)
            look(); // two wishes for the same number looked at the same moment
        else
            emit finished(answer);
    });
}

} // namespace engine::calls
