#pragma once

#include "engine/server/http_message.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

class QWebSocket;

namespace engine::server {

/// The body of a response that is sent piece by piece. Destroyed unfinished it breaks the connection, so that the peer
/// does not take a part for the whole.
class BodyStream
{
public:
    virtual ~BodyStream() = default;
    virtual void write(const QByteArray &bytes) = 0;
    /// The body is complete; later writes do nothing.
    virtual void finish() = 0;
    /// The peer has gone, or takes nothing any more: writing on is pointless.
    virtual bool isGone() const = 0;
    /// Written but not yet taken by the peer. Who writes on without looking is cut off at 8 MiB.
    virtual qint64 unsentBytes() const = 0;
};

/// Answers one request, once, now or later. Movable; destroyed unanswered it answers 500. After the peer has gone it
/// does nothing.
class Responder
{
public:
    class Sink
    {
    public:
        virtual ~Sink() = default;
        virtual void send(const Response &response) = 0;
        virtual std::unique_ptr<BodyStream> stream(const Response &head) = 0;
    };
    explicit Responder(std::unique_ptr<Sink> sink) : m_sink(std::move(sink)) {}
    Responder(Responder &&) noexcept = default;
    /// Swaps, so that a request whose responder is overwritten still gets its 500.
    Responder &operator=(Responder &&other) noexcept;
    ~Responder();

    /// Only the first call counts.
    void send(const Response &response);
    /// Answers with a body that comes in pieces, each as a chunk of its own.
    ///
    /// @param head  status and headers; its body is not used
    /// @return never null
    [[nodiscard]] std::unique_ptr<BodyStream> stream(const Response &head);

private:
    std::unique_ptr<Sink> m_sink;
};

/// Gets a complete request and the duty to answer it.
using Handler = std::function<void(const Request &, Responder)>;
/// Decides about an upgrade before the handshake: nullopt lets it in, a response refuses it.
using UpgradeGuard = std::function<std::optional<Response>(const Request &)>;
/// Gets an open socket and owns it from then on. Connect to its signals before returning: messages the peer sent early
/// follow at once.
using UpgradeHandler = std::function<void(std::unique_ptr<QWebSocket>, const Request &)>;

} // namespace engine::server
