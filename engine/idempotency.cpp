#include "engine/idempotency.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace engine {

std::optional<server::Responder> Idempotency::begin(const QByteArray &key, const QByteArray &bodyHash, server::Responder responder)
{
    const auto [entry, isFirst] = m_underWay.try_emplace(key.toStdString(), Entry{bodyHash, {}});
    if (isFirst)
        return responder;
    if (entry->second.bodyHash == bodyHash)
        entry->second.waiting.push_back(std::move(responder));
    else
        responder.send(conflict());
    return std::nullopt;
}

void Idempotency::finish(const QByteArray &key, const server::Response &response)
{
    const auto found = m_underWay.find(key.toStdString());
    if (found == m_underWay.end())
        return;
    auto waiting = std::move(found->second.waiting);
    m_underWay.erase(found);
    for (server::Responder &responder : waiting)
        responder.send(response);
}

QByteArray Idempotency::hashOf(const QByteArray &body)
{
    return QCryptographicHash::hash(body, QCryptographicHash::Sha256);
}

server::Response Idempotency::conflict()
{
    return server::errorResponse(409, u"idempotency_key_reused"_s,
                                 u"This Idempotency-Key was used with another body. Use a new key for a new call."_s);
}

} // namespace engine
