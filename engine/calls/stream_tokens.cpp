#include "engine/calls/stream_tokens.h"

#include "engine/base/constant_time.h"

using namespace Qt::StringLiterals;

namespace engine::calls {

namespace {

constexpr int kTokenBytes = 16;

} // namespace

QString StreamTokens::issue(const CallSid &sid)
{
    const QByteArray value = m_random.hex(kTokenBytes);
    m_tokens.insert(sid, {value, m_clock.now() + m_life});
    return QString::fromLatin1(value);
}

Result<Done> StreamTokens::redeem(const CallSid &sid, const QString &token)
{
    const auto it = m_tokens.find(sid);
    if (it == m_tokens.end())
        return failure(Fault::Carrier, u"token_unknown"_s, u"No media stream is expected for this call."_s);
    if (!equalInConstantTime(it->value, token.toLatin1()))
        return failure(Fault::Carrier, u"token_wrong"_s, u"The media stream does not carry the token of its call."_s);
    const bool expired = m_clock.now() > it->expiresAt;
    m_tokens.erase(it);
    if (expired)
        return failure(Fault::Carrier, u"token_expired"_s, u"The media stream came too long after its instructions were served."_s);
    return Done{};
}

} // namespace engine::calls
