#pragma once

#include "engine/base/clock.h"

#include <QHash>
#include <QString>

#include <optional>

namespace engine::practice {

/// Which scenario each live practice call plays: the phone network writes it, the simulated vendors look up their
/// faults. Practice line's thread.
class ScenarioBoard
{
public:
    /// @param number  the last four digits of the number dialed, e.g. 111 for +1 415 555 0111
    void assign(const QString &callSid, int number) { m_scenarios.insert(callSid, number); }
    std::optional<int> scenarioOf(const QString &callSid) const
    {
        const auto found = m_scenarios.constFind(callSid);
        return found == m_scenarios.constEnd() ? std::nullopt : std::optional<int>(*found);
    }
    /// The callee picked up.
    void answer(const QString &callSid, Clock::TimePoint at) { m_answered.insert(callSid, at); }
    std::optional<Clock::TimePoint> answeredAt(const QString &callSid) const
    {
        const auto found = m_answered.constFind(callSid);
        return found == m_answered.constEnd() ? std::nullopt : std::optional(*found);
    }
    void forget(const QString &callSid)
    {
        m_scenarios.remove(callSid);
        m_answered.remove(callSid);
    }

private:
    QHash<QString, int> m_scenarios;
    QHash<QString, Clock::TimePoint> m_answered;
};

} // namespace engine::practice
