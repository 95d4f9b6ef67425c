#pragma once

#include "engine/server/http_server.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace engine {

/// Joins requests with the same `Idempotency-Key` while the first of them is being carried out: all get its answer. What came of
/// requests before is the journal's to tell (EarlierDial). Engine thread.
class Idempotency
{
public:
    /// Answers `responder` itself when a request with this key is under way: with 409 when the body differs, else together with it.
    /// @return the responder when this request is the first and has to be carried out; tell the others by finish()
    [[nodiscard]] std::optional<server::Responder> begin(const QByteArray &key, const QByteArray &bodyHash, server::Responder responder);
    /// Gives the answer to everybody who waits for it.
    void finish(const QByteArray &key, const server::Response &response);

    [[nodiscard]] static QByteArray hashOf(const QByteArray &body);
    [[nodiscard]] static server::Response conflict();

private:
    struct Entry
    {
        QByteArray bodyHash;
        std::vector<server::Responder> waiting;
    };
    std::unordered_map<std::string, Entry> m_underWay;
};

} // namespace engine
