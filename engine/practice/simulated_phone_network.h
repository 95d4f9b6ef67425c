#pragma once

#include "engine/practice/call_request.h"
#include "engine/practice/line_context.h"
#include "engine/practice/media_beats.h"
#include "engine/practice/simulated_call.h"

#include <QObject>

#include <deque>
#include <memory>

namespace engine::practice {

/// A phone network without phones: takes calls, dials them one slot after another, keeps them for who asks later.
///
/// Knows nothing of the engine: both meet on the wire alone. Practice thread; everything passed to it outlives it.
class SimulatedPhoneNetwork : public QObject
{
    Q_OBJECT
public:
    SimulatedPhoneNetwork(NetworkSettings settings, Clock &clock, Random &random, net::WebSocketFactory &sockets,
                          ScenarioBoard &board, LineFigures &figures, Synthesis synthesis, QObject *parent = nullptr);
    ~SimulatedPhoneNetwork() override;

    const NetworkSettings &settings() const { return m_settings; }
    /// The settings of the next calls; those under way see changes of the timing too.
    NetworkSettings &settings() { return m_settings; }

    /// @return the new call, queued; or a refusal when too many are under way
    [[nodiscard]] tl::expected<SimulatedCall *, RestError> create(const CallParameters &parameters);
    /// nullptr when there is no such call.
    SimulatedCall *find(const QString &sid) const;
    /// Forgets a call that is over. @return false when it is not
    bool remove(const QString &sid);
    /// Newest first.
    std::vector<const SimulatedCall *> calls() const;
    int liveCalls() const;
    /// The line fails: every call is over.
    void cutAll();

    MediaBeats &beats() { return m_beats; }
    Clock &clock() const { return m_context.clock; }

private:
    void forgetOldest();

    NetworkSettings m_settings;
    MediaBeats m_beats;
    LineContext m_context;
    std::deque<std::unique_ptr<SimulatedCall>> m_calls; ///< oldest first
    Clock::TimePoint m_nextSlot;
};

} // namespace engine::practice
