#include "engine/speech/cartesia/cartesia_errors.h"

namespace engine::speech::cartesia {

using namespace Qt::StringLiterals;

namespace {

/// The same status means the same on the handshake and in an error message.
Loss lossOfStatus(int status, const QString &words)
{
    const QString told = words.isEmpty() ? QString() : u" Its words: %1"_s.arg(words);
    const auto settings = [&told](QString code, const QString &sentence) {
        return Loss{{Fault::Settings, std::move(code), sentence + told}, false};
    };
    const auto vendor = [&told](QString code, const QString &sentence) {
        return Loss{{Fault::Vendor, std::move(code), sentence + told}, true};
    };
    switch (status) {
    case 401:
    case 403:
        return settings(u"tts_key_refused"_s,
                        u"Cartesia refused the key (%1): set CARTESIA_API_KEY to a valid key."_s.arg(status));
    case 402:
        return settings(u"tts_no_credit"_s, u"Cartesia has no credit left for this account (402): top it up."_s);
    case 404:
    case 410:
        return settings(
            u"tts_not_found"_s,
            u"Cartesia does not know the voice or the model (%1): check CARTESIA_VOICE_ID and CARTESIA_MODEL."_s.arg(
                status));
    case 408:
        return vendor(u"tts_unavailable"_s, u"Cartesia did not answer in time (408)."_s);
    case 429:
        return vendor(
            u"tts_rate_limited"_s,
            u"Cartesia's limit of concurrent speech is reached (429): place fewer calls at once or raise the limit."_s);
    default:
        break;
    }
    if (status >= 400 && status < 500)
        return settings(
            u"tts_request_refused"_s,
            u"Cartesia refused the request (%1): check CARTESIA_MODEL, CARTESIA_VOICE_ID and LANGUAGE."_s.arg(status));
    if (status >= 500)
        return vendor(u"tts_unavailable"_s, u"Cartesia is not available at the moment (%1)."_s.arg(status));
    return vendor(u"tts_failed"_s, u"Cartesia reported a failure."_s);
}

} // namespace

Loss lossOf(const net::SocketClosed &closed)
{
    if (!closed.wasOpen && closed.httpStatus != 0)
        return lossOfStatus(closed.httpStatus, {});
    if (!closed.wasOpen)
        return {{Fault::Vendor, u"tts_unreachable"_s,
                 u"Cartesia could not be reached: %1. Check this computer's network and CARTESIA_BASE_URL."_s.arg(
                     closed.reason.isEmpty() ? u"no answer"_s : closed.reason)},
                true};
    if (closed.closeCode == 1006)
        return {{Fault::Vendor, u"tts_connection_lost"_s, u"The connection to Cartesia broke."_s}, true};
    return {{Fault::Vendor, u"tts_closed"_s,
             u"Cartesia closed the connection (code %1%2)."_s.arg(closed.closeCode)
                 .arg(closed.reason.isEmpty() ? QString() : u", "_s + closed.reason)},
            true};
}

Loss lossOf(const ErrorMessage &error)
{
    if (error.code == "model_not_found"_L1 || error.code == "model_sunsetted"_L1)
        return lossOfStatus(404, error.words);
    if (error.code == "concurrency_limited"_L1)
        return lossOfStatus(429, error.words);
    return lossOfStatus(error.status, error.words);
}

} // namespace engine::speech::cartesia
