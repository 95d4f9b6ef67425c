#pragma once

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/result.h"

#include <QHash>

namespace engine::calls {

/// The one-time words that let a call's media stream in: behaviour.md section 6.
///
/// issue() when the call's TwiML is served, redeem() when its stream starts. A token is bound to its call, lives for a while and
/// works once; asking for TwiML again replaces it. Bounded by the number of live calls: forget() when a call ends.
class StreamTokens
{
public:
    StreamTokens(std::chrono::seconds life, Clock &clock, Random &random) : m_life(life), m_clock(clock), m_random(random) {}

    [[nodiscard]] QString issue(const CallSid &sid);
    /// @return Error codes "token_unknown", "token_wrong", "token_expired"
    [[nodiscard]] Result<Done> redeem(const CallSid &sid, const QString &token);
    void forget(const CallSid &sid) { m_tokens.remove(sid); }

private:
    struct Token
    {
        QByteArray value;
        Clock::TimePoint expiresAt;
    };
    std::chrono::seconds m_life;
    Clock &m_clock;
    Random &m_random;
    QHash<CallSid, Token> m_tokens;
};

} // namespace engine::calls
