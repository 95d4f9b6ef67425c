#include "engine/twilio/rest_exchange.h"

#include "engine/twilio/log.h"

#include <algorithm>

namespace engine::twilio {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

// The back-off of Twilio's own libraries: at most three repetitions, each after a random wait below a doubling bound.
constexpr int kMaxRepetitions = 3;
constexpr milliseconds kFirstBound = 200ms;
constexpr milliseconds kLargestBound = 3000ms;
// A carrier that asks for more patience than this is busy, and whoever asked is told so.
constexpr milliseconds kLongestWaitAsked = 5000ms;

/// Retry-After in seconds; 0 when absent or given as a date.
milliseconds waitAsked(const net::HttpResponse &response)
{
    for (const auto &[name, value] : response.headers) {
        bool isNumber = false;
        const int seconds = value.trimmed().toInt(&isNumber);
        if (name.compare("retry-after", Qt::CaseInsensitive) == 0 && isNumber && seconds > 0)
            return std::chrono::seconds(seconds);
    }
    return 0ms;
}

} // namespace

RestExchange::RestExchange(net::HttpClient &client, Clock &clock, Random &random, net::HttpRequest request,
                           Repeat repeat, QString action, Callback callback, QObject *parent)
    : QObject(parent), m_client(client), m_random(random), m_request(std::move(request)), m_repeat(repeat),
      m_action(std::move(action)), m_callback(std::move(callback)), m_timer(clock.makeTimer([this] { send(); }))
{
    send();
}

void RestExchange::send()
{
    connect(m_client.send(m_request, this), &net::HttpJob::finished, this, &RestExchange::take);
}

void RestExchange::take(const Result<net::HttpResponse> &response)
{
    Outcome outcome;
    milliseconds asked = 0ms;
    if (!response) {
        outcome = tl::unexpected(Failure{errorFrom(response.error(), m_action), {}});
    } else if (response->status >= 200 && response->status < 300) {
        outcome = response->body;
    } else {
        const Refusal refusal = parseRefusal(response->status, response->body);
        outcome = tl::unexpected(Failure{errorFrom(refusal, m_action), refusal});
        asked = waitAsked(*response);
    }
    if (!outcome && repeatLater(outcome.error(), asked))
        return;
    const Callback callback = std::move(m_callback);
    deleteLater();
    callback(outcome); // may delete this
}

bool RestExchange::repeatLater(const Failure &failure, milliseconds asked)
{
    const int status = failure.refusal.httpStatus;
    const bool allowed = status == 429 || (m_repeat == Repeat::UntilAnswered && (status == 0 || status >= 500));
    if (!allowed || m_repetitions == kMaxRepetitions || asked > kLongestWaitAsked)
        return false;
    const milliseconds bound = std::min(kFirstBound * (1 << m_repetitions), kLargestBound);
    const milliseconds jitter(static_cast<qint64>(m_random.between(0.0, static_cast<double>(bound.count()))));
    ++m_repetitions;
    qCInfo(lcTwilio).noquote() << "asking again" << m_action << "- repetition" << m_repetitions << "after"
                               << failure.error.code;
    m_timer->start(asked + jitter);
    return true;
}

} // namespace engine::twilio
