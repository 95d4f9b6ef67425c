#include "engine/idempotency.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine {

namespace {

constexpr auto kLife = 24h;
constexpr size_t kKeys = 10'000;

} // namespace

std::optional<server::Responder> Idempotency::begin(const QByteArray &key, const QByteArray &body, server::Responder responder)
{
    forgetOld();
    const QByteArray hash = QCryptographicHash::hash(body, QCryptographicHash::Sha256);
    const auto it = m_entries.find(key.toStdString());
    if (it == m_entries.end()) {
        m_entries.emplace(key.toStdString(), Entry{hash, std::nullopt, {}, m_clock.now()});
        m_order.push_back(key.toStdString());
        return responder;
    }
    Entry &entry = it->second;
    if (entry.bodyHash != hash)
        responder.send(server::errorResponse(409, u"idempotency_key_reused"_s,
                                             u"This Idempotency-Key was used with another body. Use a new key for a new call."_s));
    else if (entry.response)
        responder.send(*entry.response);
    else
        entry.waiting.push_back(std::move(responder));
    return std::nullopt;
}

void Idempotency::finish(const QByteArray &key, const server::Response &response, bool keep)
{
    const auto it = m_entries.find(key.toStdString());
    if (it == m_entries.end())
        return;
    auto waiting = std::move(it->second.waiting);
    if (keep) {
        it->second.response = response;
    } else {
        std::erase(m_order, it->first);
        m_entries.erase(it);
    }
    for (server::Responder &responder : waiting)
        responder.send(response);
}

void Idempotency::forgetOld()
{
    while (!m_order.empty()) {
        const auto it = m_entries.find(m_order.front());
        const bool gone = it == m_entries.end();
        if (!gone && m_entries.size() <= kKeys && m_clock.now() - it->second.at < kLife)
            return;
        // A request still under way is never forgotten: its waiters would lose their answer.
        if (!gone && !it->second.response)
            return;
        if (!gone)
            m_entries.erase(it);
        m_order.pop_front();
    }
}

} // namespace engine
