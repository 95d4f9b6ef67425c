#pragma once

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/net/http_client.h"
#include "engine/twilio/twilio_errors.h"

#include <QObject>

#include <functional>
#include <memory>

namespace engine::twilio {

/// When a request is sent again by itself.
enum class Repeat
{
    WhenTurnedAway, ///< only on 429, which says that nothing was done
    UntilAnswered   ///< also on 5xx and when no answer came: for what may be done twice
};

/// What came of a request: the body of a 2xx, or why not.
struct Failure
{
    Error error;
    Refusal refusal; ///< all zero when no answer came
};
using Outcome = tl::expected<QByteArray, Failure>;

/// One REST request with its repetitions, which wait longer each time, by a random share. A child of the job it works
/// for and gone with it; calls back once, then deletes itself. Engine thread.
class RestExchange : public QObject
{
    Q_OBJECT
public:
    using Callback = std::function<void(const Outcome &)>;

    /// @param action  for the operator, as in errorFrom(): "to place the call"
    /// @param parent  where the answer is wanted; client, clock and random outlive it
    RestExchange(net::HttpClient &client, Clock &clock, Random &random, net::HttpRequest request, Repeat repeat,
                 QString action, Callback callback, QObject *parent);

private:
    void send();
    void take(const Result<net::HttpResponse> &response);
    /// @return false when it may not be repeated (any more)
    bool repeatLater(const Failure &failure, std::chrono::milliseconds asked);

    net::HttpClient &m_client;
    Random &m_random;
    net::HttpRequest m_request;
    Repeat m_repeat;
    QString m_action;
    Callback m_callback;
    std::unique_ptr<Timer> m_timer;
    int m_repetitions = 0;
};

} // namespace engine::twilio
