#include "engine/practice/simulated_phone_network.h"

#include "engine/practice/callee_script.h"
#include "engine/practice/practice_log.h"
#include "engine/practice/scenario_board.h"

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {
constexpr size_t kMaxCalls = 5'000; ///< kept, live ones included
constexpr int kMaxLiveCalls = 1'000;
} // namespace

SimulatedPhoneNetwork::SimulatedPhoneNetwork(NetworkSettings settings, Clock &clock, Random &random,
                                             net::WebSocketFactory &sockets, ScenarioBoard &board, LineFigures &figures,
                                             Synthesis synthesis, QObject *parent)
    : QObject(parent), m_settings(std::move(settings)),
      m_beats(clock), m_context{m_settings, clock, random, sockets, m_beats, board, figures, std::move(synthesis)},
      m_nextSlot(clock.now())
{
}

SimulatedPhoneNetwork::~SimulatedPhoneNetwork() = default;

tl::expected<SimulatedCall *, RestError> SimulatedPhoneNetwork::create(const CallParameters &parameters)
{
    if (liveCalls() >= kMaxLiveCalls)
        return tl::unexpected(RestError{429, 20429, u"Too many concurrent requests"_s, {}});
    const Clock::TimePoint now = m_context.clock.now();
    const Clock::TimePoint slot = std::max(now, m_nextSlot);
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(slot - now);
    const auto spacing = std::chrono::duration<double>(1.0 / std::max(0.01, m_settings.callsPerSecond));
    m_nextSlot = slot + std::chrono::duration_cast<Clock::TimePoint::duration>(spacing);

    CallRecord record;
    record.sid = u"CA"_s + QString::fromLatin1(m_context.random.hex(16));
    record.accountSid = m_settings.accountSid;
    record.phoneNumberSid =
        u"PN"_s + u"0"_s.repeated(21) + parameters.from.right(11).remove(u'+').rightJustified(11, u'0');
    record.to = parameters.to;
    record.from = parameters.from;
    record.queueTime = wait;
    record.created = record.updated = m_context.clock.wallTime();

    const int scenario = scenarioNumber(parameters.to);
    m_context.board.assign(record.sid, scenario);
    qCDebug(practiceLog, "practice: call %ls plays scenario %04d", qUtf16Printable(record.sid), scenario);
    forgetOldest();
    m_calls.push_back(
        std::make_unique<SimulatedCall>(std::move(record), parameters, calleeScript(scenario), m_context, nullptr));
    SimulatedCall *call = m_calls.back().get();
    connect(call, &SimulatedCall::ended, this, [this, sid = call->record().sid] { m_context.board.forget(sid); });
    call->enqueue(wait);
    return call;
}

SimulatedCall *SimulatedPhoneNetwork::find(const QString &sid) const
{
    const auto found =
        std::find_if(m_calls.begin(), m_calls.end(), [&](const auto &call) { return call->record().sid == sid; });
    return found == m_calls.end() ? nullptr : found->get();
}

bool SimulatedPhoneNetwork::remove(const QString &sid)
{
    const auto found =
        std::find_if(m_calls.begin(), m_calls.end(), [&](const auto &call) { return call->record().sid == sid; });
    if (found == m_calls.end() || !(*found)->isOver())
        return false;
    m_calls.erase(found);
    return true;
}

std::vector<const SimulatedCall *> SimulatedPhoneNetwork::calls() const
{
    std::vector<const SimulatedCall *> newestFirst;
    newestFirst.reserve(m_calls.size());
    for (auto call = m_calls.rbegin(); call != m_calls.rend(); ++call)
        newestFirst.push_back(call->get());
    return newestFirst;
}

int SimulatedPhoneNetwork::liveCalls() const
{
    return static_cast<int>(
        std::count_if(m_calls.begin(), m_calls.end(), [](const auto &call) { return !call->isOver(); }));
}

void SimulatedPhoneNetwork::cutAll()
{
    for (const auto &call : m_calls)
        if (!call->isOver())
            call->cut();
}

void SimulatedPhoneNetwork::forgetOldest()
{
    if (m_calls.size() < kMaxCalls)
        return;
    const auto oldest = std::find_if(m_calls.begin(), m_calls.end(), [](const auto &call) { return call->isOver(); });
    if (oldest != m_calls.end())
        m_calls.erase(oldest);
}

} // namespace engine::practice
