#pragma once

#include "engine/practice/agent_script.h"

#include <QByteArray>
#include <QSet>

namespace engine::practice {

/// Knows which conversations have yet to be told that the model is overloaded (scenario 0111): each once, then it is answered.
/// Server's thread; owned by a simulated model.
class BusyOnce
{
public:
    /// @param contents  what the vendor was told of the conversation so far; a repeated request has the same
    /// @return whether this request is to be refused
    [[nodiscard]] bool isBusyNow(const AgentConversation &conversation, const QByteArray &contents);

private:
    QSet<QByteArray> m_refused; // digests of requests that were refused and have not come again
};

} // namespace engine::practice
