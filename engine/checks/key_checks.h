#pragma once

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/config/config.h"
#include "engine/net/check_job.h"
#include "engine/net/http_client.h"
#include "engine/net/web_socket.h"

namespace engine::twilio {
class NumbersCheck;
}

namespace engine::checks {

using net::CheckJob;
using net::CheckNote;

/// Makes one check of one vendor's key: a cheap real request, with settings that need not be saved yet.
///
/// Each function returns a job, never null, whose finished(Result<CheckNote>) comes later, once; deleting the job
/// earlier cancels. A job has no deadline of its own beyond the network's: who waits for it decides how long.
/// Engine thread; what the constructor takes outlives the jobs.
class KeyChecks
{
public:
    KeyChecks(net::HttpClient &http, net::WebSocketFactory &sockets, Clock &clock, Random &random);

    /// @param language  as the agent's: Deepgram refuses a model that does not know it
    [[nodiscard]] CheckJob *checkDeepgram(const config::DeepgramConfig &deepgram, const QString &language,
                                          QObject *parent) const;
    [[nodiscard]] CheckJob *checkGemini(const config::GeminiConfig &gemini, QObject *parent) const;
    /// An empty key is fine: servers on this computer have none.
    [[nodiscard]] CheckJob *checkOpenAi(const config::OpenAiConfig &openAi, QObject *parent) const;
    /// Also whether the voice exists.
    [[nodiscard]] CheckJob *checkCartesia(const config::CartesiaConfig &cartesia, QObject *parent) const;
    /// Credentials, status, trial or not, balance.
    [[nodiscard]] CheckJob *checkTwilio(const config::TwilioConfig &twilio, QObject *parent) const;
    /// Whether the account has numbers and TWILIO_FROM_NUMBER is one of them.
    [[nodiscard]] twilio::NumbersCheck *checkNumbers(const config::TwilioConfig &twilio, QObject *parent) const;

private:
    net::HttpClient &m_http;
    net::WebSocketFactory &m_sockets;
    Clock &m_clock;
    Random &m_random;
};

} // namespace engine::checks
