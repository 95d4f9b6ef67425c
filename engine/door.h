#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/failure_limiter.h"
#include "engine/server/http_server.h"

#include <QMap>
#include <QObject>

#include <optional>

namespace engine {

/// Why somebody was turned away.
enum class Refusal
{
    WrongKey,       ///< an API request with another key
    NoKey,          ///< an API request without one
    NotLocal,       ///< no key is set, and the request came from elsewhere
    WrongSignature, ///< a request to Twilio's addresses, signed with something else
    NoSignature,
    WrongToken ///< a media stream without the one-time token of its call
};

/// "wrong_key", ...: in metrics and incident codes.
[[nodiscard]] QString toWord(Refusal refusal);

/// The door to the API and to Twilio's addresses: turns strangers away, counts and tells it, and makes who guesses
/// wait.
///
/// Who presents a wrong key or signature too often is answered 429 for a while. What proves itself is never hindered by
/// others: a valid signature always passes, and so does whoever comes straight from this machine, because strangers
/// behind a tunnel that names no sender seem to come from here as well. Engine thread; owned by the Engine.
class Door : public QObject
{
    Q_OBJECT
public:
    /// @param apiKey  DIALDESK_API_KEY; empty: this machine only
    Door(const Secret &apiKey, Clock &clock, QObject *parent = nullptr);

    /// For /dialout and /api/*. @return the refusal, or nullopt when the request may pass
    [[nodiscard]] std::optional<server::Response> refuseStranger(const server::Request &request);
    /// Whether the request would pass, for answers that tell strangers less; asking counts as nothing.
    [[nodiscard]] bool knows(const server::Request &request) const;
    /// Wraps a handler so that strangers are refused first. The door outlives the server.
    [[nodiscard]] server::Handler guarded(server::Handler handler);
    /// For Twilio's addresses. @param proven  whether the signature is Twilio's
    [[nodiscard]] std::optional<server::Response> refuseUnsigned(const server::Request &request, bool proven);
    /// A media stream was sent away by its token; its connection was signed, so nobody is made to wait.
    void streamRefused();

    /// How many were turned away, by toWord().
    const QMap<QString, quint64> &refusals() const { return m_refusals; }

signals:
    /// For the operator; at most one a minute of each kind.
    void incident(const engine::Error &error);

private:
    server::Response turnAway(Refusal refusal, const server::Request &request, const server::Response &answer);
    void note(Refusal refusal, const QString &from);

    Secret m_apiKey;
    Clock &m_clock;
    FailureLimiter m_limiter;
    QMap<QString, quint64> m_refusals;
    struct Telling
    {
        Clock::TimePoint next{};
        int untold = 0;
    };
    QMap<Refusal, Telling> m_tellings;
};

/// Who sent a request, for counting: the peer, or what the tunnel on this machine says about the last hop before it.
[[nodiscard]] QHostAddress senderOf(const server::Request &request);

} // namespace engine
