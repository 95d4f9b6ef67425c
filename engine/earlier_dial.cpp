#include "engine/earlier_dial.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

namespace {

constexpr auto kPeriod = 250ms;
constexpr int kMostQuestions = 240; // a minute: longer than any call takes to appear at the carrier

} // namespace

EarlierDial::EarlierDial(const QByteArray &key, records::DialJournal &journal, Clock &clock, QObject *parent)
    : QObject(parent), m_key(key), m_journal(journal), m_timer(clock.makeTimer([this] { ask(); }))
{
    ask();
}

void EarlierDial::ask()
{
    m_journal.findRequest(m_key, this, [this](const Result<std::optional<records::DialEntry>> &entry) { take(entry); });
}

void EarlierDial::take(const Result<std::optional<records::DialEntry>> &entry)
{
    Result<std::optional<records::DialEntry>> answer = entry;
    if (!entry) {
        answer = failure(entry.error().fault, u"journal_unreadable"_s,
                         u"It cannot be told whether this request has been carried out before, so it is not: %1"_s.arg(
                             entry.error().message));
    } else if (*entry && (*entry)->answer.outcome == records::DialOutcome::Unknown) {
        if (++m_questions < kMostQuestions)
            return m_timer->start(kPeriod);
        answer = failure(Fault::Carrier, u"carrier_unreachable"_s,
                         u"It is still not known whether this request's call was placed, because the carrier does not "
                         u"show its calls. "
                         "Ask again later with the same Idempotency-Key."_s);
    }
    deleteLater();
    emit finished(answer);
}

} // namespace engine
