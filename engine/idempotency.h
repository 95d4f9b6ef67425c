#pragma once

#include "engine/base/clock.h"
#include "engine/server/http_server.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace engine {

/// Makes a repeated `POST /dialout` with the same `Idempotency-Key` give the first one's answer instead of a second call.
///
/// Remembers answers for kLife and at most kKeys of them. Only answers that created or may have created a call are worth keeping:
/// a refused request may be tried again with the same key. Engine thread.
class Idempotency
{
public:
    explicit Idempotency(Clock &clock) : m_clock(clock) {}

    /// Answers `responder` itself when the key is known: with the remembered answer, with 409 when the body differs, or later when the
    /// first request is still under way.
    /// @return the responder when this request is the first of its key and has to be carried out; answer it through finish()
    [[nodiscard]] std::optional<server::Responder> begin(const QByteArray &key, const QByteArray &body, server::Responder responder);
    /// Gives the answer to everybody who waits for it. @param keep  false: the key is free again
    void finish(const QByteArray &key, const server::Response &response, bool keep);
    /// Keys held at this moment, those under way included.
    size_t remembered() const { return m_order.size(); }

private:
    struct Entry
    {
        QByteArray bodyHash;
        std::optional<server::Response> response;
        std::vector<server::Responder> waiting;
        Clock::TimePoint at;
    };
    void forgetOld();

    Clock &m_clock;
    std::unordered_map<std::string, Entry> m_entries;
    std::deque<std::string> m_order;
};

} // namespace engine
