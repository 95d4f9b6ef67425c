#include "tests/support/fake_phone_network.h"

#include <QTest>

using namespace engine;
using namespace engine::telephony;
using namespace Qt::StringLiterals;

namespace support {

namespace {

/// The oldest request; a job its owner no longer wants is skipped, as the answer to it would be.
template <typename Job, typename Answer>
void answer(QList<QPointer<Job>> &jobs, const Answer &answer, const char *what)
{
    if (jobs.isEmpty()) {
        QTest::qFail(qPrintable(u"the carrier was not asked %1"_s.arg(QLatin1String(what))), __FILE__, __LINE__);
        return;
    }
    const QPointer<Job> job = jobs.takeFirst();
    if (!job)
        return;
    job->deleteLater();
    emit job->finished(answer);
}

} // namespace

PlaceCallJob *FakePhoneNetwork::place(const PlaceRequest &request, QObject *parent)
{
    m_asked.append(u"place %1 from %2"_s.arg(request.to.value(), request.from.value()));
    placed.append(request);
    m_placing.append(new PlaceCallJob(parent));
    return m_placing.last();
}

HangUpJob *FakePhoneNetwork::hangUp(const CallSid &sid, bool answered, QObject *parent)
{
    m_asked.append((answered ? u"complete "_s : u"cancel "_s) + sid.value());
    m_ending.append(new HangUpJob(parent));
    return m_ending.last();
}

FetchCallJob *FakePhoneNetwork::fetch(const CallSid &sid, QObject *parent)
{
    m_asked.append(u"fetch "_s + sid.value());
    m_fetched.append(sid);
    m_fetching.append(new FetchCallJob(parent));
    return m_fetching.last();
}

ListCallsJob *FakePhoneNetwork::list(const CallFilter &filter, QObject *parent)
{
    m_asked.append(filter.status ? u"list "_s + toWord(*filter.status) : u"list %1 from %2"_s.arg(filter.to, filter.from));
    m_listing.append(new ListCallsJob(parent));
    return m_listing.last();
}

OwnNumbersJob *FakePhoneNetwork::ownNumbers(QObject *parent)
{
    m_asked.append(u"own numbers"_s);
    return new OwnNumbersJob(parent);
}

HangUpJob *FakePhoneNetwork::transfer(const CallSid &sid, const E164Number &to, const E164Number &, QObject *parent)
{
    m_asked.append(u"transfer %1 to %2"_s.arg(sid.value(), to.value()));
    m_transferring.append(new HangUpJob(parent));
    return m_transferring.last();
}

void FakePhoneNetwork::accept(const QString &sid, CallStatus status)
{
    CarrierCall call;
    call.sid = CallSid(sid);
    call.status = status;
    answer(m_placing, Result<CarrierCall>(call), "to place a call");
}

void FakePhoneNetwork::refusePlace(const Error &error)
{
    answer(m_placing, Result<CarrierCall>(tl::unexpected(error)), "to place a call");
}

void FakePhoneNetwork::hungUp()
{
    answer(m_ending, Result<Done>(Done{}), "to end a call");
}

void FakePhoneNetwork::refuseHangUp(const Error &error)
{
    answer(m_ending, Result<Done>(tl::unexpected(error)), "to end a call");
}

void FakePhoneNetwork::tell(CallStatus status, std::optional<int> durationSeconds)
{
    CarrierCall call;
    call.sid = m_fetched.isEmpty() ? CallSid() : m_fetched.takeFirst();
    call.status = status;
    call.durationSeconds = durationSeconds;
    answer(m_fetching, Result<CarrierCall>(call), "about a call");
}

void FakePhoneNetwork::refuseFetch(const Error &error)
{
    if (!m_fetched.isEmpty())
        m_fetched.removeFirst();
    answer(m_fetching, Result<CarrierCall>(tl::unexpected(error)), "about a call");
}

void FakePhoneNetwork::listed(const std::vector<CarrierCall> &calls)
{
    answer(m_listing, Result<std::vector<CarrierCall>>(calls), "for its calls");
}

void FakePhoneNetwork::refuseList(const Error &error)
{
    answer(m_listing, Result<std::vector<CarrierCall>>(tl::unexpected(error)), "for its calls");
}

void FakePhoneNetwork::transferred()
{
    answer(m_transferring, Result<Done>(Done{}), "to transfer a call");
}

void FakePhoneNetwork::refuseTransfer(const Error &error)
{
    answer(m_transferring, Result<Done>(tl::unexpected(error)), "to transfer a call");
}

} // namespace support
